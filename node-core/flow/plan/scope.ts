/** What a bare name can mean inside an operation that works row by row. Browser-safe. */
import type { Column } from '../types/type.ts';
import type { Variable } from './model.ts';

export interface Side {
  name: string | undefined;
  /** Undefined: a table, but its columns are not known before the run. */
  columns: readonly Column[] | undefined;
}

export interface ColumnScope {
  sides: readonly Side[];
}

export interface ExprScope {
  columns?: ColumnScope;
  variables: readonly Variable[];
}

const byName = new WeakMap<readonly Column[], Map<string, Column>>();

/** The column of that name. Looked up in a map that is made once a list of columns, as lists are shared between steps. */
export function findColumn(columns: readonly Column[], name: string): Column | undefined {
  if (columns.length < 8) return columns.find((column) => column.name === name);
  let map = byName.get(columns);
  if (map === undefined) {
    map = new Map(columns.map((column) => [column.name, column]));
    byName.set(columns, map);
  }
  return map.get(name);
}

export type ColumnLookup =
  | { found: 'column'; column: Column; side: Side }
  /** In several sides. */
  | { found: 'ambiguous'; sides: Side[] }
  /** Every side's columns are known, and none has the name. */
  | { found: 'no' }
  /** Some side's columns are not known. */
  | { found: 'maybe' };

export function lookUpColumn(scope: ColumnScope, name: string): ColumnLookup {
  let maybe = false;
  const hits: { column: Column; side: Side }[] = [];
  for (const side of scope.sides) {
    if (side.columns === undefined) {
      maybe = true;
      continue;
    }
    const column = findColumn(side.columns, name);
    if (column !== undefined) hits.push({ column, side });
  }
  if (hits.length > 1) return { found: 'ambiguous', sides: hits.map((hit) => hit.side) };
  if (hits.length === 1) return { found: 'column', ...hits[0]! };
  return { found: maybe ? 'maybe' : 'no' };
}

/** The names of all columns in scope, each once. */
export function columnNames(scope: ColumnScope): string[] {
  const names = new Set<string>();
  for (const side of scope.sides) for (const column of side.columns ?? []) names.add(column.name);
  return [...names];
}
