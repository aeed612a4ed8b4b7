import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProjectTables } from '../tables/project-tables.ts';
import { openTestEngine } from '../tables/testing.ts';
import type { Value } from '../vvm/engine.ts';
import { chained, FIRST_HASH, effectsAfter } from './effects.ts';
import type { ModelShape } from './shape.ts';
import { model, openTestModels, type TestModels, USER } from './testing.ts';

let t: TestModels;
beforeEach(async () => void (t = await openTestModels()));
afterEach(() => t.close());

const insert = (shape: ModelShape, ...rows: object[]) =>
  t.inCall([shape], (access) => {
    for (const row of rows) access.call(`db.insert:${shape.name}`, [row as Value]);
  });
const all = (shape: ModelShape) =>
  t.inCall([shape], (access) =>
    (access.call(`db.find:${shape.name}`, [null, null]) as object[]).map((row) => ({ ...row })),
  );
const ADA = { id: 0n, name: 'Ada', email: 'a@x' };
const BOB = { id: 0n, name: 'Bob', email: null };

describe('a migration', () => {
  it('makes tables, adds what may be missing, and says so on the ledger', async () => {
    expect((await t.migrate([USER])).changes).toMatchObject([{ table: 'users', kind: 'create-table' }]);
    insert(USER, ADA);
    const more = model('User', { id: 'Int', name: 'String', email: 'String?', age: 'Int?' });
    const order = model('Order', { id: 'Int', total: 'Float' });
    expect((await t.migrate([more, order])).changes.map(({ kind }) => kind)).toEqual(['add-field', 'create-table']);
    expect((await t.migrate([more, order])).changes).toEqual([]);
    expect(all(more)).toEqual([{ ...ADA, id: 1n, age: null }]);
    // Who does not know of the new field goes on.
    insert(USER, BOB);
    expect(all(USER)).toHaveLength(2);
    await t.models.anchor(t.test.project);
    expect(t.entries().map(({ kind }) => kind)).toEqual([
      'model.migrate',
      'model.change',
      'model.migrate',
      'model.change',
    ]);
    expect(t.entries()[2]!.payload['changes']).toEqual([
      { table: 'users', field: 'age', kind: 'add-field', lost: 0 },
      { table: 'orders', kind: 'create-table', lost: 0 },
    ]);
  });

  it('asks before it loses values, and says how many rows have one', async () => {
    await t.migrate([USER]);
    insert(USER, ADA, BOB);
    const without = model('User', { id: 'Int', name: 'String' });
    expect(t.models.plan(t.test.project, [without])).toMatchObject({
      changes: [{ kind: 'drop-field', field: 'email', lost: 1 }],
      loses: ['users.email'],
    });
    await expect(t.migrate([without])).rejects.toMatchObject({
      code: 'model-would-lose',
      status: 409,
      message: 'Removes email: String? from users: 1 row has a value there.',
    });
    await expect(t.migrate([without], ['users.name'])).rejects.toMatchObject({ code: 'model-would-lose' });
    expect(all(USER)).toMatchObject([{ email: 'a@x' }, { email: null }]);
    await t.migrate([without], ['users.email']);
    expect(all(without)).toEqual([
      { id: 1n, name: 'Ada' },
      { id: 2n, name: 'Bob' },
    ]);
    insert(without, { id: 0n, name: 'Cy' });
    expect(all(without).at(-1)).toEqual({ id: 3n, name: 'Cy' });
  });

  it('carries over what fits the new type, and asks about the rest', async () => {
    const before = model('Thing', { id: 'Int', n: 'Int', c: ['red', 'blue', 'green'], s: 'String' });
    await t.migrate([before]);
    insert(before, { id: 0n, n: 3n, c: 'red', s: 'x' }, { id: 0n, n: 2n ** 60n + 1n, c: 'blue', s: 'y' });
    const after = model('Thing', { id: 'Int', n: 'Float?', c: ['red', 'green'], s: 'String' });
    // A value that goes leaves nothing where there must be something.
    await expect(t.migrate([after], ['things.n', 'things.c'])).rejects.toMatchObject({ code: 'model-does-not-fit' });
    after.fields[2] = { ...after.fields[2]!, type: { kind: 'Option', of: { kind: 'String' } } };
    expect(t.models.plan(t.test.project, [after]).loses).toEqual(['things.n', 'things.c']);
    await t.migrate([after], ['things.n', 'things.c']);
    expect(all(after)).toEqual([
      { id: 1n, n: 3, c: 'red', s: 'x' },
      { id: 2n, n: null, c: null, s: 'y' },
    ]);
    const text = model('Thing', { id: 'Int', n: 'Float?', s: 'Int?' });
    expect(t.models.plan(t.test.project, [text]).changes).toMatchObject([
      { field: 's', kind: 'change-type', lost: 2 },
      { field: 'c', kind: 'drop-field', lost: 1 },
    ]);
  });

  it.each([
    [
      'a field that rows would miss',
      model('User', { id: 'Int', name: 'String', email: 'String?', age: 'Int' }),
      'no age',
    ],
    ['a field that is missing in some', model('User', { id: 'Int', name: 'String', email: 'String' }), 'no email'],
    ['another key', model('User', { id: 'String', name: 'String', email: 'String?' }), 'found by id'],
    ['no key', model('User', { name: 'String', email: 'String?' }), 'found by id'],
    ['two fields of one name', model('User', { id: 'Int', name: 'String', Name: 'String?', email: 'String?' }), 'Name'],
    ['a table of the node', model('User', { id: 'Int' }, 'voike_models'), 'voike_models'],
    ['a table with quotes', model('User', { id: 'Int' }, 'a"; DROP TABLE users; --'), 'called'],
  ])('cannot be to %s', async (_what, shape, words) => {
    await t.migrate([USER]);
    insert(USER, ADA, BOB);
    await expect(t.migrate([shape])).rejects.toMatchObject({
      code: 'model-does-not-fit',
      message: expect.stringContaining(words) as string,
      hint: expect.any(String) as string,
    });
    expect(all(USER)).toHaveLength(2);
  });

  it('does not give an id again that a row had before the table was made anew', async () => {
    await t.migrate([USER]);
    insert(USER, ADA, BOB);
    t.inCall([USER], (access) => access.call('db.deleteKey:User', [2n]));
    const without = model('User', { id: 'Int', name: 'String' });
    await t.migrate([without], ['users.email']);
    insert(without, { id: 0n, name: 'Cy' });
    expect(all(without)).toEqual([
      { id: 1n, name: 'Ada' },
      { id: 3n, name: 'Cy' },
    ]);
  });
});

describe('models are tables of the project', () => {
  it('seen, read by plans, and not written by them', async () => {
    const engine = openTestEngine();
    const tables = createProjectTables({ engine: () => engine.engine, models: t.models });
    const { project } = t.test;
    await t.migrate([USER]);
    insert(USER, ADA, BOB);
    expect(tables.list(project)).toMatchObject([{ name: 'users', model: 'User', rows: 2 }]);
    expect(tables.rows(project, 'users', 1, 5)).toEqual([[2, 'Bob', null]]);
    const first = await tables.snapshot(project, 'users');
    expect(await engine.engine.toRecords(first)).toEqual([
      { id: 1, name: 'Ada', email: 'a@x' },
      { id: 2, name: 'Bob', email: null },
    ]);
    insert(USER, ADA);
    expect((await tables.snapshot(project, 'users')).rows).toBe(3);
    await expect(tables.prepareStore(project, first, { name: 'Users', mode: 'append', by: [] })).rejects.toMatchObject({
      code: 'table-is-model',
    });
    await project.write(await tables.prepareStore(project, first, { name: 'orders', mode: 'append', by: [] }));
    await expect(t.migrate([model('Order', { id: 'Int' })])).rejects.toMatchObject({ code: 'model-does-not-fit' });
    await tables.drop(project, 'users', 'local');
    expect(tables.list(project)).toMatchObject([{ name: 'orders' }]);
    await engine.close();
  });
});

describe('the ledger', () => {
  it('has the sums of neighbouring commits, who made them, and a hash that covers each', async () => {
    await t.migrate([USER]);
    insert(USER, ADA, BOB);
    t.inCall([USER], (access) => access.call('db.deleteKey:User', [1n]), 'key:1');
    const waiting = effectsAfter(t.models.database(t.test.project)!, t.models.anchored(t.test.project), 10);
    await t.models.anchor(t.test.project);
    const entry = t.entries().at(-1)!;
    expect(entry).toMatchObject({
      kind: 'model.change',
      payload: {
        commits: 2,
        callers: { local: 1, 'key:1': 1 },
        changes: { test: { users: { inserted: 2, updated: 0, deleted: 1 } } },
      },
    });
    const migrated = (t.entries()[0]!.payload['effect'] as { hash: string }).hash;
    const chain = waiting.reduce((hash, { time, kind, payload }) => chained(hash, time, kind, payload), migrated);
    expect(entry.payload['hash']).toBe(chain);
    expect(migrated).not.toBe(FIRST_HASH);
  });

  it('is told when the file of the models was put back to an earlier state', async () => {
    await t.migrate([USER]);
    insert(USER, ADA);
    await t.models.anchor(t.test.project);
    const { dataDir } = t.test;
    await t.test.project.write((tx) => void tx.db.prepare('UPDATE voike_model_anchor SET seq = 7').run());
    await t.close({ keep: true });
    t = await openTestModels(dataDir);
    insert(USER, BOB);
    await t.models.anchor(t.test.project);
    expect(t.entries().slice(-2)).toMatchObject([
      { kind: 'model.rewound', payload: { was: { seq: 7 }, is: { seq: 2 } } },
      { kind: 'model.change', payload: { from: 3, to: 3 } },
    ]);
  });
});

/** Inserts and migrates back and forth for as long as it lives. */
const program = (dataDir: string) => `
  import { openTestModels, model, USER } from ${JSON.stringify(new URL('testing.ts', import.meta.url).href)};
  const t = await openTestModels(${JSON.stringify(dataDir)});
  const without = model('User', { id: 'Int', name: 'String' });
  await t.migrate([USER], ['users.age']);
  for (let n = 0; ; n++) {
    t.inCall([without], (access) => { for (let i = 0; i < 100; i++) access.call('db.insert:User', [{ id: 0n, name: 'x' }]); });
    const rows = t.models.table(t.test.project, 'users').rows;
    process.stdout.write(rows + '\\n');
    await t.migrate([n % 2 === 0 ? without : USER], ['users.email']);
  }`;

it(
  'a node that is killed while it migrates has the old table or the new one, all its rows, and an entry for each change',
  { timeout: 120_000 },
  async () => {
    await t.migrate([USER]);
    const { dataDir } = t.test;
    let confirmed = 0;
    for (let round = 0; round < 6; round++) {
      await t.close({ keep: true });
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program(dataDir)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await once(child.stdout, 'data');
      const gone = once(child, 'close');
      setTimeout(() => child.kill('SIGKILL'), 150 + round * 37);
      expect((await gone)[1]).toBe('SIGKILL');
      confirmed = Math.max(confirmed, ...said.split('\n').slice(0, -1).map(Number));
      t = await openTestModels(dataDir);
      const { project } = t.test;
      const [table] = t.models.tables(project);
      const data = t.models.database(project)!;
      expect(data.prepare('SELECT count(*) FROM users').pluck().get()).toBe(table!.rows);
      expect(table!.rows).toBeGreaterThanOrEqual(confirmed);
      const columns = data.prepare("SELECT name FROM pragma_table_info('users')").pluck().all();
      expect(columns).toEqual(table!.shape.fields.map(({ name }) => name));
      expect(
        data.prepare("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'voike\\_draft%' ESCAPE '\\'").pluck().get(),
      ).toBe(0);
      await t.models.anchor(project);
      const inserted = t
        .entries()
        .flatMap(({ payload }) =>
          Object.values((payload['changes'] ?? {}) as Record<string, { users?: { inserted: number } }>),
        )
        .reduce((sum, tables) => sum + (tables.users?.inserted ?? 0), 0);
      expect(inserted).toBe(table!.rows);
    }
  },
);

describe('an index', () => {
  const by = (...indexes: ModelShape['indexes'] & {}): ModelShape => ({ ...USER, indexes });
  const EMAIL = { fields: ['email'], unique: false };
  const NAME = { fields: ['name'], unique: true };
  const planOf = (sql: string) =>
    (t.models.database(t.test.project)!.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])[0]!.detail;

  it('comes and goes with the model, and searches use it', async () => {
    await t.migrate([by(EMAIL)]);
    expect(planOf("SELECT * FROM users WHERE email = 'x'")).toContain('USING INDEX');
    insert(USER, ADA, BOB);
    expect((await t.migrate([by(NAME)])).changes).toMatchObject([
      { kind: 'drop-index', field: 'email', lost: 0 },
      { kind: 'add-index', field: 'name', lost: 0 },
    ]);
    expect(planOf("SELECT * FROM users WHERE email = 'x'")).not.toContain('USING INDEX');
    expect((await t.migrate([by(NAME)])).changes).toEqual([]);
    // A module that came without its program says nothing of indexes.
    expect((await t.migrate([USER])).changes).toEqual([]);
    expect(planOf("SELECT * FROM users WHERE name = 'x'")).toContain('USING INDEX');
    expect(all(USER)).toHaveLength(2);
  });

  it('stays when the table is made anew, and goes with its field', async () => {
    await t.migrate([by(EMAIL, NAME)]);
    insert(USER, ADA);
    const required = model('User', { id: 'Int', name: 'String', email: 'String' });
    await t.migrate([{ ...required, indexes: [EMAIL, NAME] }]);
    expect(planOf("SELECT * FROM users WHERE email = 'x'")).toContain('USING INDEX');
    await t.migrate([model('User', { id: 'Int', name: 'String' })], ['users.email']);
    expect(planOf("SELECT * FROM users WHERE name = 'x'")).toContain('voike_unique.users.name');
    expect(() => insert(USER, ADA)).toThrow();
  });

  it('that is unique refuses a second row, by insert and by update, in words', async () => {
    await t.migrate([by(NAME, { fields: ['email'], unique: true })]);
    insert(USER, ADA, BOB, { ...BOB, name: 'Cy' });
    expect(() => insert(USER, ADA)).toThrow('There is already a User with the same');
    expect(() =>
      t.inCall([USER], (access) => access.call('db.update:User', [{ id: 2n, name: 'Ada', email: null }])),
    ).toThrow('There is already a User with the same name.');
    expect(all(USER)).toHaveLength(3);
  });

  it('that is unique is not made over rows that are the same, and nothing changes', async () => {
    await t.migrate([USER]);
    insert(USER, ADA, { ...ADA, email: null });
    await expect(t.migrate([by(NAME)])).rejects.toMatchObject({
      code: 'model-does-not-fit',
      message: 'users has rows with the same name: 1 value is there more than once.',
    });
    // Where a value is missing rows are not the same.
    insert(USER, BOB);
    await t.migrate([by({ fields: ['email'], unique: true })]);
    expect(all(USER)).toHaveLength(3);
  });
});
