import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../contracts/functions.ts';
import type { Expr } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import type { ScopeValue } from './value.ts';

function expr(source: string): Expr {
  const { plan, diagnostics } = parse(`FLOW "t"\nSTEP a = TRANSFORM { v: ${source} }\nEND FLOW`);
  const op = plan.body[0]?.kind === 'step' ? plan.body[0].op : undefined;
  if (op?.op !== 'TRANSFORM' || op.value.kind !== 'record' || diagnostics.length > 0)
    throw new Error(JSON.stringify(diagnostics));
  return op.value.entries[0]?.value as Expr;
}
const of = (source: string, scope: Record<string, ScopeValue> = {}, options: EvaluateOptions = {}) =>
  evaluate(expr(source), (name) => (Object.hasOwn(scope, name) ? scope[name] : undefined), options);

describe('the value of an expression', () => {
  it('follows the rules of the language', () => {
    expect(of('"a" + 1 + true')).toBe('a1true');
    expect(of('none || 3')).toBe(3);
    expect(of('false || "x"')).toBe('x');
    expect(of('0 || 3')).toBe(0);
    expect(of('none == none')).toBe(true);
    expect(of('1 == none')).toBe(false);
    expect(of('1 < none')).toBe(null);
    expect(of('!(1 < none)')).toBe(true);
    expect(of('1 + none')).toBe(null);
    expect(of('7 % 4 + 1 / 4')).toBe(3.25);
    expect(of('-7 % 4')).toBe(-3);
    expect(of('"b" IN ["a", "b"] && "a" IN { a: 1 } && "yi" IN "Kyiv"')).toBe(true);
    expect(of('"\u{1F600}" > "\uFFFD"')).toBe(true);
  });
  it('reads fields of none as none, and records also through output and result', () => {
    expect(of('s.a.b', { s: null })).toBe(null);
    expect(of('s.output.a + s.result.a', { s: { a: 1 } })).toBe(2);
    expect(of('s.missing', { s: { a: 1 } })).toBe(null);
    expect(of('l[0] + l[-1]', { l: [1, 2, 3] })).toBe(4);
    expect(of('s.__proto__', { s: {} })).toBe(null);
  });
  it.each([
    ['1 / 0', 'division-by-zero'],
    ['1e308 * 10', 'number-overflow'],
    ['1 == "1"', 'type-mismatch'],
    ['[1] < [2]', 'type-mismatch'],
    ['nobody', 'unknown-name'],
    ['NOPE(1)', 'unknown-function'],
    ['DATE("yesterday")', 'bad-argument'],
    ['SQRT(-1)', 'bad-argument'],
  ])('%s fails with %s, and says where', (source, code) => {
    let failure: unknown;
    try {
      of(source);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code, range: expect.any(Object) });
  });
  it('takes the time and the identifiers of the run', () => {
    const options = { now: '2026-01-31T09:30:00Z', uuid: () => 'u' };
    expect([
      of('NOW()', {}, options),
      of('TODAY()', {}, options),
      of('UUID()', {}, options),
      of('CURRENT_TIMESTAMP', {}, options),
    ]).toEqual(['2026-01-31T09:30:00Z', '2026-01-31', 'u', '2026-01-31T09:30:00Z']);
  });
  for (const { name, example } of FUNCTIONS) {
    if (['NOW', 'TODAY', 'UUID', 'HASH'].includes(name)) continue;
    it(`is what the reference says of ${name}`, () => {
      const isDate = /^\d{4}-\d\d-\d\d/.test(example.result);
      expect(of(example.expression)).toEqual(isDate ? example.result : of(example.result));
    });
  }
});
