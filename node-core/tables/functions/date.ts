/** The functions of dates and moments as SQL. */
import type { SourceRange } from '../../errors/problem.ts';
import { DATE_UNITS, type DateUnit } from '../../flow/contracts/functions.ts';
import { requireUnit } from '../../flow/values/dates.ts';
import { type Compiled, literal, raise, toText } from '../compiled.ts';
import { nativeOf, type SqlType } from '../sql-types.ts';
import { arg, type Call, type Functions, INT, made, TEXT, whole } from './call.ts';

const ISO = '\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?([Zz]|[+-]\\d\\d:?\\d\\d)?)?';

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

/** Dates and moments. */
export const dateFunctions: Functions = {
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
};
