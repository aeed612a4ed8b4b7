/** Verifying a ledger where it lies: the browser's verifier, plus everything that is stored beside the entries. */
import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { sha256 } from '../crypto/hash.ts';
import { nodeVerify } from './log.ts';
import { type LogReport, type StoredLeaf, type StoredNote, verifyLog } from './proof/verify.ts';

/** Rows a batch: about three milliseconds of work, after which others get their turn. */
const BATCH = 1000;

/**
 * Verifies the ledger that `db` holds, as it is now: entries that come while it runs are left for the next time. Reads
 * every byte of both tables, and compares the stored hashes and kinds.
 */
export async function verifyLedger(
  db: Database,
  key: string,
  options: { signal?: AbortSignal; onProgress?: (entries: number) => void } = {},
): Promise<LogReport> {
  const end = db.prepare<[], number | null>('SELECT max(seq) FROM ledger_entries').pluck().get() ?? -1;
  // Kept from now: the newest checkpoint is replaced when entries come.
  const newest = db
    .prepare<[], StoredNote>('SELECT size, note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1')
    .get();
  return verifyLog({
    sha256,
    key,
    verifySignature: nodeVerify,
    leaves: leaves(db, end, options.signal),
    checkpoints: notes(db, newest),
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
}

async function* leaves(db: Database, end: number, signal?: AbortSignal): AsyncGenerator<StoredLeaf[]> {
  const read = db.prepare<[number, number, number], [number, string, string, string]>(
    'SELECT seq, kind, leaf, hex(hashes) FROM ledger_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
  );
  read.raw();
  let last = Number.MIN_SAFE_INTEGER;
  for (;;) {
    signal?.throwIfAborted();
    const rows = read.all(last, end, BATCH);
    if (rows.length === 0) return;
    last = rows.at(-1)![0];
    yield rows.map(([seq, kind, leaf, hashes]) => ({ seq, kind, leaf, hashes: hashes.toLowerCase() }));
    await setImmediate();
  }
}

async function* notes(db: Database, newest: StoredNote | undefined): AsyncGenerator<StoredNote> {
  if (newest === undefined) return;
  const read = db.prepare<[number, number, number], StoredNote & { size: number }>(
    'SELECT size, note FROM ledger_checkpoints WHERE size > ? AND size < ? ORDER BY size LIMIT ?',
  );
  let last = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = read.all(last, newest.size!, BATCH);
    yield* rows;
    if (rows.length === 0) break;
    last = rows.at(-1)!.size;
  }
  yield newest;
}
