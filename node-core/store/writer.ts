/** Group commit: many changes, one fsync. */
import type { Database } from 'better-sqlite3';
import { Problem } from '../errors/problem.ts';
import { storageProblem } from './problems.ts';

/** What goes along with every change, inside the same transaction; for us, the ledger. */
export interface Journal<Tx> {
  /** What a change is given. */
  readonly tx: Tx;
  /** Where the journal stands, to come back to when a change is undone. */
  mark(): unknown;
  undoTo(mark: unknown): void;
  /** Before COMMIT: write what was gathered. Whatever it throws undoes the whole group. */
  flush(): void;
  /** After COMMIT. Must not throw. */
  committed(): void;
  /** After ROLLBACK of the whole group: forget what was gathered. Must not throw. */
  rolledBack(): void;
}

export interface Writer<Tx> {
  /** See `Project.write` in projects/project.ts. */
  write<T>(change: (tx: Tx) => T): Promise<T>;
  /** Resolves when everything asked for so far is on disk or refused. */
  idle(): Promise<void>;
  /** Commits what is waiting and refuses the rest. */
  close(): void;
}

interface Waiting<Tx> {
  change: (tx: Tx) => unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/** A group is committed when it has run for this long, so that a flood of changes does not hold up the event loop. */
const LONGEST_GROUP_MS = 20;

/**
 * The one writer of `db`. Changes asked for in one turn of the event loop run in one transaction, each in its own
 * savepoint; their promises settle after COMMIT. There is no timer: a lone change is committed in the same turn.
 */
export function createWriter<Tx>(db: Database, path: string, journal: Journal<Tx>): Writer<Tx> {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT change');
  const release = db.prepare('RELEASE change');
  const undo = db.prepare('ROLLBACK TO change');

  const waiting: Waiting<Tx>[] = [];
  let scheduled = false;
  let closed = false;
  const idlers: (() => void)[] = [];

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      runGroup();
      if (waiting.length > 0) schedule();
      else for (const resolve of idlers.splice(0)) resolve();
    });
  };

  /** Takes a group off the queue, commits it, and settles its promises. Never throws. */
  const runGroup = () => {
    if (waiting.length === 0) return;
    const settle: (() => void)[] = [];
    let done = 0;
    try {
      begin.run();
      const until = performance.now() + LONGEST_GROUP_MS;
      // Alone it needs no savepoint, for which SQLite copies every page before it is changed: undoing it is undoing the group.
      const alone = waiting.length === 1;
      do {
        const one = waiting[done++]!;
        settle.push(alone ? makeChange(one) : runChange(one));
        // The clock is read every 16 changes: reading it costs as much as a small change.
      } while (!alone && done < waiting.length && (done % 16 !== 0 || performance.now() < until));
      journal.flush();
      commit.run();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      journal.rolledBack();
      const why = storageProblem(error, path);
      // Not even begun: what waits behind would only wait for the same refusal.
      const group = waiting.splice(0, done === 0 ? waiting.length : done);
      for (const { reject } of group) reject(why);
      return;
    }
    waiting.splice(0, done);
    journal.committed();
    for (const tell of settle) tell();
  };

  /** Runs one change; throws what it throws. */
  const makeChange = (one: Waiting<Tx>): (() => void) => {
    const value = one.change(journal.tx);
    if (value instanceof Promise) {
      value.catch(() => {});
      throw new Error('A change must be synchronous: what it does after an await would be outside of its transaction.');
    }
    return () => one.resolve(value);
  };

  /** Runs one change in its savepoint; throws only when the whole transaction is lost. */
  const runChange = (one: Waiting<Tx>): (() => void) => {
    const mark = journal.mark();
    savepoint.run();
    try {
      const tell = makeChange(one);
      release.run();
      return tell;
    } catch (error) {
      // SQLite ends the whole transaction by itself on a full disk and the like; then nothing of the group holds.
      if (!db.inTransaction) throw error;
      undo.run();
      release.run();
      journal.undoTo(mark);
      const why = storageProblem(error, path);
      return () => one.reject(why);
    }
  };

  return {
    write: <T>(change: (tx: Tx) => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) {
          reject(
            new Problem('node-stopping', 'The node is stopping; the change was not made.', {
              status: 503,
              hint: 'Start the node and try again.',
            }),
          );
          return;
        }
        waiting.push({ change, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      }),
    idle: () => (scheduled ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
    close() {
      closed = true;
      while (waiting.length > 0) runGroup();
    },
  };
}
