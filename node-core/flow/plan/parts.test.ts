import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from './annotations.ts';
import { joinColumns } from './columns.ts';
import { canonicalJson } from '../../canonical/canonical.ts';
import { meaningHash, spell } from './hash.ts';
import { nearestName } from './nearest-name.ts';
import { sqlTables } from './sql-tables.ts';

const tables = (sql: string) => sqlTables(sql).map((table) => table.name);

describe('tables that a SQL text reads', () => {
  it('stand after FROM and JOIN, and between commas', () => {
    expect(
      tables('select a, b from x as y, z left join "odd name" on a = b where c in (select d from e) order by a, b'),
    ).toEqual(['x', 'z', 'odd name', 'e']);
  });

  it('are not what WITH defines, nor functions, strings and comments', () => {
    expect(tables("with w as (select 1 from base) select 'from s' from w, range(3) -- from c\n/* from d */")).toEqual([
      'base',
    ]);
    expect(tables('select extract(year from d) from t')).toContain('t');
  });

  it('are found or not, but never with an error, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (sql) => {
        for (const table of sqlTables(sql)) expect(table.end).toBeGreaterThan(table.start);
      }),
    );
    expect(tables('from '.repeat(20_000)).length).toBeLessThan(2);
  });
});

describe('columns of a JOIN', () => {
  const names = (left: string[], right: string[], keys: string[], name?: string) =>
    joinColumns(left, right, new Set(keys), name).map((column) => column.as);

  it('keep a shared key once and give other clashes the name of the right step', () => {
    expect(names(['id', 'name'], ['id', 'name', 'city'], ['id'], 'b')).toEqual(['id', 'name', 'name_b', 'city']);
    expect(names(['id'], ['id'], [], undefined)).toEqual(['id', 'id_right']);
    expect(names(['a', 'a_b'], ['a'], [], 'b')).toEqual(['a', 'a_b', 'a_b_2']);
    expect(names(['a'], ['a', 'a_b'], [], 'b')).toEqual(['a', 'a_b_2', 'a_b']);
  });

  it('are never two of one name', () => {
    const list = fc.uniqueArray(fc.constantFrom('a', 'b', 'a_b', 'b_b', 'a_b_2', 'c'));
    fc.assert(
      fc.property(list, list, fc.subarray(['a', 'b', 'c']), (left, right, keys) => {
        const made = names(left, right, keys, 'b');
        expect(new Set(made).size).toBe(made.length);
        expect(made.slice(0, left.length)).toEqual(left);
      }),
    );
  });
});

describe('times of annotations', () => {
  it('are numbers with a unit, or seconds', () => {
    expect(['500ms', '30s', '1.5m', '2h', '1d', '1w', ' 3 s '].map(parseDuration)).toEqual([
      500, 30_000, 90_000, 7_200_000, 86_400_000, 604_800_000, 3000,
    ]);
    expect(parseDuration(2)).toBe(2000);
    expect(['', 's', '3', '-1s', '3 years'].map(parseDuration)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the nearest name', () => {
  it('forgives slips and case, and does not guess wildly', () => {
    expect(nearestName('lattitude', ['longitude', 'latitude'])).toBe('latitude');
    expect(nearestName('Name', ['name'])).toBe('name');
    expect(nearestName('x', ['abc'])).toBeUndefined();
  });
});

describe('the hash of a meaning', () => {
  it('does not depend on ranges or on the order of keys, and does on everything else', () => {
    expect(meaningHash({ b: 1, a: [1, 'x'], range: { start: 1, end: 2 } })).toBe(
      meaningHash({ a: [1, 'x'], b: 1, c: undefined }),
    );
    const hashes = [[], [[]], {}, '', null, 0, '0', [1, 2], [[1], 2], { a: { b: 1 } }, { a: 1, b: 1 }, '[', ['[']].map(
      meaningHash,
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is taken of canonical JSON', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: false }), (value) => {
        const atoms: (string | number | boolean | null)[] = [];
        spell(JSON.parse(JSON.stringify(value) ?? 'null'), atoms);
        expect(JSON.stringify(atoms)).toBe(canonicalJson(atoms));
      }),
    );
  });
});
