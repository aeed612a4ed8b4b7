/** Which blobs a project has. The bytes are in the data directory's blobs/, shared by content. */
import type { AreaMigrations } from '../store/migrations.ts';

export const blobsMigrations: readonly AreaMigrations[] = [
  {
    area: 'blobs',
    in: 'project',
    steps: [
      `CREATE TABLE voike_blobs (
         seq INTEGER PRIMARY KEY,
         id TEXT NOT NULL UNIQUE,
         name TEXT,
         size INTEGER NOT NULL,
         content_type TEXT,
         created_at TEXT NOT NULL
       ) STRICT;`,
    ],
  },
];
