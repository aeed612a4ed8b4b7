/**
 * The functions that FLOW expressions may call: names, parameters, types and documentation. Browser-safe.
 *
 * This list is the one place that says which functions there are. flow/values/functions.ts computes them on values,
 * tables/ translates them to SQL; both must give the same answer for every row.
 *
 * Rules that hold for all of them unless their text says otherwise:
 * - names are matched without regard to case;
 * - an argument that is none makes the result none (`none: 'result'`); those with `none: 'handled'` look at it themselves;
 * - positions and list indexes count from 0, text is measured in Unicode code points;
 * - a result that is not a finite number is an error of the step, never NaN or Infinity.
 */
import type { FlowType } from '../types/type.ts';

/** A kind of value that a parameter takes; `any` takes all. */
export type ParameterKind = FlowType['kind'];

export interface FunctionParameter {
  name: string;
  /** Any one of these kinds is taken. */
  kinds: readonly ParameterKind[];
  doc?: string;
  optional?: boolean;
  /** The last parameter only: any number of further arguments of these kinds. */
  variadic?: boolean;
}

export type FunctionGroup = 'text' | 'number' | 'date' | 'list' | 'record' | 'json' | 'logic' | 'other';

export interface FunctionContract {
  /** Upper case, as the formatter prints it. */
  name: string;
  group: FunctionGroup;
  /** One line. */
  summary: string;
  /** More, where it is needed. */
  detail?: string;
  parameters: readonly FunctionParameter[];
  /** What it gives; a function when that depends on the arguments. */
  returns: FlowType | ((args: readonly FlowType[]) => FlowType);
  /** What a none argument does: the result is none, or the function says. */
  none: 'result' | 'handled';
  /** False for what may differ between two calls with the same arguments; a step that calls it is not reused. */
  deterministic: boolean;
  /** An expression and what it gives. */
  example: { expression: string; result: string };
  /** Other names for the same function. */
  aliases?: readonly string[];
}

const TEXT: FlowType = { kind: 'text' };
const NUMBER: FlowType = { kind: 'number' };
const BOOL: FlowType = { kind: 'bool' };
const DATE: FlowType = { kind: 'date' };
const TIMESTAMP: FlowType = { kind: 'timestamp' };
const ANY: FlowType = { kind: 'any' };
const RECORD: FlowType = { kind: 'record' };
const LIST_OF_TEXT: FlowType = { kind: 'list', of: TEXT };
const LIST_OF_NUMBER: FlowType = { kind: 'list', of: NUMBER };

/** Units of DATE_ADD, DATE_DIFF and DATE_TRUNC. */
export const DATE_UNITS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'] as const;
export type DateUnit = (typeof DATE_UNITS)[number];

type More = Partial<Pick<FunctionContract, 'detail' | 'none' | 'deterministic' | 'aliases'>>;

function define(
  group: FunctionGroup,
  name: string,
  parameters: readonly FunctionParameter[],
  returns: FunctionContract['returns'],
  summary: string,
  expression: string,
  result: string,
  more: More = {},
): FunctionContract {
  return {
    name,
    group,
    summary,
    parameters,
    returns,
    none: 'result',
    deterministic: true,
    example: { expression, result },
    ...more,
  };
}

function p(
  name: string,
  kinds: ParameterKind | readonly ParameterKind[],
  more: Omit<FunctionParameter, 'name' | 'kinds'> = {},
): FunctionParameter {
  return { name, kinds: typeof kinds === 'string' ? [kinds] : kinds, ...more };
}

const text = p('text', 'text');
const number = p('number', 'number');
const list = p('list', 'list');
const moment = p('date', ['date', 'timestamp', 'text'], { doc: 'A date, a moment, or text in ISO 8601 form.' });
const unit = p('unit', 'text', { doc: `One of ${DATE_UNITS.map((name) => `"${name}"`).join(', ')}.` });

/** The element type of a list, a record for a table, any otherwise. */
function elementOf(type: FlowType | undefined): FlowType {
  if (type?.kind === 'list') return type.of;
  if (type?.kind === 'table') {
    return type.columns === undefined
      ? RECORD
      : { kind: 'record', fields: Object.fromEntries(type.columns.map((column) => [column.name, column.type])) };
  }
  return ANY;
}

/** The type that all known arguments share; any when they differ or nothing is known. */
function shared(types: readonly FlowType[]): FlowType {
  let found: FlowType | undefined;
  for (const type of types) {
    if (type.kind === 'none') continue;
    if (found === undefined) found = type;
    else if (found.kind !== type.kind) return ANY;
  }
  return found ?? ANY;
}

const extreme = (args: readonly FlowType[]): FlowType => (args.length === 1 ? elementOf(args[0]) : shared(args));

const sameMoment = (args: readonly FlowType[]): FlowType =>
  args[0]?.kind === 'timestamp' ? TIMESTAMP : args[0]?.kind === 'date' ? DATE : ANY;

export const FUNCTIONS: readonly FunctionContract[] = [
  // ---- text
  define(
    'text',
    'CONCAT',
    [p('values', 'any', { variadic: true })],
    TEXT,
    'Puts values together as one text.',
    'CONCAT("row ", 3)',
    '"row 3"',
    { none: 'handled', detail: 'Numbers and bools become text; none adds nothing. Lists and records become JSON.' },
  ),
  define(
    'text',
    'LEN',
    [p('value', ['text', 'list', 'record', 'table'])],
    NUMBER,
    'How many characters a text, items a list, fields a record, or rows a table has.',
    'LEN("Kyiv")',
    '4',
    { aliases: ['LENGTH', 'COUNT'] },
  ),
  define('text', 'LOWER', [text], TEXT, 'The text in lower case.', 'LOWER("ABC")', '"abc"'),
  define('text', 'UPPER', [text], TEXT, 'The text in upper case.', 'UPPER("abc")', '"ABC"'),
  define('text', 'TRIM', [text], TEXT, 'The text without white space at both ends.', 'TRIM("  x ")', '"x"'),
  define(
    'text',
    'REPLACE',
    [text, p('find', 'text'), p('with', 'text')],
    TEXT,
    'The text with every occurrence of `find` replaced.',
    'REPLACE("a-b-c", "-", "/")',
    '"a/b/c"',
    { detail: '`find` is plain text, not a pattern; an empty `find` changes nothing.' },
  ),
  define(
    'text',
    'SUBSTRING',
    [text, p('start', 'number'), p('length', 'number', { optional: true })],
    TEXT,
    'A part of the text, from position `start` (the first is 0).',
    'SUBSTRING("airport", 0, 3)',
    '"air"',
    {
      detail:
        'Without `length`: to the end. A negative `start` counts from the end. What lies outside the text is left out.',
    },
  ),
  define(
    'text',
    'STARTS_WITH',
    [text, p('prefix', 'text')],
    BOOL,
    'Whether the text begins with `prefix`.',
    'STARTS_WITH("Oslo", "Os")',
    'true',
  ),
  define(
    'text',
    'ENDS_WITH',
    [text, p('suffix', 'text')],
    BOOL,
    'Whether the text ends with `suffix`.',
    'ENDS_WITH("Oslo", "lo")',
    'true',
  ),
  define(
    'text',
    'CONTAINS',
    [p('in', ['text', 'list']), p('what', 'any')],
    BOOL,
    'Whether a text contains another, or a list contains a value.',
    'CONTAINS("Oslo", "sl")',
    'true',
    { detail: 'Upper and lower case differ; use LOWER on both for a search that does not mind.' },
  ),
  define(
    'text',
    'INDEX_OF',
    [p('in', ['text', 'list']), p('what', 'any')],
    NUMBER,
    'Where `what` first stands in a text or list, from 0; -1 when it does not.',
    'INDEX_OF("Oslo", "l")',
    '2',
  ),
  define(
    'text',
    'SPLIT',
    [text, p('separator', 'text')],
    LIST_OF_TEXT,
    'The parts of a text between separators.',
    'SPLIT("a,b", ",")',
    '["a", "b"]',
    { detail: 'An empty separator gives the characters one by one.' },
  ),
  define(
    'text',
    'JOIN_TEXT',
    [list, p('separator', 'text', { optional: true })],
    TEXT,
    'The items of a list as one text, with `separator` (nothing when left out) between them.',
    'JOIN_TEXT(["a", "b"], ", ")',
    '"a, b"',
    { detail: 'Items that are none are left out.' },
  ),
  define(
    'text',
    'PAD_START',
    [text, p('length', 'number'), p('fill', 'text', { optional: true })],
    TEXT,
    'The text with `fill` (a space when left out) put before it until it is `length` long.',
    'PAD_START("7", 3, "0")',
    '"007"',
  ),
  define(
    'text',
    'PAD_END',
    [text, p('length', 'number'), p('fill', 'text', { optional: true })],
    TEXT,
    'The text with `fill` (a space when left out) put after it until it is `length` long.',
    'PAD_END("ab", 4, ".")',
    '"ab.."',
  ),
  define('text', 'TEXT', [p('value', 'any')], TEXT, 'The value as text.', 'TEXT(3.5)', '"3.5"', {
    detail: 'Lists and records become JSON; none stays none.',
    aliases: ['TO_TEXT'],
  }),

  // ---- numbers
  define(
    'number',
    'NUMBER',
    [p('value', ['text', 'number', 'bool'])],
    NUMBER,
    'The number that a text spells; none when it spells none.',
    'NUMBER("12.5")',
    '12.5',
    { detail: 'White space around is ignored; true is 1 and false 0.', aliases: ['TO_NUMBER'] },
  ),
  define(
    'number',
    'ROUND',
    [number, p('digits', 'number', { optional: true, doc: 'Digits after the point; 0 when left out.' })],
    NUMBER,
    'The number rounded; halves go away from zero.',
    'ROUND(3.14159, 2)',
    '3.14',
  ),
  define('number', 'FLOOR', [number], NUMBER, 'The greatest whole number not above it.', 'FLOOR(-1.2)', '-2'),
  define('number', 'CEIL', [number], NUMBER, 'The least whole number not below it.', 'CEIL(1.2)', '2'),
  define('number', 'ABS', [number], NUMBER, 'The number without its sign.', 'ABS(-3)', '3'),
  define('number', 'SIGN', [number], NUMBER, '-1, 0 or 1.', 'SIGN(-8)', '-1'),
  define('number', 'SQRT', [number], NUMBER, 'The square root; an error for a negative number.', 'SQRT(9)', '3'),
  define(
    'number',
    'POWER',
    [p('base', 'number'), p('exponent', 'number')],
    NUMBER,
    '`base` to the power of `exponent`.',
    'POWER(2, 10)',
    '1024',
  ),
  define('number', 'EXP', [number], NUMBER, 'e to the power of the number.', 'EXP(0)', '1'),
  define(
    'number',
    'LN',
    [number],
    NUMBER,
    'The natural logarithm; an error unless the number is above 0.',
    'LN(1)',
    '0',
  ),
  define(
    'number',
    'LOG10',
    [number],
    NUMBER,
    'The logarithm to base 10; an error unless the number is above 0.',
    'LOG10(1000)',
    '3',
  ),
  define(
    'number',
    'MIN',
    [p('values', 'any', { variadic: true })],
    extreme,
    'The least of several values, or of one list.',
    'MIN(3, 1, 2)',
    '1',
    {
      none: 'handled',
      detail: 'none is passed over; none when nothing else is there. In GROUP, `AGG min(c)` works on a column.',
    },
  ),
  define(
    'number',
    'MAX',
    [p('values', 'any', { variadic: true })],
    extreme,
    'The greatest of several values, or of one list.',
    'MAX(3, 1, 2)',
    '3',
    {
      none: 'handled',
      detail: 'none is passed over; none when nothing else is there. In GROUP, `AGG max(c)` works on a column.',
    },
  ),
  define('number', 'SUM', [list], NUMBER, 'The sum of a list of numbers; 0 for an empty list.', 'SUM([1, 2, 3])', '6', {
    detail: 'Items that are none are passed over. For a column use `GROUP x BY … AGG sum(c)`.',
  }),
  define(
    'number',
    'AVG',
    [list],
    NUMBER,
    'The mean of a list of numbers; none for an empty list.',
    'AVG([1, 2, 3])',
    '2',
    { detail: 'Items that are none are passed over.' },
  ),

  // ---- dates
  define('date', 'NOW', [], TIMESTAMP, 'The moment at which the run started.', 'NOW()', '2026-01-31T09:30:00Z', {
    deterministic: false,
    aliases: ['CURRENT_TIMESTAMP'],
    detail:
      'The same everywhere in one run, so that its steps agree. UTC. CURRENT_TIMESTAMP may be written without parentheses.',
  }),
  define('date', 'TODAY', [], DATE, 'The date (UTC) on which the run started.', 'TODAY()', '2026-01-31', {
    deterministic: false,
    aliases: ['CURRENT_DATE'],
  }),
  define(
    'date',
    'DATE',
    [p('value', ['text', 'date', 'timestamp'])],
    DATE,
    'The calendar date of a text (`YYYY-MM-DD` or ISO 8601) or of a moment; an error when the text is no date.',
    'DATE("2026-01-31")',
    '2026-01-31',
  ),
  define(
    'date',
    'TIMESTAMP',
    [p('value', ['text', 'date', 'timestamp'])],
    TIMESTAMP,
    'The moment that an ISO 8601 text names; UTC where it names no zone.',
    'TIMESTAMP("2026-01-31T09:30:00Z")',
    '2026-01-31T09:30:00Z',
  ),
  define('date', 'YEAR', [moment], NUMBER, 'The year of a date.', 'YEAR("2026-01-31")', '2026'),
  define('date', 'MONTH', [moment], NUMBER, 'The month of a date, 1 to 12.', 'MONTH("2026-01-31")', '1'),
  define('date', 'DAY', [moment], NUMBER, 'The day of the month, 1 to 31.', 'DAY("2026-01-31")', '31'),
  define('date', 'HOUR', [moment], NUMBER, 'The hour of a moment, 0 to 23 (UTC).', 'HOUR("2026-01-31T09:30:00Z")', '9'),
  define(
    'date',
    'MINUTE',
    [moment],
    NUMBER,
    'The minute of a moment, 0 to 59.',
    'MINUTE("2026-01-31T09:30:00Z")',
    '30',
  ),
  define(
    'date',
    'SECOND',
    [moment],
    NUMBER,
    'The whole second of a moment, 0 to 59.',
    'SECOND("2026-01-31T09:30:05Z")',
    '5',
  ),
  define(
    'date',
    'WEEKDAY',
    [moment],
    NUMBER,
    'The day of the week as in ISO 8601: Monday is 1, Sunday is 7.',
    'WEEKDAY("2026-01-31")',
    '6',
  ),
  define(
    'date',
    'DATE_ADD',
    [moment, p('amount', 'number'), unit],
    sameMoment,
    'The date or moment `amount` units later (earlier when negative).',
    'DATE_ADD(DATE("2026-01-31"), 1, "month")',
    '2026-02-28',
    {
      detail:
        'The last day of a month stays inside the month. A date with a unit of a day or longer stays a date; otherwise the result is a moment.',
    },
  ),
  define(
    'date',
    'DATE_DIFF',
    [
      p('from', ['date', 'timestamp', 'text']),
      p('to', ['date', 'timestamp', 'text']),
      p('unit', 'text', { optional: true, doc: '"day" when left out.' }),
    ],
    NUMBER,
    'How many unit boundaries lie between two dates; negative when `to` is earlier.',
    'DATE_DIFF("2026-01-01", "2026-01-31")',
    '30',
  ),
  define(
    'date',
    'DATE_TRUNC',
    [moment, unit],
    sameMoment,
    'The beginning of the year, month, week (Monday), day … that the date lies in.',
    'DATE_TRUNC(DATE("2026-01-31"), "month")',
    '2026-01-01',
  ),

  // ---- lists
  define(
    'list',
    'FIRST',
    [p('list', ['list', 'table'])],
    (args) => elementOf(args[0]),
    'The first item of a list or row of a table; none when it is empty.',
    'FIRST([4, 5])',
    '4',
  ),
  define(
    'list',
    'LAST',
    [p('list', ['list', 'table'])],
    (args) => elementOf(args[0]),
    'The last item of a list or row of a table; none when it is empty.',
    'LAST([4, 5])',
    '5',
  ),
  define(
    'list',
    'SLICE',
    [list, p('start', 'number'), p('end', 'number', { optional: true })],
    (args) => args[0] ?? ANY,
    'The items from index `start` up to, not including, `end`.',
    'SLICE([1, 2, 3], 1)',
    '[2, 3]',
    { detail: 'Negative indexes count from the end.' },
  ),
  define(
    'list',
    'REVERSE',
    [list],
    (args) => args[0] ?? ANY,
    'The list from the last item to the first.',
    'REVERSE([1, 2])',
    '[2, 1]',
  ),
  define(
    'list',
    'UNIQUE',
    [list],
    (args) => args[0] ?? ANY,
    'The list with each value once, in order of first appearance.',
    'UNIQUE([1, 1, 2])',
    '[1, 2]',
  ),
  define(
    'list',
    'SORT_LIST',
    [list],
    (args) => args[0] ?? ANY,
    'The list in ascending order, none last.',
    'SORT_LIST([2, 1])',
    '[1, 2]',
  ),
  define(
    'list',
    'RANGE',
    [p('from', 'number'), p('to', 'number')],
    LIST_OF_NUMBER,
    'The whole numbers from `from` up to, not including, `to`; at most 1,000,000 of them.',
    'RANGE(0, 3)',
    '[0, 1, 2]',
  ),

  // ---- records and JSON
  define(
    'record',
    'KEYS',
    [p('record', ['record'])],
    LIST_OF_TEXT,
    'The names of the fields of a record.',
    'KEYS({ a: 1, b: 2 })',
    '["a", "b"]',
  ),
  define(
    'record',
    'VALUES',
    [p('record', ['record'])],
    { kind: 'list', of: ANY },
    'The values of the fields of a record.',
    'VALUES({ a: 1, b: 2 })',
    '[1, 2]',
  ),
  define(
    'record',
    'MERGE',
    [p('records', 'record', { variadic: true })],
    RECORD,
    'One record with the fields of all; where a name repeats, the later value stands.',
    'MERGE({ a: 1 }, { b: 2 })',
    '{ a: 1, b: 2 }',
    { none: 'handled', detail: 'none counts as an empty record.' },
  ),
  define(
    'json',
    'JSON_STRINGIFY',
    [p('value', 'any')],
    TEXT,
    'The value as JSON text.',
    'JSON_STRINGIFY({ a: 1 })',
    '"{\\"a\\":1}"',
    { none: 'handled', detail: 'none becomes `null`.' },
  ),
  define(
    'json',
    'JSON_PARSE',
    [text],
    ANY,
    'The value that a JSON text describes; an error when it is not JSON.',
    'JSON_PARSE("[1, 2]")',
    '[1, 2]',
  ),

  // ---- logic and the rest
  define(
    'logic',
    'COALESCE',
    [p('values', 'any', { variadic: true })],
    shared,
    'The first value that is not none.',
    'COALESCE(none, 3)',
    '3',
    { none: 'handled' },
  ),
  define(
    'logic',
    'IF',
    [p('condition', 'bool'), p('then', 'any'), p('else', 'any', { optional: true })],
    (args) => shared(args.slice(1)),
    '`then` where the condition is true, otherwise `else` (none when left out).',
    'IF(3 > 2, "yes", "no")',
    '"yes"',
    { none: 'handled', detail: 'A condition that is none counts as not true. Only the chosen value is computed.' },
  ),
  define('logic', 'IS_NONE', [p('value', 'any')], BOOL, 'Whether the value is none.', 'IS_NONE(none)', 'true', {
    none: 'handled',
  }),
  define(
    'other',
    'TYPE_OF',
    [p('value', 'any')],
    TEXT,
    "The name of the value's type: `none`, `text`, `number`, `bool`, `date`, `timestamp`, `list`, `record`, `table`, `file`, `blob`.",
    'TYPE_OF([1])',
    '"list"',
    { none: 'handled' },
  ),
  define(
    'other',
    'HASH',
    [p('value', 'any')],
    TEXT,
    'SHA-256 of the value, 64 hex digits.',
    'HASH("abc")',
    '"ba7816bf…f20015ad"',
    { none: 'handled', detail: 'Of a text: its UTF-8 bytes. Of anything else: its canonical JSON (RFC 8785).' },
  ),
  define(
    'other',
    'UUID',
    [],
    TEXT,
    'A new random identifier (UUID version 4), a different one at each call.',
    'UUID()',
    '"6f1c0c8e-…"',
    { deterministic: false },
  ),
];

const byName = new Map<string, FunctionContract>();
for (const contract of FUNCTIONS) {
  byName.set(contract.name, contract);
  for (const alias of contract.aliases ?? []) byName.set(alias, contract);
}

/** The function of that name or alias, in any case; undefined when there is none. */
export function functionContract(name: string): FunctionContract | undefined {
  return byName.get(name.toUpperCase());
}

/** Every name that can be called, aliases included. */
export function functionNames(): string[] {
  return [...byName.keys()];
}

/** Names that stand for a call without parentheses: SQL habits that are in older text. */
export const BARE_FUNCTIONS: ReadonlySet<string> = new Set(['CURRENT_TIMESTAMP', 'CURRENT_DATE']);

/** `ROUND(number, digits?)`, `CONCAT(values…)`. */
export function signature(contract: FunctionContract): string {
  const parameters = contract.parameters.map(
    (parameter) => `${parameter.name}${parameter.variadic ? '…' : parameter.optional ? '?' : ''}`,
  );
  return `${contract.name}(${parameters.join(', ')})`;
}

/** Fewest and most arguments. */
export function arity(contract: FunctionContract): { least: number; most: number } {
  const least = contract.parameters.filter((parameter) => !parameter.optional && !parameter.variadic).length;
  const variadic = contract.parameters.some((parameter) => parameter.variadic);
  return {
    least: variadic ? Math.max(least, 1) : least,
    most: variadic ? Number.POSITIVE_INFINITY : contract.parameters.length,
  };
}
