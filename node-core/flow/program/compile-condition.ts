/** Compiles conditions, as jumps. Browser-safe. */
import type { Body } from './compile-function.ts';
import type { Label } from './emit.ts';
import type { Expr, SourceRange } from './tree.ts';
import { JSON_TYPE, type ProgramType } from './types.ts';

const COMPARE: Readonly<Record<string, 'CMPEQ' | 'CMPNE' | 'CMPLT' | 'CMPLE' | 'CMPGT' | 'CMPGE'>> = {
  '==': 'CMPEQ',
  '!=': 'CMPNE',
  '<': 'CMPLT',
  '<=': 'CMPLE',
  '>': 'CMPGT',
  '>=': 'CMPGE',
};
const OPPOSITE: Readonly<Record<string, string>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

export const isComparison = (operator: string): boolean => COMPARE[operator] !== undefined;

/** Jumps to the label when the condition is `when`, else goes on. */
export function branchIf(b: Body, e: Expr, when: boolean, label: Label): void {
  const { out } = b;
  if (e.kind === 'bool') {
    if (e.value === when) out.jump(label);
    return;
  }
  if (e.kind === 'unary' && e.operator === '!') {
    branchIf(b, e.operand, !when, label);
    return;
  }
  if (e.kind === 'binary' && (e.operator === '&&' || e.operator === '||')) {
    if ((e.operator === '&&') === when) {
      const skip = out.label();
      branchIf(b, e.left, !when, skip);
      branchIf(b, e.right, when, label);
      out.place(skip);
    } else {
      branchIf(b, e.left, when, label);
      branchIf(b, e.right, when, label);
    }
    return;
  }
  // NaN is neither smaller nor not smaller: of Floats only equality has an opposite.
  if (
    !when &&
    e.kind === 'binary' &&
    OPPOSITE[e.operator] &&
    (b.typeOf(e.left).kind !== 'Float' || e.operator === '==' || e.operator === '!=')
  )
    compare(b, e, OPPOSITE[e.operator]!);
  else {
    b.expr(e);
    if (!when) out.op('NOT');
  }
  out.jumpIf(label);
}

export function compare(b: Body, e: Expr & { kind: 'binary' }, operator: string): void {
  const left = b.typeOf(e.left);
  const right = b.typeOf(e.right);
  if (left.kind === 'None' || right.kind === 'None') {
    isNone(b, right.kind === 'None' ? e.left : e.right, operator === '==', e.range);
    return;
  }
  const isJson = left.kind === 'JSON' || right.kind === 'JSON';
  b.expr(e.left, isJson ? JSON_TYPE : undefined);
  b.expr(e.right, isJson ? JSON_TYPE : undefined);
  b.out.range = e.range;
  compareOnStack(b, isJson ? JSON_TYPE : left, operator);
}

/** The two values, of this type, are on the stack. */
export function compareOnStack(b: Body, { kind }: ProgramType, operator: string): void {
  if (kind === 'JSON' || kind === 'Bytes') {
    b.host(kind === 'JSON' ? 'json.equal' : 'bytes.equal');
    if (operator === '!=') b.out.op('NOT');
  } else b.out.op(COMPARE[operator]!);
}

export function isNone(b: Body, value: Expr, is: boolean, range: SourceRange): void {
  b.expr(value);
  b.out.range = range;
  isNoneOnStack(b, b.typeOf(value), is);
}

/** The value is on the stack. */
export function isNoneOnStack(b: Body, type: ProgramType, is: boolean): void {
  const { out } = b;
  if (type.kind === 'Option') {
    out.op('LEN');
    out.int(0);
    out.op(is ? 'CMPEQ' : 'CMPNE');
  } else if (type.kind === 'JSON') {
    b.host('json.isNone');
    if (!is) out.op('NOT');
  } else {
    out.op('POP');
    out.constant({ kind: 'Bool', value: (type.kind === 'None') === is });
  }
}
