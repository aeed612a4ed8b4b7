import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, canonicalJson } from './canonical.ts';
import { isCanonicalJson } from './scan.ts';

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units, as the example of RFC 8785 section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as object)).toHaveLength(7);
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((m) => m[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('writes the sample of RFC 8785 section 3.2.2', () => {
    const value = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    ) as unknown;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    expect(canonicalJson(-0)).toBe('0');
  });

  it('refuses what JSON cannot say exactly', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const bad of [
      NaN,
      Infinity,
      -Infinity,
      '\ud800',
      { '\udc00': 1 },
      1n,
      undefined,
      () => 1,
      new Date(),
      new Map(),
      [undefined],
      loop,
    ]) {
      expect(() => canonicalJson(bad)).toThrow(expect.objectContaining({ code: 'not-canonical-json' }));
    }
  });

  it('leaves out properties that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1, c: undefined, d: 2 })).toBe('{"a":1,"d":2}');
  });

  it('keeps the value, is stable, and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = canonicalJson(value);
        // JSON.stringify turns -0 into 0, as canonical JSON does.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(isCanonicalJson(text)).toBe(true);
      }),
    );
  });

  it('tells a canonical text from any other', () => {
    const others = [
      '{"b":1,"a":2}',
      '{"a": 1}',
      '1.0',
      '"\\u0041"',
      '{"a":1,"a":1}',
      '[1',
      '',
      '-0',
      '01',
      '1e3',
      '-',
      '"\\u0008"',
      '"\\u001F"',
      '[1,]',
      'nul',
      '1e400',
      '"\ud800"',
      '{"a":1}x',
      ' 1',
    ];
    for (const other of others) expect([other, isCanonicalJson(other)]).toEqual([other, false]);
    for (const right of [
      '1e+30',
      '-1',
      '0',
      '1e-7',
      '12345678901234567000',
      '"\\u001f\\n\u2028\u007f"',
      '{"":{}}',
      '[]',
    ]) {
      expect([right, isCanonicalJson(right)]).toEqual([right, true]);
    }
    expect(isCanonicalJson('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH))).toBe(true);
    expect(isCanonicalJson('['.repeat(100_000) + ']'.repeat(100_000))).toBe(false);
  });

  it('finds a text canonical exactly when parsing it and writing it again gives the same text', () => {
    const bySlowWay = (text: string) => {
      try {
        return canonicalJson(JSON.parse(text)) === text;
      } catch {
        return false;
      }
    };
    const texts = fc.jsonValue({ stringUnit: 'binary' }).chain((value) => {
      const text = canonicalJson(value);
      return fc.oneof(
        fc.constant(JSON.stringify(value)),
        fc
          .tuple(
            fc.nat(text.length),
            fc.nat(3),
            fc.string({
              unit: fc.constantFrom(...'{}[]:,"\\/ \n0123456789-+.eEabfnrtu\u0001\ud83d\ude00'.split('')),
              maxLength: 3,
            }),
          )
          .map(([at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut)),
      );
    });
    fc.assert(
      fc.property(texts, (text) => isCanonicalJson(text) === bySlowWay(text)),
      { numRuns: 1500 },
    );
    fc.assert(
      fc.property(fc.double().map(String), (text) => isCanonicalJson(text) === bySlowWay(text)),
      { numRuns: 1000 },
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reversed(v)]),
  );
}
