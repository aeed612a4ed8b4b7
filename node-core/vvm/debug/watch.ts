/**
 * What somebody wants to see of a stopped call: a name, fields and elements of it, its length, and arithmetic and comparisons of
 * these. It only reads; a call of a function is refused, because it could change something.
 */
import { parseExpr } from '../../flow/program/parse-expression.ts';
import { Cursor } from '../../flow/program/cursor.ts';
import { lexProgram } from '../../flow/program/lex.ts';
import { parseBlock } from '../../flow/program/parse-statement.ts';
import type { Expr } from '../../flow/program/tree.ts';
import type { Value } from '../engine.ts';

/** Why there is no value, in a sentence. */
export class NoValue extends Error {}

/** @param local the value of a name; undefined when there is none of it. @throws NoValue */
export function evaluateWatch(expression: string, local: (name: string) => Value | undefined): Value {
  const cursor = new Cursor(lexProgram(expression, 0, expression.length), parseBlock);
  const tree = parseExpr(cursor, 'an expression');
  if (cursor.diagnostics.length > 0 || !cursor.atEnd) throw new NoValue('This is no expression.');
  return evaluate(tree, local);
}

function evaluate(e: Expr, local: (name: string) => Value | undefined): Value {
  const value = (of: Expr): Value => evaluate(of, local);
  switch (e.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return e.value;
    case 'none':
      return null;
    case 'text':
      if (e.parts.every((part) => typeof part === 'string')) return e.parts.join('');
      throw new NoValue('Text with values in it is not put together here.');
    case 'name': {
      const found = local(e.name);
      if (found === undefined) throw new NoValue(`There is no ${e.name} here.`);
      return found;
    }
    case 'member':
      return member(value(e.object), e.property.name);
    case 'index':
      return element(value(e.object), value(e.index));
    case 'isNone':
      return (value(e.value) === null) !== e.not;
    case 'unary': {
      const operand = value(e.operand);
      if (e.operator === '!' && typeof operand === 'boolean') return !operand;
      if (e.operator === '-' && (typeof operand === 'bigint' || typeof operand === 'number')) return -operand;
      throw new NoValue(`${e.operator} does not go with this value.`);
    }
    case 'binary':
      return binary(e.operator, value(e.left), () => value(e.right));
    default:
      throw new NoValue('A watch reads names, fields, elements and computes with them; it calls nothing.');
  }
}

function member(object: Value, name: string): Value {
  if (object === null) throw new NoValue(`None has no ${name}.`);
  if (name === 'length') {
    if (typeof object === 'string' || Array.isArray(object) || object instanceof Uint8Array)
      return BigInt(object.length);
    if (object instanceof Map) return BigInt(object.size);
  }
  if (typeof object !== 'object' || Array.isArray(object) || object instanceof Map || object instanceof Uint8Array)
    throw new NoValue(`This value has no field ${name}.`);
  if (!Object.hasOwn(object, name)) throw new NoValue(`It has no field ${name}.`);
  return object[name]!;
}

function element(object: Value, index: Value): Value {
  if (object instanceof Map) {
    const found = object.get(index);
    if (found === undefined) throw new NoValue('The map has no such key.');
    return found;
  }
  if (typeof object === 'string' || Array.isArray(object)) {
    const found = typeof index === 'bigint' ? object[Number(index)] : undefined;
    if (found === undefined) throw new NoValue('The index is outside.');
    return found;
  }
  if (typeof index === 'string') return member(object, index);
  throw new NoValue('This value has no elements.');
}

const ORDER = new Set(['<', '<=', '>', '>=']);

function binary(operator: string, left: Value, other: () => Value): Value {
  if (operator === '&&') return left === false ? false : other();
  if (operator === '||') return left === null || left === false ? other() : left;
  const right = other();
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left === 'string' && typeof right === 'string') {
    if (operator === '+') return left + right;
    if (ORDER.has(operator)) return compared(operator, left < right, left === right);
  }
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    if (ORDER.has(operator)) return compared(operator, left < right, left === right);
    return whole(operator, left, right);
  }
  if (typeof left === 'number' && typeof right === 'number') {
    if (ORDER.has(operator)) return compared(operator, left < right, left === right);
    return fraction(operator, left, right);
  }
  throw new NoValue(`${operator} does not go with these values.`);
}

function whole(operator: string, a: bigint, b: bigint): bigint {
  if (b === 0n && (operator === '/' || operator === '%')) throw new NoValue('Divided by zero.');
  const result =
    operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;
  if (BigInt.asIntN(64, result) !== result) throw new NoValue('The result does not fit into 64 bits.');
  return result;
}

const fraction = (operator: string, a: number, b: number): number =>
  operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;

function compared(operator: string, less: boolean, same: boolean): boolean {
  switch (operator) {
    case '<':
      return less;
    case '<=':
      return less || same;
    case '>':
      return !less && !same;
    default:
      return !less;
  }
}
