/** What each operation gives, and what is wrong with it. Browser-safe. */
import { contractName, type Contract, type ContractOption } from '../contracts/contract.ts';
import { contractIndex } from '../contracts/registry.ts';
import type { Aggregate, Expr, Ident, Op, RecordExpr, SourceRange } from '../syntax/ast.ts';
import { aType } from '../types/display.ts';
import { typeOfSchema } from '../types/json-schema.ts';
import { elementType, isAssignable, isComparable, isOpen, rowColumns, union, unionColumns } from '../types/relate.ts';
import { ANY, type Column, type FlowType } from '../types/type.ts';
import { type Checker, error, makeColumn, read, refer, report, suggest } from './checker.ts';
import { aggregateNames, equalKeys, joinColumns, sideName } from './columns.ts';
import { checkComparison, checkCondition, typeOf, typeOfRecord, unknownColumn } from './expressions.ts';
import { HOLE, isHoleName } from './holes.ts';
import type { Variable } from './model.ts';
import { READS_WITH } from './names.ts';
import { nearestNames } from './nearest-name.ts';
import { typeOfProgramCall } from './program-calls.ts';
import { type ExprScope, findColumn, type Side } from './scope.ts';
import { sqlTables } from './sql-tables.ts';

const NUMBER: FlowType = { kind: 'number' };
const TEXT: FlowType = { kind: 'text' };
const TABLE: FlowType = { kind: 'table' };

/** The type of what the operation gives. */
export function typeOfOp(checker: Checker, op: Op, variables: readonly Variable[]): FlowType {
  const scope: ExprScope = { variables };
  const contract = checkContract(checker, op);
  const extra = op.with !== undefined && op.op !== 'APX_EXEC' ? typeOfRecord(checker, op.with, scope) : undefined;
  const inner: ExprScope = { variables: [...variables, ...extraVariables(op, extra)] };
  switch (op.op) {
    case 'LOAD':
      return typeOfLoad(checker, op, scope, contract);
    case 'LOAD_TABLE':
      return typeOfLoadTable(checker, op.table, scope);
    case 'LOAD_MODEL':
      looseType(checker, op.model, scope);
      if (op.version !== undefined) typeOf(checker, op.version, scope);
      return { kind: 'model' };
    case 'FILTER': {
      const side = tableSide(checker, op.source, scope, 'FILTER');
      checkCondition(checker, op.where, typeOf(checker, op.where, { variables, columns: { sides: [side] } }));
      return tableOf(side.columns);
    }
    case 'MAP':
      return typeOfMap(checker, op, scope);
    case 'SELECT': {
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
          as === undefined && found !== undefined
            ? found
            : declareColumn(checker, name, found?.type ?? ANY, found?.native),
        );
      }
      return op.columns.some(({ column }) => isHoleName(column)) ? TABLE : { kind: 'table', columns };
    }
    case 'GROUP_AGG':
      return typeOfGroup(checker, op, scope);
    case 'JOIN':
      return typeOfJoin(checker, op, scope);
    case 'UNION': {
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
    case 'DISTINCT': {
      const side = tableSide(checker, op.source, scope, 'DISTINCT');
      for (const column of op.by ?? []) useColumn(checker, column, side);
      return tableOf(side.columns);
    }
    case 'SORT': {
      const side = tableSide(checker, op.source, scope, 'SORT');
      for (const { value } of op.by) {
        const type = typeOf(checker, value, { variables, columns: { sides: [side] } });
        if (['list', 'record', 'table', 'file', 'blob', 'model'].includes(type.kind)) {
          error(checker, 'FLOW3003', `Rows cannot be sorted by ${aType(type)}: it has no order.`, value.range);
        }
      }
      if (op.take !== undefined) checkCount(checker, op.take, scope, 'TAKE');
      return tableOf(side.columns);
    }
    case 'TAKE': {
      checkCount(checker, op.count, scope, 'TAKE');
      if (op.source !== undefined) return tableOf(tableSide(checker, op.source, scope, 'TAKE').columns);
      const before = checker.step?.before;
      if (before === undefined) {
        error(
          checker,
          'FLOW2010',
          'TAKE without FROM takes from the step before, and there is none. Write TAKE n FROM x.',
          op.wordRange,
        );
        return TABLE;
      }
      const type = read(checker, before, { start: op.wordRange.end, end: op.wordRange.end });
      return tableOf(rowsOf(checker, type, op.wordRange, 'TAKE'));
    }
    case 'QUERY':
      return typeOfQuery(checker, op, scope);
    case 'INFER':
      looseType(checker, op.model, scope);
      typeOf(checker, op.on, scope);
      return ANY;
    case 'TRAIN':
      looseType(checker, op.model, scope);
      typeOf(checker, op.on, scope);
      return { kind: 'model' };
    case 'RUN_JOB':
      looseType(checker, op.job, scope);
      return typeOfProgramCall(checker, op, [], extra);
    case 'RUN_VASM':
      looseType(checker, op.program, scope);
      return typeOfProgramCall(checker, op, [], extra);
    case 'CALL': {
      const args = op.args.map((arg) => typeOf(checker, arg, scope));
      return typeOfProgramCall(checker, op, args, extra);
    }
    case 'CALL_FLOW': {
      const type = looseType(checker, op.path, scope);
      if (!isAssignable(type, TEXT))
        error(checker, 'FLOW3014', `CALL FLOW needs the path of a flow, and this is ${aType(type)}.`, op.path.range);
      return { kind: 'record' };
    }
    case 'ASK_AI':
      checkText(checker, op.question, scope, 'ASK_AI needs a question as text');
      return ANY;
    case 'RUN_AGENT':
      looseType(checker, op.agent, scope);
      return ANY;
    case 'APX_EXEC':
      return typeOfNodeOperation(checker, op, scope);
    case 'BUILD_VPKG':
      looseType(checker, op.source, scope);
      return ANY;
    case 'DEPLOY_SERVICE':
      looseType(checker, op.source, scope);
      if (op.name !== undefined) looseType(checker, op.name, scope);
      return ANY;
    case 'STORE':
      return typeOfStore(checker, op, scope);
    case 'TRANSFORM':
    case 'OUTPUT':
    case 'OUTPUT_JSON':
      return typeOf(checker, op.value, inner);
    case 'OUTPUT_TEXT':
      // Of a record, older text reads the fields from the step.
      return typeOf(checker, op.value, inner).kind === 'record' ? ANY : TEXT;
    case 'RETURN':
      return op.value === undefined ? { kind: 'none' } : typeOf(checker, op.value, inner);
    case 'ERROR':
      checkText(checker, op.message, inner, 'ERROR needs its message as text');
      return { kind: 'none' };
    case 'SWITCH':
      return typeOfSwitch(checker, op, variables);
    case 'IF': {
      checkCondition(checker, op.condition, typeOf(checker, op.condition, scope));
      const then = typeOfOp(checker, op.then, variables);
      return union(then, op.else === undefined ? { kind: 'none' } : typeOfOp(checker, op.else, variables));
    }
    case 'FOR_EACH': {
      const list = typeOf(checker, op.list, scope);
      if (!isOpen(list) && list.kind !== 'list' && list.kind !== 'table') {
        error(
          checker,
          'FLOW3014',
          `FOR EACH goes through a list or a table, and this is ${aType(list)}.`,
          op.list.range,
        );
      }
      if (op.parallel !== undefined) checkCount(checker, op.parallel, scope, 'PARALLEL');
      const variable: Variable = { name: op.variable.name, range: op.variable.range, type: elementType(list) };
      refer(checker, op.variable.range, { kind: 'variable', variable, declares: true }, variable.type);
      return { kind: 'list', of: typeOfOp(checker, op.body, [...variables, variable]) };
    }
    case 'UNKNOWN':
      for (const arg of op.args) looseType(checker, arg, scope);
      return ANY;
    case 'BROKEN':
      return ANY;
  }
}

function extraVariables(op: Op, extra: FlowType | undefined): Variable[] {
  if (extra?.kind !== 'record' || op.with === undefined || !READS_WITH.has(op.op)) return [];
  return op.with.entries.map(({ key }) => ({
    name: key.name,
    range: key.range,
    type: extra.fields?.[key.name] ?? ANY,
  }));
}

/** The contract, after a look at its version; reports what this node does not have or does not run yet. */
function checkContract(checker: Checker, op: Op): Contract | undefined {
  if (op.op === 'BROKEN') return undefined;
  const index = contractIndex(checker.analysis.environment.contracts);
  const name = contractName(op);
  const contract = index.get(name);
  if (contract === undefined) {
    if (checker.suggestions > 0) checker.suggestions--;
    const near =
      checker.suggestions > 0
        ? nearestNames(
            name,
            [...index.values()].flatMap((known) => [known.words, known.name]),
          )
        : [];
    const written = [...new Set(near.map((found) => index.get(found)?.words ?? found))];
    error(
      checker,
      'FLOW4001',
      `This node has no operation called ${name}.${written.length === 0 ? '' : ` Did you mean ${written.join(' or ')}?`}`,
      op.wordRange,
      written.length === 0
        ? {}
        : { fix: { title: `Change it to ${written[0]}`, edits: [{ range: op.wordRange, text: written[0]! }] } },
    );
    return undefined;
  }
  const major = Number(contract.version.split('.')[0]);
  if (op.major !== undefined && op.major !== major) {
    error(
      checker,
      'FLOW4002',
      `This node has ${contract.words} in version ${contract.version}, and the plan asks for version ${op.major}.`,
      op.wordRange,
    );
  }
  if (!contract.runs) {
    report(
      checker,
      'info',
      'FLOW4004',
      `${contract.words} is checked and planned here; a later release runs it. In a run this step fails.`,
      op.wordRange,
    );
  }
  return contract;
}

// ---------------------------------------------------------------- tables

function tableOf(columns: readonly Column[] | undefined): FlowType {
  return columns === undefined ? TABLE : { kind: 'table', columns: columns as Column[] };
}

function rowsOf(checker: Checker, type: FlowType, range: SourceRange, words: string): readonly Column[] | undefined {
  const { rows, columns } = rowColumns(type);
  if (!rows) {
    const load = type.kind === 'file' || type.kind === 'blob' ? ' Read it with LOAD first.' : '';
    error(checker, 'FLOW3008', `${words} works on a table, and this is ${aType(type)}.${load}`, range);
  }
  return columns;
}

function tableSide(checker: Checker, source: Expr, scope: ExprScope, words: string): Side {
  const type = typeOf(checker, source, scope);
  return { name: sideName(source), columns: rowsOf(checker, type, source.range, words) };
}

/** A column named where only a column can stand. */
function useColumn(checker: Checker, ident: Ident, side: Side): Column | undefined {
  if (side.columns === undefined || ident.range.end === ident.range.start) return undefined;
  const column = findColumn(side.columns, ident.name);
  if (column === undefined) {
    unknownColumn(checker, side, ident.name, ident.range);
    return undefined;
  }
  refer(checker, ident.range, { kind: 'column', column, declares: false }, column.type);
  return column;
}

function declareColumn(checker: Checker, ident: Ident, type: FlowType, native?: string): Column {
  const column = makeColumn(checker, ident.name, type, ident.range, native);
  refer(checker, ident.range, { kind: 'column', column, declares: true }, type);
  return column;
}

function columnTwice(checker: Checker, ident: Ident, first: SourceRange): void {
  error(
    checker,
    'FLOW3013',
    `Two columns would be called "${ident.name}". Give one another name with AS.`,
    ident.range,
    {
      related: [{ message: 'The first is here.', range: first }],
    },
  );
}

function typeOfLoad(
  checker: Checker,
  op: Extract<Op, { op: 'LOAD' }>,
  scope: ExprScope,
  contract: Contract | undefined,
): FlowType {
  if (op.options !== undefined) {
    typeOfRecord(checker, op.options, scope);
    checkOptions(checker, op.options, contract);
  }
  const { from } = op;
  const type = typeOf(checker, from, scope);
  if (type.kind === 'text') {
    report(
      checker,
      'warning',
      'FLOW3011',
      'A text is not opened when the plan runs, be it a path or the id of a blob: a file is read only if the person who runs the plan names it. Declare `file` under INPUTS and load from that.',
      from.range,
    );
  } else if (!isOpen(type) && type.kind !== 'file' && type.kind !== 'blob') {
    error(checker, 'FLOW3014', `LOAD reads a file, and this is ${aType(type)}.`, from.range);
  }
  const input =
    from.kind === 'name'
      ? from.name
      : from.kind === 'member' && from.object.kind === 'name' && from.object.name === 'INPUT'
        ? from.property.name
        : undefined;
  const symbol = input === undefined ? undefined : checker.analysis.byName.get(input);
  const known = symbol?.kind === 'input' ? checker.analysis.environment.inputColumns?.[input!] : undefined;
  if (known === undefined) return type.kind === 'table' ? tableOf(type.columns) : TABLE;
  return tableOf(copyColumns(checker, known, op.wordRange));
}

/** The same columns as of this step, so that their origin is it. */
function copyColumns(checker: Checker, columns: readonly Column[], range: SourceRange): Column[] {
  return columns.map((column) => makeColumn(checker, column.name, column.type, range, column.native));
}

function checkOptions(checker: Checker, record: RecordExpr, contract: Contract | undefined): void {
  const known = contract?.options;
  if (known === undefined) return;
  for (const { key, value } of record.entries) {
    const option = known.find((candidate) => candidate.name === key.name);
    if (option === undefined) {
      const { words, more } = suggest(checker, key.name, () => known.map((candidate) => candidate.name), key.range);
      report(
        checker,
        'warning',
        'FLOW4006',
        `${contract!.words} has no option "${key.name}".${words}`,
        key.range,
        more,
      );
    } else checkOptionValue(checker, option, value);
  }
}

function checkOptionValue(checker: Checker, option: ContractOption, value: Expr): void {
  const kind =
    value.kind === 'list'
      ? 'list'
      : value.kind === 'record'
        ? 'record'
        : value.kind === 'literal'
          ? { string: 'text', number: 'number', boolean: 'bool', object: 'any' }[typeof value.value as string]
          : 'any';
  if (kind === 'any' || option.kind === 'any' || kind === option.kind) return;
  // One text where a list of texts goes.
  if (option.kind === 'list' && kind === 'text') return;
  error(checker, 'FLOW3006', `The option "${option.name}" is a ${option.kind}, and this is a ${kind}.`, value.range);
}

function typeOfLoadTable(checker: Checker, table: Expr, scope: ExprScope): FlowType {
  let name: string | undefined;
  if (table.kind === 'name') {
    const symbol = checker.analysis.byName.get(table.name);
    const variable = scope.variables.some((candidate) => candidate.name === table.name);
    if (symbol?.kind === 'input' || variable) {
      const type = typeOf(checker, table, scope);
      if (type.kind === 'table') return type;
    } else name = table.name;
  } else if (table.kind === 'literal' && typeof table.value === 'string') name = table.value;
  else checkText(checker, table, scope, 'LOAD TABLE needs the name of a table');
  if (name === undefined || (table.kind === 'name' && isHoleName(table))) return TABLE;
  const columns = tableColumns(checker, name);
  refer(checker, table.range, { kind: 'table', name, columns }, TABLE);
  const { tables } = checker.analysis.environment;
  if (tables !== undefined && columns === undefined && !storesTable(checker, name)) {
    const { words, more } = suggest(checker, name, () => tables.map((known) => known.name), inner(table));
    report(
      checker,
      'warning',
      'FLOW4009',
      `The project has no table "${name}" yet, and this plan does not store one.${words}`,
      table.range,
      more,
    );
  }
  return columns === undefined ? TABLE : tableOf(copyColumns(checker, columns, table.range));
}

/** The text inside the quotes. */
function inner(expr: Expr): SourceRange {
  return expr.kind === 'name' ? expr.range : { start: expr.range.start + 1, end: expr.range.end - 1 };
}

/** Columns of a table of the project; unknown when this plan stores it anew. */
function tableColumns(checker: Checker, name: string): readonly Column[] | undefined {
  if (storesTable(checker, name)) return undefined;
  return checker.analysis.environment.tables?.find((table) => table.name.toLowerCase() === name.toLowerCase())?.columns;
}

const stores = new WeakMap<object, Set<string>>();

function storesTable(checker: Checker, name: string): boolean {
  let names = stores.get(checker.analysis);
  if (names === undefined) {
    names = new Set();
    const pending = checker.analysis.parse.plan.body.flatMap((item) => (item.kind === 'step' ? [item.op] : []));
    for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
      if (op.op === 'STORE' && op.as === 'TABLE') {
        if (op.name.kind === 'literal' && typeof op.name.value === 'string') names.add(op.name.value.toLowerCase());
        else if (op.name.kind === 'name') names.add(op.name.name.toLowerCase());
      }
      pending.push(...nestedOps(op));
    }
    stores.set(checker.analysis, names);
  }
  return names.has(name.toLowerCase());
}

/** The operations directly inside an operation. */
export function nestedOps(op: Op): Op[] {
  switch (op.op) {
    case 'IF':
      return op.else === undefined ? [op.then] : [op.then, op.else];
    case 'SWITCH':
      return [...op.cases.map((branch) => branch.op), ...(op.default === undefined ? [] : [op.default])];
    case 'FOR_EACH':
      return [op.body];
    default:
      return [];
  }
}

function typeOfMap(checker: Checker, op: Extract<Op, { op: 'MAP' }>, scope: ExprScope): FlowType {
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

function typeOfGroup(checker: Checker, op: Extract<Op, { op: 'GROUP_AGG' }>, scope: ExprScope): FlowType {
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

function typeOfJoin(checker: Checker, op: Extract<Op, { op: 'JOIN' }>, scope: ExprScope): FlowType {
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

function typeOfQuery(checker: Checker, op: Extract<Op, { op: 'QUERY' }>, scope: ExprScope): FlowType {
  if (op.sql.kind !== 'literal' || typeof op.sql.value !== 'string') {
    checkText(checker, op.sql, scope, 'QUERY needs its SQL as text');
    if (op.sql.kind === 'binary' || op.sql.kind === 'call') {
      report(
        checker,
        'warning',
        'FLOW3015',
        'SQL that is put together from values cannot be checked, and may not mean what it seems. Write values as :name in the SQL and give them with WITH { name: … }.',
        op.sql.range,
      );
    }
    return TABLE;
  }
  const sql = op.sql.value;
  const tables = [];
  const shift = plainText(checker.analysis.source, op.sql.range, sql);
  for (const table of sqlTables(sql)) {
    const range =
      shift === undefined
        ? { start: op.sql.range.start, end: op.sql.range.start }
        : { start: shift + table.start, end: shift + table.end };
    const symbol = checker.analysis.byName.get(table.name);
    // A step or input that is no table does not hide a table of the project.
    if (
      symbol !== undefined &&
      symbol !== checker.step &&
      (symbol.kind === 'input' || symbol.state === 'done') &&
      rowColumns(symbol.type).rows
    ) {
      const type = read(checker, symbol, range);
      if (shift !== undefined)
        for (const { start, end } of table.again)
          refer(checker, { start: shift + start, end: shift + end }, { kind: 'symbol', symbol, declares: false }, type);
      continue;
    }
    if (isHoleName({ name: table.name, range: table })) continue;
    tables.push(table);
    const columns = tableColumns(checker, table.name);
    refer(checker, range, { kind: 'table', name: table.name, columns }, TABLE);
    const known = checker.analysis.environment.tables;
    if (known !== undefined && columns === undefined && !storesTable(checker, table.name)) {
      const names = (): string[] => [...known.map((entry) => entry.name), ...checker.analysis.byName.keys()];
      const { words, more } = suggest(checker, table.name, names, range);
      report(
        checker,
        'warning',
        'FLOW4009',
        `There is no table "${table.name}" in the project${symbol === undefined ? ', and no step of that name' : `, and "${table.name}" here is ${aType(symbol.type)}`}.${words}`,
        range.end > range.start ? range : op.sql.range,
        range.end > range.start ? more : {},
      );
    }
  }
  checker.analysis.queryTables.set(op, tables);
  checkParameters(checker, op, sql);
  return TABLE;
}

const PARAMETER =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|::|[:$]([A-Za-z_]\w*)/g;

/** Every `:name` of the SQL has its value in WITH, and the other way round. */
function checkParameters(checker: Checker, op: Extract<Op, { op: 'QUERY' }>, sql: string): void {
  const named = new Set<string>();
  for (const match of sql.matchAll(PARAMETER)) if (match[1] !== undefined) named.add(match[1]);
  const given = new Map((op.with?.entries ?? []).map((entry) => [entry.key.name, entry.key]));
  for (const name of named) {
    if (!given.has(name))
      error(
        checker,
        'FLOW4005',
        `The SQL uses :${name}, and WITH gives no value for it. Write WITH { ${name}: … }.`,
        op.sql.range,
      );
  }
  for (const [name, key] of given) {
    if (!named.has(name) && key.range.end > key.range.start) {
      const { words, more } = suggest(checker, name, () => named, key.range);
      report(checker, 'warning', 'FLOW4006', `The SQL does not use :${name}.${words}`, key.range, more);
    }
  }
}

/** The offset of the text of a string token, when it stands in the source letter for letter. */
function plainText(source: string, range: SourceRange, text: string): number | undefined {
  for (const quote of [3, 1]) {
    const start = range.start + quote;
    if (range.end - quote - start === text.length && source.startsWith(text, start)) return start;
  }
  return undefined;
}

// ---------------------------------------------------------------- node operations, store, branches

function typeOfNodeOperation(checker: Checker, op: Extract<Op, { op: 'APX_EXEC' }>, scope: ExprScope): FlowType {
  const { operation } = op;
  const given = op.with === undefined ? undefined : typeOfRecord(checker, op.with, scope);
  const name =
    operation.kind === 'literal' && typeof operation.value === 'string'
      ? operation.value
      : operation.kind === 'member' && !isKnown(checker, operation.object, scope)
        ? dotted(operation)
        : undefined;
  if (name === undefined) {
    checkText(checker, operation, scope, 'APX_EXEC needs the name of an operation, "area.verb"');
    return ANY;
  }
  const { operations } = checker.analysis.environment;
  const found = operations?.find((candidate) => candidate.name === name);
  const type = found === undefined ? ANY : typeOfSchema(found.output);
  refer(checker, operation.range, { kind: 'operation', name, operation: found }, type);
  if (operations === undefined) return ANY;
  if (found === undefined) {
    const range = operation.kind === 'literal' ? inner(operation) : operation.range;
    const { words, more } = suggest(checker, name, () => operations.map((candidate) => candidate.name), range);
    report(
      checker,
      'warning',
      'FLOW4003',
      `This node has no operation "${name}".${words} The plan may run on another node; here the step fails.`,
      operation.range,
      more,
    );
    return ANY;
  }
  const properties = found.input.properties ?? {};
  for (const { key, value } of op.with?.entries ?? []) {
    if (key.range.end === key.range.start) continue;
    if (!Object.hasOwn(properties, key.name)) {
      if (
        found.input.properties === undefined ||
        (found.input.additionalProperties !== undefined && found.input.additionalProperties !== false)
      )
        continue;
      const { words, more } = suggest(checker, key.name, () => Object.keys(properties), key.range);
      report(checker, 'warning', 'FLOW4006', `${name} takes no "${key.name}".${words}`, key.range, more);
      continue;
    }
    const wanted = typeOfSchema(properties[key.name]);
    const actual = given?.kind === 'record' ? (given.fields?.[key.name] ?? ANY) : ANY;
    // Dates and moments are texts to an operation; a table is handed over as its rows.
    const fits =
      isAssignable(actual, wanted) ||
      (wanted.kind === 'text' && ['date', 'timestamp'].includes(actual.kind)) ||
      (wanted.kind === 'list' && actual.kind === 'table') ||
      ['file', 'blob'].includes(actual.kind);
    if (!fits)
      error(
        checker,
        'FLOW3006',
        `${name} takes ${aType(wanted)} for "${key.name}", and this is ${aType(actual)}.`,
        value.range,
      );
  }
  const missing = (found.input.required ?? []).filter(
    (key) => op.with?.entries.every((entry) => entry.key.name !== key) !== false,
  );
  if (missing.length > 0) {
    error(
      checker,
      'FLOW4005',
      `${name} needs ${missing.map((key) => `"${key}"`).join(' and ')}: write WITH { ${missing.map((key) => `${key}: …`).join(', ')} }.`,
      operation.range,
    );
  }
  return type;
}

function isKnown(checker: Checker, expr: Expr, scope: ExprScope): boolean {
  return (
    expr.kind !== 'name' ||
    checker.analysis.byName.has(expr.name) ||
    scope.variables.some((variable) => variable.name === expr.name)
  );
}

/** `area.verb` written without quotes. */
export function dotted(expr: Expr): string | undefined {
  if (expr.kind !== 'member' || expr.object.kind !== 'name') return undefined;
  return `${expr.object.name}.${expr.property.name}`;
}

function typeOfStore(checker: Checker, op: Extract<Op, { op: 'STORE' }>, scope: ExprScope): FlowType {
  const source = typeOf(checker, op.source, scope);
  const nameType = looseType(checker, op.name, scope);
  if (!isAssignable(nameType, TEXT))
    error(checker, 'FLOW3014', `The name to store under is text, and this is ${aType(nameType)}.`, op.name.range);
  if (op.as === 'BLOB') return { kind: 'record' };
  if (op.as !== 'TABLE') {
    report(
      checker,
      'info',
      'FLOW4004',
      `STORE … AS MODEL is checked and planned here; a later release runs it. In a run this step fails.`,
      op.wordRange,
    );
    return { kind: 'record' };
  }
  const side: Side = {
    name: sideName(op.source),
    columns: rowsOf(checker, source, op.source.range, 'STORE … AS TABLE'),
  };
  for (const column of op.by ?? []) useColumn(checker, column, side);
  if (op.mode === 'upsert' && (op.by === undefined || op.by.length === 0)) {
    error(
      checker,
      'FLOW4005',
      'MODE upsert needs BY and the columns that tell rows apart: MODE upsert BY id.',
      op.range,
    );
  } else if (op.mode !== 'upsert' && op.by !== undefined && op.by.length > 0) {
    report(
      checker,
      'warning',
      'FLOW4005',
      `BY is for MODE upsert; here all rows ${op.mode === 'append' ? 'are added' : 'that are there are replaced'}.`,
      op.range,
    );
  }
  if (op.name.kind === 'literal' && typeof op.name.value === 'string')
    refer(checker, op.name.range, { kind: 'table', name: op.name.value, columns: side.columns }, TABLE);
  return { kind: 'record' };
}

function typeOfSwitch(checker: Checker, op: Extract<Op, { op: 'SWITCH' }>, variables: readonly Variable[]): FlowType {
  const scope: ExprScope = { variables };
  const subject = typeOf(checker, op.subject, scope);
  let type: FlowType = { kind: 'none' };
  const seen = new Map<string, SourceRange>();
  for (const branch of op.cases) {
    for (const value of branch.values) {
      const valueType = typeOf(checker, value, scope);
      if (isComparable(subject, valueType)) {
        if (value.kind === 'literal') {
          const key = `${typeof value.value}:${String(value.value)}`;
          const before = seen.get(key);
          if (before !== undefined) {
            report(
              checker,
              'warning',
              'FLOW3017',
              'This CASE is never taken: an earlier one has the same value.',
              value.range,
              { related: [{ message: 'The earlier one is here.', range: before }] },
            );
          } else seen.set(key, value.range);
        }
      } else
        checkComparison(
          checker,
          { left: op.subject, right: value, operator: '==', range: value.range },
          subject,
          valueType,
        );
    }
    type = union(type, typeOfOp(checker, branch.op, variables));
  }
  return op.default === undefined ? type : union(type, typeOfOp(checker, op.default, variables));
}

function checkCount(checker: Checker, expr: Expr, scope: ExprScope, words: string): void {
  const type = typeOf(checker, expr, scope);
  if (!isOpen(type) && type.kind !== 'number')
    error(checker, 'FLOW3014', `${words} needs a number, and this is ${aType(type)}.`, expr.range);
  else if (
    expr.kind === 'unary' ||
    (expr.kind === 'literal' &&
      typeof expr.value === 'number' &&
      (expr.value < (words === 'TAKE' ? 0 : 1) || !Number.isInteger(expr.value)))
  ) {
    error(checker, 'FLOW3014', `${words} needs a whole number, ${words === 'TAKE' ? '0' : '1'} or more.`, expr.range);
  }
}

function checkText(checker: Checker, expr: Expr, scope: ExprScope, words: string): void {
  const type = typeOf(checker, expr, scope);
  if (!isAssignable(type, TEXT)) error(checker, 'FLOW3014', `${words}, and this is ${aType(type)}.`, expr.range);
}

/** Where a bare word may also be the name of something that the plan does not know: a model, a service, a job. */
function looseType(checker: Checker, expr: Expr, scope: ExprScope): FlowType {
  if (
    expr.kind === 'name' &&
    !checker.analysis.byName.has(expr.name) &&
    !scope.variables.some((variable) => variable.name === expr.name)
  )
    return ANY;
  if (
    expr.kind === 'member' &&
    expr.object.kind === 'name' &&
    expr.object.name !== 'INPUT' &&
    !checker.analysis.byName.has(expr.object.name)
  )
    return ANY;
  return typeOf(checker, expr, scope);
}
