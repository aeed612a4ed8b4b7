/** What MAP, SELECT, GROUP, JOIN and UNION make of their columns. Browser-safe. */
import type { Aggregate, Ident, Op, SourceRange } from '../../syntax/ast.ts';
import { aType } from '../../types/display.ts';
import { isOpen, unionColumns } from '../../types/relate.ts';
import { ANY, type Column, type FlowType, NUMBER } from '../../types/type.ts';
import { type Checker, error, makeColumn, report } from '../checker.ts';
import { aggregateNames, equalKeys, joinColumns } from '../columns.ts';
import { typeOf } from '../expressions.ts';
import { checkCondition } from '../expressions/operators.ts';
import { HOLE, isHoleName } from '../holes.ts';
import { type ExprScope, findColumn } from '../scope.ts';
import { columnTwice, declareColumn, TABLE, tableSide, useColumn } from './rows.ts';

/** MAP: a column for each field of the record. */
export function typeOfMap(checker: Checker, op: Extract<Op, { op: 'MAP' }>, scope: ExprScope): FlowType {
  const side = tableSide(checker, op.source, scope, 'MAP');
  if (op.using !== undefined) {
    report(
      checker,
      'info',
      'FLOW4004',
      'MAP … USING is checked and planned here; a later release runs it. In a run this step fails.',
      op.using.range,
    );
  }
  if (op.to === undefined) return TABLE;
  const columns = new Map<string, { column: Column; range: SourceRange }>();
  const rows: ExprScope = { variables: scope.variables, columns: { sides: [side] } };
  for (const { key, value } of op.to.entries) {
    const type = typeOf(checker, value, rows);
    if (key.range.end === key.range.start) continue;
    const before = columns.get(key.name);
    if (before !== undefined) columnTwice(checker, key, before.range);
    const from = value.kind === 'name' && side.columns !== undefined ? findColumn(side.columns, value.name) : undefined;
    columns.set(key.name, { column: declareColumn(checker, key, type, from?.native), range: key.range });
  }
  return { kind: 'table', columns: [...columns.values()].map((made) => made.column) };
}

/** GROUP: the columns that it groups by, then the aggregates. */
export function typeOfGroup(checker: Checker, op: Extract<Op, { op: 'GROUP_AGG' }>, scope: ExprScope): FlowType {
  const side = tableSide(checker, op.source, scope, 'GROUP');
  const columns: Column[] = [];
  const taken = new Map<string, SourceRange>();
  for (const by of op.by) {
    const column = useColumn(checker, by, side);
    if (by.range.end === by.range.start || isHoleName(by)) continue;
    const before = taken.get(by.name);
    if (before !== undefined) columnTwice(checker, by, before);
    else columns.push(column ?? makeColumn(checker, by.name, ANY, by.range));
    taken.set(by.name, by.range);
  }
  const names = aggregateNames(
    op.by.map((by) => by.name),
    op.aggregates,
  );
  for (const [i, aggregate] of op.aggregates.entries()) {
    const type = typeOfAggregate(checker, aggregate, { variables: scope.variables, columns: { sides: [side] } });
    const ident = aggregate.as ?? { name: names[i]!, range: aggregate.range };
    const before = taken.get(ident.name);
    if (before !== undefined) columnTwice(checker, ident, before);
    taken.set(ident.name, ident.range);
    columns.push(
      aggregate.as === undefined
        ? makeColumn(checker, ident.name, type, aggregate.range)
        : declareColumn(checker, ident, type),
    );
  }
  return op.by.some(isHoleName) ? TABLE : { kind: 'table', columns };
}

function typeOfAggregate(checker: Checker, aggregate: Aggregate, scope: ExprScope): FlowType {
  const type = aggregate.value === undefined ? undefined : typeOf(checker, aggregate.value, scope);
  switch (aggregate.fn) {
    case 'count':
    case 'count_distinct':
      return NUMBER;
    case 'sum':
    case 'avg':
    case 'median':
    case 'stddev':
      if (type !== undefined && !isOpen(type) && type.kind !== 'number') {
        error(
          checker,
          'FLOW3006',
          `${aggregate.fn} works on numbers, and this is ${aType(type)}.${type.kind === 'text' ? ' NUMBER(…) makes a number of a text.' : ''}`,
          aggregate.value!.range,
        );
      }
      return NUMBER;
    case 'list':
      return { kind: 'list', of: type ?? ANY };
    default:
      return type ?? ANY;
  }
}

/** JOIN: the columns of both sides. */
export function typeOfJoin(checker: Checker, op: Extract<Op, { op: 'JOIN' }>, scope: ExprScope): FlowType {
  const left = tableSide(checker, op.left, scope, 'JOIN');
  const right = tableSide(checker, op.right, scope, 'JOIN');
  if (left.name !== undefined && left.name === right.name && left.name !== HOLE) {
    error(
      checker,
      'FLOW3009',
      `Both sides are "${left.name}", so that ON cannot tell them apart. Make a step of its own for one of them, for example with SELECT.`,
      op.right.range,
    );
    return TABLE;
  }
  const condition = typeOf(checker, op.on, { variables: scope.variables, columns: { sides: [left, right] } });
  checkCondition(checker, op.on, condition);
  if (left.columns === undefined || right.columns === undefined) return TABLE;
  const keys = equalKeys(op.on, left.name, right.name);
  const columns = joinColumns(
    left.columns.map((column) => column.name),
    right.columns.map((column) => column.name),
    keys,
    right.name,
  ).map(({ side, column: name, as }) => {
    const column = findColumn(side === 'left' ? left.columns! : right.columns!, name)!;
    if (as === name) return column;
    const renamed: Column = { ...column, name: as };
    const origin = checker.analysis.origins.get(column);
    if (origin !== undefined) checker.analysis.origins.set(renamed, origin);
    return renamed;
  });
  return { kind: 'table', columns };
}

/** SELECT: the columns that are named, under their new names. */
export function typeOfSelect(checker: Checker, op: Extract<Op, { op: 'SELECT' }>, scope: ExprScope): FlowType {
  const side = tableSide(checker, op.source, scope, 'SELECT');
  const made = new Map<string, Ident>();
  const columns: Column[] = [];
  for (const { column, as } of op.columns) {
    const found = useColumn(checker, column, side);
    const name = as ?? column;
    if (isHoleName(name)) continue;
    if (name.range.end === name.range.start) continue;
    const before = made.get(name.name);
    if (before !== undefined) columnTwice(checker, name, before.range);
    made.set(name.name, name);
    columns.push(
      as === undefined && found !== undefined ? found : declareColumn(checker, name, found?.type ?? ANY, found?.native),
    );
  }
  return op.columns.some(({ column }) => isHoleName(column)) ? TABLE : { kind: 'table', columns };
}

/** UNION: the columns of all tables, which must agree. */
export function typeOfUnion(checker: Checker, op: Extract<Op, { op: 'UNION' }>, scope: ExprScope): FlowType {
  const sides = op.sources.map((source) => tableSide(checker, source, scope, 'UNION'));
  if (sides.some((side) => side.columns === undefined)) return TABLE;
  const { columns, conflicts } = unionColumns(sides.map((side) => side.columns!));
  for (const conflict of conflicts) {
    error(
      checker,
      'FLOW3010',
      `Column "${conflict.left.name}" is ${aType(conflict.left.type)} in one table and ${aType(conflict.right.type)} in this one. Make them alike with MAP first.`,
      op.sources[conflict.table]!.range,
    );
  }
  return { kind: 'table', columns };
}
