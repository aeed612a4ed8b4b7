/** The services of a project, one row each; `seq` of their versions never goes back. */
import type { AreaMigrations } from '../store/migrations.ts';

export const servicesMigrations: readonly AreaMigrations[] = [
  {
    area: 'services',
    in: 'project',
    steps: [
      `CREATE TABLE voike_services (
         name TEXT PRIMARY KEY,
         version INTEGER NOT NULL,
         program TEXT NOT NULL,
         file TEXT,
         source TEXT NOT NULL,
         module_id TEXT NOT NULL,
         grants TEXT NOT NULL,
         deployed_at TEXT NOT NULL,
         deployed_by TEXT NOT NULL,
         -- An undeployed one keeps its row, so that its next version has the next number.
         live INTEGER NOT NULL
       ) STRICT;`,
    ],
  },
];
