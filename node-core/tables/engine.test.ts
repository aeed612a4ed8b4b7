import { existsSync, mkdtempSync, rmSync, writeFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Value } from '../flow/values/value.ts';
import { groupOf, openTestEngine } from './testing.ts';

let t: ReturnType<typeof openTestEngine>;
let dir: string;
beforeAll(() => {
  t = openTestEngine();
  dir = mkdtempSync(join(tmpdir(), 'voike-files-'));
});
afterAll(async () => {
  await t.close();
  rmSync(dir, { recursive: true, force: true });
});

const file = (name: string, contents: string | Buffer) => {
  const path = join(dir, name);
  writeFileSync(path, contents);
  return { kind: 'file' as const, path, name };
};
const run = (source: string, scope: Record<string, unknown> = {}) =>
  t.engine.run(groupOf(source, scope as never), { key: t.key() });
async function rows(source: string, scope: Record<string, unknown> = {}): Promise<Value[][]> {
  const { result } = await run(source, scope);
  return (await t.engine.page(result, 0, 1000)).rows as Value[][];
}

describe('loading a file', () => {
  it('finds delimiter, header and types of a CSV file', async () => {
    const csv = file('a.csv', 'name;n;x;day\nbob;1;1.5;2024-01-31\n"semi;colon";;;\n');
    expect(await rows('STEP a = LOAD CSV FROM f', { f: csv })).toEqual([
      ['bob', 1, 1.5, '2024-01-31'],
      ['semi;colon', null, null, null],
    ]);
    expect(await t.engine.sniff(csv)).toMatchObject({
      format: 'CSV',
      columns: [{ type: 'VARCHAR' }, { type: 'BIGINT' }, { type: 'DOUBLE' }, { type: 'DATE' }],
    });
  });
  it('reads gzip, a byte order mark, Windows line ends, and the options', async () => {
    expect(await rows('STEP a = LOAD CSV FROM f', { f: file('a.csv.gz', gzipSync('a,b\n1,2\n')) })).toEqual([[1, 2]]);
    expect(await rows('STEP a = LOAD CSV FROM f', { f: file('bom.csv', '\ufeffa,b\r\n1,2\r\n') })).toEqual([[1, 2]]);
    const options = '{ columns: ["a", "b"], delimiter: "|", types: { a: "text" }, nulls: ["NA"], skip: 1 }';
    expect(
      await rows(`STEP a = LOAD CSV FROM f OPTIONS ${options}`, { f: file('o.csv', 'junk\n01|NA\n02|7\n') }),
    ).toEqual([
      ['01', null],
      ['02', 7],
    ]);
  });
  it('takes NaN and infinity for none, and a late text in a column of numbers for text', async () => {
    expect(await rows('STEP a = LOAD CSV FROM f', { f: file('nan.csv', 'x\n1.5\nnan\ninf\n') })).toEqual([
      [1.5],
      [null],
      [null],
    ]);
    const late = `n,m\n${Array.from({ length: 5000 }, (_, n) => `${n},1`).join('\n')}\nx,2\n`;
    expect((await run('STEP a = LOAD CSV FROM f', { f: file('late.csv', late) })).result).toMatchObject({
      rows: 5001,
      columns: [{ type: 'VARCHAR' }, { type: 'BIGINT' }],
    });
  });
  it('reads JSON as a list, as one record, at a path, and line by line', async () => {
    expect(await rows('STEP a = LOAD JSON FROM f', { f: file('a.json', '[{"x":1,"y":{"z":[1]}},{"x":"s"}]') })).toEqual(
      [
        [1, { z: [1] }],
        ['s', null],
      ],
    );
    expect(await rows('STEP a = LOAD JSON FROM f', { f: file('one.json', '{"x":1}') })).toEqual([[1]]);
    expect(
      await rows('STEP a = LOAD JSON FROM f OPTIONS { path: "data.rows" }', {
        f: file('p.json', '{"data":{"rows":[{"x":1},{"x":2}]}}'),
      }),
    ).toEqual([[1], [2]]);
    expect(await rows('STEP a = LOAD NDJSON FROM f', { f: file('a.ndjson', '{"x":1}\n{"x":2}\n') })).toEqual([
      [1],
      [2],
    ]);
  });
  const broken: [string, string, string | Buffer, string, RegExp][] = [
    ['a row with too many values', 'ragged-row', 'a,b\n1,2\n3,4,5\n', 'CSV', /line 3.*3 values where 2/],
    ['text that is not UTF-8', 'wrong-encoding', Buffer.from('a,b\n1,caf\xe9\n', 'latin1'), 'CSV', /line 2.*UTF-8/],
    ['a quote that is never closed', 'unclosed-quote', 'a,b\n1,"abc\n2,d\n', 'CSV', /line 2/],
    ['a line that is too long', 'line-too-long', `a,b\n1,${'x'.repeat(5_000_000)}\n`, 'CSV', /longer than/],
    ['no bytes', 'bad-file', '', 'CSV', /empty/],
    ['JSON that breaks off', 'bad-file', '[{"x":1},{"x":', 'JSON', /not JSON/],
    ['something else than Parquet', 'bad-file', 'hello, hello, hello', 'PARQUET', /not a Parquet/],
  ];
  for (const [what, code, contents, format, sentence] of broken) {
    it(`says which file and line are wrong, and what to do: ${what}`, async () => {
      const failure = await run(`STEP a = LOAD ${format} FROM f`, { f: file(`broken.${code}`, contents) }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        code,
        message: expect.stringMatching(sentence),
        hint: expect.any(String),
        more: { step: 'step:a' },
      });
      expect((failure as Error).message).toContain(`broken.${code}`);
    });
  }
  it('says that a file is not there', async () => {
    await expect(
      run('STEP a = LOAD CSV FROM f', { f: { kind: 'file', path: join(dir, 'nope.csv') } }),
    ).rejects.toMatchObject({ code: 'file-not-found', status: 404 });
  });
  it('refuses an option that it does not know', async () => {
    await expect(
      run('STEP a = LOAD CSV FROM f OPTIONS { delimeter: ";" }', { f: file('a.csv', 'a\n1\n') }),
    ).rejects.toMatchObject({ code: 'bad-option' });
  });
});

describe('steps on tables', () => {
  const people = [
    { k: 'b', v: 1.5 },
    { k: 'a', v: null },
    { k: 'b', v: 3 },
    { k: null, v: 1 },
  ];
  it('counts the rows of every step of one statement, also when nothing is left', async () => {
    const source =
      'STEP a = FILTER u WHERE v > least\nSTEP b = MAP a TO { k: k }\nSTEP c = GROUP b BY k\n AGG count(*) AS n';
    expect((await run(source, { u: people, least: 1 })).steps.map((step) => step.rows)).toEqual([2, 2, 1]);
    const none = await run(source, { u: people, least: 99 });
    expect(none.steps.map((step) => step.rows)).toEqual([0, 0, 0]);
  });
  it('computes an intermediate step again when it is opened', async () => {
    const { steps } = await run('STEP a = FILTER u WHERE v > 1\nSTEP b = GROUP a BY k\n AGG sum(v) AS s', {
      u: people,
    });
    expect(steps[0]?.table.kind).toBe('lazy-table');
    const copy = JSON.parse(JSON.stringify(steps[0]?.table)) as never;
    expect((await t.engine.page(copy, 1, 5)).rows).toEqual([['b', 3]]);
  });
  it('groups in the order of the keys, none last, and passes over none', async () => {
    const aggregates =
      'count(*) AS n|count(v) AS c|sum(v) AS s|avg(v) AS a|min(v) AS lo|max(v) AS hi|median(v) AS m|first(v) AS f|last(v) AS l|list(v) AS all|count_distinct(v) AS d';
    const source = `STEP a = GROUP u BY k\n${aggregates
      .split('|')
      .map((one) => ` AGG ${one}`)
      .join('\n')}`;
    expect(await rows(source, { u: people })).toEqual([
      ['a', 1, 0, null, null, null, null, null, null, null, [], 0],
      ['b', 2, 2, 4.5, 2.25, 1.5, 3, 2.25, 1.5, 3, [1.5, 3], 2],
      [null, 1, 1, 1, 1, 1, 1, 1, 1, 1, [1], 1],
    ]);
  });
  it('adds whole numbers exactly, and says when 64 bits do not hold them', async () => {
    const big = [{ n: 9007199254740991 }, { n: 9007199254740991 }];
    expect(await rows('STEP a = GROUP u BY z\n AGG sum(n) AS s', { u: big.map((one) => ({ ...one, z: 1 })) })).toEqual([
      [1, '18014398509481982'],
    ]);
    await expect(run('STEP a = MAP u TO { x: n * n }', { u: big })).rejects.toMatchObject({ code: 'number-overflow' });
  });
  it('joins with the left order, keys once, and clashing columns by the name of the right step', async () => {
    const w = [
      { k: 'q', v: 9 },
      { k: 'b', v: 1 },
    ];
    const on = 'STEP a = JOIN u WITH w ON u.k == w.k';
    expect(await rows(on, { u: people, w })).toEqual([
      ['b', 1.5, 1],
      ['b', 3, 1],
    ]);
    expect(await rows(`${on} LEFT`, { u: people, w })).toEqual([
      ['b', 1.5, 1],
      ['a', null, null],
      ['b', 3, 1],
      [null, 1, null],
    ]);
    const outer = await run(`${on} OUTER`, { u: people, w });
    expect(outer.result.columns.map((column) => column.name)).toEqual(['k', 'v', 'v_w']);
    expect((await t.engine.page(outer.result, 4, 1)).rows).toEqual([['q', null, 9]]);
  });
  it('sorts none last both ways and leaves equal rows in their order', async () => {
    const u = [
      { k: null, n: 0 },
      { k: 1, n: 1 },
      { k: 2, n: 2 },
      { k: 1, n: 3 },
    ];
    expect((await rows('STEP a = SORT u BY k', { u })).map((row) => row[1])).toEqual([1, 3, 2, 0]);
    expect((await rows('STEP a = SORT u BY k DESC\nSTEP b = TAKE 3 FROM a', { u })).map((row) => row[1])).toEqual([
      2, 1, 3,
    ]);
    expect((await rows('STEP a = SORT u BY k DESC\n TAKE n + 1', { u, n: 1 })).map((row) => row[1])).toEqual([2, 1]);
    await expect(run('STEP a = TAKE n FROM u', { u, n: -1 })).rejects.toMatchObject({ code: 'bad-argument' });
  });
  it('puts tables under each other by name and keeps first rows', async () => {
    const source = 'STEP a = UNION u, w\nSTEP b = DISTINCT a BY k';
    expect(
      await rows(source, {
        u: [
          { k: 1, x: 'a' },
          { k: 1, x: 'b' },
        ],
        w: [{ k: 2.5, y: true }],
      }),
    ).toEqual([
      [1, 'a', null],
      [2.5, null, true],
    ]);
    expect(await rows('STEP a = DISTINCT u', { u: [{ k: 2 }, { k: 1 }, { k: 2 }] })).toEqual([[2], [1]]);
  });
  it('keeps the order of a large file whatever runs in parallel', async () => {
    const f = file('long.csv', `n,m\n${Array.from({ length: 300_000 }, (_, n) => `${n},${n % 7}`).join('\n')}\n`);
    const { result } = await run('STEP a = LOAD CSV FROM f\nSTEP b = FILTER a WHERE m != 3', { f });
    const page = await t.engine.page(result, 200_000, 3);
    expect(page.rows).toEqual([
      [233333, 2],
      [233335, 4],
      [233336, 5],
    ]);
  });
  it('says what is wrong and where', async () => {
    await expect(run('STEP a = FILTER u WHERE v / 0 > 1', { u: people })).rejects.toMatchObject({
      code: 'division-by-zero',
      range: expect.any(Object),
      more: { step: 'step:a' },
    });
    await expect(run('STEP a = FILTER u WHERE v > "x"', { u: people })).rejects.toMatchObject({
      code: 'type-mismatch',
      status: 422,
    });
    await expect(run('STEP a = SELECT u COLUMNS K', { u: people })).rejects.toMatchObject({
      code: 'unknown-column',
      hint: 'Did you mean k?',
    });
    await expect(run('STEP a = MAP u TO { x: k, X: v }', { u: people })).rejects.toMatchObject({
      code: 'duplicate-column',
    });
  });
  it('stops when it is cancelled', async () => {
    const source = 'STEP a = JOIN u WITH w ON u.n < w.n\nSTEP b = GROUP a BY n\n AGG count(*) AS c';
    const u = Array.from({ length: 30_000 }, (_, n) => ({ n }));
    const group = groupOf(source, { u: u as never, w: u as never });
    const stop = new AbortController();
    const running = t.engine.run(group, { key: t.key(), signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('memory', () => {
  it('sorts on the disk what does not fit', async () => {
    const small = openTestEngine({ memoryLimitMb: 128 });
    try {
      const n = Array.from({ length: 1000 }, (_, index) => ({ n: index })) as never;
      const group = groupOf(
        `STEP pairs = JOIN u WITH w ON u.n >= 0 && w.n >= 0
         STEP texts = MAP pairs TO { text: HASH(n * 1000 + n_w), n: n, m: n_w }
         STEP sorted = SORT texts BY text`,
        { u: n, w: n },
      );
      let spilled = 0;
      const watch = setInterval(() => {
        const spill = join(small.dir, 'spill', 'duckdb');
        const files = existsSync(spill) ? readdirSync(spill, { withFileTypes: true }) : [];
        // The engine removes a file as soon as it has read it back.
        const sizes = files.map(
          (file) => statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.size ?? 0,
        );
        spilled = Math.max(spilled, ...sizes);
      }, 5);
      const { result } = await small.engine.run(group, { key: small.key() }).finally(() => clearInterval(watch));
      expect(spilled).toBeGreaterThan(0);
      expect(result.rows).toBe(1_000_000);
      const { rows } = await small.engine.page(result, 0, 2);
      expect(String(rows[0]![0]) < String(rows[1]![0])).toBe(true);
    } finally {
      await small.close();
    }
  });
});

describe('QUERY', () => {
  it('answers one SELECT over the tables that it is given, with bound parameters', async () => {
    const u = await t.engine.fromRecords(
      [
        { k: 'a', n: 1 },
        { k: "'; DROP", n: 2 },
      ],
      t.key(),
    );
    const result = await t.engine.query(
      'SELECT n, count(*) AS c FROM u WHERE k = :k GROUP BY n',
      { u },
      { k: "'; DROP" },
      { key: t.key() },
    );
    expect(await t.engine.toRecords(result)).toEqual([{ n: 2, c: 1 }]);
  });
  for (const sql of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "COPY (SELECT 1) TO '/tmp/x'",
    'SELECT 1; SELECT 2',
    "ATTACH '/tmp/x.db'",
    'INSTALL httpfs',
    'SET threads = 1',
    'PRAGMA version',
    'SELECT :missing',
  ]) {
    it(`refuses ${sql}`, async () => {
      await expect(t.engine.query(sql, {}, {}, { key: t.key() })).rejects.toMatchObject({
        code: expect.stringMatching(/bad-sql|missing-parameter/),
      });
    });
  }
});
