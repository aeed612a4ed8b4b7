import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableValue, Value } from '../flow/values/value.ts';
import { openTestEngine } from '../tables/testing.ts';
import { chartData, momentLabels } from './chart.ts';
import { columnFacts } from './column.ts';
import { exportTable, exportValue, fileName } from './export.ts';
import { pointsOf } from './points.ts';
import { type ChartSpec, type ExportFormat, MOST } from './schema.ts';

let on: ReturnType<typeof openTestEngine>;
beforeAll(() => {
  on = openTestEngine();
});
afterAll(() => on.close());

const tableOf = (records: Value[], columns?: { name: string; type: string }[]): Promise<TableValue> =>
  on.engine.fromRecords(records, on.key(), columns);
const chart = async (table: TableValue, spec: ChartSpec) => on.engine.open(table, (open) => chartData(open, spec));

/** A table of many rows that is not written down row by row. */
async function largeTable(rows: number, sql: string): Promise<TableValue> {
  const seed = await tableOf([{ one: 1 }]);
  return on.engine.query(`SELECT ${sql} FROM seed, range(${rows}) AS r(i)`, { seed }, {}, { key: on.key() });
}

describe('a line', () => {
  test('goes through all points of a small table, in order of x', async () => {
    const table = await tableOf([
      { x: 3, y: 30 },
      { x: 1, y: 10 },
      { x: 2, y: null },
    ]);
    const { series, aggregate, reduced } = await chart(table, { kind: 'line', x: 'x', y: ['y'] });
    expect(series).toEqual([{ name: 'y', column: 'y', xs: [1, 2, 3], ys: [10, null, 30] }]);
    expect([aggregate, reduced]).toEqual([undefined, false]);
  });

  test('stands for the mean where rows share an x, and says so', async () => {
    const table = await tableOf([
      { x: 1, y: 10 },
      { x: 1, y: 20 },
      { x: 2, y: 5 },
    ]);
    const { series, aggregate } = await chart(table, { kind: 'line', x: 'x', y: ['y'] });
    expect(series[0]?.ys).toEqual([15, 5]);
    expect(aggregate).toBe('avg');
  });

  test('has one series for each group and column', async () => {
    const table = await tableOf([
      { day: '2020-01-01', kind: 'b', low: 1, high: 2 },
      { day: '2020-01-02', kind: 'a', low: 3, high: 4 },
      { day: '2020-01-02', kind: null, low: 5, high: 6 },
    ]);
    const { series, groups } = await chart(table, { kind: 'line', x: 'low', y: ['low', 'high'], group: 'kind' });
    expect(series.map((one) => one.name)).toEqual([
      'low · b',
      'high · b',
      'low · a',
      'high · a',
      'low · none',
      'high · none',
    ]);
    expect(groups).toEqual({ shown: 3, total: 3 });
  });

  test('of many points keeps the extremes of any data, and first and last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 19_999 }),
        fc.integer({ min: 0, max: 19_999 }),
        fc.integer({ min: 1, max: 997 }),
        async (peak, pit, salt) => {
          fc.pre(peak !== pit);
          const table = await largeTable(
            20_000,
            `i AS x, CASE WHEN i = ${peak} THEN 1e6 WHEN i = ${pit} THEN -1e6 ELSE (i * ${salt}) % 101 END AS y`,
          );
          const { series, reduced } = await chart(table, { kind: 'line', x: 'x', y: ['y'] });
          const { xs, ys } = series[0]!;
          expect(reduced).toBe(true);
          expect(xs.length).toBeLessThanOrEqual(MOST.points);
          expect(xs[ys.indexOf(1e6)]).toBe(peak);
          expect(xs[ys.indexOf(-1e6)]).toBe(pit);
          expect([xs[0], xs.at(-1)]).toEqual([0, 19_999]);
          expect(xs.every((x, at) => at === 0 || x > xs[at - 1]!)).toBe(true);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('stands for the mean also in a large table where rows share an x', async () => {
    const table = await largeTable(20_000, 'i % 100 AS x, CASE WHEN i < 10000 THEN 0 ELSE 10 END AS y');
    const { series, aggregate } = await chart(table, { kind: 'line', x: 'x', y: ['y'] });
    expect(series[0]?.xs).toHaveLength(100);
    expect(new Set(series[0]?.ys)).toEqual(new Set([5]));
    expect(aggregate).toBe('avg');
  });

  test('shows every point again when one looks closer', async () => {
    const table = await largeTable(20_000, 'i AS x, i % 7 AS y');
    const { series, reduced, x } = await chart(table, { kind: 'line', x: 'x', y: ['y'], from: 100, to: 200 });
    expect(reduced).toBe(false);
    expect(series[0]?.xs).toHaveLength(111);
    expect([x.lowest, x.highest]).toEqual([0, 19_999]);
  });
});

describe('bars', () => {
  test('stand in the order of the table, and add up what belongs together', async () => {
    const table = await tableOf([
      { fruit: 'pear', n: 1 },
      { fruit: 'apple', n: 2 },
      { fruit: 'pear', n: 3 },
      { fruit: null, n: 9 },
    ]);
    const { x, series, aggregate } = await chart(table, { kind: 'bar', x: 'fruit', y: ['n'] });
    expect(x.labels).toEqual(['pear', 'apple', null]);
    expect(series[0]).toMatchObject({ xs: [0, 1, 2], ys: [4, 2, 9] });
    expect(aggregate).toBe('sum');
  });

  test('are the largest when there are too many, and say how many there are', async () => {
    const table = await largeTable(1000, "'c' || i AS name, i AS n");
    const { x, series, categories } = await chart(table, { kind: 'bar', x: 'name', y: ['n'] });
    expect(categories).toEqual({ shown: MOST.categories, total: 1000 });
    expect(x.labels?.[0]).toBe('c940');
    expect(Math.max(...(series[0]!.ys as number[]))).toBe(999);
  });

  test('of few years are named by year, of many days gathered by month', async () => {
    const years = await largeTable(5, 'make_date(CAST(2001 + i AS INTEGER), 1, 1) AS year, i AS n');
    expect((await chart(years, { kind: 'bar', x: 'year', y: ['n'] })).x.labels).toEqual([
      '2001',
      '2002',
      '2003',
      '2004',
      '2005',
    ]);
    const days = await largeTable(1461, "DATE '2012-01-01' + CAST(i AS INTEGER) AS day, 1 AS n");
    const { edges, interval, series } = await chart(days, { kind: 'bar', x: 'day', y: ['n'] });
    expect(interval).toBe('1 month');
    expect(edges).toHaveLength(49);
    expect(series[0]?.ys.slice(0, 3)).toEqual([31, 29, 31]);
  });

  test('without a number column count rows', async () => {
    const table = await tableOf([{ a: 'x' }, { a: 'y' }, { a: 'x' }]);
    const { series, aggregate } = await chart(table, { kind: 'bar', x: 'a' });
    expect(series).toEqual([{ name: 'rows', xs: [0, 1], ys: [2, 1] }]);
    expect(aggregate).toBe('count');
  });
});

describe('a histogram', () => {
  test('counts every row with a value once, and says how many have none', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })), {
          minLength: 1,
          maxLength: 60,
        }),
        async (values) => {
          const table = await tableOf(
            values.map((v) => ({ v })),
            [{ name: 'v', type: 'DOUBLE' }],
          );
          const { series, without, edges } = await chart(table, { kind: 'histogram', x: 'v' });
          const counted = (series[0]?.ys ?? []).reduce<number>((sum, y) => sum + (y ?? 0), 0);
          expect(counted + without).toBe(values.length);
          expect(edges!.length).toBe(counted === 0 ? 0 : series[0]!.xs.length + 1);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a scatter chart', () => {
  test('of many points keeps the outermost ones', async () => {
    const table = await largeTable(
      50_000,
      'CASE WHEN i = 777 THEN -50 ELSE (i * 37) % 1009 END AS x, CASE WHEN i = 4321 THEN 9999 ELSE (i * 91) % 997 END AS y',
    );
    const { series, reduced } = await chart(table, { kind: 'scatter', x: 'x', y: ['y'] });
    expect(reduced).toBe(true);
    expect(series[0]!.xs.length).toBeLessThanOrEqual(MOST.points);
    expect(Math.min(...series[0]!.xs)).toBe(-50);
    expect(Math.max(...(series[0]!.ys as number[]))).toBe(9999);
  });

  test('needs numbers', async () => {
    const table = await tableOf([{ a: 'x', n: 1 }]);
    await expect(chart(table, { kind: 'scatter', x: 'a', y: ['n'] })).rejects.toMatchObject({ code: 'not-a-number' });
    await expect(chart(table, { kind: 'line', x: 'n', y: ['a'] })).rejects.toMatchObject({ code: 'not-a-number' });
    await expect(chart(table, { kind: 'line', x: 'nope' })).rejects.toMatchObject({ code: 'column-not-found' });
  });
});

test('dates are written as short as they can be', () => {
  expect(momentLabels([Date.UTC(2020, 0, 1), Date.UTC(2021, 0, 1)])).toEqual(['2020', '2021']);
  expect(momentLabels([Date.UTC(2020, 0, 1), Date.UTC(2020, 4, 1)])).toEqual(['2020-01', '2020-05']);
  expect(momentLabels([Date.UTC(2020, 0, 1, 13, 5)])).toEqual(['2020-01-01 13:05']);
});

describe('places', () => {
  const points = (table: TableValue, spec: Parameters<typeof pointsOf>[1]) =>
    on.engine.open(table, (open) => pointsOf(open, spec));

  test('come with their rows, and those that are not on the earth are left out', async () => {
    const table = await tableOf([
      { lat: 10, lon: 20, n: 5 },
      { lat: 100, lon: 20, n: 6 },
      { lat: null, lon: 1, n: 7 },
      { lat: -33.5, lon: 151, n: null },
    ]);
    expect(await points(table, { latitude: 'lat', longitude: 'lon', value: 'n' })).toEqual({
      latitudes: [10, -33.5],
      longitudes: [20, 151],
      values: [5, null],
      rows: [0, 3],
      total: 4,
      placed: 2,
    });
  });

  test('are thinned to what a map can hold, and the greatest value stays', async () => {
    const table = await largeTable(
      120_000,
      '(i * 13) % 17000 / 100.0 - 85 AS lat, (i * 7) % 35000 / 100.0 - 175 AS lon, CASE WHEN i = 77777 THEN 1e9 ELSE i END AS n',
    );
    const { rows, values, placed } = await points(table, { latitude: 'lat', longitude: 'lon', value: 'n' });
    expect(placed).toBe(120_000);
    expect(rows.length).toBeLessThanOrEqual(MOST.places);
    expect(rows[values!.indexOf(1e9)]).toBe(77_777);
  });
});

describe('a column', () => {
  const facts = (table: TableValue, name: string) => on.engine.open(table, (open) => columnFacts(open, name));

  test('of numbers says its extremes, middle and spread', async () => {
    const table = await tableOf([{ n: 1 }, { n: 2 }, { n: 2 }, { n: null }, { n: 10 }]);
    expect(await facts(table, 'n')).toMatchObject({
      rows: 5,
      nulls: 1,
      distinct: 3,
      estimated: false,
      least: 1,
      greatest: 10,
      mean: 3.75,
      median: 2,
      sum: 15,
      histogram: { counts: [1, 2, 0, 0, 0, 0, 0, 0, 0, 1] },
    });
  });

  test('of texts says its most frequent values', async () => {
    const table = await tableOf([{ t: 'b' }, { t: 'a' }, { t: 'b' }]);
    expect(await facts(table, 't')).toMatchObject({
      distinct: 2,
      least: 'a',
      greatest: 'b',
      frequent: [
        { value: 'b', rows: 2 },
        { value: 'a', rows: 1 },
      ],
    });
  });

  test('of moments says when it begins and ends; one of lists what is in it', async () => {
    const table = await largeTable(3, "TIMESTAMP '2020-01-01' + INTERVAL (i) DAY AS at, [i, 1] AS list");
    expect(await facts(table, 'at')).toMatchObject({ least: '2020-01-01T00:00:00Z', greatest: '2020-01-03T00:00:00Z' });
    expect((await facts(table, 'list')).frequent).toContainEqual({ value: '[0, 1]', rows: 1 });
  });
});

describe('an export', () => {
  const text = async (table: TableValue, format: ExportFormat): Promise<string> => {
    const out = await on.engine.open(table, (open) =>
      exportTable(open, 'My: table', format, new AbortController().signal),
    );
    const all = await buffer(Readable.from(out.open()));
    expect(all.length).toBe(out.size);
    return all.toString('utf8');
  };

  test('holds the whole table in the order of its rows', async () => {
    const table = await tableOf([
      { a: 'x, "y"\nz', n: 1, list: [1, 2] },
      { a: null, n: 2.5, list: null },
    ]);
    expect(await text(table, 'csv')).toBe('a,n,list\n"x, ""y""\nz",1.0,"[1,2]"\n,2.5,\n');
    expect(JSON.parse(await text(table, 'json'))).toEqual([
      { a: 'x, "y"\nz', n: 1, list: [1, 2] },
      { a: null, n: 2.5, list: null },
    ]);
    expect(await text(table, 'ndjson')).toBe(
      '{"a":"x, \\"y\\"\\nz","n":1.0,"list":[1,2]}\n{"a":null,"n":2.5,"list":null}\n',
    );
    expect(await text(table, 'markdown')).toBe(
      '| a | n | list |\n| --- | ---: | --- |\n| x, "y"<br>z | 1 | \\[1,2\\] |\n|  | 2.5 |  |\n',
    );
    expect((await text(table, 'parquet')).slice(0, 4)).toBe('PAR1');
    await expect(text(table, 'text')).rejects.toMatchObject({ code: 'format-does-not-fit' });
  });

  test('of a CSV is read back as what it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        // No zero characters: CSV has no way to say them. No empty text: in CSV it is the same as none.
        fc.array(
          fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((one) => !one.includes('\0')),
          { minLength: 1, maxLength: 8 },
        ),
        async (values) => {
          const table = await tableOf(values.map((v, n) => ({ n, v })));
          const csv = await text(table, 'csv');
          const rows = parseCsv(csv);
          expect(rows.slice(1).map((row) => row[1])).toEqual(values);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('writes moments as ISO 8601, also with fractions of a second', async () => {
    const table = await largeTable(2, "TIMESTAMP '2020-02-03 04:05:06' + INTERVAL (i * 500) MILLISECOND AS at");
    expect(await text(table, 'csv')).toBe('at\n2020-02-03T04:05:06Z\n2020-02-03T04:05:06.500000Z\n');
  });

  test('leaves no file behind, read or not', async () => {
    const table = await tableOf([{ a: 1 }]);
    const gone = new AbortController();
    const left = await on.engine.open(table, (open) => exportTable(open, 't', 'csv', gone.signal));
    gone.abort();
    await expect.poll(async () => buffer(Readable.from(left.open())).then(String, () => 'gone')).toBe('gone');
  });

  test('of JSON and text is those', async () => {
    const read = async (value: unknown, format: ExportFormat) =>
      (await buffer(Readable.from(exportValue(value, 'v', format).open()))).toString();
    expect(await read({ a: 1 }, 'json')).toBe('{\n  "a": 1\n}\n');
    expect(await read([1, { b: 2 }], 'ndjson')).toBe('1\n{"b":2}\n');
    expect(await read('# Hi', 'markdown')).toBe('# Hi');
    expect(() => exportValue({ a: 1 }, 'v', 'csv')).toThrow(/no such format/);
  });

  test('has a name that every file system takes', () => {
    expect(fileName('a/b: "c"?', 'csv')).toBe('a_b_ _c_.csv');
    expect(fileName('..', 'json')).toBe('result.json');
  });
});

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^",\n]*)(,|\n|$)/gy;
  while (field.lastIndex < text.length) {
    const [, raw = '', end] = field.exec(text)!;
    rows.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}
