/** Steps that keep rows as they are or leave some out: LOAD, FILTER, MAP, SELECT. */
import { Problem, type SourceRange } from '../errors/problem.ts';
import type { Op } from '../flow/syntax/ast.ts';
import { compile, compileCondition } from './compile.ts';
import type { Compiled } from './compiled.ts';
import {
  ORDER,
  type Relation,
  type StepContext,
  columnOf,
  columnValue,
  envOf,
  needAll,
  refs,
  relation,
  select,
  orderColumn,
  wanted,
} from './relation.ts';
import { quoteName } from './sql-types.ts';

export function passThrough(op: Op, source: Relation, context: StepContext): Relation {
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      streams: source.streams,
      ...(source.rows === undefined ? {} : { rows: source.rows }),
      ...(source.nodeId === undefined ? {} : { countLike: source }),
      require(self) {
        needAll(source, self.need);
        source.needOrder ||= self.needOrder;
      },
      emit: (self) =>
        `${select([...wanted(self).map((column) => quoteName(column.name)), ...orderColumn(self, ORDER)])} FROM ${source.name}`,
    },
    op.range,
  );
}

export function filter(op: Extract<Op, { op: 'FILTER' }>, source: Relation, context: StepContext): Relation {
  const used = new Set<string>();
  const columns = refs(source, 's', used);
  const where = compileCondition(op.where, envOf(context, columns, [[op.source, columns]]));
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      streams: source.streams,
      require(self) {
        needAll(source, self.need);
        needAll(source, used);
        source.needOrder ||= self.needOrder;
      },
      emit: (self) =>
        `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `s.${ORDER}`)])} FROM ${source.name} AS s WHERE ${where.sql}`,
    },
    op.range,
  );
}

function projection(
  context: StepContext,
  source: Relation,
  entries: { name: string; value: Compiled; used: Set<string> }[],
  range: SourceRange,
): Relation {
  // What can raise is computed even when nobody reads it: the error is the step's.
  const needed = (self: Relation) => entries.filter((entry) => self.need.has(entry.name) || entry.value.fails);
  return relation(
    context,
    {
      columns: entries.map((entry) => ({ name: entry.name, type: entry.value.type })),
      sources: [source],
      countLike: source,
      streams: source.streams,
      require(self) {
        for (const entry of needed(self)) needAll(source, entry.used);
        source.needOrder ||= self.needOrder;
      },
      emit: (self) =>
        `${select([...needed(self).map((entry) => `${entry.value.sql} AS ${quoteName(entry.name)}`), ...orderColumn(self, `s.${ORDER}`)])} FROM ${source.name} AS s`,
    },
    range,
  );
}

export function map(op: Extract<Op, { op: 'MAP' }>, source: Relation, context: StepContext): Relation {
  if (op.to === undefined) {
    throw new Problem('not-available', 'MAP … USING calls a function of a program, and this node runs no programs.', {
      status: 501,
      range: op.range,
      hint: 'Use MAP … TO { … }.',
    });
  }
  const entries = op.to.entries.map((entry) => {
    const used = new Set<string>();
    const columns = refs(source, 's', used);
    return {
      name: entry.key.name,
      value: columnValue(compile(entry.value, envOf(context, columns, [[op.source, columns]]))),
      used,
    };
  });
  return projection(context, source, entries, op.range);
}

export function selectColumns(op: Extract<Op, { op: 'SELECT' }>, source: Relation, context: StepContext): Relation {
  const entries = op.columns.map(({ column, as }) => {
    const found = columnOf(source, column.name, column.range);
    return {
      name: as?.name ?? column.name,
      value: { sql: `s.${quoteName(found.name)}`, type: found.type, fails: false },
      used: new Set([found.name]),
    };
  });
  return projection(context, source, entries, op.range);
}
