/**
 * The file that holds the rows of a project's models, `projects/<id>.models.db`, beside the project's own. It is a file of its own because
 * threads of the VVM write it themselves: a call that holds its lock for long then holds up no one but others that write models,
 * and no connection of a thread ever sees the ledger.
 */
import { existsSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { openDatabase, type DatabasePair } from '../store/database.ts';
import type { AreaMigrations } from '../store/migrations.ts';

const MIGRATIONS: readonly AreaMigrations[] = [
  {
    area: 'models',
    in: 'project',
    steps: [
      // `state` is new with every change of the shape; with `version` it says which rows these are.
      // An effect waits here until it is on the ledger; it is written in the transaction of what it tells.
      `CREATE TABLE voike_models (
         name TEXT PRIMARY KEY COLLATE NOCASE,
         shape TEXT NOT NULL,
         rows INTEGER NOT NULL,
         version INTEGER NOT NULL,
         state TEXT NOT NULL,
         updated_at TEXT NOT NULL
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE voike_effects (
         seq INTEGER PRIMARY KEY,
         time TEXT NOT NULL,
         kind TEXT NOT NULL,
         payload TEXT NOT NULL,
         hash TEXT NOT NULL
       ) STRICT;`,
      // Calls of durable runs that have changed something, with what they gave; kept until their run has it.
      `CREATE TABLE voike_calls (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    ],
  },
];

/** `…/<id>.models.db` of `…/<id>.db`. */
export const dataFileOf = (projectFile: string): string => projectFile.replace(/\.db$/, '.models.db');

export const hasDataFile = (path: string): boolean => existsSync(path);

/** Opens the file, makes it when it is not there, checks it. @throws Problem as `openDatabase` */
export const openDataFile = (path: string): DatabasePair => openDatabase(path, MIGRATIONS);

/** A thread's own connection to a file that is there; it waits for a writer for `ms` milliseconds. */
export function connect(path: string, ms: number, { readonly = false } = {}): Database {
  const db = new Sqlite(path, { timeout: ms, fileMustExist: true, readonly });
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  // A page as it was before a savepoint is kept in memory until COMMIT, not written to a temporary file.
  db.pragma('temp_store = MEMORY');
  // 16 MB: pages that many commits touch are then copied into the file once.
  db.pragma('wal_autocheckpoint = 4000');
  db.pragma('trusted_schema = OFF');
  return db;
}
