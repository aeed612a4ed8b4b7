import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestProject } from '../projects/testing.ts';
import { tablesMigrations } from './migrations.ts';
import { createProjectTables } from './project-tables.ts';
import { groupOf, openTestEngine } from './testing.ts';

describe('the tables of a project', () => {
  let test: Awaited<ReturnType<typeof openTestProject>>;
  let engine: ReturnType<typeof openTestEngine>;
  let tables: ReturnType<typeof createProjectTables>;
  beforeEach(async () => {
    test = await openTestProject({ migrations: tablesMigrations });
    engine = openTestEngine();
    tables = createProjectTables({ engine: () => engine.engine, events: test.events });
  });
  afterEach(async () => {
    await engine.close();
    test.close();
  });

  const store = async (
    records: never[] | object[],
    mode: 'append' | 'replace' | 'upsert',
    by: string[] = [],
    name = 't',
  ) => {
    const table = await engine.engine.fromRecords(records as never, engine.key());
    const change = await tables.prepareStore(test.project, table, { name, mode, by });
    return test.project.write(change);
  };

  it('keep every type of value, and give it back', async () => {
    const records = [
      { n: 1, x: 1.5, s: 'é', b: true, l: [1, 2], r: { a: 'x' }, big: 9007199254740991, none: null },
      { n: null, x: null, s: null, b: false, l: null, r: null, big: 3, none: null },
    ];
    await store(records, 'replace');
    const snapshot = await tables.snapshot(test.project, 't');
    expect(snapshot.rows).toBe(2);
    expect(await engine.engine.toRecords(snapshot)).toEqual(records);
    expect(tables.rows(test.project, 't', 1, 5)).toEqual([Object.values(records[1] as object)]);
  });

  it('append, replace and upsert as they say, each with its entry in the ledger', async () => {
    const kinds: string[] = [];
    const { write } = test.project;
    test.project.write = (made) =>
      write.call(test.project, (tx) =>
        made({ ...tx, append: (kind, payload, options) => (kinds.push(kind), tx.append(kind, payload, options)) }),
      ) as never;
    expect(
      await store(
        [
          { k: 1, v: 'a' },
          { k: 2, v: 'b' },
        ],
        'append',
      ),
    ).toMatchObject({ added: 2, total: 2, version: 1 });
    expect(await store([{ k: 3, v: 'c', extra: 1.5 }], 'append')).toMatchObject({ added: 1, total: 3, version: 2 });
    expect(
      await store(
        [
          { k: 2, v: 'B' },
          { k: 4, v: 'd' },
          { k: 4, v: 'D' },
        ],
        'upsert',
        ['k'],
      ),
    ).toMatchObject({ added: 1, replaced: 2, total: 4 });
    expect(tables.rows(test.project, 't', 0, 10)).toEqual([
      [1, 'a', null],
      [2, 'B', null],
      [3, 'c', 1.5],
      [4, 'D', null],
    ]);
    expect(await store([{ z: 1 }], 'replace')).toMatchObject({ total: 1, version: 4 });
    await tables.drop(test.project, 't');
    expect(tables.list(test.project)).toEqual([]);
    expect(kinds).toEqual(['table.append', 'table.append', 'table.upsert', 'table.replace', 'table.drop']);
  });

  it('refuse a type that does not fit, a reserved name, a missing key, and change nothing', async () => {
    await store([{ k: 1 }], 'replace');
    await expect(store([{ k: 'text' }], 'append')).rejects.toMatchObject({ code: 'column-type' });
    await expect(store([{ k: 1 }], 'upsert', ['other'])).rejects.toMatchObject({ code: 'unknown-column' });
    await expect(store([{ k: 1 }], 'replace', [], 'voike_tables')).rejects.toMatchObject({ code: 'bad-table-name' });
    await expect(store([{ k: 1 }], 'replace', [], 'schema_version')).rejects.toMatchObject({
      code: 'table-name-taken',
    });
    await expect(tables.snapshot(test.project, 'nothing')).rejects.toMatchObject({
      code: 'table-not-found',
      status: 404,
    });
    expect(tables.rows(test.project, 't', 0, 10)).toEqual([[1]]);
  });

  it('take more rows than are held in memory, in one visible change', async () => {
    const made = await engine.engine.run(
      groupOf('STEP a = MAP u TO { n: n }', { u: Array.from({ length: 60_001 }, (_, n) => ({ n })) as never }),
      { key: engine.key() },
    );
    const change = await tables.prepareStore(test.project, made.result, { name: 'big', mode: 'replace', by: [] });
    expect(tables.list(test.project)).toEqual([]);
    expect(await test.project.write(change)).toMatchObject({ total: 60_001 });
    expect((await tables.snapshot(test.project, 'big')).rows).toBe(60_001);
    expect(tables.rows(test.project, 'big', 60_000, 5)).toEqual([[60_000]]);
    const left = test.project.db
      .prepare(`SELECT count(*) FROM sqlite_schema WHERE name LIKE 'voike_staging%'`)
      .pluck()
      .get();
    expect(left).toBe(0);
  });

  it('append and upsert more rows than are held in memory', async () => {
    const many = async (from: number, to: number, mark: string) =>
      (
        await engine.engine.run(
          groupOf(`STEP a = MAP u TO { n: n, mark: "${mark}" }`, {
            u: Array.from({ length: to - from }, (_, n) => ({ n: n + from })) as never,
          }),
          { key: engine.key() },
        )
      ).result;
    const put = async (table: Awaited<ReturnType<typeof many>>, mode: 'append' | 'upsert', by: string[] = []) =>
      test.project.write(await tables.prepareStore(test.project, table, { name: 'big', mode, by }));
    expect(await put(await many(0, 50_100, 'a'), 'append')).toMatchObject({ added: 50_100, total: 50_100 });
    expect(await put(await many(50_100, 100_300, 'b'), 'append')).toMatchObject({ added: 50_200, total: 100_300 });
    expect(tables.rows(test.project, 'big', 100_299, 5)).toEqual([[100_299, 'b']]);
    expect(await put(await many(99_000, 150_000, 'c'), 'upsert', ['n'])).toMatchObject({
      added: 49_700,
      replaced: 1300,
      total: 150_000,
    });
    expect(tables.rows(test.project, 'big', 98_999, 2)).toEqual([
      [98_999, 'b'],
      [99_000, 'c'],
    ]);
    expect(
      test.project.db.prepare(`SELECT count(*) FROM sqlite_schema WHERE name LIKE 'voike_staging%'`).pluck().get(),
    ).toBe(0);
  });

  it('have columns of any name, that of the row number too', async () => {
    await store(
      [
        { rowid: 9, oid: 'x' },
        { rowid: 1, oid: 'y' },
        { rowid: null, oid: 'z' },
      ],
      'append',
    );
    await store([{ rowid: 9, oid: 'X' }], 'upsert', ['rowid']);
    const snapshot = await tables.snapshot(test.project, 't');
    expect(await engine.engine.toRecords(snapshot)).toEqual([
      { rowid: 9, oid: 'X' },
      { rowid: 1, oid: 'y' },
      { rowid: null, oid: 'z' },
    ]);
    expect(tables.rows(test.project, 't', 1, 1)).toEqual([[1, 'y']]);
    await expect(store([{ rowid: 1, _ROWID_: 2, oid: 3 }], 'append', [], 'u')).rejects.toMatchObject({
      code: 'column-name',
    });
  });

  it('are read as they are now: a snapshot is made once for each state', async () => {
    await store([{ k: 1 }], 'replace');
    const first = await tables.snapshot(test.project, 't');
    expect(await tables.snapshot(test.project, 't')).toEqual(first);
    await store([{ k: 2 }], 'append');
    const second = await tables.snapshot(test.project, 't');
    expect(second.key).not.toBe(first.key);
    expect(await engine.engine.toRecords(second)).toEqual([{ k: 1 }, { k: 2 }]);
  });
});
