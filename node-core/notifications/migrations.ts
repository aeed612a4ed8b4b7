/** Tables of the notifications area in a project's database. */
import type { AreaMigrations } from '../store/migrations.ts';

export const notificationsMigrations: readonly AreaMigrations[] = [
  {
    area: 'notifications',
    in: 'project',
    steps: [
      `
-- ids are UUIDv7: the newest is the greatest. Bounded: making one drops what is too old.
CREATE TABLE notification (
  id TEXT PRIMARY KEY,
  level TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  -- JSON: run, schedule
  link TEXT NOT NULL,
  time TEXT NOT NULL,
  read INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX notification_unread ON notification (id) WHERE read = 0;
`,
    ],
  },
];
