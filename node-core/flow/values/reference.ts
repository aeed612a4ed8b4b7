/**
 * References: the tables, files and blobs among the values of a run. Only the program makes them, and what it made it
 * knows again. A record of the same form, out of an input, a JSON file or the answer of an operation, stays the record
 * that it is: nothing is read because of it. Browser-safe.
 */
import type { BlobValue, FileValue, TableValue } from './value.ts';

const made = new WeakSet<object>();

/** Makes a reference of `value`, and returns it. A copy of it is a record again. */
export function reference<T extends object>(value: T): T {
  made.add(value);
  return value;
}

/** Whether the value is a reference, as opposed to a record that happens to have a field `kind`. */
export function isReference(value: unknown): value is TableValue | FileValue | BlobValue {
  return typeof value === 'object' && value !== null && made.has(value);
}
