/** Results of steps in their stored form, and back. */
import { isReference, reference } from '../flow/values/reference.ts';
import type { FileValue, ScopeValue, TableValue } from '../flow/values/value.ts';
import type { LazyTable } from '../tables/engine-types.ts';
import type { ResultRow } from './records.ts';
import type { TableRef } from './schema.ts';

/** What a step can yield: a value, or a table whose rows are computed when somebody opens it. */
export type StepResult = ScopeValue | LazyTable;

export function isTable(value: unknown): value is TableValue {
  return isReference(value) && (value as { kind: string }).kind === 'table';
}

export function isLazy(value: unknown): value is LazyTable {
  return isReference(value) && (value as { kind: string }).kind === 'lazy-table';
}

export function isFile(value: unknown): value is FileValue {
  return isReference(value) && (value as { kind: string }).kind === 'file';
}

/** Where in a value something stands: names of fields and positions in lists. */
type Path = (string | number)[];

/** A value with references inside is stored as `references`: with the places where they stand. */
export function encodeResult(value: StepResult): { kind: ResultRow['kind']; value: string } {
  if (typeof value === 'string') return { kind: 'text', value };
  if (isLazy(value)) return { kind: 'lazy', value: JSON.stringify(value) };
  if (isTable(value)) return { kind: 'table', value: JSON.stringify(value) };
  const at: Path[] = [];
  findReferences(value, [], at);
  return at.length === 0
    ? { kind: 'json', value: JSON.stringify(value) }
    : { kind: 'references', value: JSON.stringify({ value, at }) };
}

function findReferences(value: unknown, path: Path, found: Path[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isReference(value)) found.push([...path]);
  else if (Array.isArray(value)) {
    for (const [position, item] of value.entries()) {
      if (typeof item !== 'object' || item === null) continue;
      path.push(position);
      findReferences(item, path, found);
      path.pop();
    }
  } else {
    for (const [name, field] of Object.entries(value)) {
      if (typeof field !== 'object' || field === null) continue;
      path.push(name);
      findReferences(field, path, found);
      path.pop();
    }
  }
}

export function decodeResult(row: Pick<ResultRow, 'kind' | 'value'>): StepResult {
  if (row.kind === 'text') return row.value;
  if (row.kind === 'json') return JSON.parse(row.value) as StepResult;
  if (row.kind !== 'references') return reference(JSON.parse(row.value) as TableValue | LazyTable);
  const { value, at } = JSON.parse(row.value) as { value: StepResult; at: Path[] };
  for (const path of at) reference(path.reduce((inner, part) => (inner as never)[part], value) as unknown as object);
  return value;
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
      const table = value;
      return { $table: table.key, rows: table.rows, columns: table.columns } satisfies TableRef;
    }
    if (value.kind === 'file') {
      const file = value;
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
