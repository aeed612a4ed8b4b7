/** Schedules and firings as rows of a project's database. */
import type { Database, Statement } from 'better-sqlite3';

export interface ScheduleRow {
  id: string;
  name: string;
  flow: string;
  trigger_json: string;
  zone: string;
  inputs: string;
  path: string | null;
  version: number | null;
  origin: string | null;
  made_of: string | null;
  overlap: string;
  parallel: number;
  catch_up: string;
  notify: string;
  enabled: number;
  created_at: string;
  changed_at: string;
  anchor: number;
  next_at: number | null;
  seen_seq: number;
}

export interface FiringRow {
  id: string;
  schedule: string;
  key: string;
  state: string;
  run: string | null;
  cause: string;
  due: number;
  at: string;
  ended_at: string | null;
  reason: string | null;
  count: number;
  depth: number;
  error: string | null;
}

/** So many firings of a schedule are kept; the ledger has them all. */
export const MOST_FIRINGS = 1000;

const COLUMNS =
  'id, name, flow, trigger_json, zone, inputs, path, version, origin, made_of, overlap, parallel, catch_up, notify, enabled, created_at, changed_at, anchor, next_at, seen_seq';

export type ScheduleStore = ReturnType<typeof openScheduleStore>;

const stores = new WeakMap<Database, ScheduleStore>();

/** The store on a connection; statements are prepared once. */
export function scheduleStore(db: Database): ScheduleStore {
  let found = stores.get(db);
  if (found === undefined) stores.set(db, (found = openScheduleStore(db)));
  return found;
}

function openScheduleStore(db: Database) {
  const made = new Map<string, Statement>();
  const sql = (text: string): Statement => {
    let statement = made.get(text);
    if (!statement) made.set(text, (statement = db.prepare(text)));
    return statement;
  };
  return {
    schedules: (): ScheduleRow[] => sql('SELECT * FROM schedule ORDER BY id').all() as ScheduleRow[],
    schedule: (id: string): ScheduleRow | undefined =>
      sql('SELECT * FROM schedule WHERE id = ?').get(id) as ScheduleRow | undefined,
    madeOf: (of: string): ScheduleRow | undefined =>
      sql('SELECT * FROM schedule WHERE made_of = ? ORDER BY id LIMIT 1').get(of) as ScheduleRow | undefined,
    put: (row: ScheduleRow): void =>
      void sql(
        `INSERT OR REPLACE INTO schedule (${COLUMNS}) VALUES (${COLUMNS.split(', ')
          .map((name) => `@${name}`)
          .join(', ')})`,
      ).run(row),
    setNext: (id: string, next: number | null): void =>
      void sql('UPDATE schedule SET next_at = ? WHERE id = ?').run(next, id),
    setSeen: (id: string, seq: number): void => void sql('UPDATE schedule SET seen_seq = ? WHERE id = ?').run(seq, id),
    remove(id: string): void {
      sql('DELETE FROM schedule WHERE id = ?').run(id);
      for (const table of ['schedule_source', 'schedule_firing', 'schedule_file'])
        sql(`DELETE FROM ${table} WHERE schedule = ?`).run(id);
    },

    addSource: (id: string, version: number, source: string, at: string): void =>
      void sql('INSERT INTO schedule_source (schedule, version, source, at) VALUES (?, ?, ?, ?)').run(
        id,
        version,
        source,
        at,
      ),
    source: (id: string, version: number): string | undefined =>
      sql('SELECT source FROM schedule_source WHERE schedule = ? AND version = ?').pluck().get(id, version) as
        | string
        | undefined,

    /** Adds it, unless what set it off has set it off before; says whether it did. */
    addFiring(row: Omit<FiringRow, 'ended_at' | 'error'>): boolean {
      const { changes } = sql(
        `INSERT INTO schedule_firing (id, schedule, key, state, run, cause, due, at, reason, count, depth)
         VALUES (@id, @schedule, @key, @state, @run, @cause, @due, @at, @reason, @count, @depth) ON CONFLICT DO NOTHING`,
      ).run(row);
      if (changes === 0) return false;
      sql(
        `DELETE FROM schedule_firing WHERE schedule = ? AND state NOT IN ('waiting', 'started')
         AND id <= (SELECT id FROM schedule_firing WHERE schedule = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      ).run(row.schedule, row.schedule, MOST_FIRINGS);
      return true;
    },
    firing: (id: string): FiringRow | undefined =>
      sql('SELECT * FROM schedule_firing WHERE id = ?').get(id) as FiringRow | undefined,
    hasKey: (schedule: string, key: string): boolean =>
      sql('SELECT 1 FROM schedule_firing WHERE schedule = ? AND key = ?').get(schedule, key) !== undefined,
    firingOfRun: (run: string): FiringRow | undefined =>
      sql('SELECT * FROM schedule_firing WHERE run = ?').get(run) as FiringRow | undefined,
    /** Those that wait or run, oldest first. */
    open: (schedule: string): FiringRow[] =>
      sql("SELECT * FROM schedule_firing WHERE schedule = ? AND state IN ('waiting', 'started') ORDER BY id").all(
        schedule,
      ) as FiringRow[],
    /** Newest first. */
    firings: (schedule: string, before: string, limit: number): FiringRow[] =>
      sql('SELECT * FROM schedule_firing WHERE schedule = ? AND id < ? ORDER BY id DESC LIMIT ?').all(
        schedule,
        before,
        limit,
      ) as FiringRow[],
    /** The newest that ended otherwise than by being skipped or cancelled, before the firing `before`. */
    lastEnd: (schedule: string, before: string): FiringRow | undefined =>
      sql(
        `SELECT * FROM schedule_firing WHERE schedule = ? AND id < ? AND state IN ('succeeded', 'failed', 'interrupted')
         ORDER BY id DESC LIMIT 1`,
      ).get(schedule, before) as FiringRow | undefined,
    setFiring: (id: string, state: string, reason: string | null): void =>
      void sql('UPDATE schedule_firing SET state = ?, reason = ? WHERE id = ?').run(state, reason, id),
    endFiring: (
      id: string,
      state: string,
      at: string,
      hasRun: boolean,
      reason: string | null,
      error: string | null,
    ): void =>
      void sql(
        `UPDATE schedule_firing SET state = ?, ended_at = ?, reason = ?, error = ?${hasRun ? '' : ', run = NULL'} WHERE id = ?`,
      ).run(state, at, reason, error, id),

    files: (schedule: string): Map<string, string> =>
      new Map(
        sql('SELECT path, state FROM schedule_file WHERE schedule = ?').raw().all(schedule) as [string, string][],
      ),
    putFile: (schedule: string, path: string, state: string): void =>
      void sql('INSERT OR REPLACE INTO schedule_file (schedule, path, state) VALUES (?, ?, ?)').run(
        schedule,
        path,
        state,
      ),
    dropFile: (schedule: string, path: string): void =>
      void sql('DELETE FROM schedule_file WHERE schedule = ? AND path = ?').run(schedule, path),
    dropFiles: (schedule: string): void => void sql('DELETE FROM schedule_file WHERE schedule = ?').run(schedule),
  };
}
