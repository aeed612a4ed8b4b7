/** In the project's own file: up to where the effects of the data file are on the ledger. */
import type { AreaMigrations } from '../store/migrations.ts';

export const modelsMigrations: readonly AreaMigrations[] = [
  {
    area: 'models',
    in: 'project',
    steps: [
      `CREATE TABLE voike_model_anchor (
         one INTEGER PRIMARY KEY CHECK (one = 1),
         seq INTEGER NOT NULL,
         hash TEXT NOT NULL
       ) STRICT;`,
    ],
  },
];
