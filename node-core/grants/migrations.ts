/** What people decided about the capabilities of modules. */
import type { AreaMigrations } from '../store/migrations.ts';

export const grantsMigrations: readonly AreaMigrations[] = [
  {
    area: 'grants',
    in: 'project',
    steps: [
      `CREATE TABLE voike_grants (
         seq INTEGER PRIMARY KEY,
         module TEXT NOT NULL,
         name TEXT NOT NULL,
         version TEXT NOT NULL,
         origin TEXT,
         capability TEXT NOT NULL,
         decision TEXT NOT NULL CHECK (decision IN ('always', 'never')),
         actor TEXT NOT NULL,
         time TEXT NOT NULL,
         UNIQUE (module, capability)
       ) STRICT;
       CREATE INDEX voike_grants_origin ON voike_grants (origin) WHERE origin IS NOT NULL;`,
    ],
  },
];
