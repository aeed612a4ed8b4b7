/**
 * A relation: a relational step, or a source of one, as SQL. It knows its columns and can write itself once it is known
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
import { sideName } from '../flow/plan/columns.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import type { ScopeValue } from '../flow/values/value.ts';
import type { ColumnRef, CompileEnv, Compiled } from './compiled.ts';
import { type SqlType, nativeOf, quoteName } from './sql-types.ts';

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

/** Columns of a source as an expression sees them, counting what it uses. */
export function refs(source: Relation, alias: string, used: Set<string>): Map<string, ColumnRef> {
  return new Map(
    source.columns.map((column) => [
      column.name,
      { sql: `${alias}.${quoteName(column.name)}`, type: column.type, use: () => used.add(column.name) },
    ]),
  );
}

export function envOf(
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

export function columnOf(source: Relation, name: string, range: SourceRange): RelationColumn {
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
    // Says so for names that SQL cannot hold.
    quoteName(name);
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

export function relation(context: StepContext, draft: Draft, range: SourceRange): Relation {
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

export function needAll(target: Relation, names: Iterable<string>): void {
  for (const name of names) target.need.add(name);
}

export const select = (columns: string[]): string =>
  columns.length === 0 ? 'SELECT 1 AS "__voike_none"' : `SELECT ${columns.join(', ')}`;
export const wanted = (self: Relation): RelationColumn[] => self.columns.filter((column) => self.need.has(column.name));
export const orderColumn = (self: Relation, sql: string): string[] => (self.needOrder ? [`${sql} AS ${ORDER}`] : []);

/** none is a type for expressions only: as a column it is text. */
export function columnValue(value: Compiled): Compiled {
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
