/**
 * Compiles `expect` of tests. What does not hold ends the test with a trap whose text is JSON: what stood on the sides of the
 * condition, as far as JSON can say it. `readExpectation` is what reads it. Browser-safe.
 */
import { branchIf, compareOnStack, isComparison, isNoneOnStack } from './compile-condition.ts';
import type { Body } from './compile-function.ts';
import { toText } from './compile-operators.ts';
import { NotYet, vasmType } from './emit.ts';
import type { Expr, SourceRange, Statement } from './tree.ts';
import { isJson, JSON_TYPE, type ProgramType } from './types.ts';

/** The two sides of a comparison, or the one value that was asked about. */
export type Side = 'left' | 'right' | 'value';

interface Kept {
  side: Side;
  slot: number;
  type: ProgramType;
}

export function compileExpect(b: Body, s: Statement & { kind: 'expect' }): void {
  if (!b.test) throw new NotYet('`expect` outside of a test', s.range);
  // Its failure is one that `catch` would take, and the test would pass.
  if (b.tried) throw new NotYet('`expect` inside of a `try` that would catch it', s.range);
  expectThat(b, s.condition);
}

function expectThat(b: Body, e: Expr): void {
  const { out } = b;
  if (e.kind === 'binary' && e.operator === '&&') {
    // So that the one which does not hold is told.
    expectThat(b, e.left);
    if (out.reachable) expectThat(b, e.right);
    return;
  }
  const holds = out.label();
  const kept: Kept[] = [];
  const keep = (side: Side, value: Expr, wanted?: ProgramType): void => {
    b.expr(value, wanted);
    const type = wanted ?? b.typeOf(value);
    kept.push({ side, type, slot: b.keep(type, value.range, side) });
  };
  const asked = askedForNone(b, e);
  if (asked) {
    keep('value', asked.value);
    out.load(kept[0]!.slot);
    out.range = e.range;
    isNoneOnStack(b, kept[0]!.type, asked.is);
    out.jumpIf(holds);
  } else if (e.kind === 'binary' && isComparison(e.operator)) {
    const kinds = [b.typeOf(e.left).kind, b.typeOf(e.right).kind];
    const wanted = kinds.includes('JSON') ? JSON_TYPE : undefined;
    keep('left', e.left, wanted);
    keep('right', e.right, wanted);
    for (const { slot } of kept) out.load(slot);
    out.range = e.range;
    compareOnStack(b, kept[0]!.type, e.operator);
    out.jumpIf(holds);
  } else branchIf(b, e, true, holds);
  if (!out.reachable) {
    out.place(holds);
    return;
  }
  out.range = e.range;
  report(b, kept, e.range);
  out.op('TRAP');
  out.place(holds);
}

/** `x is None`, `x == None` and their opposites. */
function askedForNone(b: Body, e: Expr): { value: Expr; is: boolean } | undefined {
  if (e.kind === 'isNone') return { value: e.value, is: !e.not };
  if (e.kind !== 'binary' || (e.operator !== '==' && e.operator !== '!=')) return undefined;
  const is = e.operator === '==';
  if (b.typeOf(e.right).kind === 'None') return { value: e.left, is };
  return b.typeOf(e.left).kind === 'None' ? { value: e.right, is } : undefined;
}

/** Puts the text of the trap on the stack. */
function report(b: Body, kept: readonly Kept[], range: SourceRange): void {
  const { out } = b;
  out.make(vasmType({ kind: 'Map', key: { kind: 'String' }, value: JSON_TYPE }, range));
  for (const { side, slot, type } of kept) {
    // JSON has no NaN and no infinity: a Float goes as text, and its name says so.
    const asText = type.kind === 'Float';
    if (!asText && type.kind !== 'JSON' && !isJson(type)) continue;
    out.op('DUP');
    out.constant({ kind: 'String', value: asText ? `${side}:text` : side });
    out.load(slot);
    if (asText) toText(b, type, range);
    b.coerce(asText ? { kind: 'String' } : type, JSON_TYPE, range);
    out.setElement();
  }
  b.host('json.of');
  b.host('json.toString');
}

/** The sides as they are shown, from the text of the trap; undefined for a trap of another kind. */
export function readExpectation(text: string): Partial<Record<Side, string>> | undefined {
  let sides: unknown;
  try {
    sides = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof sides !== 'object' || sides === null || Array.isArray(sides)) return undefined;
  const shown: Partial<Record<Side, string>> = {};
  for (const [name, value] of Object.entries(sides)) {
    const [side, kind] = name.split(':');
    if (side !== 'left' && side !== 'right' && side !== 'value') return undefined;
    shown[side] = kind === 'text' ? String(value) : value === null ? 'None' : JSON.stringify(value);
  }
  return shown;
}
