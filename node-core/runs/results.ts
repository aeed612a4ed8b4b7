/** Results of steps in their stored form, and back. */
import { isReference } from '../flow/values/semantics.ts';
import type { FileValue, ScopeValue, TableValue } from '../flow/values/value.ts';
import type { LazyTable } from '../tables/engine-types.ts';
import type { ResultRow } from './records.ts';
import type { TableRef } from './schema.ts';

/** What a step can yield: a value, or a table whose rows are computed when somebody opens it. */
export type StepResult = ScopeValue | LazyTable;

export function isTable(value: unknown): value is TableValue {
  return isReference(value) && (value as { kind: string }).kind === 'table';
}

/**
 * Lazy tables that this node has made. A record of the same form may have been written by anybody, and what stands in
 * it would be run: it stays the record that it is.
 */
const made = new WeakSet<object>();

/** Says of a lazy table that the engine has made it. */
export function trust<T extends object>(table: T): T {
  made.add(table);
  return table;
}

export function isLazy(value: unknown): value is LazyTable {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { kind?: unknown }).kind === 'lazy-table' &&
    made.has(value)
  );
}

export function isFile(value: unknown): value is FileValue {
  return isReference(value) && (value as { kind: string }).kind === 'file';
}

export function encodeResult(value: StepResult): { kind: ResultRow['kind']; value: string } {
  if (typeof value === 'string') return { kind: 'text', value };
  if (isLazy(value)) return { kind: 'lazy', value: JSON.stringify(value) };
  return { kind: isTable(value) ? 'table' : 'json', value: JSON.stringify(value) };
}

export function decodeResult(row: Pick<ResultRow, 'kind' | 'value'>): StepResult {
  if (row.kind === 'text') return row.value;
  const value = JSON.parse(row.value) as StepResult;
  return row.kind === 'lazy' ? trust(value as LazyTable) : value;
}

/** `table`, `json`, `text` or `none`: how to look at it. */
export function kindOfResult(value: StepResult): 'table' | 'json' | 'text' | 'none' {
  if (value === null) return 'none';
  if (typeof value === 'string') return 'text';
  return isTable(value) || isLazy(value) ? 'table' : 'json';
}

/** The wire form: tables, files and blobs inside a value as references. */
export function toWire(value: StepResult, key = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toWire(item));
  if (isLazy(value)) return { $table: key, rows: value.rows, columns: value.columns } satisfies TableRef;
  if (isReference(value)) {
    if (value.kind === 'table') {
      const table = value as TableValue;
      return { $table: table.key, rows: table.rows, columns: table.columns } satisfies TableRef;
    }
    if (value.kind === 'file') {
      const file = value as FileValue;
      return file.path === undefined
        ? { $blob: file.blob, ...(file.name ? { name: file.name } : {}) }
        : { $file: file.path };
    }
    if (value.kind === 'blob') {
      const blob = value as { id: string; name?: string };
      return { $blob: blob.id, ...(blob.name ? { name: blob.name } : {}) };
    }
  }
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    Object.defineProperty(out, name, {
      value: toWire(field as ScopeValue),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return out;
}
