/**
 * Canonical JSON (RFC 8785, JSON Canonicalization Scheme): one text for one value, so that a hash of the text names
 * the value. Browser-safe.
 */
import { Problem } from '../errors/problem.ts';

/** Deeper values are refused: no honest value is so deep, and recursion must end before the stack does. */
export const MAX_DEPTH = 500;

/**
 * The canonical JSON text of `value`. Object properties that are `undefined` are left out, as JSON.stringify does.
 *
 * @throws Problem `not-canonical-json` for what JSON cannot say exactly: NaN, infinities, lone surrogates (RFC 8785,
 * section 3.2.2), bigint, functions, objects that are not plain (Date, Map, …), and nesting beyond {@link MAX_DEPTH}.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      // ECMAScript's own number to text conversion is the one that RFC 8785, section 3.2.2.3, prescribes; -0 becomes 0.
      if (Number.isFinite(value)) return String(value);
      throw refused(`${value} is not a JSON number`);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_DEPTH) throw refused(`a value is nested deeper than ${MAX_DEPTH} levels, or contains itself`);
      return Array.isArray(value) ? list(value, depth) : record(value, depth);
    default:
      throw refused(`a ${typeof value} has no JSON form`);
  }
}

function text(value: string): string {
  if (!value.isWellFormed()) throw refused('text holds half of a surrogate pair, which is not Unicode');
  // For well-formed text JSON.stringify escapes exactly what RFC 8785, section 3.2.2.2, asks for.
  return JSON.stringify(value);
}

function list(values: unknown[], depth: number): string {
  let out = '[';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) out += ',';
    out += write(values[i], depth + 1);
  }
  return `${out}]`;
}

function record(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm (a worker, a test's sandbox) has that realm's Object.prototype, whose own is null.
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    throw refused(`an object of class ${value.constructor?.name ?? 'unknown'} has no JSON form`);
  }
  const fields = value as Record<string, unknown>;
  let out = '{';
  // The default sort compares UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  for (const key of Object.keys(fields).sort()) {
    const field = fields[key];
    if (field === undefined) continue;
    out += out.length > 1 ? ',' : '';
    out += `${text(key)}:${write(field, depth + 1)}`;
  }
  return `${out}}`;
}

function refused(why: string): Problem {
  return new Problem('not-canonical-json', `This value cannot be recorded as JSON: ${why}.`, {
    status: 422,
    hint: 'Use text, finite numbers, true, false, null, lists and plain records; write large integers and dates as text.',
  });
}
