/**
 * Expressions of FLOW as SQL of DuckDB, with FLOW's own semantics (flow/values/semantics.ts): `||` yields its left
 * side unless that is none or false, none equals only none, a/0 and overflow raise. What does not read a column is
 * computed once, by the evaluator. Errors at run time carry their code and source range in the message
 * (`voike:<code>:<start>:<end>`), see run-errors.ts.
 */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { BARE_FUNCTIONS } from '../flow/contracts/functions.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import { momentText, parseMoment } from '../flow/values/dates.ts';
import { checkCall, evaluate, unknownName } from '../flow/values/evaluate.ts';
import { isReference, numberText, typeMismatch } from '../flow/values/semantics.ts';
import type { ScopeValue, Value } from '../flow/values/value.ts';
import { compileFunction } from './compile-functions.ts';
import { type SqlType, describeType, nativeOf, quoteText, sameType, widen } from './sql-types.ts';

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

const LONGEST_SQL = 2_000_000;
const INT: SqlType = { k: 'int' };
const DOUBLE: SqlType = { k: 'double' };
const BOOL: SqlType = { k: 'bool' };
const TEXT: SqlType = { k: 'text' };

/** Raises when it is computed. */
export function raise(code: string, range: SourceRange | undefined, detail = ''): string {
  return `error(${quoteText(`voike:${code}:${range?.start ?? ''}:${range?.end ?? ''}:${detail}`)})`;
}

export function compile(expr: Expr, env: CompileEnv): Compiled {
  const result = walk(expr, env);
  if (result.sql.length > LONGEST_SQL) throw tooDeep(expr.range);
  return settle(result, expr.range);
}

function tooDeep(range: SourceRange): Problem {
  return new Problem('expression-too-deep', 'This expression is too large.', {
    status: 422,
    range,
    hint: 'Split it over several steps.',
  });
}

/** An expression of which only matters where it is true: conditions of FILTER and ON. */
export function compileCondition(expr: Expr, env: CompileEnv): Compiled {
  const result = settle(condition(expr, env), expr.range);
  if (result.type.k === 'json') return toType(result, BOOL, expr.range);
  if (result.type.k !== 'bool' && result.type.k !== 'none') {
    throw typeMismatch(
      `A condition is true or false, and this is ${describeType(result.type)}.`,
      expr.range,
      'Compare it with something, for example `x > 0`.',
    );
  }
  return result;
}

function condition(expr: Expr, env: CompileEnv): Compiled {
  if (expr.kind === 'binary' && (expr.operator === '&&' || expr.operator === '||') && readsColumns(expr, env)) {
    const left = compileCondition(expr.left, env);
    const right = compileCondition(expr.right, env);
    const fails = left.fails || right.fails;
    if (!right.fails)
      return { sql: `(${left.sql} ${expr.operator === '&&' ? 'AND' : 'OR'} ${right.sql})`, type: BOOL, fails };
    return {
      sql:
        expr.operator === '&&'
          ? `(CASE WHEN ${left.sql} THEN ${right.sql} ELSE FALSE END)`
          : `(CASE WHEN ${left.sql} THEN TRUE ELSE ${right.sql} END)`,
      type: BOOL,
      fails,
    };
  }
  if (expr.kind === 'binary' && expr.operator === '==' && readsColumns(expr, env)) {
    const pair = comparable(compile(expr.left, env), compile(expr.right, env), expr, true);
    const known = [pair.left, pair.right].some((side) => side.constant !== undefined && side.constant !== null);
    if (known) return { sql: `(${pair.left.sql} = ${pair.right.sql})`, type: BOOL, fails: pair.fails };
  }
  return walk(expr, env);
}

/** Whether the value differs from row to row. UUID() does too: each row has its own. */
export function readsColumns(expr: Expr, env: CompileEnv): boolean {
  switch (expr.kind) {
    case 'literal':
    case 'error':
      return false;
    case 'name':
      return (
        resolveName(expr.name, env) === 'column' || (env.qualified.has(expr.name) && env.scope(expr.name) === undefined)
      );
    case 'member':
      return (
        (expr.object.kind === 'name' &&
          resolveName(expr.object.name, env) !== 'column' &&
          env.qualified.has(expr.object.name)) ||
        readsColumns(expr.object, env)
      );
    case 'index':
      return readsColumns(expr.object, env) || readsColumns(expr.index, env);
    case 'call':
      return (
        (expr.callee.kind === 'name' && expr.callee.name.toUpperCase() === 'UUID') ||
        expr.args.some((item) => readsColumns(item, env))
      );
    case 'unary':
      return readsColumns(expr.operand, env);
    case 'binary':
      return readsColumns(expr.left, env) || readsColumns(expr.right, env);
    case 'list':
      return expr.items.some((item) => readsColumns(item, env));
    case 'record':
      return expr.entries.some((entry) => readsColumns(entry.value, env));
  }
}

function resolveName(name: string, env: CompileEnv): 'column' | 'other' {
  return name !== 'INPUT' && env.columns.has(name) ? 'column' : 'other';
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
function recordType(fields: { name: string; type: SqlType }[]): SqlType {
  const lower = new Set(fields.map((field) => field.name.toLowerCase()));
  return fields.length === 0 || lower.size < fields.length || lower.has('') ? { k: 'json' } : { k: 'record', fields };
}

function literalSql(value: ScopeValue, type: SqlType): string {
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

function fold(expr: Expr, env: CompileEnv): Compiled {
  try {
    const options = env.now === undefined ? {} : { now: env.now };
    return literal(evaluate(expr, env.scope, options), expr.range);
  } catch (error) {
    // Only rows that get here raise it; what cannot be right for any row is said at once.
    if (
      !(error instanceof Problem) ||
      ['unknown-name', 'unknown-function', 'broken-expression', 'type-mismatch'].includes(error.code)
    )
      throw error;
    return {
      sql: `CAST(${raise(error.code, error.range ?? expr.range, error.message)} AS VARCHAR)`,
      type: { k: 'none' },
      fails: true,
    };
  }
}

function column(ref: ColumnRef): Compiled {
  ref.use?.();
  return { sql: ref.sql, type: ref.type, fails: false };
}

function walk(expr: Expr, env: CompileEnv): Compiled {
  if (!readsColumns(expr, env)) return fold(expr, env);
  switch (expr.kind) {
    case 'literal':
    case 'error':
      return fold(expr, env);
    case 'name': {
      const ref = env.columns.get(expr.name);
      if (ref !== undefined) return column(ref);
      if (BARE_FUNCTIONS.has(expr.name.toUpperCase())) return fold(expr, env);
      throw unknownName(expr.name, expr.range);
    }
    case 'member': {
      if (expr.object.kind === 'name' && resolveName(expr.object.name, env) !== 'column') {
        const source = env.qualified.get(expr.object.name);
        if (source !== undefined)
          return qualifiedColumn(source, expr.object.name, expr.property.name, expr.property.range);
      }
      return memberOf(compile(expr.object, env), expr.property.name, expr.range);
    }
    case 'index':
      return indexOf(compile(expr.object, env), compile(expr.index, env), expr.range);
    case 'call': {
      if (expr.callee.kind !== 'name') {
        throw new Problem('unknown-function', 'Only functions that have a name can be called.', {
          status: 422,
          range: expr.range,
        });
      }
      checkCall(expr.callee.name, expr.args.length, expr.range);
      const args = expr.args.map((argument) => compile(argument, env));
      return compileFunction(expr.callee.name, args, expr.range, env);
    }
    case 'unary': {
      const operand = compile(expr.operand, env);
      if (expr.operator === '!') {
        const bool = operand.type.k === 'json' ? toType(operand, BOOL, expr.operand.range) : operand;
        if (bool.type.k !== 'bool' && bool.type.k !== 'none') {
          throw typeMismatch(`! needs a bool, and this is ${describeType(operand.type)}.`, expr.operand.range);
        }
        return { sql: `(${toType(bool, BOOL).sql} IS NOT TRUE)`, type: BOOL, fails: bool.fails };
      }
      const value = asNumber(operand, '-', expr.operand.range);
      return { ...value, sql: `(-${value.sql})`, fails: value.fails || value.type.k === 'int' };
    }
    case 'binary':
      return binary(expr, env);
    case 'list': {
      const items = expr.items.map((item) => compile(item, env));
      const of = items.reduce<SqlType>((type, item) => widen(type, item.type), { k: 'none' });
      return {
        sql: `[${items.map((item) => toType(item, of).sql).join(', ')}]`,
        type: { k: 'list', of },
        fails: items.some((item) => item.fails),
      };
    }
    case 'record': {
      const entries = new Map(expr.entries.map((entry) => [entry.key.name, compile(entry.value, env)]));
      const type = recordType([...entries].map(([name, value]) => ({ name, type: value.type })));
      const parts = [...entries].map(([name, value]) => [quoteText(name), value] as const);
      const fails = parts.some(([, value]) => value.fails);
      if (type.k === 'json')
        return { sql: `json_object(${parts.map(([name, value]) => `${name}, ${value.sql}`).join(', ')})`, type, fails };
      return { sql: `{${parts.map(([name, value]) => `${name}: ${value.sql}`).join(', ')}}`, type, fails };
    }
  }
}

function qualifiedColumn(
  source: ReadonlyMap<string, ColumnRef>,
  name: string,
  property: string,
  range: SourceRange,
): Compiled {
  const ref = source.get(property);
  if (ref !== undefined) return column(ref);
  throw new Problem('unknown-column', `${name} has no column "${property}".`, {
    status: 422,
    range,
    hint: `Its columns are ${[...source.keys()].slice(0, 20).join(', ')}.`,
  });
}

/** `object.property` of a record or JSON column. */
function memberOf(object: Compiled, property: string, range: SourceRange): Compiled {
  switch (object.type.k) {
    case 'none':
      return object;
    case 'record': {
      const field = object.type.fields.find((candidate) => candidate.name === property);
      if (field === undefined) return property === 'output' || property === 'result' ? object : literal(null);
      return { sql: `struct_extract(${object.sql}, ${quoteText(field.name)})`, type: field.type, fails: object.fails };
    }
    case 'json':
      return jsonPart(
        object,
        quoteText(`$."${property.replaceAll('"', '\\"')}"`),
        'OBJECT',
        `A value that is no record has no field "${property}".`,
        range,
      );
    default:
      throw typeMismatch(
        `${describeType(object.type).replace(/^a/, 'A')} has no field "${property}".`,
        range,
        'Only records have fields.',
      );
  }
}

function jsonPart(object: Compiled, path: string, kind: string, failure: string, range: SourceRange): Compiled {
  const found = `json_extract(${object.sql}, ${path})`;
  return {
    sql:
      `(CASE WHEN ${object.sql} IS NULL OR json_type(${object.sql}) = 'NULL' THEN NULL ` +
      `WHEN json_type(${object.sql}) = '${kind}' THEN CASE WHEN json_type(${found}) = 'NULL' THEN NULL ELSE ${found} END ` +
      `ELSE CAST(${raise('type-mismatch', range, failure)} AS JSON) END)`,
    type: { k: 'json' },
    fails: true,
  };
}

function indexOf(object: Compiled, index: Compiled, range: SourceRange): Compiled {
  const fails = object.fails || index.fails;
  if (typeof index.constant === 'string') return memberOf(object, index.constant, range);
  const whole = index.type.k === 'double' ? { ...index, sql: `CAST(${index.sql} AS BIGINT)`, type: INT } : index;
  if (whole.type.k !== 'int' && whole.type.k !== 'none')
    throw typeMismatch(`A ${object.type.k === 'text' ? 'text' : 'list'} is indexed by a whole number.`, range);
  const position = `(CASE WHEN ${whole.sql} >= 0 THEN ${whole.sql} + 1 ELSE ${whole.sql} END)`;
  switch (object.type.k) {
    case 'none':
      return object;
    case 'list':
      return { sql: `list_extract(${object.sql}, ${position})`, type: object.type.of, fails };
    case 'text':
      return { sql: `nullif(array_extract(${object.sql}, ${position}), '')`, type: TEXT, fails };
    case 'json':
      return jsonPart(
        object,
        `'$[' || (CASE WHEN ${whole.sql} < 0 THEN '#' ELSE '' END) || CAST(${whole.sql} AS VARCHAR) || ']'`,
        'ARRAY',
        'A value that is no list has no items.',
        range,
      );
    default:
      throw typeMismatch(`${describeType(object.type).replace(/^a/, 'A')} cannot be indexed.`, range);
  }
}

export function asNumber(value: Compiled, operator: string, range: SourceRange): Compiled {
  if (value.type.k === 'int' || value.type.k === 'double') return value;
  if (value.type.k === 'none') return toType(value, INT);
  if (value.type.k === 'json') return toType(value, DOUBLE, range);
  throw typeMismatch(
    `${operator} works on numbers, and this is ${describeType(value.type)}.`,
    range,
    value.type.k === 'date' || value.type.k === 'timestamp'
      ? 'Use DATE_DIFF and DATE_ADD for dates.'
      : 'NUMBER(…) makes a number of a text.',
  );
}

type BinaryExpr = Extract<Expr, { kind: 'binary' }>;

function binary(expr: BinaryExpr, env: CompileEnv): Compiled {
  const { operator, range } = expr;
  const arithmeticOperator =
    operator === '+' || operator === '-' || operator === '*' || operator === '/' || operator === '%';
  // Inside a sum or product an infinity travels on, and is found once, at the end.
  const left = arithmeticOperator ? walk(expr.left, env) : compile(expr.left, env);
  const right = arithmeticOperator ? walk(expr.right, env) : compile(expr.right, env);
  const fails = left.fails || right.fails;
  switch (operator) {
    case '||':
      return either(left, right, fails);
    case '&&': {
      const type = widen(BOOL, right.type);
      return {
        sql: `(CASE WHEN ${truth(left)} THEN ${toType(right, type).sql} ELSE ${toType(literal(false), type).sql} END)`,
        type,
        fails,
      };
    }
    case '==':
    case '!=': {
      const pair = comparable(left, right, expr, true);
      return {
        sql: `(${pair.left.sql} IS ${operator === '==' ? 'NOT ' : ''}DISTINCT FROM ${pair.right.sql})`,
        type: BOOL,
        fails: pair.fails,
      };
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const pair = comparable(left, right, expr, false);
      return { sql: `(${pair.left.sql} ${operator} ${pair.right.sql})`, type: BOOL, fails: pair.fails };
    }
    case 'IN':
      return contained(left, right, range);
    default:
      return arithmetic(operator, left, right, expr);
  }
}

function either(left: Compiled, right: Compiled, fails: boolean): Compiled {
  if (left.type.k === 'none' && !left.fails) return { ...right, fails };
  if (left.type.k === 'bool') {
    const type = widen(BOOL, right.type);
    return {
      sql: `(CASE WHEN ${left.sql} THEN ${toType(literal(true), type).sql} ELSE ${toType(right, type).sql} END)`,
      type,
      fails,
    };
  }
  const type = widen(left.type, right.type);
  if (left.type.k === 'json') {
    return { sql: `(CASE WHEN ${truth(left)} THEN ${left.sql} ELSE ${toType(right, type).sql} END)`, type, fails };
  }
  return { sql: `coalesce(${toType(left, type).sql}, ${toType(right, type).sql})`, type, fails };
}

/** SQL that is true where the value is neither none nor false. */
function truth(value: Compiled): string {
  if (value.type.k === 'bool') return value.sql;
  if (value.type.k === 'none') return value.fails ? `(${value.sql} IS NOT NULL)` : 'FALSE';
  if (value.type.k === 'json') return `(CAST(${value.sql} AS VARCHAR) NOT IN ('null', 'false'))`;
  return `(${value.sql} IS NOT NULL)`;
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

function holdsJson(type: SqlType): boolean {
  if (type.k === 'list') return type.of.k === 'json' || holdsJson(type.of);
  return type.k === 'record' && type.fields.some((field) => field.type.k === 'json' || holdsJson(field.type));
}

/** JSON's own null as none. */
function jsonNone(value: Compiled): Compiled {
  return value.type.k === 'json'
    ? { ...value, sql: `nullif(CAST(${value.sql} AS VARCHAR), 'null')`, type: TEXT }
    : value;
}

/** A date column and a text: a constant has to spell a date; a text column is compared with the date's ISO text. */
function dateWithText(
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

function arithmetic(
  operator: '+' | '-' | '*' | '/' | '%',
  left: Compiled,
  right: Compiled,
  expr: BinaryExpr,
): Compiled {
  const { range } = expr;
  const fails = left.fails || right.fails;
  if (operator === '+' && (left.type.k === 'text' || right.type.k === 'text')) {
    for (const [side, at] of [
      [left, expr.left],
      [right, expr.right],
    ] as const) {
      if (side.type.k === 'list' || side.type.k === 'record') {
        throw typeMismatch(
          `+ on text takes text, numbers and bools, and this is ${describeType(side.type)}.`,
          at.range,
          'JSON_STRINGIFY(…) gives the text of a list or record.',
        );
      }
    }
    return {
      sql: `(${toText(settle(left, range)).sql} || ${toText(settle(right, range)).sql})`,
      type: TEXT,
      fails: fails || left.loose === true || right.loose === true,
    };
  }
  if (operator === '+' && left.type.k === 'list' && right.type.k === 'list') {
    const type = widen(left.type, right.type);
    const [a, b] = [toType(left, type).sql, toType(right, type).sql];
    return { sql: `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE list_concat(${a}, ${b}) END)`, type, fails };
  }
  const a = asNumber(left, operator, expr.left.range);
  const b = asNumber(right, operator, expr.right.range);
  const integers = a.type.k === 'int' && b.type.k === 'int';
  if (operator === '/' || operator === '%') {
    const type = operator === '/' ? DOUBLE : widen(a.type, b.type);
    const divisor = settle(toType(b, type), range);
    const zero = `CAST(${raise('division-by-zero', range)} AS ${nativeOf(type)})`;
    const safe =
      typeof right.constant === 'number' && right.constant !== 0
        ? divisor.sql
        : `(CASE WHEN ${divisor.sql} = 0 THEN ${zero} ELSE ${divisor.sql} END)`;
    const loose = operator === '/' ? !smallDivision(a, right) || a.loose === true : a.loose === true;
    return {
      sql: `(${toType(a, type).sql} ${operator} ${safe})`,
      type,
      fails: a.fails || b.fails || safe !== divisor.sql,
      ...(loose ? { loose } : {}),
    };
  }
  const type = widen(a.type, b.type);
  return {
    sql: `(${toType(a, type).sql} ${operator} ${toType(b, type).sql})`,
    type,
    fails: a.fails || b.fails || integers,
    ...(integers ? {} : { loose: true }),
  };
}

/** Division by a constant of at least 1 cannot overflow. */
function smallDivision(_dividend: Compiled, divisor: Compiled): boolean {
  return typeof divisor.constant === 'number' && Math.abs(divisor.constant) >= 1;
}
