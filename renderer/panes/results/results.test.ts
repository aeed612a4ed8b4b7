import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copied, csvCell, toCsv, toJson, toTsv } from './copy.ts';
import { jsonRows, summary } from './json-rows.ts';
import { firstRow, MAX_VIRTUAL_ROWS, virtualCount, virtualFor } from './row-window.ts';

describe('rows of tables of any height', () => {
  it('are where they are up to a million', () => {
    expect(firstRow(999_950, 40, 1_000_000)).toBe(999_950);
    expect(virtualFor(123_456, 40, 1_000_000)).toBe(123_456);
  });
  it('are all reachable beyond: the first, the last, and near what was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MAX_VIRTUAL_ROWS + 1, max: 2_000_000_000 }),
        fc.integer({ min: 1, max: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (total, visible, share) => {
          expect(firstRow(0, visible, total)).toBe(0);
          expect(firstRow(virtualCount(total) - visible, visible, total)).toBe(total - visible);
          const row = Math.round(share * (total - visible));
          expect(Math.abs(firstRow(virtualFor(row, visible, total), visible, total) - row)).toBeLessThanOrEqual(
            total / virtualCount(total) + 1,
          );
        },
      ),
    );
  });
});

describe('copying', () => {
  it('quotes in CSV what must be quoted, and only that', () => {
    expect(['plain', 'a,b', 'say "hi"', 'two\nlines', null, 3, true, { a: 1 }].map(csvCell)).toEqual([
      'plain',
      '"a,b"',
      '"say ""hi"""',
      '"two\nlines"',
      '',
      '3',
      'true',
      '"{""a"":1}"',
    ]);
    expect(toCsv(['a', 'b'], [[1, null]])).toBe('a,b\r\n1,\r\n');
  });
  it('writes CSV that is read back as it was, whatever the texts hold', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 10 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (rows) => {
        expect(readCsv(copied('CSV', ['a', 'b'], rows))).toEqual([['a', 'b'], ...rows]);
      }),
    );
  });
  it('keeps each row of Markdown on a line of its own, with as many cells as there are columns', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 10 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), (rows) => {
        const lines = copied('Markdown', ['a', 'b'], rows).trimEnd().split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        // A bar ends a cell unless an odd number of backslashes stands before it.
        for (const line of lines)
          expect([...line.matchAll(/(\\*)\|/g)].filter((bar) => bar[1]!.length % 2 === 0)).toHaveLength(3);
      }),
    );
  });
  it('puts the names of the columns above tabs, but not above what spreadsheets paste', () => {
    expect(copied('TSV', ['a', 'b'], [[1, 'x']])).toBe('a\tb\n1\tx\n');
    expect(copied('plain', ['a', 'b'], [[1, 'x']])).toBe('1\tx');
  });
  it('gives one JSON object a row, with null where nothing is', () => {
    expect(
      JSON.parse(
        toJson(
          ['a', 'b'],
          [
            [1, null],
            ['x', true],
          ],
        ),
      ),
    ).toEqual([
      { a: 1, b: null },
      { a: 'x', b: true },
    ]);
  });
  it('keeps one line a row for spreadsheets', () => {
    expect(
      toTsv([
        ['a\tb', 'c\r\nd'],
        [1, null],
      ]),
    ).toBe('a b\tc d\n1\t');
  });
});

describe('the rows of a JSON tree', () => {
  const value = { name: 'x', list: [1, { deep: { deeper: true } }], 'a/b~c': null };
  it('opens two levels, in order, with JSON pointers as paths', () => {
    expect(jsonRows(value, new Set()).map((row) => row.path)).toEqual([
      '',
      '/name',
      '/list',
      '/list/0',
      '/list/1',
      '/a~1b~0c',
    ]);
  });
  it('opens and closes what was toggled', () => {
    const rows = jsonRows(value, new Set(['/list/1', '']));
    expect(rows.map((row) => row.path)).toEqual(['']);
    expect(jsonRows(value, new Set(['/list/1'])).some((row) => row.path === '/list/1/deep')).toBe(true);
  });
  it('survives a value nested deeper than the call stack, and a limit', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 50_000; i++) deep = [deep];
    expect(jsonRows(deep, new Set()).length).toBe(3);
    expect(
      jsonRows(
        Array.from({ length: 5000 }, (_, i) => i),
        new Set(),
        100,
      ),
    ).toHaveLength(100);
  });
  it('says in a few words what is closed', () => {
    expect(summary([1, 2, 3])).toBe('3 items');
    expect(summary({ a: 1, b: 2 })).toBe('a, b');
    expect(summary({ [`k${'x'.repeat(80)}`]: 1 })).toBe('1 fields');
  });
});

/** RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  while (field.lastIndex < text.length) {
    const [, raw = '', end] = field.exec(text)!;
    rows.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}
