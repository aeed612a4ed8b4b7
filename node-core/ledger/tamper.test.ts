import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestProject, openTestProject } from '../projects/testing.ts';
import { recent } from './read.ts';
import { verifyLedger } from './verify.ts';

const ENTRIES = 12;
let test: TestProject;

beforeEach(async () => {
  test = await openTestProject();
  for (let n = 1; n < ENTRIES; n++) await test.project.write((tx) => tx.append(`kind.${n % 2}`, { n, text: 'é' }));
});
afterEach(() => test.close());

/** Changes the project's file while the node is stopped, as somebody with a database browser would. */
async function tamper(change: (db: Sqlite.Database) => void): Promise<void> {
  test.close({ keep: true });
  const db = new Sqlite(join(test.dataDir, 'projects', `${test.project.id}.db`));
  for (const name of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all())
    db.exec(`DROP TRIGGER ${String(name)}`);
  change(db);
  db.close();
  test = await openTestProject({ dataDir: test.dataDir });
}
const report = () => verifyLedger(test.ledger.db, test.ledger.verifierKey);
const sql = (text: string) => (db: Sqlite.Database) => void db.exec(text);

describe('what somebody does to the file', () => {
  const cases: [what: string, change: (db: Sqlite.Database) => void, expected: object][] = [
    [
      'a word of an entry',
      sql(`UPDATE ledger_entries SET leaf = replace(leaf, '"n":5', '"n":6') WHERE seq = 5`),
      { code: 'changed', seq: 5 },
    ],
    [
      'a word of the last entry',
      sql(`UPDATE ledger_entries SET leaf = replace(leaf, '"n":11', '"n":12') WHERE seq = 11`),
      { code: 'changed', seq: 11 },
    ],
    [
      'a leaf hash',
      sql(`UPDATE ledger_entries SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE seq = 4`),
      { code: 'stored-hash', seq: 4 },
    ],
    [
      'the last leaf hash',
      sql(`UPDATE ledger_entries SET hashes = CAST(x'00' || substr(hashes, 2) AS BLOB) WHERE seq = 11`),
      { code: 'stored-hash', seq: 11 },
    ],
    [
      'a subtree’s hash',
      sql(
        `UPDATE ledger_entries SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(32) || substr(hashes, 65) AS BLOB) WHERE seq = 7`,
      ),
      { code: 'stored-hash', seq: 7 },
    ],
    [
      'a hash too many',
      sql(`UPDATE ledger_entries SET hashes = CAST(hashes || zeroblob(32) AS BLOB) WHERE seq = 7`),
      { code: 'stored-hash', seq: 7 },
    ],
    [
      'the kind beside an entry',
      sql(`UPDATE ledger_entries SET kind = 'kind.9' WHERE seq = 3`),
      { code: 'stored-kind', seq: 3 },
    ],
    [
      'the number of an entry',
      sql(`UPDATE ledger_entries SET seq = 100 WHERE seq = 6`),
      { code: 'reordered', seq: 6, detail: expect.stringContaining('100') as string },
    ],
    [
      'a number before all others',
      sql(`UPDATE ledger_entries SET seq = -1 WHERE seq = 6`),
      { code: 'inserted', seq: 0 },
    ],
    ['an entry deleted', sql(`DELETE FROM ledger_entries WHERE seq = 2`), { code: 'missing', seq: 2 }],
    ['the end deleted', sql(`DELETE FROM ledger_entries WHERE seq >= 9`), { code: 'truncated', seq: 9 }],
    ['everything deleted', sql(`DELETE FROM ledger_entries`), { code: 'truncated', seq: 0 }],
    [
      'two entries swapped',
      sql(
        `UPDATE ledger_entries SET seq = -5 WHERE seq = 3; UPDATE ledger_entries SET seq = 3 WHERE seq = 8; UPDATE ledger_entries SET seq = 8 WHERE seq = -5`,
      ),
      { code: 'reordered', seq: 3 },
    ],
    [
      'one entry written over another',
      sql(
        `UPDATE ledger_entries SET (kind, leaf, hashes) = (SELECT kind, leaf, hashes FROM ledger_entries WHERE seq = 2) WHERE seq = 8`,
      ),
      { code: 'inserted', seq: 8 },
    ],
    [
      'an entry added',
      sql(`INSERT INTO ledger_entries SELECT seq + 1, kind, leaf, hashes FROM ledger_entries WHERE seq = 11`),
      { code: 'inserted', seq: 12 },
    ],
    ['the newest checkpoint deleted', sql(`DELETE FROM ledger_checkpoints WHERE size = 12`), { code: 'not-signed' }],
    [
      'a checkpoint’s text',
      sql(
        `UPDATE ledger_checkpoints SET note = replace(note, char(10) || '12' || char(10), char(10) || '11' || char(10)) WHERE size = 12`,
      ),
      { code: 'bad-signature' },
    ],
    ['a checkpoint’s size', sql(`UPDATE ledger_checkpoints SET size = 13 WHERE size = 12`), { code: 'bad-checkpoint' }],
  ];

  it.each(cases)('%s: is found and named', async (_what, change, expected) => {
    expect(await report()).toMatchObject({ ok: true, size: ENTRIES });
    await tamper(change);
    expect(await report()).toMatchObject({ ok: false, problem: expected });
  });

  it('any byte of any entry, hash, kind or checkpoint is found', async () => {
    const path = join(test.dataDir, 'projects', `${test.project.id}.db`);
    test.close({ keep: true });
    const db = new Sqlite(path);
    for (const name of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all())
      db.exec(`DROP TRIGGER ${String(name)}`);
    const cells = [
      ...db
        .prepare('SELECT seq AS id FROM ledger_entries')
        .pluck()
        .all()
        .flatMap((id) => ['leaf', 'hashes', 'kind'].map((column) => ['ledger_entries', 'seq', column, id] as const)),
      ...db
        .prepare('SELECT size AS id FROM ledger_checkpoints')
        .pluck()
        .all()
        .map((id) => ['ledger_checkpoints', 'size', 'note', id] as const),
    ];
    let tried = 0;
    for (const [table, idColumn, column, id] of cells) {
      const read = db.prepare(`SELECT CAST(${column} AS BLOB) FROM ${table} WHERE ${idColumn} = ?`).pluck();
      const type = column === 'hashes' ? 'BLOB' : 'TEXT';
      const put = db.prepare(`UPDATE ${table} SET ${column} = CAST(? AS ${type}) WHERE ${idColumn} = ?`);
      const bytes = read.get(id) as Buffer;
      // Every fifth byte, beginning at another one in each cell; the proof tests change every single one.
      for (let i = tried % 5; i < bytes.length; i += 5) {
        const changed = Buffer.from(bytes);
        changed[i]! ^= 1 << (i % 7);
        put.run(changed, id);
        const found = await verifyLedger(db, test.ledger.verifierKey);
        if (found.ok) throw new Error(`${table}.${column} of ${String(id)}, byte ${i}: not found`);
        if (table === 'ledger_entries' && found.problem.seq !== id)
          throw new Error(`${column} of ${String(id)}, byte ${i}: ${found.problem.detail}`);
        tried++;
      }
      put.run(bytes, id);
    }
    expect(tried).toBeGreaterThan(500);
    expect(await verifyLedger(db, test.ledger.verifierKey)).toMatchObject({ ok: true });
    db.close();
    test = await openTestProject({ dataDir: test.dataDir });
  });

  it('a ledger whose end is not what was signed takes no more entries, and says why', async () => {
    await tamper(sql('DELETE FROM ledger_entries WHERE seq = 11'));
    expect(test.ledger.damage).toMatchObject({ code: 'ledger-damaged' });
    await expect(test.project.write((tx) => tx.append('x', {}))).rejects.toMatchObject({
      code: 'ledger-damaged',
      hint: expect.stringContaining('verify') as string,
    });
    // What is left of it can still be read.
    expect(recent(test.ledger, { limit: 100 }).entries).toHaveLength(ENTRIES - 1);
  });

  it('a file of another node is not taken for one of its own', async () => {
    const other = await openTestProject();
    const origin = test.ledger.verifierKey.split('+')[0]!;
    const foreignKey = other.ledger.verifierKey;
    expect(await verifyLedger(test.ledger.db, foreignKey)).toMatchObject({ ok: false, problem: { code: 'wrong-key' } });
    expect(origin).toBe(`voike.node/${test.project.id}`);
    other.close();
  });
});
