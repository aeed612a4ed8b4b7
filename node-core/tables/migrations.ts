/** What the node knows of a project's tables. The tables themselves stand beside it, under their own names. */
import type { AreaMigrations } from '../store/migrations.ts';

export const tablesMigrations: readonly AreaMigrations[] = [
  {
    area: 'tables',
    in: 'project',
    steps: [
      // `state` is new with every change, so that what was computed from a table is found by it.
      `CREATE TABLE voike_tables (
         name TEXT PRIMARY KEY COLLATE NOCASE,
         columns TEXT NOT NULL,
         rows INTEGER NOT NULL,
         version INTEGER NOT NULL,
         state TEXT NOT NULL,
         updated_at TEXT NOT NULL
       ) STRICT;`,
    ],
  },
];
