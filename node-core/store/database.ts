/** Opening one SQLite file the way all of ours are opened. */
import Sqlite, { type Database } from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { Problem } from '../errors/problem.ts';
import { type AreaMigrations, migrate } from './migrations.ts';
import { storageProblem } from './problems.ts';

/** A file open for writing and, on a second connection that cannot write, for reading. */
export interface DatabasePair {
  path: string;
  write: Database;
  /** Sees what is committed. Read-only, so that no change can go around the writer. */
  read: Database;
  close(): void;
}

/**
 * Opens `path`, makes it when it is not there (unless `mustExist`), checks it, and brings it to the newest schema.
 * WAL, `synchronous=FULL` (a commit is on the disk when it returns), foreign keys on, 5 s busy timeout.
 *
 * @throws Problem `database-corrupt`, `database-newer`, `database-foreign`, `data-directory-read-only`, `disk-full`, …
 */
export function openDatabase(
  path: string,
  areas: readonly AreaMigrations[],
  options: { mustExist?: boolean } = {},
): DatabasePair {
  if (options.mustExist && !existsSync(path)) {
    throw new Problem('database-missing', `The database ${path} is missing.`, {
      status: 500,
      hint: 'Put it back from a backup.',
      more: { path },
    });
  }
  const opened: Database[] = [];
  try {
    const write = new Sqlite(path, { timeout: 5000 });
    opened.push(write);
    checkHealth(write, path);
    write.pragma('journal_mode = WAL');
    write.pragma('synchronous = FULL');
    write.pragma('foreign_keys = ON');
    write.pragma('trusted_schema = OFF');
    // Under a heavy writer the WAL is brought back to this size at a checkpoint instead of staying at its largest.
    write.pragma('journal_size_limit = 67108864');
    // 16 MB: results have random keys, and the pages that many of them touch are then copied into the file once, not four times.
    write.pragma('wal_autocheckpoint = 4000');
    // A page as it was before a savepoint is kept in memory until COMMIT, not written to a temporary file.
    write.pragma('temp_store = MEMORY');
    // 12 MB at most, used by those that write much: what two thousand runs change in one commit fits, and is not read again.
    write.pragma('cache_size = -12000');
    migrate(write, path, areas);
    const read = new Sqlite(path, { readonly: true, timeout: 5000 });
    opened.push(read);
    // Each commit empties it; 16 MB, the library's own choice, would only make a node grow over a day.
    read.pragma('cache_size = -4000');
    return {
      path,
      write,
      read,
      close() {
        read.close();
        // The last connection's close folds the WAL into the file, so that copying a project is copying one file.
        write.close();
      },
    };
  } catch (error) {
    for (const db of opened) db.close();
    throw storageProblem(error, path);
  }
}

/** Larger files are only checked as far as SQLite does on its own: reading all of them would delay every start. */
const CHECK_UP_TO_BYTES = 32 * 1024 * 1024;

function checkHealth(db: Database, path: string): void {
  // Reading the schema is what makes SQLite say `file is not a database`.
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  const bytes =
    (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number);
  if (bytes > CHECK_UP_TO_BYTES) return;
  const findings = db.pragma('quick_check(3)') as { quick_check: string }[];
  if (findings.length === 1 && findings[0]!.quick_check === 'ok') return;
  throw new Problem(
    'database-corrupt',
    `The database ${path} is damaged: ${findings.map((f) => f.quick_check.replace(/^\*{3}.*\n/, '').split('\n')[0]).join('; ')}.`,
    {
      status: 500,
      hint: 'Stop the node, keep a copy of the file, and put back a backup. Do not go on writing to it.',
      more: { path },
    },
  );
}
