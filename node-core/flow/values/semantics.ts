/**
 * What FLOW's operators mean on values: kinds, truth, equality, order, text form. The SQL that tables/ writes gives
 * the same answers. Browser-safe.
 */
import { Problem, type SourceRange } from '../../errors/problem.ts';
import { isReference } from './reference.ts';
import type { RecordValue, ScopeValue } from './value.ts';

export type ValueKind = 'none' | 'bool' | 'number' | 'text' | 'list' | 'record' | 'table' | 'file' | 'blob';

export function kindOf(value: ScopeValue): ValueKind {
  if (value === null) return 'none';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    default:
      if (Array.isArray(value)) return 'list';
      if (isReference(value)) return (value.kind as string) === 'lazy-table' ? 'table' : value.kind;
      return 'record';
  }
}

/** With its article, for messages. */
export function describeKind(kind: ValueKind): string {
  return kind === 'none' ? 'none' : `a ${kind}`;
}

export function typeMismatch(message: string, range?: SourceRange, hint?: string): Problem {
  return new Problem('type-mismatch', message, {
    status: 422,
    hint: hint ?? 'Convert one side, for example with NUMBER(…) or TEXT(…).',
    ...(range === undefined ? {} : { range }),
  });
}

/** False and none are not true; everything else is. */
export function isTrue(value: ScopeValue): boolean {
  return value !== null && value !== false;
}

/** none equals only none; values of different kinds cannot be compared. */
export function equal(left: ScopeValue, right: ScopeValue, range?: SourceRange): boolean {
  if (left === null || right === null) return left === right;
  const kind = kindOf(left);
  const other = kindOf(right);
  if (kind !== other) {
    throw typeMismatch(
      `${describeKind(kind)} cannot be compared with ${describeKind(other)}.`.replace(/^a/, 'A'),
      range,
    );
  }
  if (typeof left !== 'object') return left === right;
  if (Array.isArray(left)) {
    const items = right as ScopeValue[];
    return left.length === items.length && left.every((item, index) => equal(item, items[index] ?? null, range));
  }
  const a = left as RecordValue;
  const b = right as RecordValue;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key] ?? null, b[key] ?? null, range))
  );
}

/** Text by code points, as UTF-8 bytes are ordered (JavaScript's own order is by UTF-16 units). */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    let a = left.charCodeAt(index);
    let b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand above U+FFFF, so above everything in U+E000…U+FFFF.
    if (a >= 0xd800 && b >= 0xd800) {
      if (a < 0xe000) a += 0x10000;
      if (b < 0xe000) b += 0x10000;
    }
    return a - b;
  }
  return left.length - right.length;
}

/** Below 0, 0 or above for two values that are not none; numbers, texts and bools have an order. */
export function compare(left: ScopeValue, right: ScopeValue, range?: SourceRange): number {
  const kind = kindOf(left);
  const other = kindOf(right);
  if (kind !== other) {
    throw typeMismatch(
      `${describeKind(kind)} cannot be compared with ${describeKind(other)}.`.replace(/^a/, 'A'),
      range,
    );
  }
  if (kind === 'number' || kind === 'bool') return Number(left) - Number(right);
  if (kind === 'text') return compareText(left as string, right as string);
  throw typeMismatch(
    `${describeKind(kind)} has no order.`.replace(/^a/, 'A'),
    range,
    'Compare one of its fields or items.',
  );
}

/** The text of a number: as JavaScript writes it, and never `-0`. */
export function numberText(value: number): string {
  return value === 0 ? '0' : String(value);
}

/** A finite number, or the error that a result which is not one is. */
export function finite(value: number, range?: SourceRange): number {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  throw new Problem('number-overflow', 'The result is too large for a number.', {
    status: 422,
    hint: 'Numbers go up to about 1.8e308, whole numbers in columns up to 9.2e18.',
    ...(range === undefined ? {} : { range }),
  });
}
