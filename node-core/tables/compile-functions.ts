/** The functions of flow/contracts/functions.ts as SQL of DuckDB; flow/values/functions.ts gives the same answers on values. */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { DATE_UNITS, type DateUnit, functionContract } from '../flow/contracts/functions.ts';
import { requireUnit } from '../flow/values/dates.ts';
import { typeMismatch } from '../flow/values/semantics.ts';
import {
  type CompileEnv,
  type Compiled,
  comparable,
  contained,
  holdsJson,
  literal,
  raise,
  toText,
  toType,
} from './compiled.ts';
import { type SqlType, describeType, nativeOf, quoteText, widen } from './sql-types.ts';

const TEXT: SqlType = { k: 'text' };
const INT: SqlType = { k: 'int' };
const DOUBLE: SqlType = { k: 'double' };
const BOOL: SqlType = { k: 'bool' };

interface Call {
  args: Compiled[];
  range: SourceRange;
  name: string;
  env: CompileEnv;
}

/** White space as JavaScript's trim has it, for RE2. */
const SPACE = '[\\t\\n\\x0B\\f\\r\\p{Z}\\x{FEFF}]';
const ISO = '\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?([Zz]|[+-]\\d\\d:?\\d\\d)?)?';

const arg = (call: Call, index: number): Compiled => call.args[index] as Compiled;
const sqlOf = (call: Call, index: number): string => arg(call, index).sql;
const made = (call: Call, sql: string, type: SqlType, fails = false): Compiled => ({
  sql,
  type,
  fails: fails || call.args.some((a) => a.fails),
});

function unsupported(call: Call, why: string, hint: string): Problem {
  return new Problem('unsupported-on-columns', `${call.name} ${why} when it works on columns.`, {
    status: 422,
    range: call.range,
    hint,
  });
}

/** Applies `change` for the unit of time that an argument names; a column's unit is looked at row by row. */
function byUnit(call: Call, index: number, type: SqlType, change: (unit: DateUnit) => string): string {
  const value = call.args[index];
  if (value === undefined) return change('day');
  if (typeof value.constant === 'string') return change(requireUnit(value.constant, call.range));
  const cases = DATE_UNITS.map((unit) => `WHEN '${unit}' THEN ${change(unit)}`).join(' ');
  const failure = raise('bad-argument', call.range, 'This row does not hold a unit of time.');
  return `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE CASE regexp_replace(lower(${value.sql}), 's$', '') ${cases} ELSE CAST(${failure} AS ${nativeOf(type)}) END END)`;
}

const HOURS_AND_LESS: readonly DateUnit[] = ['hour', 'minute', 'second'];

/** A whole number as BIGINT; a fraction raises. */
function whole(value: Compiled, what: string, range: SourceRange): string {
  if (value.type.k === 'int') return value.sql;
  return `(CASE WHEN ${value.sql} IS NULL THEN NULL WHEN ${value.sql} = trunc(${value.sql}) THEN CAST(${value.sql} AS BIGINT) ELSE CAST(${raise('bad-argument', range, `${what} must be a whole number.`)} AS BIGINT) END)`;
}

/** A date, moment or ISO text as TIMESTAMP; other text raises. */
function moment(value: Compiled, range: SourceRange): string {
  if (value.type.k === 'timestamp') return value.sql;
  if (value.type.k === 'date') return `CAST(${value.sql} AS TIMESTAMP)`;
  const text = `trim(${value.sql})`;
  return (
    `(CASE WHEN ${value.sql} IS NULL THEN NULL WHEN regexp_full_match(${text}, '${ISO}') AND TRY_CAST(${text} AS TIMESTAMPTZ) IS NOT NULL ` +
    `THEN CAST(CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP) ELSE CAST(${raise('bad-argument', range, 'This row holds a text that is not a date.')} AS TIMESTAMP) END)`
  );
}

/**
 * Applies a change by a unit of time to a date, a moment, or the text of either. A date stays a date where `keepsDate`
 * says so; where that is known only row by row, it becomes text.
 */
function onMoment(
  call: Call,
  unitAt: number,
  keepsDate: (unit: DateUnit) => boolean,
  change: (timestamp: string, unit: DateUnit) => string,
): Compiled {
  const value = arg(call, 0);
  const unit = arg(call, unitAt).constant;
  const timestamp: SqlType = { k: 'timestamp' };
  if (typeof unit !== 'string' && value.type.k !== 'timestamp' && !DATE_UNITS.every(keepsDate)) {
    const one = (name: DateUnit): string =>
      toText(onMoment({ ...call, args: call.args.with(unitAt, literal(name)) }, unitAt, keepsDate, change)).sql;
    return { sql: byUnit(call, unitAt, TEXT, one), type: TEXT, fails: true };
  }
  const keeps = typeof unit === 'string' ? keepsDate(requireUnit(unit, call.range)) : DATE_UNITS.every(keepsDate);
  const changed = byUnit(
    call,
    unitAt,
    timestamp,
    (name) => `CAST(${change(moment(value, call.range), name)} AS TIMESTAMP)`,
  );
  const asDate: Compiled = { sql: `CAST(${changed} AS DATE)`, type: { k: 'date' }, fails: true };
  const asMoment: Compiled = { sql: changed, type: timestamp, fails: true };
  if (value.type.k === 'date') return keeps ? asDate : asMoment;
  if (value.type.k === 'timestamp') return asMoment;
  if (!keeps) return toText(asMoment);
  return {
    sql: `(CASE WHEN length(trim(${value.sql})) = 10 THEN ${toText(asDate).sql} ELSE ${toText(asMoment).sql} END)`,
    type: TEXT,
    fails: true,
  };
}

function part(field: string): (call: Call) => Compiled {
  return (call) => {
    const value = arg(call, 0);
    const direct = value.type.k === 'date' && !['hour', 'minute', 'second'].includes(field);
    return made(call, `${field}(${direct ? value.sql : moment(value, call.range)})`, INT, value.type.k === 'text');
  };
}

const toDouble = (call: Call, index = 0): string => toType(arg(call, index), DOUBLE).sql;

function positive(call: Call, fn: string, test: string, message: string): Compiled {
  const value = toDouble(call);
  return made(
    call,
    `(CASE WHEN ${value} IS NULL OR ${value} ${test} THEN ${fn}(CASE WHEN ${value} ${test} THEN ${value} END) ELSE CAST(${raise('bad-argument', call.range, message)} AS DOUBLE) END)`,
    DOUBLE,
    true,
  );
}

function extreme(call: Call, fn: 'least' | 'greatest'): Compiled {
  const [only] = call.args;
  if (call.args.length === 1 && only?.type.k === 'list') {
    return made(call, `list_${fn === 'least' ? 'min' : 'max'}(${only.sql})`, only.type.of);
  }
  let shared: SqlType = { k: 'none' };
  for (const value of call.args) {
    if (value.type.k === 'list' || value.type.k === 'record' || value.type.k === 'json') {
      throw typeMismatch(`${describeType(value.type).replace(/^a/, 'A')} has no order.`, call.range);
    }
    const next = widen(shared, value.type);
    if (next.k === 'json')
      throw typeMismatch(
        `${describeType(shared).replace(/^a/, 'A')} cannot be compared with ${describeType(value.type)}.`,
        call.range,
      );
    shared = next;
  }
  return made(call, `${fn}(${call.args.map((value) => toType(value, shared).sql).join(', ')})`, shared);
}

function chosen(call: Call, values: Compiled[]): { type: SqlType; sql: string[] } {
  const type = values.reduce<SqlType>((found, value) => widen(found, value.type), { k: 'none' });
  return { type, sql: values.map((value) => toType(value, type, call.range).sql) };
}

function listArg(call: Call, index: number): { sql: string; of: SqlType } {
  const value = arg(call, index);
  if (value.type.k === 'list') return { sql: value.sql, of: value.type.of };
  const list = toType(value, { k: 'list', of: { k: 'json' } }, call.range);
  return { sql: list.sql, of: { k: 'json' } };
}

const FUNCTIONS: Record<string, (call: Call) => Compiled> = {
  CONCAT: (call) => made(call, `concat(${call.args.map((value) => toText(value).sql).join(', ')})`, TEXT),
  LEN: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'list') return made(call, `len(${value.sql})`, INT);
    if (value.type.k === 'record')
      return made(call, `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE ${value.type.fields.length} END)`, INT);
    if (value.type.k === 'json') {
      return made(
        call,
        `CAST((CASE json_type(${value.sql}) WHEN 'ARRAY' THEN json_array_length(${value.sql}) WHEN 'OBJECT' THEN len(json_keys(${value.sql})) ` +
          `WHEN 'VARCHAR' THEN length(${value.sql} ->> '$') WHEN 'NULL' THEN NULL ELSE CAST(${raise('type-mismatch', call.range, 'LEN takes text, lists and records.')} AS BIGINT) END) AS BIGINT)`,
        INT,
        true,
      );
    }
    return made(call, `length(${value.sql})`, INT);
  },
  LOWER: (call) => made(call, `lower(${sqlOf(call, 0)})`, TEXT),
  UPPER: (call) => made(call, `upper(${sqlOf(call, 0)})`, TEXT),
  TRIM: (call) => made(call, `regexp_replace(${sqlOf(call, 0)}, '^${SPACE}+|${SPACE}+$', '', 'g')`, TEXT),
  REPLACE: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 1)} = '' THEN CASE WHEN ${sqlOf(call, 2)} IS NULL THEN NULL ELSE ${sqlOf(call, 0)} END ELSE replace(${sqlOf(call, 0)}, ${sqlOf(call, 1)}, ${sqlOf(call, 2)}) END)`,
      TEXT,
    ),
  SUBSTRING: (call) => {
    const text = sqlOf(call, 0);
    const start = whole(arg(call, 1), 'The start', call.range);
    const constant = arg(call, 1).constant;
    const from =
      typeof constant === 'number' && constant >= 0
        ? String(constant)
        : `(CASE WHEN ${start} < 0 THEN length(${text}) + ${start} ELSE ${start} END)`;
    const begin = `greatest(${from}, 0)`;
    if (call.args[2] === undefined) return made(call, `substring(${text}, ${begin} + 1)`, TEXT);
    const length = whole(arg(call, 2), 'The length', call.range);
    return made(
      call,
      `substring(${text}, ${begin} + 1, greatest(${from} + (CASE WHEN ${length} < 0 THEN 0 ELSE ${length} END) - ${begin}, 0))`,
      TEXT,
    );
  },
  STARTS_WITH: (call) => made(call, `starts_with(${sqlOf(call, 0)}, ${sqlOf(call, 1)})`, BOOL),
  ENDS_WITH: (call) => made(call, `ends_with(${sqlOf(call, 0)}, ${sqlOf(call, 1)})`, BOOL),
  CONTAINS: (call) => {
    const [container, what] = [arg(call, 0), arg(call, 1)];
    if (container.type.k === 'list') {
      return made(
        call,
        `(CASE WHEN ${container.sql} IS NULL OR ${what.sql} IS NULL THEN NULL ELSE ${contained(what, container, call.range).sql} END)`,
        BOOL,
      );
    }
    if (what.type.k !== 'text' && what.type.k !== 'none')
      throw typeMismatch(`A text contains text, not ${describeType(what.type)}.`, call.range);
    return made(call, `contains(${container.sql}, ${toType(what, TEXT).sql})`, BOOL);
  },
  INDEX_OF: (call) => {
    const [container, what] = [arg(call, 0), arg(call, 1)];
    if (container.type.k === 'list') {
      const sides = comparable(
        what,
        { sql: 'NULL', type: container.type.of, fails: false },
        { left: call, right: call, range: call.range },
        true,
      );
      const list = `CAST(${container.sql} AS ${nativeOf(sides.left.type)}[])`;
      return made(
        call,
        `(CASE WHEN ${container.sql} IS NULL OR ${what.sql} IS NULL THEN NULL ELSE coalesce(list_position(${list}, ${sides.left.sql}), 0) - 1 END)`,
        INT,
      );
    }
    if (what.type.k !== 'text' && what.type.k !== 'none')
      throw typeMismatch(`A text contains text, not ${describeType(what.type)}.`, call.range);
    return made(call, `(instr(${container.sql}, ${toType(what, TEXT).sql}) - 1)`, INT);
  },
  SPLIT: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 1)} IS NULL THEN NULL WHEN ${sqlOf(call, 1)} = '' AND ${sqlOf(call, 0)} = '' THEN CAST([] AS VARCHAR[]) ELSE string_split(${sqlOf(call, 0)}, ${sqlOf(call, 1)}) END)`,
      { k: 'list', of: TEXT },
    ),
  JOIN_TEXT: (call) => {
    const list = listArg(call, 0);
    const item = toText({ sql: 'x', type: list.of, fails: false }).sql;
    const separator = call.args[1]?.sql ?? `''`;
    return made(
      call,
      `(CASE WHEN ${list.sql} IS NULL OR ${separator} IS NULL THEN NULL ELSE coalesce(array_to_string(list_transform(list_filter(${list.sql}, lambda x: x IS NOT NULL), lambda x: ${item}), ${separator}), '') END)`,
      TEXT,
    );
  },
  PAD_START: (call) => pad(call, 'lpad'),
  PAD_END: (call) => pad(call, 'rpad'),
  TEXT: (call) => ({ ...toText(arg(call, 0)) }),
  NUMBER: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'int' || value.type.k === 'double') return value;
    if (value.type.k === 'bool') return made(call, `CAST(${value.sql} AS BIGINT)`, INT);
    const text = `regexp_replace(${toText(value).sql}, '^${SPACE}+|${SPACE}+$', '', 'g')`;
    const number = `TRY_CAST(regexp_replace(${text}, '^\\+', '') AS DOUBLE)`;
    return made(
      call,
      `(CASE WHEN regexp_full_match(${text}, '[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?') AND isfinite(${number}) THEN ${number} END)`,
      DOUBLE,
    );
  },
  ROUND: (call) => {
    const value = arg(call, 0);
    const digits = call.args[1] === undefined ? 0 : arg(call, 1).constant;
    const double = toDouble(call);
    const round = (scaled: string): string => `round(${scaled} * CAST('1.0000000000000004' AS DOUBLE))`;
    if (typeof digits !== 'number' || !Number.isInteger(digits)) {
      const places = whole(arg(call, 1), 'The digits', call.range);
      const scale = `CAST('1e' || CAST(least(abs(${places}), 300) AS VARCHAR) AS DOUBLE)`;
      const [up, down] = [`(${double} * ${scale})`, `(${double} / ${scale})`];
      return made(
        call,
        `(CASE WHEN ${places} IS NULL THEN NULL WHEN ${places} >= 0 AND abs(${up}) < 1e15 THEN ${round(up)} / ${scale} ` +
          `WHEN ${places} < 0 AND abs(${down}) < 1e15 THEN ${round(down)} * ${scale} ELSE ${double} END)`,
        DOUBLE,
        true,
      );
    }
    if (value.type.k === 'int' && digits >= 0) return value;
    const scale = `CAST('1e${Math.min(Math.abs(digits), 300)}' AS DOUBLE)`;
    const scaled = digits >= 0 ? `(${double} * ${scale})` : `(${double} / ${scale})`;
    return made(
      call,
      `(CASE WHEN abs(${scaled}) < 1e15 THEN ${round(scaled)} ${digits >= 0 ? '/' : '*'} ${scale} ELSE ${double} END)`,
      DOUBLE,
    );
  },
  FLOOR: (call) => (arg(call, 0).type.k === 'int' ? arg(call, 0) : made(call, `floor(${toDouble(call)})`, DOUBLE)),
  CEIL: (call) => (arg(call, 0).type.k === 'int' ? arg(call, 0) : made(call, `ceil(${toDouble(call)})`, DOUBLE)),
  ABS: (call) => made(call, `abs(${sqlOf(call, 0)})`, arg(call, 0).type, arg(call, 0).type.k === 'int'),
  SIGN: (call) => made(call, `CAST(sign(${sqlOf(call, 0)}) AS BIGINT)`, INT),
  SQRT: (call) => positive(call, 'sqrt', '>= 0', 'SQRT needs a number that is not negative.'),
  POWER: (call) => {
    const power = `pow(${toDouble(call)}, ${toDouble(call, 1)})`;
    return {
      sql: `(CASE WHEN isnan(${power}) THEN CAST(${raise('bad-argument', call.range, 'This power is not a real number.')} AS DOUBLE) ELSE ${power} END)`,
      type: DOUBLE,
      fails: true,
      loose: true,
    };
  },
  EXP: (call) => ({ ...made(call, `exp(${toDouble(call)})`, DOUBLE), loose: true }),
  LN: (call) => positive(call, 'ln', '> 0', 'LN needs a number above 0.'),
  LOG10: (call) => positive(call, 'log10', '> 0', 'LOG10 needs a number above 0.'),
  MIN: (call) => extreme(call, 'least'),
  MAX: (call) => extreme(call, 'greatest'),
  SUM: (call) => {
    const list = listArg(call, 0);
    const of = list.of.k === 'none' ? INT : list.of;
    if (of.k !== 'int' && of.k !== 'double')
      throw typeMismatch(`The list must hold numbers, and it holds ${describeType(of)}.`, call.range);
    const sum = `(CASE WHEN ${list.sql} IS NULL THEN NULL ELSE coalesce(list_sum(${list.sql}), 0) END)`;
    return of.k === 'int'
      ? made(call, `CAST(${sum} AS BIGINT)`, INT, true)
      : { ...made(call, sum, DOUBLE), loose: true };
  },
  AVG: (call) => {
    const list = listArg(call, 0);
    if (list.of.k !== 'int' && list.of.k !== 'double')
      throw typeMismatch(`The list must hold numbers, and it holds ${describeType(list.of)}.`, call.range);
    return { ...made(call, `list_avg(${list.sql})`, DOUBLE), loose: true };
  },
  DATE: (call) => {
    const value = arg(call, 0);
    return value.type.k === 'date'
      ? value
      : made(call, `CAST(${moment(value, call.range)} AS DATE)`, { k: 'date' }, true);
  },
  TIMESTAMP: (call) => made(call, moment(arg(call, 0), call.range), { k: 'timestamp' }, arg(call, 0).type.k === 'text'),
  YEAR: part('year'),
  MONTH: part('month'),
  DAY: part('day'),
  HOUR: part('hour'),
  MINUTE: part('minute'),
  SECOND: part('second'),
  WEEKDAY: part('isodow'),
  DATE_ADD: (call) => {
    const amount = whole(arg(call, 1), 'The amount', call.range);
    const interval = (unit: DateUnit): string =>
      unit === 'year' || unit === 'quarter' || unit === 'month'
        ? `to_months(CAST(${amount} * ${unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1} AS INTEGER))`
        : `to_${unit}s(${unit === 'week' || unit === 'day' ? `CAST(${amount} AS INTEGER)` : amount})`;
    return onMoment(
      call,
      2,
      (unit) => !HOURS_AND_LESS.includes(unit),
      (timestamp, unit) => `(${timestamp} + ${interval(unit)})`,
    );
  },
  DATE_DIFF: (call) => {
    const [from, to] = [moment(arg(call, 0), call.range), moment(arg(call, 1), call.range)];
    const between = (unit: DateUnit): string =>
      unit === 'week'
        ? `CAST(datediff('day', date_trunc('week', ${from}), date_trunc('week', ${to})) / 7 AS BIGINT)`
        : `datediff('${unit}', ${from}, ${to})`;
    const sure = call.args[2] === undefined || typeof arg(call, 2).constant === 'string';
    const fails = !sure || call.args.slice(0, 2).some((value) => value.type.k === 'text');
    return made(call, byUnit(call, 2, INT, between), INT, fails);
  },
  DATE_TRUNC: (call) =>
    onMoment(
      call,
      1,
      () => true,
      (timestamp, unit) => `date_trunc('${unit}', ${timestamp})`,
    ),
  FIRST: (call) => made(call, `list_extract(${listArg(call, 0).sql}, 1)`, listArg(call, 0).of),
  LAST: (call) => made(call, `list_extract(${listArg(call, 0).sql}, -1)`, listArg(call, 0).of),
  SLICE: (call) => {
    const list = listArg(call, 0);
    const start = whole(arg(call, 1), 'The start', call.range);
    const size = `len(${list.sql})`;
    const from = `greatest((CASE WHEN ${start} < 0 THEN ${size} + ${start} ELSE ${start} END), 0)`;
    const end = call.args[2] === undefined ? undefined : whole(arg(call, 2), 'The end', call.range);
    const to = end === undefined ? size : `greatest((CASE WHEN ${end} < 0 THEN ${size} + ${end} ELSE ${end} END), 0)`;
    return made(
      call,
      `(CASE WHEN ${list.sql} IS NULL OR ${start} IS NULL${end === undefined ? '' : ` OR ${end} IS NULL`} THEN NULL WHEN ${to} <= ${from} THEN list_slice(${list.sql}, 1, 0) ELSE list_slice(${list.sql}, ${from} + 1, ${to}) END)`,
      { k: 'list', of: list.of },
    );
  },
  REVERSE: (call) => made(call, `list_reverse(${listArg(call, 0).sql})`, { k: 'list', of: listArg(call, 0).of }),
  UNIQUE: (call) => {
    const list = listArg(call, 0);
    return made(call, `list_filter(${list.sql}, lambda x, i: list_position(${list.sql}, x) = i)`, {
      k: 'list',
      of: list.of,
    });
  },
  SORT_LIST: (call) =>
    made(call, `list_sort(${listArg(call, 0).sql}, 'ASC', 'NULLS LAST')`, { k: 'list', of: listArg(call, 0).of }),
  RANGE: (call) => {
    const [from, to] = [
      whole(arg(call, 0), 'The first number', call.range),
      whole(arg(call, 1), 'The end', call.range),
    ];
    return made(
      call,
      `(CASE WHEN ${to} - ${from} > 1000000 THEN CAST(${raise('bad-argument', call.range, 'RANGE makes at most 1,000,000 numbers.')} AS BIGINT[]) ELSE range(${from}, ${to}) END)`,
      { k: 'list', of: INT },
      true,
    );
  },
  KEYS: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') return made(call, `json_keys(${value.sql})`, { k: 'list', of: TEXT });
    if (value.type.k !== 'record') throw wrongKind(call, 0);
    return made(
      call,
      `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE [${value.type.fields.map((field) => quoteText(field.name)).join(', ')}] END)`,
      { k: 'list', of: TEXT },
    );
  },
  VALUES: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') {
      const failure = raise('type-mismatch', call.range, 'This row does not hold a record here.');
      return made(
        call,
        `(CASE WHEN ${value.sql} IS NULL OR json_type(${value.sql}) = 'NULL' THEN NULL WHEN json_type(${value.sql}) = 'OBJECT' THEN json_extract(${value.sql}, '$.*') ELSE CAST(${failure} AS JSON[]) END)`,
        { k: 'list', of: { k: 'json' } },
        true,
      );
    }
    if (value.type.k !== 'record') throw wrongKind(call, 0);
    const fields = value.type.fields.map((field) => ({
      sql: `struct_extract(${value.sql}, ${quoteText(field.name)})`,
      type: field.type,
      fails: false,
    }));
    const all = chosen(call, fields);
    return made(call, `(CASE WHEN ${value.sql} IS NULL THEN NULL ELSE [${all.sql.join(', ')}] END)`, {
      k: 'list',
      of: all.type,
    });
  },
  MERGE: (call) => {
    const fields = new Map<string, Compiled>();
    for (const value of call.args) {
      if (value.type.k === 'none') continue;
      if (value.type.k !== 'record') {
        throw unsupported(
          call,
          'needs records of which the fields are known',
          'Name the fields that you need: { a: first.a, b: second.b }; or FOR EACH over the rows, where any records go together.',
        );
      }
      for (const field of value.type.fields) {
        fields.set(field.name, {
          sql: `struct_extract(${value.sql}, ${quoteText(field.name)})`,
          type: field.type,
          fails: false,
        });
      }
    }
    return made(call, `{${[...fields].map(([name, value]) => `${quoteText(name)}: ${value.sql}`).join(', ')}}`, {
      k: 'record',
      fields: [...fields].map(([name, value]) => ({ name, type: value.type })),
    });
  },
  JSON_STRINGIFY: (call) => {
    const value = arg(call, 0);
    const json = value.type.k === 'json' ? value.sql : toType(value, { k: 'json' }).sql;
    return made(call, `coalesce(CAST(${json} AS VARCHAR), 'null')`, TEXT);
  },
  JSON_PARSE: (call) =>
    made(
      call,
      `(CASE WHEN ${sqlOf(call, 0)} IS NULL THEN NULL WHEN json_valid(${sqlOf(call, 0)}) THEN CAST(${sqlOf(call, 0)} AS JSON) ELSE CAST(${raise('bad-argument', call.range, 'The text of this row is not JSON.')} AS JSON) END)`,
      { k: 'json' },
      true,
    ),
  COALESCE: (call) => {
    const all = chosen(call, call.args);
    return made(call, `coalesce(${all.sql.join(', ')})`, all.type);
  },
  IF: (call) => {
    const [condition, then, otherwise = literal(null)] = call.args as [Compiled, Compiled, Compiled?];
    const all = chosen(call, [then, otherwise]);
    return made(
      call,
      `(CASE WHEN ${toType(condition, BOOL, call.range).sql} THEN ${all.sql[0]} ELSE ${all.sql[1]} END)`,
      all.type,
    );
  },
  IS_NONE: (call) => {
    const value = arg(call, 0);
    return made(
      call,
      value.type.k === 'json' ? `(${value.sql} IS NULL OR json_type(${value.sql}) = 'NULL')` : `(${value.sql} IS NULL)`,
      BOOL,
    );
  },
  TYPE_OF: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json') {
      return made(
        call,
        `(CASE json_type(${value.sql}) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'bool' WHEN 'ARRAY' THEN 'list' WHEN 'OBJECT' THEN 'record' WHEN 'NULL' THEN 'none' ELSE CASE WHEN ${value.sql} IS NULL THEN 'none' ELSE 'number' END END)`,
        TEXT,
      );
    }
    const word = value.type.k === 'int' || value.type.k === 'double' ? 'number' : value.type.k;
    return made(call, `(CASE WHEN ${value.sql} IS NULL THEN 'none' ELSE '${word}' END)`, TEXT);
  },
  HASH: (call) => {
    const value = arg(call, 0);
    if (value.type.k === 'json' || holdsJson(value.type)) {
      throw unsupported(
        call,
        'cannot take JSON of which the fields are not known',
        'Hash its text, which keeps the order of its fields: HASH(JSON_STRINGIFY(…)).',
      );
    }
    const text =
      value.type.k === 'list' || value.type.k === 'record' ? canonicalSql(value.sql, value.type) : toText(value).sql;
    return made(call, `sha256(coalesce(${text}, 'null'))`, TEXT);
  },
  UUID: (call) => made(call, 'CAST(uuid() AS VARCHAR)', TEXT),
};

/** Canonical JSON (RFC 8785) of a value, as HASH takes it; NULL for none. `depth` keeps the names of lambdas apart. */
function canonicalSql(sql: string, type: SqlType, depth = 0): string {
  switch (type.k) {
    case 'list': {
      const item = `x${depth}`;
      const inner = `coalesce(${canonicalSql(item, type.of, depth + 1)}, 'null')`;
      return `('[' || array_to_string(list_transform(${sql}, lambda ${item}: ${inner}), ',') || ']')`;
    }
    case 'record': {
      // Names in the order of their UTF-16 units, which is JavaScript's own.
      const fields = [...type.fields]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((field) => {
          const inner = canonicalSql(`struct_extract(${sql}, ${quoteText(field.name)})`, field.type, depth);
          return `${quoteText(`${JSON.stringify(field.name)}:`)} || coalesce(${inner}, 'null')`;
        });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${fields.join(` || ',' || `)} || '}' END)`;
    }
    case 'text': {
      let quoted = `replace(replace(${sql}, '\\', '\\\\'), '"', '\\"')`;
      const simple = `('"' || ${quoted} || '"')`;
      for (let code = 0; code < 32; code++) {
        quoted = `replace(${quoted}, chr(${code}), ${quoteText(JSON.stringify(String.fromCharCode(code)).slice(1, -1))})`;
      }
      return `(CASE WHEN regexp_matches(${sql}, '[\\x00-\\x1F]') THEN '"' || ${quoted} || '"' ELSE ${simple} END)`;
    }
    case 'date':
    case 'timestamp':
      return `('"' || ${toText({ sql, type, fails: false }).sql} || '"')`;
    default:
      return toText({ sql, type, fails: false }).sql;
  }
}

function pad(call: Call, fn: 'lpad' | 'rpad'): Compiled {
  const text = sqlOf(call, 0);
  const length = whole(arg(call, 1), 'The length', call.range);
  const fill = call.args[2]?.sql ?? `' '`;
  return made(
    call,
    `(CASE WHEN ${length} IS NULL OR ${fill} IS NULL THEN NULL WHEN length(${text}) >= ${length} OR ${fill} = '' THEN ${text} ELSE ${fn}(${text}, CAST(${length} AS INTEGER), ${fill}) END)`,
    TEXT,
  );
}

function wrongKind(call: Call, index: number): Problem {
  const contract = functionContract(call.name);
  const parameter = contract?.parameters[Math.min(index, contract.parameters.length - 1)];
  return typeMismatch(
    `${call.name} takes ${parameter?.kinds.join(' or ')} as ${parameter?.name}, and this is ${describeType(arg(call, index).type)}.`,
    call.range,
    `For example ${contract?.example.expression}.`,
  );
}

const KIND_OF: Record<SqlType['k'], string> = {
  none: 'none',
  bool: 'bool',
  int: 'number',
  double: 'number',
  text: 'text',
  date: 'date',
  timestamp: 'timestamp',
  json: 'any',
  list: 'list',
  record: 'record',
};

/** A JSON argument as the one kind that the parameter takes. */
const KIND_TYPE: Partial<Record<string, SqlType>> = { text: TEXT, number: DOUBLE, bool: BOOL };

/** A call of a function of which at least one argument reads a column. */
export function compileFunction(name: string, args: Compiled[], range: SourceRange, env: CompileEnv): Compiled {
  const contract = functionContract(name);
  const implementation = contract === undefined ? undefined : FUNCTIONS[contract.name];
  if (contract === undefined || implementation === undefined) {
    throw new Problem('unknown-function', `There is no function called "${name}".`, { status: 422, range });
  }
  const call: Call = { args, range, name: contract.name, env };
  if (contract.none === 'result' && args.some((value) => value.type.k === 'none' && !value.fails)) return literal(null);
  call.args = args.map((value, index) => {
    const parameter = contract.parameters[Math.min(index, contract.parameters.length - 1)];
    if (parameter === undefined || parameter.kinds.includes('any') || value.type.k === 'none') return value;
    const kind = KIND_OF[value.type.k];
    if (kind === 'any') {
      const first = parameter.kinds.find((candidate) => KIND_TYPE[candidate] !== undefined);
      const type = first === undefined || contract.name === 'LEN' ? undefined : KIND_TYPE[first];
      return type === undefined ? value : toType(value, type, range);
    }
    if (
      (kind === 'date' || kind === 'timestamp') &&
      !parameter.kinds.includes(kind) &&
      parameter.kinds.includes('text')
    )
      return toText(value);
    if (!parameter.kinds.includes(kind as never)) throw wrongKind({ ...call, args }, index);
    return value;
  });
  return implementation(call);
}
