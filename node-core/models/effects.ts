/**
 * What a transaction on models did, kept in the data file in that same transaction until the node has put it on the ledger.
 * Each effect's hash covers the one before, so that the ledger's entry for many of them covers each.
 */
import { createHash } from 'node:crypto';
import type { Database, Statement } from 'better-sqlite3';

export interface Counts {
  inserted: number;
  updated: number;
  deleted: number;
}

/** Of one commit, which may hold the calls of several callers. */
export interface CommitEffect {
  /** By program or service, by table. */
  changes: Record<string, Record<string, Counts>>;
  /** Calls that changed something, by who called. */
  callers: Record<string, number>;
  /** SHA-256 of the changes: one line a change with its operation, its table and its values, in order. */
  digest: string;
}

export interface EffectRow {
  seq: number;
  time: string;
  kind: string;
  payload: string;
  hash: string;
}

export const FIRST_HASH = '0'.repeat(64);

const writers = new WeakMap<Database, { last: Statement; add: Statement }>();

/** Writes an effect inside the transaction that is open. */
export function addEffect(db: Database, kind: string, payload: unknown): void {
  let writer = writers.get(db);
  if (writer === undefined) {
    writer = {
      last: db.prepare('SELECT seq, hash FROM voike_effects ORDER BY seq DESC LIMIT 1'),
      add: db.prepare('INSERT INTO voike_effects (seq, time, kind, payload, hash) VALUES (?, ?, ?, ?, ?)'),
    };
    writers.set(db, writer);
  }
  const last = writer.last.get() as { seq: number; hash: string } | undefined;
  const text = JSON.stringify(payload);
  const time = new Date().toISOString();
  writer.add.run((last?.seq ?? 0) + 1, time, kind, text, chained(last?.hash ?? FIRST_HASH, time, kind, text));
}

export const chained = (before: string, time: string, kind: string, payload: string): string =>
  createHash('sha256').update(`${before}\n${time}\n${kind}\n${payload}`).digest('hex');

/** Effects after `seq`, oldest first. */
export const effectsAfter = (db: Database, seq: number, limit: number): EffectRow[] =>
  db.prepare('SELECT * FROM voike_effects WHERE seq > ? ORDER BY seq LIMIT ?').all(seq, limit) as EffectRow[];

export function addCounts(into: Record<string, Counts>, table: string, counts: Counts): void {
  const sum = (into[table] ??= { inserted: 0, updated: 0, deleted: 0 });
  sum.inserted += counts.inserted;
  sum.updated += counts.updated;
  sum.deleted += counts.deleted;
}
