/**
 * Relational steps as SQL: each step becomes a relation that knows its columns and can write itself once it is known
 * which of them, and whether its row order, anybody needs.
 *
 * **Row order.** The engine computes in parallel and keeps no order by itself, so order is data: a hidden column
 * {@link ORDER} counts the rows. FILTER, MAP and SELECT keep it; SORT orders ties by it; GROUP orders by its keys (none
 * last); JOIN orders by left row, then right row; UNION puts its tables one after the other; DISTINCT keeps the order
 * of first appearance. It is computed only where a later step needs it.
 *
 * **Counts.** Steps that change the number of rows and are not the last become `AS MATERIALIZED`, so that counting
 * them reads what is computed anyway.
 */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { aggregateNames, equalKeys, joinColumns, sideName } from '../flow/plan/columns.ts';
import type { Aggregate, Expr, Op } from '../flow/syntax/ast.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { describeKind, kindOf, typeMismatch } from '../flow/values/semantics.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import { compile, compileCondition } from './compile.ts';
import { type ColumnRef, type CompileEnv, type Compiled, settle, toText, toType } from './compiled.ts';
import { type SqlType, describeType, nativeOf, quoteName, widen } from './sql-types.ts';

/** The hidden column that holds the row's place. */
export const ORDER = '"__voike_row"';

export interface RelationColumn {
  name: string;
  type: SqlType;
}

export interface Relation {
  /** Name of its common table expression. */
  name: string;
  /** Node id; absent for a source that is no step. */
  nodeId: string | undefined;
  columns: RelationColumn[];
  /** How many rows it has, when that is known without running. */
  rows: number | undefined;
  /** It has as many rows as that one. */
  countLike: Relation | undefined;
  /** Filled from the back: what later steps read. */
  need: Set<string>;
  needOrder: boolean;
  consumers: number;
  /** Tells the sources what is needed of them. */
  require(): void;
  /** SELECT with the needed columns, and {@link ORDER} when it is needed. */
  emit(): string;
  /** As the last of the group: SELECT of all columns in row order, when that is cheaper than sorting by ORDER. */
  emitLast?(extra: string): string;
  /** What it reads. */
  sources: Relation[];
  /** The engine reads its rows in order by itself, as long as it is not materialized. */
  streams: boolean;
}

export interface StepContext {
  name: string;
  nodeId: string;
  scope(name: string): ScopeValue | undefined;
  now: string | undefined;
}

export function sourceExpressions(op: Op): Expr[] {
  switch (op.op) {
    case 'LOAD':
      return [op.from];
    case 'LOAD_TABLE':
      return [op.table];
    case 'JOIN':
      return [op.left, op.right];
    case 'UNION':
      return op.sources;
    case 'FILTER':
    case 'MAP':
    case 'SELECT':
    case 'GROUP_AGG':
    case 'DISTINCT':
    case 'SORT':
    case 'STORE':
      return [op.source];
    case 'TAKE':
      return op.source === undefined ? [] : [op.source];
    default:
      return [];
  }
}

/** Columns of a source as an expression sees them, counting what it uses. */
function refs(source: Relation, alias: string, used: Set<string>): Map<string, ColumnRef> {
  return new Map(
    source.columns.map((column) => [
      column.name,
      { sql: `${alias}.${quoteName(column.name)}`, type: column.type, use: () => used.add(column.name) },
    ]),
  );
}

function envOf(
  context: StepContext,
  columns: Map<string, ColumnRef>,
  names: [Expr | undefined, Map<string, ColumnRef>][],
): CompileEnv {
  const qualified = new Map<string, ReadonlyMap<string, ColumnRef>>();
  for (const [expr, map] of names) {
    const name = expr === undefined ? undefined : sideName(expr);
    if (name !== undefined) qualified.set(name, map);
  }
  return { columns, qualified, scope: context.scope, ...(context.now === undefined ? {} : { now: context.now }) };
}

function columnOf(source: Relation, name: string, range: SourceRange): RelationColumn {
  const found = source.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const near = source.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  throw new Problem('unknown-column', `There is no column "${name}".`, {
    status: 422,
    range,
    hint:
      near === undefined
        ? `Columns are ${source.columns
            .slice(0, 20)
            .map((column) => column.name)
            .join(', ')}.`
        : `Did you mean ${near.name}?`,
  });
}

/** Two columns may not differ in case alone: SQL could not tell them apart. */
export function checkColumns(columns: readonly RelationColumn[], range: SourceRange): void {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new Problem(
        'duplicate-column',
        other === name
          ? `There are two columns "${name}".`
          : `The columns "${other}" and "${name}" differ only in case.`,
        {
          status: 422,
          range,
          hint: 'Rename one of them with SELECT … AS or MAP.',
        },
      );
    }
    if (name.toLowerCase() === '__voike_row' || name === '') {
      throw new Problem('duplicate-column', `A column cannot be called "${name}".`, {
        status: 422,
        range,
        hint: 'Give it another name.',
      });
    }
    seen.set(name.toLowerCase(), name);
  }
}

interface Draft {
  columns: RelationColumn[];
  sources: Relation[];
  rows?: number;
  countLike?: Relation;
  streams?: boolean;
  require(self: Relation): void;
  emit(self: Relation): string;
  emitLast?(self: Relation, extra: string): string;
}

function relation(context: StepContext, draft: Draft, range: SourceRange): Relation {
  checkColumns(draft.columns, range);
  for (const source of draft.sources) source.consumers++;
  const { emitLast } = draft;
  const self: Relation = {
    name: context.name,
    nodeId: context.nodeId,
    columns: draft.columns,
    rows: draft.rows,
    countLike: draft.countLike,
    need: new Set(),
    needOrder: false,
    consumers: 0,
    sources: draft.sources,
    streams: draft.streams ?? false,
    require: () => draft.require(self),
    emit: () => draft.emit(self),
    ...(emitLast === undefined ? {} : { emitLast: (extra: string) => emitLast(self, extra) }),
  };
  return self;
}

function needAll(target: Relation, names: Iterable<string>): void {
  for (const name of names) target.need.add(name);
}

const select = (columns: string[]): string =>
  columns.length === 0 ? 'SELECT 1 AS "__voike_none"' : `SELECT ${columns.join(', ')}`;
const wanted = (self: Relation): RelationColumn[] => self.columns.filter((column) => self.need.has(column.name));
const orderColumn = (self: Relation, sql: string): string[] => (self.needOrder ? [`${sql} AS ${ORDER}`] : []);

/** The relation of one step. `sources` are those of {@link sourceExpressions}, in their order. */
export function stepRelation(op: Op, sources: Relation[], context: StepContext): Relation {
  switch (op.op) {
    case 'LOAD':
    case 'LOAD_TABLE':
      return passThrough(op, sources, context);
    case 'FILTER':
      return filter(op, first(sources, op), context);
    case 'MAP':
      return map(op, first(sources, op), context);
    case 'SELECT':
      return selectColumns(op, first(sources, op), context);
    case 'GROUP_AGG':
      return group(op, first(sources, op), context);
    case 'JOIN':
      return join(op, sources, context);
    case 'UNION':
      return unionAll(op, sources, context);
    case 'DISTINCT':
      return distinct(op, first(sources, op), context);
    case 'SORT':
      return sort(op, first(sources, op), context);
    case 'TAKE':
      return take(op, first(sources, op), op.count, [], context);
    default:
      throw new Problem('not-relational', `${op.op} is not an operation on tables.`, { status: 500, range: op.range });
  }
}

function first(sources: Relation[], op: Op): Relation {
  const [source] = sources;
  if (source === undefined)
    throw new Problem('no-source', `${op.op} has no table to work on.`, { status: 422, range: op.range });
  return source;
}

function passThrough(op: Op, sources: Relation[], context: StepContext): Relation {
  const source = first(sources, op);
  return relation(
    context,
    {
      columns: source.columns,
      sources,
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

function filter(op: Extract<Op, { op: 'FILTER' }>, source: Relation, context: StepContext): Relation {
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

/** none is a type for expressions only: as a column it is text. */
function columnValue(value: Compiled): Compiled {
  return value.type.k === 'none' || holdsNone(value.type)
    ? {
        ...value,
        sql: `CAST(${value.sql} AS ${nativeOf(value.type)})`,
        type: value.type.k === 'none' ? { k: 'text' } : value.type,
      }
    : value;
}

function holdsNone(type: SqlType): boolean {
  return type.k === 'list'
    ? type.of.k === 'none' || holdsNone(type.of)
    : type.k === 'record' && type.fields.some((f) => f.type.k === 'none' || holdsNone(f.type));
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

function map(op: Extract<Op, { op: 'MAP' }>, source: Relation, context: StepContext): Relation {
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

function selectColumns(op: Extract<Op, { op: 'SELECT' }>, source: Relation, context: StepContext): Relation {
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

function group(op: Extract<Op, { op: 'GROUP_AGG' }>, source: Relation, context: StepContext): Relation {
  const keys = op.by.map((ident) => columnOf(source, ident.name, ident.range));
  const names = aggregateNames(
    keys.map((key) => key.name),
    op.aggregates,
  );
  const used = new Set(keys.map((key) => key.name));
  const columns = refs(source, 's', used);
  const env = envOf(context, columns, [[op.source, columns]]);
  const ordered = op.aggregates.some(({ fn }) => fn === 'first' || fn === 'last' || fn === 'list');
  const entries = op.aggregates.map((aggregate, index) => ({
    name: names[index] as string,
    value: aggregateSql(aggregate, env),
  }));
  const keySql = keys.map((key) => quoteName(key.name));
  const ascending = keySql.map((key) => `${key} ASC NULLS LAST`).join(', ');
  const inner = (): string =>
    `SELECT ${[...keys.map((key) => `s.${quoteName(key.name)}`), ...entries.map((entry) => `${entry.value.sql} AS ${quoteName(entry.name)}`), 'count(*) AS "__voike_none"'].join(', ')} FROM ${source.name} AS s` +
    (keys.length === 0 ? '' : ` GROUP BY ${keys.map((key) => `s.${quoteName(key.name)}`).join(', ')}`);
  return relation(
    context,
    {
      columns: [
        ...keys.map((key) => ({ name: key.name, type: key.type })),
        ...entries.map((entry) => ({ name: entry.name, type: entry.value.type })),
      ],
      sources: [source],
      ...(keys.length === 0 ? { rows: 1 } : {}),
      require() {
        needAll(source, used);
        source.needOrder ||= ordered;
      },
      emit(self) {
        const order = keys.length === 0 ? '1' : `row_number() OVER (ORDER BY ${ascending})`;
        return `${select([...self.columns.map((column) => quoteName(column.name)), ...orderColumn(self, order)])} FROM (${inner()})`;
      },
      emitLast: (self, extra) =>
        `SELECT ${self.columns.map((column) => quoteName(column.name)).join(', ')}${extra} FROM (${inner()})${keys.length === 0 ? '' : ` ORDER BY ${ascending}`}`,
    },
    op.range,
  );
}

/** 2^50: fractions are added as whole numbers of this grain, so that the sum does not depend on the order of the rows. */
const GRAIN = '1125899906842624.0';

function sumOfDoubles(x: string): string {
  return (
    `(CASE WHEN max(abs(${x})) BETWEEN 1e-3 AND 35184372088832 THEN CAST(sum(TRY_CAST(${x} * ${GRAIN} AS HUGEINT)) AS DOUBLE) / ${GRAIN} ` +
    `ELSE fsum(${x}) END)`
  );
}

function aggregateSql(aggregate: Aggregate, env: CompileEnv): Compiled {
  const { fn, range } = aggregate;
  const int: SqlType = { k: 'int' };
  const double: SqlType = { k: 'double' };
  if (aggregate.value === undefined) return { sql: 'count(*)', type: int, fails: false };
  const value = columnValue(compile(aggregate.value, env));
  const numeric = (): Compiled => {
    if (value.type.k === 'int' || value.type.k === 'double') return value;
    if (value.type.k === 'json') return toType(value, double, range);
    throw typeMismatch(
      `${fn} works on numbers, and this is ${describeType(value.type)}.`,
      aggregate.value?.range ?? range,
      'NUMBER(…) in a MAP before it makes numbers of text.',
    );
  };
  const ordered = (): void => {
    if (value.type.k === 'list' || value.type.k === 'record' || value.type.k === 'json') {
      throw typeMismatch(
        `${describeType(value.type).replace(/^a/, 'A')} has no order.`,
        aggregate.value?.range ?? range,
      );
    }
  };
  const fails = value.fails;
  switch (fn) {
    case 'count':
      return { sql: `count(${value.sql})`, type: int, fails };
    case 'count_distinct':
      return { sql: `count(DISTINCT ${value.sql})`, type: int, fails };
    case 'sum': {
      const number = numeric();
      if (number.type.k === 'int') return { sql: `CAST(sum(${number.sql}) AS BIGINT)`, type: int, fails: true };
      return settle({ sql: sumOfDoubles(number.sql), type: double, fails, loose: true }, range);
    }
    case 'avg': {
      const number = numeric();
      if (number.type.k === 'int')
        return { sql: `(CAST(sum(${number.sql}) AS DOUBLE) / count(${number.sql}))`, type: double, fails };
      return settle(
        { sql: `(${sumOfDoubles(number.sql)} / count(${number.sql}))`, type: double, fails, loose: true },
        range,
      );
    }
    case 'min':
    case 'max':
      ordered();
      return { sql: `${fn}(${value.sql})`, type: value.type, fails };
    case 'median':
      return { sql: `median(${toType(numeric(), double).sql})`, type: double, fails };
    case 'stddev':
      return { sql: `stddev_samp(${toType(numeric(), double).sql})`, type: double, fails };
    case 'first':
      return {
        sql: `arg_min(${value.sql}, s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL)`,
        type: value.type,
        fails,
      };
    case 'last':
      return {
        sql: `arg_max(${value.sql}, s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL)`,
        type: value.type,
        fails,
      };
    case 'list': {
      const type: SqlType = { k: 'list', of: value.type };
      return {
        sql: `coalesce(list(${value.sql} ORDER BY s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL), CAST([] AS ${nativeOf(type)}))`,
        type,
        fails,
      };
    }
  }
}

function join(op: Extract<Op, { op: 'JOIN' }>, sources: Relation[], context: StepContext): Relation {
  const [left, right] = sources as [Relation, Relation];
  const used = { left: new Set<string>(), right: new Set<string>() };
  const leftRefs = refs(left, 'l', used.left);
  const rightRefs = refs(right, 'r', used.right);
  const env = envOf(context, new Map([...rightRefs, ...leftRefs]), [
    [op.right, rightRefs],
    [op.left, leftRefs],
  ]);
  const on = compileCondition(op.on, env);
  const rightName = sideName(op.right);
  const keys = equalKeys(op.on, sideName(op.left), rightName);
  const made = joinColumns(
    left.columns.map((c) => c.name),
    right.columns.map((c) => c.name),
    keys,
    rightName,
  );
  const outer = op.how === 'OUTER';
  const entries = made.map((column) => {
    const own = (column.side === 'left' ? left : right).columns.find((c) => c.name === column.column) as RelationColumn;
    const both = column.key && outer;
    const other = both ? (right.columns.find((c) => c.name === column.column) as RelationColumn) : own;
    const type = both ? widen(own.type, other.type) : own.type;
    const side = (alias: string, from: RelationColumn): string =>
      toType({ sql: `${alias}.${quoteName(from.name)}`, type: from.type, fails: false }, type).sql;
    return {
      ...column,
      both,
      type,
      sql: both
        ? `(CASE WHEN l.${ORDER} IS NULL THEN ${side('r', other)} ELSE ${side('l', own)} END)`
        : side(column.side === 'left' ? 'l' : 'r', own),
    };
  });
  const words = { INNER: 'INNER JOIN', LEFT: 'LEFT JOIN', OUTER: 'FULL JOIN' }[op.how];
  const neededEntries = (self: Relation) => entries.filter((entry) => self.need.has(entry.as));
  return relation(
    context,
    {
      columns: entries.map((entry) => ({ name: entry.as, type: entry.type })),
      sources: [left, right],
      require(self) {
        needAll(left, used.left);
        needAll(right, used.right);
        for (const entry of neededEntries(self)) {
          if (entry.side === 'left') left.need.add(entry.column);
          if (entry.side === 'right' || entry.both) right.need.add(entry.column);
        }
        left.needOrder ||= self.needOrder || outer;
        right.needOrder ||= self.needOrder;
      },
      emit: (self) =>
        `${select([...neededEntries(self).map((entry) => `${entry.sql} AS ${quoteName(entry.as)}`), ...orderColumn(self, `row_number() OVER (ORDER BY l.${ORDER} NULLS LAST, r.${ORDER} NULLS LAST)`)])} FROM ${left.name} AS l ${words} ${right.name} AS r ON ${on.sql}`,
      emitLast: (self, extra) =>
        `${select(self.columns.map((column) => `${(entries.find((entry) => entry.as === column.name) as (typeof entries)[0]).sql} AS ${quoteName(column.name)}`))}${extra} FROM ${left.name} AS l ${words} ${right.name} AS r ON ${on.sql} ORDER BY l.${ORDER} NULLS LAST, r.${ORDER} NULLS LAST`,
    },
    op.range,
  );
}

function unionAll(op: Extract<Op, { op: 'UNION' }>, sources: Relation[], context: StepContext): Relation {
  const types = new Map<string, SqlType>();
  for (const source of sources) {
    for (const column of source.columns)
      types.set(column.name, widen(types.get(column.name) ?? { k: 'none' }, column.type));
  }
  const columns = [...types].map(([name, type]) => ({ name, type }));
  const known = sources.every((source) => source.rows !== undefined);
  return relation(
    context,
    {
      columns,
      sources,
      ...(known ? { rows: sources.reduce((sum, source) => sum + (source.rows as number), 0) } : {}),
      require(self) {
        for (const source of sources) {
          needAll(
            source,
            source.columns.filter((column) => self.need.has(column.name)).map((column) => column.name),
          );
          source.needOrder ||= self.needOrder;
        }
      },
      emit(self) {
        const parts = sources.map((source, index) => {
          const values = wanted(self).map(({ name, type }) => {
            const own = source.columns.find((column) => column.name === name);
            const sql =
              own === undefined
                ? `CAST(NULL AS ${nativeOf(type)})`
                : toType({ sql: `s.${quoteName(name)}`, type: own.type, fails: false }, type).sql;
            return `${sql} AS ${quoteName(name)}`;
          });
          return `${select([...values, ...(self.needOrder ? [`${index} AS "__voike_part"`, `s.${ORDER} AS "__voike_place"`] : [])])} FROM ${source.name} AS s`;
        });
        const all = parts.join(' UNION ALL ');
        if (!self.needOrder) return all;
        return `${select([...wanted(self).map((column) => quoteName(column.name)), `row_number() OVER (ORDER BY "__voike_part", "__voike_place") AS ${ORDER}`])} FROM (${all})`;
      },
    },
    op.range,
  );
}

function distinct(op: Extract<Op, { op: 'DISTINCT' }>, source: Relation, context: StepContext): Relation {
  const keys = op.by === undefined ? source.columns : op.by.map((ident) => columnOf(source, ident.name, ident.range));
  const keySql = keys.map((key) => `s.${quoteName(key.name)}`).join(', ');
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      require(self) {
        needAll(source, self.need);
        needAll(
          source,
          keys.map((key) => key.name),
        );
        source.needOrder ||= self.needOrder || op.by !== undefined;
      },
      emit(self) {
        if (op.by !== undefined) {
          return `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `s.${ORDER}`)])} FROM ${source.name} AS s QUALIFY row_number() OVER (PARTITION BY ${keySql} ORDER BY s.${ORDER}) = 1`;
        }
        return `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `min(s.${ORDER})`)])} FROM ${source.name} AS s GROUP BY ${keySql}`;
      },
    },
    op.range,
  );
}

function sort(op: Extract<Op, { op: 'SORT' }>, source: Relation, context: StepContext): Relation {
  const used = new Set<string>();
  const columns = refs(source, 's', used);
  const env = envOf(context, columns, [[op.source, columns]]);
  const order = op.by.map(({ value, descending }) => {
    const key = compile(value, env);
    if (key.type.k === 'list' || key.type.k === 'record') {
      throw typeMismatch(
        `${describeType(key.type).replace(/^a/, 'A')} has no order.`,
        value.range,
        'Sort by one of its fields or items.',
      );
    }
    return `${key.type.k === 'json' ? toText(key).sql : key.sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  if (op.take !== undefined) return take(op, source, op.take, order, context, used);
  const keys = [...order, `s.${ORDER}`].join(', ');
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      countLike: source,
      require(self) {
        needAll(source, self.need);
        needAll(source, used);
        source.needOrder = true;
      },
      emit: (self) =>
        `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `row_number() OVER (ORDER BY ${keys})`)])} FROM ${source.name} AS s`,
      emitLast: (self, extra) =>
        `${select(self.columns.map((column) => `s.${quoteName(column.name)}`))}${extra} FROM ${source.name} AS s ORDER BY ${keys}`,
    },
    op.range,
  );
}

function take(
  op: Op,
  source: Relation,
  count: Expr,
  order: string[],
  context: StepContext,
  used: ReadonlySet<string> = new Set(),
): Relation {
  const value = evaluate(count, context.scope, context.now === undefined ? {} : { now: context.now });
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new Problem(
      'bad-argument',
      `TAKE needs a whole number that is not negative, and this is ${typeof value === 'number' ? String(value) : describeKind(kindOf(value))}.`,
      {
        status: 422,
        range: count.range,
        hint: 'For example TAKE 10.',
      },
    );
  }
  const keys = [...order, `s.${ORDER}`].join(', ');
  const limited = (self: Relation, extra = ''): string =>
    `${select(wanted(self).map((column) => `s.${quoteName(column.name)}`))}${extra} FROM ${source.name} AS s ORDER BY ${keys} LIMIT ${value}`;
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      ...(source.rows === undefined ? {} : { rows: Math.min(source.rows, value) }),
      require(self) {
        needAll(source, self.need);
        needAll(source, used);
        source.needOrder = true;
      },
      emit(self) {
        if (!self.needOrder) return limited(self);
        // Rows of an ordered, small relation come in order, so a running number keeps it.
        return `SELECT *, row_number() OVER () AS ${ORDER} FROM (${limited(self)})`;
      },
      emitLast: limited,
    },
    op.range,
  );
}
