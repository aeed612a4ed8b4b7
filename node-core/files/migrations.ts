/**
 * Workspaces are of this machine and not of a project, which may be copied elsewhere: they stand in the control
 * database. The history has a database of its own, so that its size is nobody else's.
 */
import type { AreaMigrations } from '../store/migrations.ts';

export const filesMigrations: readonly AreaMigrations[] = [
  {
    area: 'files',
    in: 'node',
    steps: [
      `CREATE TABLE workspaces (
         id TEXT PRIMARY KEY,
         path TEXT NOT NULL UNIQUE,
         opened_at TEXT NOT NULL,
         closed_at TEXT
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE history_limits (
         one INTEGER PRIMARY KEY CHECK (one = 1),
         days INTEGER NOT NULL,
         versions INTEGER NOT NULL,
         megabytes INTEGER NOT NULL
       ) STRICT;`,
    ],
  },
];

/** Of `history.db`. Paths are absolute, so that two workspaces with one file in both see one history. */
export const historyMigrations: readonly AreaMigrations[] = [
  {
    area: 'history',
    in: 'node',
    steps: [
      `CREATE TABLE contents (
         version TEXT PRIMARY KEY,
         size INTEGER NOT NULL,
         packed BLOB NOT NULL
       ) STRICT, WITHOUT ROWID;
       CREATE TABLE versions (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         path TEXT NOT NULL,
         time TEXT NOT NULL,
         cause TEXT NOT NULL,
         version TEXT NOT NULL,
         size INTEGER NOT NULL,
         detail TEXT
       ) STRICT;
       CREATE INDEX versions_path ON versions (path, id);
       CREATE INDEX versions_version ON versions (version);
       CREATE TABLE trash (
         id TEXT PRIMARY KEY,
         path TEXT NOT NULL,
         time TEXT NOT NULL,
         files INTEGER NOT NULL,
         bytes INTEGER NOT NULL
       ) STRICT, WITHOUT ROWID;`,
    ],
  },
];
