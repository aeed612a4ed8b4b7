import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { parse } from '../flow/syntax/parse.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import type { RecordValue, Value } from '../flow/values/value.ts';
import { groupOf, openTestEngine } from './testing.ts';

/** Whole numbers i j, fractions x y, texts s t, bools b c, lists of whole numbers l. Any of them may be none. */
const int = fc.integer({ min: -1000, max: 1000 });
const double = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(0.5, -2.5, 1e-7, 1e21, 123456789.125, 2.345),
);
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'Ab', ' a ', 'zürich', '😀x', '12', '-1.5', '2024-02-29', 'x,y', 'ß', "it's"),
  fc.string({ maxLength: 6, unit: 'grapheme' }).filter((value) => !/["\\\0]/.test(value)),
);
const row = fc.record({
  i: fc.option(int),
  j: fc.option(int),
  x: fc.option(double),
  y: fc.option(double),
  s: fc.option(text),
  t: fc.option(text),
  b: fc.option(fc.boolean()),
  c: fc.option(fc.boolean()),
  l: fc.option(fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { maxLength: 4 })),
});

const quoted = (value: string): string =>
  JSON.stringify(value)
    .replaceAll(/\\u([0-9a-f]{4})/g, '\\u{$1}')
    .replaceAll(/\\[bf]/g, '?');
const { number, string, bool } = fc.letrec<{ number: string; string: string; bool: string; list: string }>((tie) => {
  const {
    number: n,
    string: s,
    bool: b,
    list: l,
  } = { number: tie('number'), string: tie('string'), bool: tie('bool'), list: tie('list') };
  const shape = (form: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...parts).map((values) =>
      form
        .split('§')
        .map((piece, index) => piece + (values[index] ?? ''))
        .join(''),
    );
  const leaf = { depthSize: 'small' as const, maxDepth: 4 };
  return {
    number: fc.oneof(
      leaf,
      fc.constantFrom('i', 'j', 'x', 'y', '0', '1', '2.5', '(-3)', '10'),
      fc.constantFrom('+', '-', '*', '/', '%').chain((op) => shape(`(§ ${op} §)`, n, n)),
      shape('(§ || §)', n, n),
      shape('IF(§, §, §)', b, n, n),
      shape('COALESCE(§, §)', n, n),
      fc.constantFrom('ABS', 'FLOOR', 'CEIL', 'SIGN', 'SQRT').chain((name) => shape(`${name}(§)`, n)),
      shape('ROUND(§, 2)', n),
      shape('LEN(§)', s),
      shape('LEN(§)', l),
      shape('MIN(§, §)', n, n),
      shape('MAX(§, §, 3)', n, n),
      shape('INDEX_OF(§, §)', s, s),
      shape('NUMBER(§)', s),
      shape('(-§)', n),
      shape('§[0]', l),
      shape('§[-1]', l),
      shape('SUM(§)', l),
    ),
    string: fc.oneof(
      leaf,
      fc.constantFrom('s', 't', '"a"', '""', '"1"', '"ü😀"'),
      text.map(quoted),
      shape('(§ + §)', s, s),
      shape('(§ + §)', s, n),
      shape('(§ + §)', b, s),
      shape('CONCAT(§, §, §)', s, n, b),
      fc.constantFrom('LOWER', 'UPPER', 'TRIM').chain((name) => shape(`${name}(§)`, s)),
      shape('SUBSTRING(§, 1, 2)', s),
      shape('SUBSTRING(§, -2)', s),
      shape('REPLACE(§, §, §)', s, s, s),
      shape('PAD_START(§, 4, "0")', s),
      shape('PAD_END(§, 3)', s),
      shape('TEXT(§)', n),
      shape('JOIN_TEXT(SPLIT(§, §), "-")', s, s),
      shape('IF(§, §, §)', b, s, s),
      shape('(§ || §)', s, s),
      shape('HASH(§)', s),
    ),
    bool: fc.oneof(
      leaf,
      fc.constantFrom('b', 'c', 'true', 'false'),
      fc
        .constantFrom('==', '!=', '<', '<=', '>', '>=')
        .chain((op) => fc.oneof(shape(`(§ ${op} §)`, n, n), shape(`(§ ${op} §)`, s, s))),
      fc
        .constantFrom('==', '!=')
        .chain((op) => fc.oneof(shape(`(§ ${op} §)`, b, b), shape(`(§ ${op} none)`, n), shape(`(§ ${op} §)`, l, l))),
      shape('(§ && §)', b, b),
      shape('(§ || §)', b, b),
      shape('(!§)', b),
      shape('(§ IN [1, 2, none])', n),
      shape('(§ IN §)', n, l),
      shape('(§ IN §)', s, s),
      shape('IS_NONE(§)', n),
      shape('CONTAINS(§, §)', s, s),
      shape('STARTS_WITH(§, §)', s, s),
      shape('ENDS_WITH(§, §)', s, s),
    ),
    list: fc.oneof(
      leaf,
      fc.constantFrom('l', '[1, none, 2]'),
      shape('SORT_LIST(§)', l),
      shape('UNIQUE(§)', l),
      shape('REVERSE(§)', l),
      shape('SLICE(§, 1)', l),
      shape('SLICE(§, -2, 3)', l),
      shape('(§ + §)', l, l),
    ),
  };
});

function expressionOf(source: string) {
  const { plan, diagnostics } = parse(`FLOW "t"\nSTEP a = TRANSFORM { v: ${source} }\nEND FLOW`);
  const op = plan.body[0]?.kind === 'step' ? plan.body[0].op : undefined;
  if (op?.op !== 'TRANSFORM' || op.value.kind !== 'record' || diagnostics.length > 0)
    throw new Error(`${source}: ${JSON.stringify(diagnostics)}`);
  return op.value.entries[0]?.value as never;
}

/** Equal, or numbers that differ in the last bits: the two engines may call different mathematics libraries. */
function alike(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => alike(item, b[index] as Value));
  return a === b;
}

describe('an expression gives the same on values and on columns', () => {
  let t: ReturnType<typeof openTestEngine>;
  beforeAll(() => {
    t = openTestEngine({ threads: 1 });
  });
  afterAll(() => t.close());

  async function both(source: string, rows: RecordValue[]) {
    const expr = expressionOf(source);
    const codes = new Set<string>();
    const expected = rows.map((record) => {
      try {
        return evaluate(expr, (name) => record[name]) as Value;
      } catch (error) {
        codes.add((error as Problem).code);
        return null;
      }
    });
    const types = {
      i: 'BIGINT',
      j: 'BIGINT',
      x: 'DOUBLE',
      y: 'DOUBLE',
      s: 'VARCHAR',
      t: 'VARCHAR',
      b: 'BOOLEAN',
      c: 'BOOLEAN',
      l: 'BIGINT[]',
    };
    const table = await t.engine.fromRecords(
      rows,
      t.key(),
      Object.entries(types).map(([name, type]) => ({ name, type })),
    );
    try {
      const { result } = await t.engine.run(groupOf(`STEP a = MAP u TO { v: ${source} }`, { u: table }), {
        key: t.key(),
      });
      const found = (await t.engine.toRecords(result)).map((record) => (record as RecordValue).v as Value);
      return { expected, codes, found };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return {
        expected,
        codes,
        code: error.code,
        message: error.message,
        cause: (error.cause as Error | undefined)?.message,
      };
    }
  }

  for (const [name, source] of [
    ['number', number],
    ['text', string],
    ['bool', bool],
  ] as const) {
    it(`for every expression that makes a ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(source, fc.array(row, { minLength: 1, maxLength: 4 }), async (expression, rows) => {
          const answer = await both(expression, rows);
          if ('code' in answer) {
            if (!answer.codes.has(answer.code))
              throw new Error(
                `${expression}: only on columns ${answer.code} ${answer.message} ${answer.cause ?? ''}; values ${JSON.stringify(answer.expected)}`,
              );
            return;
          }
          if (answer.codes.size > 0) throw new Error(`${expression}: only on values ${[...answer.codes].join()}`);
          for (const [index, value] of answer.expected.entries()) {
            if (!alike(value, answer.found[index] as Value)) {
              throw new Error(
                `${expression} of ${JSON.stringify(rows[index])}: value ${JSON.stringify(value)}, column ${JSON.stringify(answer.found[index])}`,
              );
            }
          }
        }),
        {
          numRuns: Number(process.env['DIFFERENTIAL_RUNS'] ?? 25),
          seed: process.env['DIFFERENTIAL_SEED'] === undefined ? 7 : Number(process.env['DIFFERENTIAL_SEED']),
        },
      );
    });
  }

  it('with units, digits and lists that differ row by row', async () => {
    const blank = { i: null, j: null, x: null, y: null, s: null, t: null, b: null, c: null, l: null };
    const units = ['year', 'Quarters', 'month', 'week', 'days', 'hour', 'MINUTE', 'second', null];
    const rows = units.map((s, i) => ({
      ...blank,
      s,
      i,
      t: i % 2 === 0 ? '2024-01-31' : '2024-02-29T13:45:10Z',
      l: [i, null],
    }));
    const sources = [
      'DATE_DIFF("2020-03-05T07:08:09Z", t, s)',
      'DATE_ADD(t, i, s)',
      'DATE_ADD(DATE(t), i, s)',
      'DATE_ADD(TIMESTAMP(t), i, s)',
      'DATE_TRUNC(t, s)',
      'HASH(l)',
      'HASH({ b: l, a: t, "ä": s, n: i / 3 })',
      'HASH([s, t + "\\u{1}\\n\\\\u000B\\"/é😀\\u{1f}"])',
      'HASH([[i], [], [i, 2]])',
      'HASH(none)',
      'VALUES(JSON_PARSE("{\\"b\\":" + TEXT(i) + ",\\"a\\":[true]}"))',
    ];
    for (const source of sources) {
      const { expected, codes, found } = await both(source, rows);
      expect([source, [...codes], found]).toEqual([source, [], expected]);
    }
    const numbers = [2.345, -1.005, 123456.789, 1e300, null].flatMap((x) =>
      [-400, -2, 0, 1, 2, 17, 400, null].map((j) => ({ ...blank, x, j, i: 12345 })),
    );
    for (const source of ['ROUND(x, j)', 'ROUND(i, j)']) {
      const { expected, codes, found } = await both(source, numbers);
      expect([source, [...codes], found]).toEqual([source, [], expected]);
    }
    for (const [source, code] of [
      ['DATE_DIFF(t, t, s)', 'bad-argument'],
      ['ROUND(x, x)', 'bad-argument'],
    ] as const) {
      const answer = await both(source, [{ ...blank, t: '2024-01-31', s: 'fortnight', x: 1.5 }]);
      expect([source, ...answer.codes, answer.code]).toEqual([source, code, code]);
    }
  });

  it('and the same kinds of mistakes', async () => {
    const one = [{ i: 1, j: 0, x: 1.5, y: 0, s: 'a', t: 'b', b: true, c: false, l: [1] }];
    const cases: [string, string][] = [
      ['i / j', 'division-by-zero'],
      ['i % j', 'division-by-zero'],
      ['x * 1e308 * 10', 'number-overflow'],
      ['i < s', 'type-mismatch'],
      ['s == 1', 'type-mismatch'],
      ['s - 1', 'type-mismatch'],
      ['!i', 'type-mismatch'],
      ['l < l', 'type-mismatch'],
      ['s + l', 'type-mismatch'],
      ['LOWER(i)', 'type-mismatch'],
      ['LN(j)', 'bad-argument'],
      ['DATE(s)', 'bad-argument'],
      ['NOPE(s)', 'unknown-function'],
      ['ROUND()', 'bad-argument'],
    ];
    for (const [source, code] of cases) {
      const answer = await both(source, one);
      expect([source, ...answer.codes, answer.code]).toEqual([source, code, code]);
    }
  });
});
