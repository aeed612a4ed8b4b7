/** Runs, steps, results and plans as rows of a project's database. Statements are prepared once a connection. */
import type { Database, Statement } from 'better-sqlite3';
import type { ProblemDocument } from '../errors/problem.ts';
import type { RunEvent, StepRecord } from './schema.ts';

export interface RunRow {
  id: string;
  name: string;
  state: string;
  plan_hash: string;
  source_hash: string;
  inputs: string;
  files: string;
  origin: string | null;
  rerun_of: string | null;
  forced: string | null;
  parent: string | null;
  parent_step: string | null;
  created_at: string;
  finished_at: string | null;
  ms: number | null;
  steps_total: number;
  steps_done: number;
  error: string | null;
  /** JSON of a {@link Control}. */
  control: string | null;
  /** JSON: an `Imported`. */
  imported: string | null;
  /** ISO time when results of it were let go. */
  let_go: string | null;
  /** Why it keeps its results whatever the rule. */
  pinned: 'pinned' | 'shared' | null;
}

/** A run as it begins. */
export type NewRun = Omit<RunRow, 'state' | 'finished_at' | 'ms' | 'steps_done' | 'error' | 'let_go' | 'pinned'>;

/** What a run has not while it is under way. */
export const NOT_ENDED = { finished_at: null, ms: null, steps_done: 0, error: null, let_go: null, pinned: null };

/** How a run is steered, as it is stored. Steps by node id. */
export interface Control {
  until?: string[];
  breakpoints?: string[];
  /** Pauses before every step. */
  stepping?: boolean;
  /** Steps that it stood before and was told to go on with. */
  released?: string[];
  /** Takes what has not changed from the run that it repeats, whatever the step does. */
  keep?: boolean;
}

export interface EditRow {
  step: string;
  /** Empty: the step's result. */
  input: string;
  /** Key of the value. */
  result: string;
  edited_by: string;
  time: string;
}

export interface StepRow {
  step: number;
  state: string;
  result: string | null;
  record: string;
  /** JSON of an {@link Identity}; absent in what older versions wrote. */
  identity: string | null;
}

/** What stands for values in the keys of results. */
export interface Identity {
  /** By name of what the step read. */
  inputs: Record<string, string>;
  yields: string;
  /** Of the programs that it called. */
  programs?: string;
  /** A person put the result there. */
  edited?: true;
}

/** A stored result: `value` is the text itself for `text`, else JSON; see results.ts. */
export interface ResultRow {
  kind: 'json' | 'text' | 'table' | 'lazy' | 'references';
  value: string;
  created_at: number;
  run: string | null;
}

export interface PlanRow {
  id: string;
  name: string;
  plan_hash: string;
  source_hash: string;
  origin: string | null;
  created_at: string;
}

/** Of a run out of a file all events are given at once: a page of them shall not read them all. */
const EVENTS_A_ROW = 500;

export type RunStore = ReturnType<typeof openRunStore>;

export function openRunStore(db: Database) {
  const made = new Map<string, Statement>();
  const sql = (text: string): Statement => {
    let statement = made.get(text);
    if (!statement) made.set(text, (statement = db.prepare(text)));
    return statement;
  };

  return {
    addSource: (hash: string, source: string) =>
      void sql('INSERT OR IGNORE INTO flow_source (hash, source) VALUES (?, ?)').run(hash, source),
    source: (hash: string): string | undefined =>
      sql('SELECT source FROM flow_source WHERE hash = ?').pluck().get(hash) as string | undefined,

    addRun: (row: NewRun) =>
      void sql(`INSERT INTO run (id, name, state, plan_hash, source_hash, inputs, files, origin, rerun_of, forced, parent, parent_step, created_at, steps_total, control, imported)
     VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
        row.id,
        row.name,
        row.plan_hash,
        row.source_hash,
        row.inputs,
        row.files,
        row.origin,
        row.rerun_of,
        row.forced,
        row.parent,
        row.parent_step,
        row.created_at,
        row.steps_total,
        row.control,
        row.imported,
      ),
    setControl: (id: string, control: Control) =>
      void sql('UPDATE run SET control = ? WHERE id = ?').run(JSON.stringify(control), id),
    /** The newest run of that name before `id`. */
    before: (name: string, id: string): RunRow | undefined =>
      sql(
        'SELECT * FROM run WHERE name = ? AND id < ? AND parent IS NULL AND imported IS NULL ORDER BY id DESC LIMIT 1',
      ).get(name, id) as RunRow | undefined,
    run: (id: string): RunRow | undefined => sql('SELECT * FROM run WHERE id = ?').get(id) as RunRow | undefined,
    called: (parent: string, step: string): RunRow | undefined =>
      sql('SELECT * FROM run WHERE parent = ? AND parent_step = ?').get(parent, step) as RunRow | undefined,
    /** Newest first, before the run `before`; runs of called flows are not listed. */
    runs: (before: string, limit: number, state?: string): RunRow[] =>
      (state === undefined
        ? sql('SELECT * FROM run WHERE id < ? AND parent IS NULL ORDER BY id DESC LIMIT ?').all(before, limit)
        : sql('SELECT * FROM run WHERE id < ? AND parent IS NULL AND state = ? ORDER BY id DESC LIMIT ?').all(
            before,
            state,
            limit,
          )) as RunRow[],
    unfinished: (): RunRow[] =>
      sql("SELECT * FROM run WHERE state IN ('queued', 'running', 'interrupted') ORDER BY id").all() as RunRow[],
    setState: (id: string, state: string) =>
      void sql('UPDATE run SET state = ?, finished_at = NULL, error = NULL, let_go = NULL WHERE id = ?').run(state, id),
    pause: (id: string, ms: number, done: number) =>
      void sql(
        "UPDATE run SET state = 'paused', finished_at = NULL, ms = ?, steps_done = ?, error = NULL WHERE id = ?",
      ).run(ms, done, id),
    finish: (id: string, state: string, at: string, ms: number, done: number, error: ProblemDocument | undefined) =>
      void sql('UPDATE run SET state = ?, finished_at = ?, ms = ?, steps_done = ?, error = ? WHERE id = ?').run(
        state,
        at,
        ms,
        done,
        error ? JSON.stringify(error) : null,
        id,
      ),

    putStep: (
      run: string,
      step: number,
      state: string,
      result: string | undefined,
      record: Partial<StepRecord>,
      identity?: Identity,
    ) =>
      void sql(
        'INSERT OR REPLACE INTO run_step (run, step, state, result, record, identity) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(
        run,
        step,
        state,
        result ?? null,
        JSON.stringify(record),
        identity === undefined ? null : JSON.stringify(identity),
      ),
    steps: (run: string): StepRow[] =>
      sql('SELECT step, state, result, record, identity FROM run_step WHERE run = ?').all(run) as StepRow[],
    /** Forgets how steps ended that have no result, so that they are tried again. */
    dropUnfinishedSteps: (run: string) =>
      void sql("DELETE FROM run_step WHERE run = ? AND state NOT IN ('done', 'reused')").run(run),

    putResult: (key: string, kind: ResultRow['kind'], value: string, now: number, run: string) =>
      void sql('INSERT OR REPLACE INTO step_result (key, kind, value, created_at, run) VALUES (?, ?, ?, ?, ?)').run(
        key,
        kind,
        value,
        now,
        run,
      ),
    result: (key: string): ResultRow | undefined =>
      sql('SELECT kind, value, created_at, run FROM step_result WHERE key = ?').get(key) as ResultRow | undefined,

    /** Runs that no other has called, newest first, as far as it matters for what they keep. */
    forRetention: () =>
      sql(
        'SELECT id, name, state, created_at, pinned, imported FROM run WHERE parent IS NULL ORDER BY id DESC',
      ).all() as Pick<RunRow, 'id' | 'name' | 'state' | 'created_at' | 'pinned' | 'imported'>[],
    /** Each run with itself and those that called it. */
    family: (): [string, string[]][] => {
      const parents = new Map(sql('SELECT id, parent FROM run').raw().all() as [string, string | null][]);
      return [...parents.keys()].map((id) => {
        const line = [id];
        for (let up = parents.get(id); up !== undefined && up !== null; up = parents.get(up)) line.push(up);
        return [id, line];
      });
    },
    /** Keys of everything that a run has: results of its steps, and what was put in their place. */
    resultsOf: (run: string): string[] =>
      sql(
        'SELECT result FROM run_step WHERE run = ? AND result IS NOT NULL UNION SELECT result FROM run_edit WHERE run = ?',
      )
        .pluck()
        .all(run, run) as string[],
    everyResult: () =>
      sql(
        "SELECT key, kind, CASE WHEN kind IN ('json', 'text') THEN '' ELSE value END AS value, length(value) AS size FROM step_result",
      ).iterate() as IterableIterator<{ key: string; kind: ResultRow['kind']; value: string; size: number }>,
    dropResults: (results: readonly string[], tables: readonly string[]) => {
      sql('DELETE FROM step_result WHERE key IN (SELECT value FROM json_each(?))').run(JSON.stringify(results));
      sql('INSERT OR IGNORE INTO result_dropped (key) SELECT value FROM json_each(?)').run(JSON.stringify(tables));
    },
    dropped: (): string[] => sql('SELECT key FROM result_dropped').pluck().all() as string[],
    forgetDropped: (keys: readonly string[]) =>
      void sql('DELETE FROM result_dropped WHERE key IN (SELECT value FROM json_each(?))').run(JSON.stringify(keys)),
    setLetGo: (id: string, time: string) => void sql('UPDATE run SET let_go = ? WHERE id = ?').run(time, id),
    setPinned: (id: string, why: RunRow['pinned']) => void sql('UPDATE run SET pinned = ? WHERE id = ?').run(why, id),
    retention: (): string | undefined => sql('SELECT rule FROM run_retention').pluck().get() as string | undefined,
    setRetention: (rule: string) => void sql('INSERT OR REPLACE INTO run_retention (id, rule) VALUES (1, ?)').run(rule),

    /** Written as they are given, one row for many: events that are known already are given alone or not at all. */
    addEvents: (run: string, events: readonly RunEvent[]) => {
      for (let at = 0; at < events.length; at += EVENTS_A_ROW) {
        const some = events.slice(at, at + EVENTS_A_ROW);
        sql('INSERT OR IGNORE INTO run_events (run, seq, events) VALUES (?, ?, ?)').run(
          run,
          some[0]!.seq,
          JSON.stringify(some),
        );
      }
    },
    /** Number of the next event. */
    eventsOf: (run: string): number => {
      const last = sql('SELECT events FROM run_events WHERE run = ? ORDER BY seq DESC LIMIT 1').pluck().get(run);
      return last === undefined ? 0 : (JSON.parse(last as string) as RunEvent[]).at(-1)!.seq + 1;
    },
    /** From the number `from` on. */
    events: (run: string, from: number, limit: number): RunEvent[] => {
      const found: RunEvent[] = [];
      // The row before may hold the first of them.
      const rows = sql(
        `SELECT events FROM run_events WHERE run = @run
           AND seq >= coalesce((SELECT max(seq) FROM run_events WHERE run = @run AND seq <= @from), 0) ORDER BY seq`,
      )
        .pluck()
        .iterate({ run, from }) as IterableIterator<string>;
      for (const text of rows) {
        for (const event of JSON.parse(text) as RunEvent[]) if (event.seq >= from) found.push(event);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    putEdit: (run: string, edit: EditRow) =>
      void sql(
        'INSERT OR REPLACE INTO run_edit (run, step, input, result, edited_by, time) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(run, edit.step, edit.input, edit.result, edit.edited_by, edit.time),
    edits: (run: string): EditRow[] =>
      sql('SELECT step, input, result, edited_by, time FROM run_edit WHERE run = ?').all(run) as EditRow[],

    effect: (run: string, path: string, n: number): string | undefined =>
      sql('SELECT result FROM run_effect WHERE run = ? AND path = ? AND n = ?').pluck().get(run, path, n) as
        | string
        | undefined,
    addEffect: (run: string, path: string, n: number, result: string) =>
      void sql('INSERT INTO run_effect (run, path, n, result) VALUES (?, ?, ?, ?)').run(run, path, n, result),

    addPlan: (row: PlanRow) =>
      void sql(
        'INSERT INTO flow_plan (id, name, plan_hash, source_hash, origin, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      ).run(row.id, row.name, row.plan_hash, row.source_hash, row.origin, row.created_at),
    plan: (id: string): PlanRow | undefined =>
      sql('SELECT * FROM flow_plan WHERE id = ?').get(id) as PlanRow | undefined,
    plans: (): PlanRow[] => sql('SELECT * FROM flow_plan ORDER BY id DESC LIMIT 1000').all() as PlanRow[],
    deletePlan: (id: string): boolean => sql('DELETE FROM flow_plan WHERE id = ?').run(id).changes > 0,
  };
}
