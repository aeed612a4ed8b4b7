import Sqlite from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../ids/uuid.ts';
import type { AreaMigrations } from './migrations.ts';
import { storageProblem } from './problems.ts';
import { defaultDataDir, openStore } from './store.ts';

let dataDir: string;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'voike-store-'))));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const area = (...steps: string[]): AreaMigrations[] => [{ area: 'things', in: 'node', steps }];
const FIRST = 'CREATE TABLE thing (n INTEGER)';
/** Opens the control database, closes everything, and returns what `look` saw. */
function visit<T>(migrations: AreaMigrations[], look: (db: Sqlite.Database) => T): T {
  const store = openStore(dataDir, { migrations });
  try {
    const pair = store.openNodeDatabase();
    try {
      return look(pair.write);
    } finally {
      pair.close();
    }
  } finally {
    store.close();
  }
}
const problem = (code: string) => expect.objectContaining({ code, hint: expect.any(String) as string });

describe('the data directory', () => {
  it('is made where it is missing', () => {
    dataDir = join(dataDir, 'a', 'b');
    visit([], () => {});
    expect(existsSync(join(dataDir, 'node.db'))).toBe(true);
  });

  it('is for one node at a time', () => {
    const store = openStore(dataDir, { migrations: [] });
    store.describe({ url: 'http://127.0.0.1:1234' });
    expect(() => openStore(dataDir, { migrations: [] })).toThrow(
      expect.objectContaining({
        code: 'data-directory-locked',
        status: 409,
        hint: expect.stringContaining('http://127.0.0.1:1234') as string,
      }),
    );
    store.close();
    expect(existsSync(join(dataDir, 'node.json'))).toBe(false);
    openStore(dataDir, { migrations: [] }).close();
  });

  it('is locked against another process, and free at once when that was killed', async () => {
    const program = `import { openStore } from ${JSON.stringify(new URL('store.ts', import.meta.url).href)};
      // Held on to: a store that nobody can reach is collected, and its lock goes with it.
      globalThis.store = openStore(${JSON.stringify(dataDir)}, { migrations: [] });
      console.log('have it'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      expect(() => openStore(dataDir, { migrations: [] })).toThrow(
        expect.objectContaining({
          code: 'data-directory-locked',
          message: expect.stringContaining(String(child.pid)) as string,
        }),
      );
    } finally {
      child.kill('SIGKILL');
    }
    await gone;
    openStore(dataDir, { migrations: [] }).close();
  });

  it('says when it may not be written', () => {
    for (const code of ['EACCES', 'EROFS', 'SQLITE_READONLY_DIRECTORY']) {
      expect(storageProblem(Object.assign(new Error(code), { code }), dataDir)).toEqual(
        problem('data-directory-read-only'),
      );
    }
    // Root may write everywhere, and Windows has other rights.
    if (process.platform === 'win32' || process.getuid?.() === 0) return;
    chmodSync(dataDir, 0o500);
    expect(() => openStore(dataDir, { migrations: [] })).toThrow(problem('data-directory-read-only'));
    chmodSync(dataDir, 0o700);
  });

  it('says when there is a file in its place', () => {
    dataDir = join(dataDir, 'file');
    writeFileSync(dataDir, '');
    expect(() => openStore(dataDir, { migrations: [] })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(dataDir) as string }),
    );
  });

  it('does not make a file name of what is no id', () => {
    const store = openStore(dataDir, { migrations: [] });
    expect(() => store.openProjectDatabase('../node', { create: true })).toThrow(
      expect.objectContaining({ code: 'project-not-found' }),
    );
    expect(() => store.openProjectDatabase(newId(), { create: false })).toThrow(problem('database-missing'));
    store.close();
  });

  it('is named by VOIKE_DATA', () => {
    const before = process.env['VOIKE_DATA'];
    process.env['VOIKE_DATA'] = dataDir;
    expect(defaultDataDir()).toBe(dataDir);
    if (before === undefined) delete process.env['VOIKE_DATA'];
    else process.env['VOIKE_DATA'] = before;
  });

  it('is refused in a sentence where no folder can be made, and does not try for ever', () => {
    // Linux's /proc says that nothing is there although the folder above is.
    const impossible = process.platform === 'linux' ? '/proc/nope' : join(dataDir, 'node.lock', 'nope');
    if (process.platform !== 'linux') writeFileSync(join(dataDir, 'node.lock'), '');
    expect(() => openStore(impossible, { migrations: [] })).toThrow(/cannot be opened/);
  });
});

describe('a database', () => {
  it('is durable by its settings', () => {
    visit([], (db) => {
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    });
  });

  it('is brought to the newest schema, each step once', () => {
    visit(area(FIRST), (db) => db.exec('INSERT INTO thing VALUES (1)'));
    const later = area(FIRST, 'ALTER TABLE thing ADD COLUMN name TEXT');
    expect(visit(later, (db) => db.prepare('SELECT * FROM thing').all())).toEqual([{ n: 1, name: null }]);
    expect(visit(later, (db) => db.prepare('SELECT version FROM schema_version').pluck().all())).toEqual([2]);
  });

  it('stays as it was when a step fails', () => {
    visit(area(FIRST), () => {});
    expect(() => visit(area(FIRST, 'CREATE TABLE other (n)', 'not sql'), () => {})).toThrow();
    expect(
      visit(area(FIRST), (db) => db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'other'").pluck().get()),
    ).toBe(0);
  });

  it('of a newer program is refused and not touched', () => {
    visit(area(FIRST, 'CREATE TABLE other (n)'), () => {});
    const bytes = readFileSync(join(dataDir, 'node.db'));
    expect(() => visit(area(FIRST), () => {})).toThrow(problem('database-newer'));
    expect(() => visit([], () => {})).toThrow(problem('database-newer'));
    expect(readFileSync(join(dataDir, 'node.db')).equals(bytes)).toBe(true);
  });

  it('of another program is refused', () => {
    const foreign = new Sqlite(join(dataDir, 'node.db'));
    foreign.exec('CREATE TABLE theirs (n)');
    foreign.close();
    expect(() => visit([], () => {})).toThrow(problem('database-foreign'));
  });

  it('that is no database, or is damaged, is named as such', () => {
    const path = join(dataDir, 'node.db');
    writeFileSync(path, 'this is a text file, and long enough to be looked at by a database '.repeat(20));
    expect(() => visit([], () => {})).toThrow(problem('database-corrupt'));
    rmSync(path);
    visit(
      area(
        `${FIRST}; CREATE INDEX by_n ON thing (n); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c LIMIT 20000) INSERT INTO thing SELECT x FROM c`,
      ),
      () => {},
    );
    const bytes = readFileSync(path);
    bytes.fill(0xee, 3 * 4096, 9 * 4096);
    writeFileSync(path, bytes);
    expect(() => visit(area(FIRST), () => {})).toThrow(problem('database-corrupt'));
  });
});
