import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestProject, openTestProject } from '../projects/testing.ts';
import type { AreaMigrations } from './migrations.ts';

const migrations: AreaMigrations[] = [
  { area: 'test', in: 'project', steps: ['CREATE TABLE thing (n INTEGER PRIMARY KEY) STRICT'] },
];
let test: TestProject;
beforeEach(async () => void (test = await openTestProject({ migrations })));
afterEach(() => test.close());

const add = (n: number) =>
  test.project.write((tx) => {
    tx.db.prepare('INSERT INTO thing VALUES (?)').run(n);
    return tx.append('thing.add', { n }).seq;
  });
const things = () => test.project.db.prepare('SELECT n FROM thing ORDER BY n').pluck().all();
const recorded = () =>
  test.project.db
    .prepare("SELECT leaf ->> '$.payload.n' FROM ledger_entries WHERE kind = 'thing.add' ORDER BY seq")
    .pluck()
    .all();

describe('writing to a project', () => {
  it('resolves when the change and its entry are on disk', async () => {
    await add(1);
    expect(things()).toEqual([1]);
    expect(recorded()).toEqual([1]);
  });

  it('makes one commit of what is asked for in one turn', async () => {
    const before = test.ledger.size;
    const sizes: number[] = [];
    test.events.subscribe(
      test.project.id,
      undefined,
      (event) => event.type === 'ledger.appended' && sizes.push(event.size),
    );
    await Promise.all([1, 2, 3].map(add));
    expect(sizes).toEqual([before + 3]);
  });

  it('undoes a change that throws, alone, with its entries', async () => {
    const before = test.ledger.size;
    const results = await Promise.allSettled([
      add(1),
      test.project.write((tx) => {
        tx.db.prepare('INSERT INTO thing VALUES (2)').run();
        tx.append('thing.add', { n: 2 });
        throw new Error('changed my mind');
      }),
      add(3),
      add(3),
    ]);
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(things()).toEqual([1, 3]);
    expect(recorded()).toEqual([1, 3]);
    expect(test.ledger.size).toBe(before + 2);
  });

  it('undoes a change that throws when it is the only one of its turn', async () => {
    const before = test.ledger.size;
    const failed = test.project.write((tx) => {
      tx.db.prepare('INSERT INTO thing VALUES (1)').run();
      tx.append('thing.add', { n: 1 });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(things()).toEqual([]);
    expect(await add(1)).toBe(before);
    expect(things()).toEqual([1]);
    expect(recorded()).toEqual([1]);
  });

  it('refuses a change that is not synchronous, and an entry that is not JSON', async () => {
    await expect(test.project.write(async () => 1)).rejects.toThrow('synchronous');
    await expect(test.project.write((tx) => tx.append('x', { n: NaN }))).rejects.toMatchObject({
      code: 'not-canonical-json',
    });
    expect(await add(1)).toBe(test.ledger.size - 1);
  });

  it('does not let the reading connection write', () => {
    expect(() => test.project.db.prepare('DELETE FROM thing').run()).toThrow('readonly');
  });

  it('does not let SQL change or delete what the ledger says', async () => {
    await add(1);
    for (const sql of [
      'DELETE FROM ledger_entries',
      "UPDATE ledger_entries SET leaf = ''",
      "UPDATE ledger_checkpoints SET note = ''",
    ]) {
      await expect(test.project.write((tx) => tx.db.exec(sql))).rejects.toThrow('append-only');
    }
  });

  it('says that the disk is full, loses nothing of before, and goes on when there is room', async () => {
    await add(1);
    const size = test.ledger.size;
    const pages = await test.project.write((tx) => tx.db.pragma('page_count', { simple: true }) as number);
    const limit = (n: number) => test.project.write((tx) => tx.db.pragma(`max_page_count = ${n}`));
    await limit(pages);
    const results = await Promise.allSettled(
      [2, 3].map((n) =>
        test.project.write(
          (tx) => (
            tx.db.prepare('INSERT INTO thing VALUES (?)').run(n),
            tx.append('big', { text: 'x'.repeat(100_000) })
          ),
        ),
      ),
    );
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'disk-full', status: 507 } },
      { status: 'rejected', reason: { code: 'disk-full' } },
    ]);
    expect(things()).toEqual([1]);
    expect(test.ledger.size).toBe(size);
    await limit(1_000_000);
    expect(await add(4)).toBe(size);
  });

  it('keeps a flood of changes in order over several commits', async () => {
    const before = test.ledger.size;
    const seqs = await Promise.all(Array.from({ length: 5000 }, (_, n) => add(n)));
    expect(seqs).toEqual(seqs.map((_, i) => before + i));
    expect(recorded()).toEqual(things());
  });

  it('refuses changes after it was closed', async () => {
    const { project } = test;
    const last = add(1);
    test.close({ keep: true });
    await last;
    await expect(project.write(() => 1)).rejects.toMatchObject({ code: 'node-stopping' });
    test = await openTestProject({ migrations, dataDir: test.dataDir });
    expect(things()).toEqual([1]);
  });
});
