/** Compiles operators. Browser-safe. */
import { BOOL, INT } from '../../vasm/type.ts';
import { branchIf, compare, isComparison } from './compile-condition.ts';
import type { Body } from './compile-function.ts';
import { NotYet } from './emit.ts';
import type { Expr, SourceRange } from './tree.ts';
import { JSON_TYPE, type ProgramType } from './types.ts';

const ARITHMETIC: Readonly<Record<string, 'ADD' | 'SUB' | 'MUL' | 'DIV' | 'MOD'>> = {
  '+': 'ADD',
  '-': 'SUB',
  '*': 'MUL',
  '/': 'DIV',
  '%': 'MOD',
};

export function toText(b: Body, type: ProgramType, range: SourceRange): void {
  switch (type.kind) {
    case 'Int':
      b.out.host('int.toString');
      break;
    case 'Float':
      b.out.host('float.toString');
      break;
    case 'Bool':
      b.out.host('bool.toString');
      break;
    case 'String':
    case 'Enum':
    case 'Never':
      break;
    case 'JSON':
      b.host('json.text');
      break;
    default:
      throw new NotYet('This in text', range);
  }
}

export function compileBinary(b: Body, e: Expr & { kind: 'binary' }, type: ProgramType): void {
  const { out } = b;
  const left = b.typeOf(e.left);
  if (e.operator === '&&' || e.operator === '||') {
    const end = out.label();
    if (e.operator === '||' && mapGetOr(b, e)) return;
    if (left.kind === 'Option') {
      const some = out.label();
      b.expr(e.left);
      const slot = b.keep(left, e.left.range);
      out.load(slot);
      out.op('LEN');
      out.int(0);
      out.op('CMPNE');
      out.jumpIf(some);
      const { depth } = out;
      b.expr(e.right, type);
      out.jump(end);
      out.place(some);
      out.depth = depth;
      out.load(slot);
      if (type.kind !== 'Option') out.getValue();
      out.place(end);
      return;
    }
    if (left.kind === 'JSON' && e.operator === '||') {
      otherThanNone(b, e);
      return;
    }
    const short = e.operator === '||';
    const other = out.label();
    branchIf(b, e.left, short, other);
    const { depth } = out;
    b.expr(e.right);
    out.jump(end);
    out.place(other);
    out.depth = depth;
    out.constant({ kind: 'Bool', value: short });
    out.place(end);
    return;
  }
  if (isComparison(e.operator)) compare(b, e, e.operator);
  else {
    b.expr(e.left);
    operate(b, e.operator, left, () => b.expr(e.right), b.typeOf(e.right), e.right.range);
  }
}

/** `json || other`: the left side unless it is none or false. */
function otherThanNone(b: Body, e: Expr & { kind: 'binary' }): void {
  const { out } = b;
  const end = out.label();
  const other = out.label();
  b.expr(e.left);
  const slot = b.keep(JSON_TYPE, e.left.range);
  out.load(slot);
  b.host('json.isNone');
  out.jumpIf(other);
  out.load(slot);
  out.constant({ kind: 'Bool', value: false });
  b.host('json.of');
  b.host('json.equal');
  out.jumpIf(other);
  const { depth } = out;
  out.load(slot);
  out.jump(end);
  out.place(other);
  out.depth = depth;
  b.expr(e.right, JSON_TYPE);
  out.place(end);
}

/** The left side is on the stack; `right` puts the other there. */
export function operate(
  b: Body,
  operator: string,
  left: ProgramType,
  right: () => void,
  rightType: ProgramType,
  range: SourceRange,
): void {
  const text = operator === '+' && (left.kind === 'String' || rightType.kind === 'String');
  if (text) toText(b, left, range);
  right();
  if (text) toText(b, rightType, range);
  b.out.op(ARITHMETIC[operator]!);
}

export function contains(b: Body, e: Expr & { kind: 'in' }): void {
  const { out } = b;
  const list = b.typeOf(e.list);
  const valueType =
    list.kind === 'Map'
      ? list.key
      : list.kind === 'List'
        ? list.of
        : list.kind === 'JSON'
          ? JSON_TYPE
          : b.typeOf(e.value);
  b.expr(e.value, valueType);
  const value = b.keep(valueType, e.value.range);
  b.expr(e.list);
  if (list.kind === 'Map' || list.kind === 'String' || list.kind === 'JSON') {
    out.load(value);
    b.host(list.kind === 'Map' ? 'map.has' : list.kind === 'JSON' ? 'json.has' : 'string.indexOf');
    if (list.kind === 'String') {
      out.int(0);
      out.op('CMPGE');
    }
    return;
  }
  if (list.kind !== 'List' || !['Int', 'Float', 'Bool', 'String', 'Enum'].includes(list.of.kind))
    throw new NotYet('`in` for these values', e.range);
  const all = b.keep(list, e.list.range);
  const index = out.local('_i', INT);
  const found = out.local('_found', BOOL);
  const top = out.label();
  const end = out.label();
  out.constant({ kind: 'Bool', value: false });
  out.store(found);
  out.int(0);
  out.store(index);
  out.place(top);
  out.load(index);
  out.load(all);
  out.op('LEN');
  out.op('CMPGE');
  out.jumpIf(end);
  out.load(all);
  out.load(index);
  out.getElement();
  out.load(value);
  out.op('CMPEQ');
  out.store(found);
  out.load(index);
  out.int(1);
  out.op('ADD');
  out.store(index);
  out.load(found);
  out.op('NOT');
  out.jumpIf(top);
  out.place(end);
  out.load(found);
}

/** `map.get(key) || other` as one call, when nothing happens by looking at `other`; false when it is not that. */
function mapGetOr(b: Body, { left, right, range }: Expr & { kind: 'binary' }): boolean {
  if (left.kind !== 'call' || left.callee.kind !== 'member' || left.callee.property.name !== 'get') return false;
  const map = b.typeOf(left.callee.object);
  if (map.kind !== 'Map' || ['Option', 'JSON', 'None'].includes(map.value.kind) || left.args.length !== 1) return false;
  const found = b.typeOf(right);
  if (!['int', 'float', 'bool', 'text', 'name'].includes(right.kind) || found.kind !== map.value.kind) return false;
  if (right.kind === 'text' && right.parts.some((part) => typeof part !== 'string')) return false;
  if (right.kind === 'name' && !b.checked.locals.has(right)) return false;
  b.expr(left.callee.object);
  b.expr(left.args[0]!, map.key);
  b.expr(right, map.value);
  b.out.range = range;
  b.host('map.getOr');
  return true;
}
