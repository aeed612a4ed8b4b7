import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { assemble } from './assemble.ts';
import { decode } from './binary/decode.ts';
import { encode } from './binary/encode.ts';
import { moduleId, withoutDebug } from './binary/id.ts';
import { FIB } from './testing.ts';

const fib = assemble(FIB, { name: 'fib' }).module!;
const problemOf = (bytes: Uint8Array): Problem => {
  try {
    decode(bytes);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was taken.');
};
const changed = (at: number, ...bytes: number[]): Uint8Array => {
  const all = encode(withoutDebug(fib));
  all.set(bytes, at);
  return all;
};

describe('the binary form', () => {
  it('is small and never changes for the same module', () => {
    const bytes = encode(withoutDebug(fib));
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '5641534d01' + // VASM 1
        '03' +
        '06666962' +
        '0a302e302e30' +
        '046e30' + // texts: fib, 0.0.0, n0
        '00' +
        '01' +
        '00' +
        '00' +
        '00' + // name, version, no capabilities, budget, models
        '01' +
        '00' +
        '01' +
        '01' +
        '02' +
        '00' +
        '00' +
        '00' +
        '10' + // one function fib, exported, n0 Int, Int, no locals, 16 instructions
        '3000' +
        '2001' +
        '0c' +
        '330e' +
        '3000' +
        '2001' +
        '04' +
        '3400' +
        '3000' +
        '2002' +
        '04' +
        '3400' +
        '03' +
        '12' +
        '3000' +
        '12' +
        '00', // no debug section
    );
    expect(moduleId(fib)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('keeps numbers and texts exactly', () => {
    const text = `func f():
  CONST 9223372036854775807
  CONST -9223372036854775808
  CONST 64
  CONST -65
  CONST -0.0
  CONST NaN
  CONST 5e-324
  CONST "\\u{d800} half, \\u{0}"
  CONST "\u{feff}€\u{1f600}"
endfunc`;
    const { module } = assemble(text);
    expect(decode(encode(module!))).toEqual(module);
    expect(Object.is((decode(encode(module!)).functions[0]!.code[4] as any).value.value, -0)).toBe(true);
  });

  it('loses the debug section, not its identity', () => {
    expect(encode(withoutDebug(fib)).length).toBeLessThan(encode(fib).length);
    expect(decode(encode(withoutDebug(fib)))).toEqual(withoutDebug(fib));
    expect(moduleId(withoutDebug(fib))).toBe(moduleId(fib));
    expect(moduleId({ ...fib, version: '1.0.0' })).not.toBe(moduleId(fib));
  });
});

describe('what is no binary', () => {
  it('is told with the place', () => {
    expect(problemOf(new Uint8Array())).toMatchObject({ code: 'vasm-bad-binary', more: { offset: 0 } });
    expect(problemOf(new TextEncoder().encode(FIB))).toMatchObject({ code: 'vasm-bad-binary', more: { offset: 0 } });
    expect(problemOf(changed(4, 9))).toMatchObject({ code: 'vasm-newer-binary', more: { offset: 4 } });
    const bytes = encode(fib);
    for (let end = 0; end < bytes.length; end++) expect(problemOf(bytes.subarray(0, end)).code).toBe('vasm-bad-binary');
    expect(problemOf(Uint8Array.of(...bytes, 0)).message).toContain('something after the end');
  });

  it('cannot make room for more than it holds', () => {
    // Texts, a text, and instructions without end.
    expect(problemOf(changed(5, 0xff, 0xff, 0xff, 0x7f)).code).toBe('vasm-bad-binary');
    expect(problemOf(changed(6, 0xfe, 0xff, 0xff, 0xff, 0x7f)).code).toBe('vasm-bad-binary');
    const many = encode({ ...withoutDebug(fib), functions: [] });
    many[many.length - 2] = 100;
    expect(problemOf(many).message).toContain('more than the file holds');
  });

  it('has one form only', () => {
    const twice = encode({ ...fib, name: 'a', version: 'b' });
    expect(problemOf(Uint8Array.of(...twice.slice(0, 9), 0x61, ...twice.slice(10))).message).toContain('there twice');
    expect(problemOf(encode({ ...fib, capabilities: ['b', 'a'] })).message).toContain('out of order');
  });

  it('is not made either', () => {
    const wrong = (to: number) => () =>
      encode({ ...fib, functions: [{ ...fib.functions[0]!, code: [{ op: 'JMP', to }] }] });
    for (const to of [-1, 0.5, NaN]) expect(wrong(to)).toThrow(Problem);
    expect(() =>
      encode({
        ...fib,
        functions: [{ ...fib.functions[0]!, code: [{ op: 'CONST', value: { kind: 'Int', value: 2n ** 63n } }] }],
      }),
    ).toThrow(Problem);
  });
});
