/** The types of expressions; expressions/ has what is wrong with their parts. Browser-safe. */
import { functionContract, functionNames, signature } from '../contracts/functions.ts';
import type { Expr, RecordExpr, SourceRange } from '../syntax/ast.ts';
import { aType } from '../types/display.ts';
import { elementType, isOpen, own, union } from '../types/relate.ts';
import { ANY, BOOL, type FlowType, NUMBER, TEXT } from '../types/type.ts';
import { type Checker, error, refer, suggest } from './checker.ts';
import { checkArguments } from './expressions/arguments.ts';
import { columnOf, qualifier } from './expressions/column.ts';
import { fieldType } from './expressions/field.ts';
import { typeOfInput, typeOfName } from './expressions/name.ts';
import { type Binary, checkComparison, checkIn, typeOfSum } from './expressions/operators.ts';
import type { ExprScope } from './scope.ts';

/** The type of an expression. Reports each mistake once, and gives any where something was wrong. */
export function typeOf(checker: Checker, expr: Expr, scope: ExprScope): FlowType {
  switch (expr.kind) {
    case 'literal':
      return typeOfLiteral(expr.value);
    case 'name':
      return typeOfName(checker, expr.name, expr.range, scope);
    case 'member':
      return typeOfMember(checker, expr, scope);
    case 'index':
      return typeOfIndex(checker, expr, scope);
    case 'call':
      return typeOfCall(checker, expr, scope);
    case 'unary': {
      const operand = typeOf(checker, expr.operand, scope);
      if (expr.operator === '!') {
        if (!isOpen(operand) && operand.kind !== 'bool') {
          error(checker, 'FLOW3004', `\`!\` needs true or false, and this is ${aType(operand)}.`, expr.operand.range);
        }
        return BOOL;
      }
      if (!isOpen(operand) && operand.kind !== 'number') {
        error(checker, 'FLOW3004', `\`-\` needs a number, and this is ${aType(operand)}.`, expr.operand.range);
      }
      return NUMBER;
    }
    case 'binary':
      return typeOfBinary(checker, expr, scope);
    case 'list': {
      let item: FlowType = { kind: 'none' };
      let mixed = false;
      for (const element of expr.items) {
        const type = typeOf(checker, element, scope);
        if (item.kind !== 'none' && type.kind !== 'none' && type.kind !== item.kind) mixed = true;
        item = union(item, type);
      }
      return { kind: 'list', of: mixed || item.kind === 'none' ? ANY : item };
    }
    case 'record':
      return typeOfRecord(checker, expr, scope);
    case 'error':
      return ANY;
  }
}

export function typeOfLiteral(value: string | number | boolean | null): FlowType {
  switch (typeof value) {
    case 'string':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOL;
    default:
      return { kind: 'none' };
  }
}

/** The record's type; a field that stands twice is reported. `__proto__` is a field like any other. */
export function typeOfRecord(checker: Checker, record: RecordExpr, scope: ExprScope): FlowType {
  const fields: Record<string, FlowType> = Object.create(null);
  const first = new Map<string, SourceRange>();
  for (const { key, value } of record.entries) {
    const type = typeOf(checker, value, scope);
    const before = first.get(key.name);
    if (before !== undefined) {
      error(checker, 'FLOW3013', `The field "${key.name}" stands twice in this record.`, key.range, {
        related: [{ message: 'The first is here.', range: before }],
      });
    } else first.set(key.name, key.range);
    fields[key.name] = type;
    refer(checker, key.range, { kind: 'field', name: key.name }, type);
  }
  return { kind: 'record', fields };
}

type Member = Extract<Expr, { kind: 'member' }>;

function typeOfMember(checker: Checker, expr: Member, scope: ExprScope): FlowType {
  const { object, property } = expr;
  if (object.kind === 'name') {
    const { name } = object;
    const side = qualifier(scope, name);
    if (side !== undefined) {
      const symbol = checker.analysis.byName.get(name);
      if (symbol !== undefined) refer(checker, object.range, { kind: 'symbol', symbol, declares: false }, symbol.type);
      return columnOf(checker, side, property.name, property.range);
    }
    if (name === 'INPUT' && !checker.analysis.byName.has('INPUT'))
      return typeOfInput(checker, property.name, property.range);
  }
  const type = typeOf(checker, object, scope);
  return fieldType(checker, type, property.name, property.range);
}

function typeOfIndex(checker: Checker, expr: Extract<Expr, { kind: 'index' }>, scope: ExprScope): FlowType {
  const object = typeOf(checker, expr.object, scope);
  const index = typeOf(checker, expr.index, scope);
  if (isOpen(object)) return ANY;
  switch (object.kind) {
    case 'list':
    case 'table':
    case 'text':
      if (!isOpen(index) && index.kind !== 'number') {
        error(
          checker,
          'FLOW3004',
          `The place in ${aType(object)} is a number, and this is ${aType(index)}.`,
          expr.index.range,
        );
      }
      return object.kind === 'text' ? TEXT : elementType(object);
    case 'record':
      if (expr.index.kind === 'literal' && typeof expr.index.value === 'string') {
        const fields = object.fields;
        return fields !== undefined && own(fields, expr.index.value) ? fields[expr.index.value]! : ANY;
      }
      if (!isOpen(index) && index.kind !== 'text')
        error(
          checker,
          'FLOW3004',
          `A field of a record is named by text, and this is ${aType(index)}.`,
          expr.index.range,
        );
      return ANY;
    default:
      error(
        checker,
        'FLOW3004',
        `[ ] takes an item of a list or a row of a table, and this is ${aType(object)}.`,
        expr.object.range,
      );
      return ANY;
  }
}

function typeOfCall(checker: Checker, expr: Extract<Expr, { kind: 'call' }>, scope: ExprScope): FlowType {
  const { callee } = expr;
  if (callee.kind !== 'name') {
    const name = callee.kind === 'member' ? callee.property.name : '';
    const contract = functionContract(name);
    typeOf(checker, callee.kind === 'member' ? callee.object : callee, scope);
    for (const arg of expr.args) typeOf(checker, arg, scope);
    if (callee.kind === 'error') return ANY;
    error(
      checker,
      'FLOW2008',
      contract === undefined
        ? 'Only functions can be called, by their name.'
        : `Functions are written before their arguments: ${signature(contract)}.`,
      callee.range,
    );
    return ANY;
  }
  const contract = functionContract(callee.name);
  const args = expr.args.map((arg) => typeOf(checker, arg, scope));
  if (contract === undefined) {
    if (callee.range.end === callee.range.start) return ANY;
    const { words, more } = suggest(checker, callee.name.toUpperCase(), functionNames, callee.range);
    error(checker, 'FLOW2008', `There is no function called "${callee.name}".${words}`, callee.range, more);
    return ANY;
  }
  const type = checkArguments(checker, contract, expr, args);
  return refer(checker, callee.range, { kind: 'function', contract }, type);
}

function typeOfBinary(checker: Checker, expr: Binary, scope: ExprScope): FlowType {
  const left = typeOf(checker, expr.left, scope);
  const right = typeOf(checker, expr.right, scope);
  switch (expr.operator) {
    case '||':
      return union(left, right);
    case '&&':
      return right.kind === 'bool' ? BOOL : ANY;
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkComparison(checker, expr, left, right);
      return BOOL;
    case 'IN':
      checkIn(checker, expr, left, right);
      return BOOL;
    case '+':
      return typeOfSum(checker, expr, left, right);
    default:
      for (const [type, side] of [
        [left, expr.left],
        [right, expr.right],
      ] as const) {
        if (isOpen(type) || type.kind === 'number') continue;
        const hint =
          type.kind === 'date' || type.kind === 'timestamp'
            ? ' DATE_DIFF and DATE_ADD work on dates.'
            : type.kind === 'text'
              ? ' NUMBER(…) makes a number of a text.'
              : '';
        error(
          checker,
          'FLOW3004',
          `\`${expr.operator}\` works on numbers, and this is ${aType(type)}.${hint}`,
          side.range,
        );
      }
      return NUMBER;
  }
}
