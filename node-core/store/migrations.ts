/** Numbered schema changes, area by area. */
import type { Database } from 'better-sqlite3';
import { Problem } from '../errors/problem.ts';

/**
 * The tables of one area. Step n (from 1) brings the area from version n-1 to n; a step that was ever released is
 * never changed again. Each area counts for itself, so that two areas can grow without meeting.
 */
export interface AreaMigrations {
  /** The area's name, stable: `ledger`, `runs`. */
  area: string;
  /** Which files hold its tables: every project's, or the node's control database. */
  in: 'project' | 'node';
  /** SQL, or a function for what SQL cannot say. Each runs once, inside a transaction. */
  steps: readonly (string | ((db: Database) => void))[];
}

/** `VOIK`: how a file says that it is one of ours (PRAGMA application_id). */
export const APPLICATION_ID = 0x564f494b;

/**
 * Brings `db` to the newest version of every area, in one transaction: whole or not at all.
 *
 * @throws Problem `database-newer` when the file has an area or a version that this program does not know,
 * `database-foreign` when it is a database of another program.
 */
export function migrate(db: Database, path: string, areas: readonly AreaMigrations[]): void {
  const id = db.pragma('application_id', { simple: true }) as number;
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (id !== APPLICATION_ID && !empty) {
    throw new Problem('database-foreign', `${path} is a database of another program.`, {
      status: 500,
      hint: 'Choose a data directory of its own with --data DIR.',
      more: { path },
    });
  }
  const have = new Map<string, number>();
  if (!empty) {
    const rows = db.prepare('SELECT area, version FROM schema_version').all() as { area: string; version: number }[];
    for (const { area, version } of rows) have.set(area, version);
  }
  for (const [area, version] of have) {
    const known = areas.find((one) => one.area === area)?.steps.length ?? 0;
    if (version > known) {
      throw new Problem(
        'database-newer',
        `${path} was written by a newer VOIKE: it has version ${version} of ${area}, this program knows ${known === 0 ? 'none' : `up to ${known}`}.`,
        {
          status: 500,
          hint: 'Install the newer VOIKE again, or choose another data directory with --data DIR. Nothing was changed.',
          more: { path, area, version, known },
        },
      );
    }
  }
  if (!empty && areas.every(({ area, steps }) => steps.length === (have.get(area) ?? 0))) return;

  db.transaction(() => {
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.exec(
      'CREATE TABLE IF NOT EXISTS schema_version (area TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    );
    const keep = db.prepare(
      'INSERT INTO schema_version VALUES (?, ?) ON CONFLICT (area) DO UPDATE SET version = excluded.version',
    );
    for (const { area, steps } of areas) {
      for (let version = have.get(area) ?? 0; version < steps.length; version++) {
        const step = steps[version]!;
        if (typeof step === 'string') db.exec(step);
        else step(db);
        keep.run(area, version + 1);
      }
    }
  }).immediate();
}
