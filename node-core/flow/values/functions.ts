/**
 * Computes the functions of flow/contracts/functions.ts on values. Browser-safe. What each one means is written
 * there; tables/ gives the same answers in SQL.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from '../../canonical/canonical.ts';
import { Problem, type SourceRange } from '../../errors/problem.ts';
import { type FunctionContract, functionContract } from '../contracts/functions.ts';
import { addUnits, momentText, parseMoment, requireMoment, requireUnit, truncate, unitsBetween } from './dates.ts';
import type { EvaluateOptions } from './evaluate.ts';
import { compare, describeKind, equal, finite, kindOf, numberText, typeMismatch } from './semantics.ts';
import type { RecordValue, ScopeValue, TableValue, Value } from './value.ts';

/** Longest text or list that a function makes. */
const LONGEST = 64 * 1024 * 1024;

interface Call {
  args: ScopeValue[];
  options: EvaluateOptions;
  range: SourceRange;
}

function badArgument(message: string, range: SourceRange, hint?: string): Problem {
  return new Problem('bad-argument', message, { status: 422, range, ...(hint === undefined ? {} : { hint }) });
}

/** Rounds with halves away from zero, taking up the last bits that binary fractions lose (2.345 is 2.35 at 2 digits). */
export function roundNumber(value: number, digits: number): number {
  const scale = 10 ** Math.min(Math.abs(digits), 300);
  const scaled = digits >= 0 ? value * scale : value / scale;
  if (!(Math.abs(scaled) < 1e15)) return digits >= 0 ? value : finite(value);
  const nudged = scaled * 1.0000000000000004;
  const whole = Math.sign(nudged) * Math.floor(Math.abs(nudged) + 0.5);
  const result = digits >= 0 ? whole / scale : whole * scale;
  return result === 0 ? 0 : result;
}

/** The number that a text spells; none when it spells none. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? (value === 0 ? 0 : value) : null;
}

/** JSON with fields in their order, tables and files as references. */
function jsonText(value: ScopeValue): string {
  return JSON.stringify(value, (_key, inner: unknown) => (Object.is(inner, -0) ? 0 : inner));
}

function textOf(value: ScopeValue): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'boolean':
      return String(value);
    default:
      return jsonText(value);
  }
}

function whole(value: ScopeValue, what: string, range: SourceRange): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw badArgument(`${what} must be a whole number.`, range);
}

const codePoints = (text: string): string[] => [...text];

function pad(call: Call, atStart: boolean): string {
  const text = call.args[0] as string;
  const length = whole(call.args[1] ?? 0, 'The length', call.range);
  const fill = (call.args[2] as string | undefined) ?? ' ';
  const missing = length - codePoints(text).length;
  if (missing <= 0 || fill === '') return text;
  if (length > LONGEST) throw badArgument('The text would be too long.', call.range);
  const unit = codePoints(fill);
  const padding = fill.repeat(Math.floor(missing / unit.length)) + unit.slice(0, missing % unit.length).join('');
  return atStart ? padding + text : text + padding;
}

function extreme(call: Call, sign: number): ScopeValue {
  const values = call.args.length === 1 && Array.isArray(call.args[0]) ? call.args[0] : call.args;
  let best: ScopeValue = null;
  for (const value of values) {
    if (value === null) continue;
    if (best === null) {
      if (typeof value === 'object')
        throw typeMismatch(`${describeKind(kindOf(value))} has no order.`.replace(/^a/, 'A'), call.range);
      best = value;
    } else if (compare(value, best, call.range) * sign > 0) {
      best = value;
    }
  }
  return best;
}

function numbersOf(call: Call): number[] {
  const numbers: number[] = [];
  for (const item of call.args[0] as Value[]) {
    if (item === null) continue;
    if (typeof item !== 'number')
      throw typeMismatch(`The list must hold numbers, and it holds ${describeKind(kindOf(item))}.`, call.range);
    numbers.push(item);
  }
  return numbers;
}

const number = (call: Call, index = 0): number => call.args[index] as number;
const text = (call: Call, index = 0): string => call.args[index] as string;
const instant = (call: Call, index = 0) => requireMoment(text(call, index), call.range);
const part = (read: (date: Date) => number) => (call: Call) => read(new Date(instant(call).ms));

const IMPLEMENTATIONS: Record<string, (call: Call) => ScopeValue> = {
  CONCAT: ({ args }) => args.map((value) => (value === null ? '' : textOf(value))).join(''),
  LEN: ({ args: [value] }) => {
    if (typeof value === 'string') return codePoints(value).length;
    if (Array.isArray(value)) return value.length;
    return kindOf(value as ScopeValue) === 'table'
      ? (value as TableValue).rows
      : Object.keys(value as RecordValue).length;
  },
  LOWER: (call) => text(call).toLowerCase(),
  UPPER: (call) => text(call).toUpperCase(),
  TRIM: (call) => text(call).trim(),
  REPLACE: (call) => (text(call, 1) === '' ? text(call) : text(call).replaceAll(text(call, 1), () => text(call, 2))),
  SUBSTRING: (call) => {
    const points = codePoints(text(call));
    const start = whole(number(call, 1), 'The start', call.range);
    const from = start < 0 ? points.length + start : start;
    if (call.args[2] === undefined) return points.slice(Math.max(from, 0)).join('');
    const to = from + Math.max(0, whole(number(call, 2), 'The length', call.range));
    return points.slice(Math.max(from, 0), Math.max(to, 0)).join('');
  },
  STARTS_WITH: (call) => text(call).startsWith(text(call, 1)),
  ENDS_WITH: (call) => text(call).endsWith(text(call, 1)),
  CONTAINS: ({ args: [container, what], range }) => {
    if (Array.isArray(container)) return container.some((item) => equal(item, what ?? null, range));
    if (typeof what !== 'string')
      throw typeMismatch(`A text contains text, not ${describeKind(kindOf(what ?? null))}.`, range);
    return (container as string).includes(what);
  },
  INDEX_OF: ({ args: [container, what], range }) => {
    if (Array.isArray(container)) return container.findIndex((item) => equal(item, what ?? null, range));
    if (typeof what !== 'string')
      throw typeMismatch(`A text contains text, not ${describeKind(kindOf(what ?? null))}.`, range);
    const unit = (container as string).indexOf(what);
    return unit < 0 ? -1 : codePoints((container as string).slice(0, unit)).length;
  },
  SPLIT: (call) => (text(call, 1) === '' ? codePoints(text(call)) : text(call).split(text(call, 1))),
  JOIN_TEXT: (call) =>
    (call.args[0] as Value[])
      .filter((item) => item !== null)
      .map(textOf)
      .join((call.args[1] as string | undefined) ?? ''),
  PAD_START: (call) => pad(call, true),
  PAD_END: (call) => pad(call, false),
  TEXT: ({ args: [value] }) => textOf(value ?? null),
  NUMBER: ({ args: [value] }) => (typeof value === 'string' ? parseNumber(value) : Number(value)),
  ROUND: (call) =>
    roundNumber(number(call), call.args[1] === undefined ? 0 : whole(call.args[1], 'The digits', call.range)),
  FLOOR: (call) => Math.floor(number(call)),
  CEIL: (call) => Math.ceil(number(call)),
  ABS: (call) => Math.abs(number(call)),
  SIGN: (call) => Math.sign(number(call)),
  SQRT: (call) => {
    if (number(call) < 0) throw badArgument('SQRT needs a number that is not negative.', call.range);
    return Math.sqrt(number(call));
  },
  POWER: (call) => {
    const result = number(call) ** number(call, 1);
    if (Number.isNaN(result)) throw badArgument('This power is not a real number.', call.range);
    return result;
  },
  EXP: (call) => Math.exp(number(call)),
  LN: (call) => {
    if (number(call) <= 0) throw badArgument('LN needs a number above 0.', call.range);
    return Math.log(number(call));
  },
  LOG10: (call) => {
    if (number(call) <= 0) throw badArgument('LOG10 needs a number above 0.', call.range);
    return Math.log10(number(call));
  },
  MIN: (call) => extreme(call, -1),
  MAX: (call) => extreme(call, 1),
  SUM: (call) => numbersOf(call).reduce((sum, value) => sum + value, 0),
  AVG: (call) => {
    const numbers = numbersOf(call);
    return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  },
  NOW: ({ options }) => momentText(requireMoment(options.now ?? new Date().toISOString())),
  TODAY: ({ options }) => (options.now ?? new Date().toISOString()).slice(0, 10),
  DATE: (call) => momentText({ ms: truncate(instant(call), 'day').ms, dateOnly: true }),
  TIMESTAMP: (call) => momentText({ ms: instant(call).ms, dateOnly: false }),
  YEAR: part((date) => date.getUTCFullYear()),
  MONTH: part((date) => date.getUTCMonth() + 1),
  DAY: part((date) => date.getUTCDate()),
  HOUR: part((date) => date.getUTCHours()),
  MINUTE: part((date) => date.getUTCMinutes()),
  SECOND: part((date) => date.getUTCSeconds()),
  WEEKDAY: part((date) => date.getUTCDay() || 7),
  DATE_ADD: (call) =>
    momentText(
      addUnits(
        instant(call),
        whole(number(call, 1), 'The amount', call.range),
        requireUnit(text(call, 2), call.range),
        call.range,
      ),
    ),
  DATE_DIFF: (call) =>
    unitsBetween(
      instant(call),
      instant(call, 1),
      requireUnit((call.args[2] as string | undefined) ?? 'day', call.range),
    ),
  DATE_TRUNC: (call) => momentText(truncate(instant(call), requireUnit(text(call, 1), call.range))),
  FIRST: (call) => items(call)[0] ?? null,
  LAST: (call) => items(call).at(-1) ?? null,
  SLICE: (call) =>
    (call.args[0] as Value[]).slice(
      whole(number(call, 1), 'The start', call.range),
      call.args[2] === undefined ? undefined : whole(call.args[2], 'The end', call.range),
    ),
  REVERSE: (call) => (call.args[0] as Value[]).toReversed(),
  UNIQUE: ({ args: [list] }) => {
    const seen = new Set<string>();
    return (list as Value[]).filter((item) => {
      const key = canonicalJson(item);
      return seen.has(key) ? false : (seen.add(key), true);
    });
  },
  SORT_LIST: (call) =>
    (call.args[0] as Value[]).toSorted((a, b) =>
      a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b, call.range),
    ),
  RANGE: (call) => {
    const from = whole(number(call), 'The first number', call.range);
    const to = whole(number(call, 1), 'The end', call.range);
    if (to - from > 1_000_000) throw badArgument('RANGE makes at most 1,000,000 numbers.', call.range);
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  },
  KEYS: ({ args: [record] }) => Object.keys(record as RecordValue),
  VALUES: ({ args: [record] }) => Object.values(record as RecordValue),
  MERGE: ({ args }) => Object.fromEntries(args.flatMap((record) => Object.entries((record ?? {}) as RecordValue))),
  JSON_STRINGIFY: ({ args: [value] }) => jsonText(value ?? null),
  JSON_PARSE: (call) => {
    try {
      return JSON.parse(text(call)) as Value;
    } catch {
      throw badArgument('The text is not JSON.', call.range, 'Check that quotes, commas and brackets are complete.');
    }
  },
  COALESCE: ({ args }) => args.find((value) => value !== null) ?? null,
  IF: ({ args }) => (args[0] === true ? args[1] : args[2]) ?? null,
  IS_NONE: ({ args: [value] }) => value === null,
  TYPE_OF: ({ args: [value] }) => kindOf(value ?? null),
  HASH: ({ args: [value] }) =>
    bytesToHex(sha256(utf8ToBytes(typeof value === 'string' ? value : canonicalJson(value)))),
  UUID: ({ options }) => (options.uuid ?? (() => crypto.randomUUID()))(),
};

function items(call: Call): Value[] {
  const [list] = call.args;
  if (Array.isArray(list)) return list;
  throw badArgument(
    'The rows of this table are not at hand here.',
    call.range,
    'Use SORT … TAKE 1 and read the step after it.',
  );
}

/** Whether a value is of one of the kinds that a parameter takes; a date is a text that spells one. */
function taken(contract: FunctionContract, index: number, value: ScopeValue): boolean {
  const parameter = contract.parameters[Math.min(index, contract.parameters.length - 1)];
  if (parameter === undefined || parameter.kinds.includes('any')) return true;
  return parameter.kinds.includes(kindOf(value));
}

/** Calls a function with values. The number of arguments is already checked. */
export function callFunction(
  name: string,
  args: ScopeValue[],
  options: EvaluateOptions,
  range: SourceRange,
): ScopeValue {
  const contract = functionContract(name);
  const implementation = contract === undefined ? undefined : IMPLEMENTATIONS[contract.name];
  if (contract === undefined || implementation === undefined) {
    throw new Problem('unknown-function', `There is no function called "${name}".`, { status: 422, range });
  }
  // An optional argument that is none is as if it were left out only where none is handled.
  if (contract.none === 'result' && args.some((value) => value === null)) return null;
  for (const [index, value] of args.entries()) {
    if (value === null || taken(contract, index, value)) continue;
    const parameter = contract.parameters[Math.min(index, contract.parameters.length - 1)];
    throw typeMismatch(
      `${contract.name} takes ${parameter?.kinds.join(' or ')} as ${parameter?.name}, and this is ${describeKind(kindOf(value))}.`,
      range,
      `For example ${contract.example.expression}.`,
    );
  }
  const result = implementation({ args, options, range });
  if (typeof result === 'number') return finite(result, range);
  if (typeof result === 'string' && result.length > LONGEST) throw badArgument('The text would be too long.', range);
  return result;
}

/** Whether a text spells a date or a moment. */
export function isMomentText(value: string): boolean {
  return parseMoment(value) !== undefined;
}
