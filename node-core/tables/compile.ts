/**
 * Expressions of FLOW as SQL of DuckDB, with FLOW's own semantics (flow/values/semantics.ts): `||` yields its left
 * side unless that is none or false, none equals only none, a/0 and overflow raise. What does not read a column is
 * computed once, by the evaluator. Errors at run time carry their code and source range in the message
 * (`voike:<code>:<start>:<end>`), see run-errors.ts.
 */
import { Problem, type SourceRange } from '../errors/problem.ts';
import { BARE_FUNCTIONS } from '../flow/contracts/functions.ts';
import type { Expr } from '../flow/syntax/ast.ts';
import { checkCall, evaluate, unknownName } from '../flow/values/evaluate.ts';
import { typeMismatch } from '../flow/values/semantics.ts';
import { compileFunction } from './compile-functions.ts';
import {
  type ColumnRef,
  type CompileEnv,
  type Compiled,
  comparable,
  contained,
  literal,
  raise,
  recordType,
  settle,
  toText,
  toType,
} from './compiled.ts';
import { type SqlType, describeType, nativeOf, quoteText, widen } from './sql-types.ts';

const LONGEST_SQL = 2_000_000;
const INT: SqlType = { k: 'int' };
const DOUBLE: SqlType = { k: 'double' };
const BOOL: SqlType = { k: 'bool' };
const TEXT: SqlType = { k: 'text' };

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
