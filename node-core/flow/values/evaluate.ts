/** Computes an expression of FLOW on values. Pure, browser-safe; see semantics.ts for what the operators mean. */
import { Problem, type SourceRange } from '../../errors/problem.ts';
import { BARE_FUNCTIONS, arity, functionContract, functionNames } from '../contracts/functions.ts';
import { isReference } from './reference.ts';
import type { Expr } from '../syntax/ast.ts';
import { callFunction } from './functions.ts';
import { compare, describeKind, equal, finite, isTrue, kindOf, numberText, typeMismatch } from './semantics.ts';
import type { RecordValue, ScopeValue, Value } from './value.ts';

/** The value of a name, or undefined when there is no such name. */
export type Scope = (name: string) => ScopeValue | undefined;

export interface EvaluateOptions {
  /** What NOW() gives: ISO 8601 UTC. The same for a whole run; the moment of the call when absent. */
  now?: string;
  /** What UUID() gives; random when absent. */
  uuid?: () => string;
}

const MAX_DEPTH = 2_000;

/**
 * The value of `expr`. Throws a Problem with the `range` of the part at fault: `type-mismatch`, `division-by-zero`,
 * `number-overflow`, `bad-argument`, `unknown-name`, `unknown-function`, `broken-expression`.
 */
export function evaluate(expr: Expr, scope: Scope, options: EvaluateOptions = {}): ScopeValue {
  return walk(expr, scope, options, 0);
}

function walk(expr: Expr, scope: Scope, options: EvaluateOptions, depth: number): ScopeValue {
  if (depth > MAX_DEPTH) {
    throw new Problem('expression-too-deep', 'This expression is nested too deeply.', {
      status: 422,
      range: expr.range,
      hint: 'Split it over several steps.',
    });
  }
  const value = (inner: Expr): ScopeValue => walk(inner, scope, options, depth + 1);
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'number' ? finite(expr.value, expr.range) : expr.value;
    case 'name': {
      const found = scope(expr.name);
      if (found !== undefined) return found;
      if (BARE_FUNCTIONS.has(expr.name.toUpperCase())) return callFunction(expr.name, [], options, expr.range);
      throw unknownName(expr.name, expr.range);
    }
    case 'member':
      return member(value(expr.object), expr.property.name, expr.range);
    case 'index':
      return at(value(expr.object), value(expr.index), expr.range);
    case 'call':
      return call(expr, value, options);
    case 'unary': {
      const operand = value(expr.operand);
      if (expr.operator === '!') {
        if (operand !== null && typeof operand !== 'boolean') {
          throw typeMismatch(`! needs a bool, and this is ${describeKind(kindOf(operand))}.`, expr.operand.range);
        }
        return operand !== true;
      }
      if (operand === null) return null;
      if (typeof operand !== 'number') {
        throw typeMismatch(`- needs a number, and this is ${describeKind(kindOf(operand))}.`, expr.operand.range);
      }
      return finite(-operand, expr.range);
    }
    case 'binary':
      return binary(expr, value);
    case 'list':
      return expr.items.map(value) as Value[];
    case 'record': {
      const record: RecordValue = {};
      for (const entry of expr.entries) setField(record, entry.key.name, value(entry.value) as Value);
      return record;
    }
    case 'error':
      throw new Problem('broken-expression', 'This expression could not be read.', { status: 422, range: expr.range });
  }
}

/** Sets an own field, also one called `__proto__`. */
export function setField(record: RecordValue, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    record[key] = value;
  }
}

export function unknownName(name: string, range: SourceRange): Problem {
  return new Problem('unknown-name', `There is no input, step or column called "${name}".`, {
    status: 422,
    range,
    hint: 'Check the spelling; text needs quotes around it.',
  });
}

/**
 * `object.property`: none of none, and of a record without that field. A record can also be read through `.output`
 * and `.result`, as older plans do.
 */
export function member(object: ScopeValue, property: string, range?: SourceRange): ScopeValue {
  if (object === null) return null;
  if (typeof object === 'object' && !Array.isArray(object) && !isReference(object)) {
    if (Object.hasOwn(object, property)) return object[property] ?? null;
    return property === 'output' || property === 'result' ? object : null;
  }
  if (property === 'output' || property === 'result') return object;
  throw typeMismatch(
    `${describeKind(kindOf(object))} has no field "${property}".`.replace(/^a/, 'A'),
    range,
    kindOf(object) === 'table'
      ? 'A table has columns: use FILTER, MAP or SELECT on it, or FIRST(table) for its first row.'
      : 'Only records have fields.',
  );
}

/** `object[index]`: lists and text from 0 (negative: from the end), records by name; none when there is nothing there. */
export function at(object: ScopeValue, index: ScopeValue, range?: SourceRange): ScopeValue {
  if (object === null || index === null) return null;
  if (typeof object === 'string' || Array.isArray(object)) {
    if (typeof index !== 'number' || !Number.isInteger(index)) {
      throw typeMismatch(`${describeKind(kindOf(object))} is indexed by a whole number.`.replace(/^a/, 'A'), range);
    }
    const items: readonly ScopeValue[] = typeof object === 'string' ? [...object] : object;
    return items.at(index) ?? null;
  }
  if (kindOf(object) === 'record') {
    if (typeof index !== 'string') throw typeMismatch('A record is indexed by the name of a field.', range);
    return member(object, index, range);
  }
  throw typeMismatch(`${describeKind(kindOf(object))} cannot be indexed.`.replace(/^a/, 'A'), range);
}

function call(
  expr: Extract<Expr, { kind: 'call' }>,
  value: (inner: Expr) => ScopeValue,
  options: EvaluateOptions,
): ScopeValue {
  if (expr.callee.kind !== 'name') {
    throw new Problem('unknown-function', 'Only functions that have a name can be called.', {
      status: 422,
      range: expr.range,
    });
  }
  const name = expr.callee.name;
  checkCall(name, expr.args.length, expr.range);
  const contract = functionContract(name);
  if (contract?.name === 'IF') {
    const chosen = value(expr.args[0] as Expr) === true ? expr.args[1] : expr.args[2];
    return chosen === undefined ? null : value(chosen);
  }
  if (contract?.name === 'COALESCE') {
    for (const argument of expr.args) {
      const found = value(argument);
      if (found !== null) return found;
    }
    return null;
  }
  return callFunction(name, expr.args.map(value), options, expr.range);
}

/** That there is such a function and that it takes so many arguments. */
export function checkCall(name: string, count: number, range: SourceRange): void {
  const contract = functionContract(name);
  if (contract === undefined) {
    const near = functionNames().filter((other) => other.startsWith(name.toUpperCase().slice(0, 3)));
    throw new Problem('unknown-function', `There is no function called "${name}".`, {
      status: 422,
      range,
      hint:
        near.length > 0
          ? `Did you mean ${near.slice(0, 3).join(' or ')}?`
          : 'The list of functions is in the reference.',
    });
  }
  const { least, most } = arity(contract);
  if (count < least || count > most) {
    throw new Problem(
      'bad-argument',
      `${contract.name} takes ${least === most ? least : most === Infinity ? `at least ${least}` : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, not ${count}.`,
      {
        status: 422,
        range,
        hint: `For example ${contract.example.expression}.`,
      },
    );
  }
}

function binary(expr: Extract<Expr, { kind: 'binary' }>, value: (inner: Expr) => ScopeValue): ScopeValue {
  const { operator, range } = expr;
  const left = value(expr.left);
  if (operator === '||') return isTrue(left) ? left : value(expr.right);
  if (operator === '&&') return isTrue(left) ? value(expr.right) : false;
  const right = value(expr.right);
  switch (operator) {
    case '==':
      return equal(left, right, range);
    case '!=':
      return !equal(left, right, range);
    case '<':
    case '<=':
    case '>':
    case '>=': {
      if (left === null || right === null) return null;
      const order = compare(left, right, range);
      return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
    }
    case 'IN':
      return isIn(left, right, range);
    default:
      return arithmetic(operator, left, right, range);
  }
}

/** Whether a list holds the value, a text the other text, or a record that field. */
export function isIn(item: ScopeValue, container: ScopeValue, range?: SourceRange): boolean {
  if (container === null) return false;
  if (Array.isArray(container)) {
    let found = false;
    for (const candidate of container) found = equal(item, candidate, range) || found;
    return found;
  }
  const kind = kindOf(container);
  if (kind !== 'text' && kind !== 'record') {
    throw typeMismatch(
      `IN looks into a list, a text or a record, not ${describeKind(kind)}.`,
      range,
      'Put a list on the right side.',
    );
  }
  if (item === null) return false;
  if (typeof item !== 'string') {
    throw typeMismatch(`IN a ${kind} needs a text on its left side, and this is ${describeKind(kindOf(item))}.`, range);
  }
  return typeof container === 'string' ? container.includes(item) : Object.hasOwn(container as RecordValue, item);
}

type Arithmetic = '+' | '-' | '*' | '/' | '%';

function arithmetic(operator: Arithmetic, left: ScopeValue, right: ScopeValue, range: SourceRange): ScopeValue {
  if (right === null) return null;
  // Also for none / 0: a divisor of 0 is a mistake whatever is divided.
  if ((operator === '/' || operator === '%') && right === 0 && (left === null || typeof left === 'number'))
    throw divisionByZero(range);
  if (left === null) return null;
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) {
    return joinText(left, range) + joinText(right, range);
  }
  if (operator === '+' && Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
  if (typeof left !== 'number' || typeof right !== 'number') {
    const [bad, other] = typeof left !== 'number' ? [left, right] : [right, left];
    throw typeMismatch(
      `${operator} works on numbers, and this is ${describeKind(kindOf(bad))} and ${describeKind(kindOf(other))}.`,
      range,
    );
  }
  switch (operator) {
    case '+':
      return finite(left + right, range);
    case '-':
      return finite(left - right, range);
    case '*':
      return finite(left * right, range);
    case '/':
      return finite(left / right, range);
    case '%':
      return finite(left % right, range);
  }
}

export function divisionByZero(range?: SourceRange): Problem {
  return new Problem('division-by-zero', 'Division by zero.', {
    status: 422,
    hint: 'Guard it: IF(b == 0, none, a / b).',
    ...(range === undefined ? {} : { range }),
  });
}

function joinText(value: ScopeValue, range: SourceRange): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'boolean':
      return String(value);
    default:
      throw typeMismatch(
        `+ on text takes text, numbers and bools, and this is ${describeKind(kindOf(value))}.`,
        range,
        'JSON_STRINGIFY(…) gives the text of a list or record.',
      );
  }
}
