/** The functions of numbers as SQL. */
import { typeMismatch } from '../../flow/values/semantics.ts';
import { type Compiled, raise, toText, toType } from '../compiled.ts';
import { describeType, type SqlType, widen } from '../sql-types.ts';
import { arg, type Call, DOUBLE, type Functions, INT, listArg, made, SPACE, sqlOf, toDouble, whole } from './call.ts';

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

/** Numbers, and lists of them. */
export const numberFunctions: Functions = {
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
};
