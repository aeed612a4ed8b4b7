/** Pieces of SQL with their types: literals, conversions and comparisons between FLOW's types. */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { momentText, parseMoment } from '../flow/values/dates.ts';
import { isReference } from '../flow/values/reference.ts';
import { numberText, typeMismatch } from '../flow/values/semantics.ts';
import type { ScopeValue, Value } from '../flow/values/value.ts';
import { type SqlType, describeType, nativeOf, quoteText, sameType, widen } from './sql-types.ts';

const INT: SqlType = { k: 'int' };
const DOUBLE: SqlType = { k: 'double' };
const BOOL: SqlType = { k: 'bool' };
const TEXT: SqlType = { k: 'text' };

/** SQL text with what is known of it. */
export interface Compiled {
  sql: string;
  type: SqlType;
  /** Whether computing it can raise. Only what cannot may be reordered by the engine. */
  fails: boolean;
  /** A DOUBLE that arithmetic may have taken to infinity; {@link settle} makes that an error. */
  loose?: boolean;
  /** When it reads no column. */
  constant?: ScopeValue;
}

export interface ColumnRef {
  sql: string;
  type: SqlType;
  /** Called when an expression reads it. */
  use?(): void;
}

export interface CompileEnv {
  columns: ReadonlyMap<string, ColumnRef>;
  /** `a.k`: columns by the name of their source. */
  qualified: ReadonlyMap<string, ReadonlyMap<string, ColumnRef>>;
  scope(name: string): ScopeValue | undefined;
  now?: string;
}

/** Raises when it is computed. */
export function raise(code: string, range: SourceRange | undefined, detail = ''): string {
  return `error(${quoteText(`voike:${code}:${range?.start ?? ''}:${range?.end ?? ''}:${detail}`)})`;
}

/** A value as SQL. */
export function literal(value: ScopeValue, range?: SourceRange): Compiled {
  const type = typeOfValue(value, range);
  return { sql: literalSql(value, type), type, fails: false, constant: value };
}

export function typeOfValue(value: ScopeValue, range?: SourceRange): SqlType {
  if (value === null) return { k: 'none' };
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'number':
      return Number.isSafeInteger(value) ? INT : DOUBLE;
    case 'string':
      return TEXT;
    default:
      if (Array.isArray(value)) {
        return {
          k: 'list',
          of: value.reduce<SqlType>((type, item) => widen(type, typeOfValue(item, range)), { k: 'none' }),
        };
      }
      if (isReference(value)) {
        throw new Problem(
          'type-mismatch',
          `A ${String(value.kind).replace('lazy-', '')} cannot be used as a value in an expression over rows.`,
          {
            status: 422,
            hint: 'JOIN the other table instead.',
            ...(range === undefined ? {} : { range }),
          },
        );
      }
      return recordType(Object.entries(value).map(([name, field]) => ({ name, type: typeOfValue(field, range) })));
  }
}

/** Fields that differ only in case, or none at all, do not fit a STRUCT. */
export function recordType(fields: { name: string; type: SqlType }[]): SqlType {
  const lower = new Set(fields.map((field) => field.name.toLowerCase()));
  return fields.length === 0 || lower.size < fields.length || lower.has('') ? { k: 'json' } : { k: 'record', fields };
}

export function literalSql(value: ScopeValue, type: SqlType): string {
  if (type.k === 'json') return `CAST(${quoteText(JSON.stringify(value))} AS JSON)`;
  if (value === null) return `CAST(NULL AS ${nativeOf(type)})`;
  switch (type.k) {
    case 'bool':
      return value === true ? 'TRUE' : 'FALSE';
    case 'int':
      return `CAST(${value as number} AS BIGINT)`;
    case 'double':
      return `CAST('${String(value)}' AS DOUBLE)`;
    case 'list':
      return `CAST([${(value as Value[]).map((item) => literalSql(item, type.of)).join(', ')}] AS ${nativeOf(type)})`;
    case 'record': {
      const record = value as Record<string, Value>;
      return `{${type.fields.map((field) => `${quoteText(field.name)}: ${literalSql(record[field.name] ?? null, field.type)}`).join(', ')}}`;
    }
    default:
      return quoteText(value as string);
  }
}

/** An infinite or undefined result becomes the error that it is. */
export function settle(value: Compiled, range?: SourceRange): Compiled {
  if (value.loose !== true) return value;
  const { loose: _loose, ...rest } = value;
  return {
    ...rest,
    sql: `(CASE WHEN ${value.sql} IS NULL OR isfinite(${value.sql}) THEN ${value.sql} ELSE CAST(${raise('number-overflow', range)} AS DOUBLE) END)`,
    fails: true,
  };
}

/** The value as another type that holds it. JSON is looked at row by row: another kind of value raises. */
export function toType(value: Compiled, type: SqlType, range?: SourceRange): Compiled {
  if (sameType(value.type, type)) return value;
  const cast = (sql: string): Compiled => ({ ...value, sql, type });
  // What fails for every row is a none that has to be computed.
  if (value.type.k === 'none') return cast(`CAST(${value.fails ? value.sql : 'NULL'} AS ${nativeOf(type)})`);
  if (type.k === 'json') {
    // to_json writes 5.0 for the number 5; FLOW knows one kind of number.
    if (value.type.k === 'double' || value.type.k === 'int') return cast(`CAST(${toText(value).sql} AS JSON)`);
    if (value.type.k === 'date' || value.type.k === 'timestamp') return cast(`to_json(${toText(value).sql})`);
    return cast(`to_json(${value.sql})`);
  }
  if (value.type.k === 'json') {
    const kinds: Partial<Record<SqlType['k'], [string, string]>> = {
      text: [`'VARCHAR'`, `(${value.sql} ->> '$')`],
      double: [`'BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT', 'DECIMAL'`, `CAST(${value.sql} AS DOUBLE)`],
      int: [`'BIGINT', 'UBIGINT'`, `CAST(${value.sql} AS BIGINT)`],
      bool: [`'BOOLEAN'`, `CAST(${value.sql} AS BOOLEAN)`],
      list: [`'ARRAY'`, `CAST(${value.sql} AS ${nativeOf(type)})`],
      record: [`'OBJECT'`, `CAST(${value.sql} AS ${nativeOf(type)})`],
    };
    const found = kinds[type.k];
    if (found === undefined)
      throw typeMismatch(
        `A JSON value cannot be used as ${describeType(type)}.`,
        range,
        'Use DATE(…) or TIMESTAMP(…) on its text.',
      );
    const failure = raise('type-mismatch', range, `This row does not hold ${describeType(type)} here.`);
    return {
      sql: `(CASE WHEN ${value.sql} IS NULL OR json_type(${value.sql}) = 'NULL' THEN NULL WHEN json_type(${value.sql}) IN (${found[0]}) THEN ${found[1]} ELSE CAST(${failure} AS ${nativeOf(type)}) END)`,
      type,
      fails: true,
    };
  }
  return cast(`CAST(${value.sql} AS ${nativeOf(type)})`);
}

/** Number text as JavaScript writes it. */
export function toText(value: Compiled): Compiled {
  const { sql, type } = value;
  const made = (text: string): Compiled => ({ sql: text, type: TEXT, fails: value.fails });
  switch (type.k) {
    case 'text':
      return value;
    case 'none':
      return { ...value, sql: value.fails ? `CAST(${value.sql} AS VARCHAR)` : 'CAST(NULL AS VARCHAR)', type: TEXT };
    case 'double':
      if (typeof value.constant === 'number')
        return { ...literal(numberText(value.constant)), constant: numberText(value.constant) };
      return made(
        `(CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15 THEN CAST(CAST(${sql} AS BIGINT) AS VARCHAR) ` +
          `ELSE regexp_replace(regexp_replace(CAST(to_json(${sql}) AS VARCHAR), '\\.0$', ''), 'e(\\d)', 'e+\\1') END)`,
      );
    case 'date':
      return made(`strftime(${sql}, '%Y-%m-%d')`);
    case 'timestamp':
      return made(`regexp_replace(strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%gZ'), '\\.000Z$', 'Z')`);
    case 'json':
      return made(`(${sql} ->> '$')`);
    case 'list':
    case 'record':
      return made(`CAST(to_json(${sql}) AS VARCHAR)`);
    default:
      return made(`CAST(${sql} AS VARCHAR)`);
  }
}

/** Both sides as one type, or the error that they cannot be compared. */
export function comparable(
  left: Compiled,
  right: Compiled,
  expr: { left: { range: SourceRange }; right: { range: SourceRange }; range: SourceRange },
  equality: boolean,
): { left: Compiled; right: Compiled; fails: boolean } {
  const done = (a: Compiled, b: Compiled) => ({ left: a, right: b, fails: a.fails || b.fails });
  const a = left.type.k;
  const b = right.type.k;
  const isDate = (kind: SqlType['k']): boolean => kind === 'date' || kind === 'timestamp';
  if (!equality) {
    for (const side of [left, right]) {
      if (side.type.k === 'list' || side.type.k === 'record') {
        throw typeMismatch(
          `${describeType(side.type).replace(/^a/, 'A')} has no order.`,
          expr.range,
          'Compare one of its fields or items.',
        );
      }
    }
  }
  if (a === 'none' || b === 'none') {
    if (a === 'none' && b === 'none') return done(toType(left, TEXT), toType(right, TEXT));
    return a === 'none'
      ? done(toType(left, right.type), jsonNone(right))
      : done(jsonNone(left), toType(right, left.type));
  }
  if (isDate(a) && b === 'text') return dateWithText(left, right, expr.right.range);
  if (isDate(b) && a === 'text') {
    const swapped = dateWithText(right, left, expr.left.range);
    return { left: swapped.right, right: swapped.left, fails: swapped.fails };
  }
  if (a === 'json' && b === 'json') {
    if (!equality)
      throw typeMismatch(
        'Two JSON values have no order.',
        expr.range,
        'Convert them, for example with NUMBER(…) or TEXT(…).',
      );
    return done({ ...jsonNone(left), type: TEXT }, { ...jsonNone(right), type: TEXT });
  }
  if (a === 'json') return done(toType(left, b === 'int' ? DOUBLE : right.type, expr.left.range), right);
  if (b === 'json') return done(left, toType(right, a === 'int' ? DOUBLE : left.type, expr.right.range));
  const type = widen(left.type, right.type);
  if (type.k === 'json' || holdsJson(type)) {
    throw typeMismatch(
      `${describeType(left.type).replace(/^a/, 'A')} cannot be compared with ${describeType(right.type)}.`,
      expr.range,
    );
  }
  return done(toType(left, type), toType(right, type));
}

export function holdsJson(type: SqlType): boolean {
  if (type.k === 'list') return type.of.k === 'json' || holdsJson(type.of);
  return type.k === 'record' && type.fields.some((field) => field.type.k === 'json' || holdsJson(field.type));
}

/** JSON's own null as none. */
export function jsonNone(value: Compiled): Compiled {
  return value.type.k === 'json'
    ? { ...value, sql: `nullif(CAST(${value.sql} AS VARCHAR), 'null')`, type: TEXT }
    : value;
}

/** A date column and a text: a constant has to spell a date; a text column is compared with the date's ISO text. */
export function dateWithText(
  date: Compiled,
  text: Compiled,
  range: SourceRange,
): { left: Compiled; right: Compiled; fails: boolean } {
  if (typeof text.constant !== 'string') return { left: toText(date), right: text, fails: date.fails || text.fails };
  const moment = parseMoment(text.constant);
  if (moment === undefined) {
    throw typeMismatch(
      `${describeType(date.type).replace(/^a/, 'A')} cannot be compared with the text "${text.constant.slice(0, 40)}".`,
      range,
      'Write dates as "YYYY-MM-DD" and moments as "YYYY-MM-DDTHH:MM:SSZ".',
    );
  }
  const type: SqlType = moment.dateOnly && date.type.k === 'date' ? { k: 'date' } : { k: 'timestamp' };
  const iso = momentText({ ms: moment.ms, dateOnly: type.k === 'date' })
    .replace('T', ' ')
    .replace('Z', '');
  return {
    left: toType(date, type),
    right: { ...text, sql: `${nativeOf(type)} ${quoteText(iso)}`, type },
    fails: date.fails,
  };
}

export function contained(item: Compiled, container: Compiled, range: SourceRange): Compiled {
  const fails = item.fails || container.fails;
  switch (container.type.k) {
    case 'none':
      return literal(false);
    case 'text': {
      if (item.type.k === 'none') return literal(false);
      const text = item.type.k === 'json' ? toType(item, TEXT, range) : item;
      if (text.type.k !== 'text')
        throw typeMismatch(`IN a text needs a text on its left side, and this is ${describeType(item.type)}.`, range);
      return {
        sql: `coalesce(contains(${container.sql}, ${text.sql}), FALSE)`,
        type: BOOL,
        fails: fails || text.fails,
      };
    }
    case 'record': {
      const names = container.type.fields.map((field) => quoteText(field.name));
      return {
        sql: `coalesce(${toType(item, TEXT, range).sql} IN (${names.join(', ')}) AND ${container.sql} IS NOT NULL, FALSE)`,
        type: BOOL,
        fails,
      };
    }
    case 'list': {
      const of = container.type.of;
      const sides = { left: { range }, right: { range }, range };
      if (Array.isArray(container.constant) && container.constant.length > 0) {
        const items = container.constant
          .filter((value) => value !== null)
          .map((value) => comparable(item, literal(value, range), sides, true));
        const none = container.constant.includes(null) ? 'TRUE' : 'FALSE';
        if (items.length === 0) return { sql: `(${item.sql} IS NULL AND ${none})`, type: BOOL, fails };
        const [first] = items;
        const alike = items.every((pair) => pair.left.sql === first?.left.sql);
        const found = alike
          ? `${first?.left.sql} IN (${items.map((pair) => pair.right.sql).join(', ')})`
          : items.map((pair) => `${pair.left.sql} = ${pair.right.sql}`).join(' OR ');
        return { sql: `coalesce((${found}), ${none})`, type: BOOL, fails: fails || items.some((pair) => pair.fails) };
      }
      const pair = comparable(item, { sql: 'NULL', type: of, fails: false }, sides, true);
      const type = pair.left.type;
      const list = `CAST(${container.sql} AS ${nativeOf(type)}[])`;
      const value = pair.left.sql;
      return {
        sql: `coalesce((CASE WHEN ${value} IS NULL THEN list_position(${list}, NULL) IS NOT NULL ELSE list_contains(${list}, ${value}) END), FALSE)`,
        type: BOOL,
        fails: fails || pair.fails,
      };
    }
    default:
      throw typeMismatch(
        `IN looks into a list, a text or a record, not ${describeType(container.type)}.`,
        range,
        'Put a list on the right side.',
      );
  }
}
