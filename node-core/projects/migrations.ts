/** The control database's tables: who this node is, its projects and their keys. */
import type { AreaMigrations } from '../store/migrations.ts';

export const projectsMigrations: readonly AreaMigrations[] = [
  {
    area: 'projects',
    in: 'node',
    steps: [
      `CREATE TABLE node (
         one INTEGER PRIMARY KEY CHECK (one = 1),
         id TEXT NOT NULL,
         public_key TEXT NOT NULL,
         created_at TEXT NOT NULL
       ) STRICT;
       CREATE TABLE projects (
         id TEXT PRIMARY KEY,
         organization TEXT NOT NULL,
         name TEXT NOT NULL,
         is_local INTEGER NOT NULL,
         created_at TEXT NOT NULL,
         UNIQUE (organization, name)
       ) STRICT, WITHOUT ROWID;
       CREATE UNIQUE INDEX projects_local ON projects (is_local) WHERE is_local = 1;
       CREATE TABLE api_keys (
         id TEXT PRIMARY KEY,
         project_id TEXT NOT NULL REFERENCES projects (id),
         label TEXT NOT NULL,
         hash TEXT NOT NULL,
         created_at TEXT NOT NULL,
         revoked_at TEXT
       ) STRICT, WITHOUT ROWID;
       CREATE INDEX api_keys_project ON api_keys (project_id);`,
      // What services ask of their callers.
      `ALTER TABLE api_keys ADD COLUMN roles TEXT NOT NULL DEFAULT '[]'`,
    ],
  },
];
