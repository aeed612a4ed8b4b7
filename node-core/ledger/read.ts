/** Reading a ledger: newest first with filters, one entry, leaves for verifiers, checkpoints. */
import { Problem } from '../errors/problem.ts';
import type { LedgerEntry, LedgerRecord } from './entry.ts';
import { type Ledger, type StoredCheckpoint } from './log.ts';
import { parseCheckpoint, parseNote } from './proof/note.ts';

export interface RecentFilter {
  /** Entries before this number; from the end when absent. */
  before?: number;
  /** At most so many. */
  limit: number;
  /** A kind (`run.start`), or the beginning of kinds when it ends in a point (`run.`). */
  kind?: string;
  /** From this moment on, ISO 8601. */
  since?: string;
  /** Before this moment, ISO 8601. */
  until?: string;
  /** Text that the entry contains, A to Z in any case. */
  text?: string;
}

export interface RecentPage {
  entries: LedgerRecord[];
  size: number;
  /** `before` of the next page; absent on the last. A page can be short, even empty, and yet not be the last. */
  next?: number;
}

/** So many entries are looked through for one page: a rare text in a large log is found over several pages, not in one long wait. */
const MOST_LOOKED_AT = 200_000;

type Row = { seq: number; leaf: string; hash: Buffer };
const ROW = 'seq, leaf, substr(hashes, 1, 32) AS hash';

function record(row: Row): LedgerRecord {
  return { ...(JSON.parse(row.leaf) as LedgerEntry), hash: row.hash.toString('hex') };
}

/** The newest entries that pass the filter. */
export function recent(ledger: Ledger, filter: RecentFilter): RecentPage {
  const { db, size } = ledger;
  const from = filter.since === undefined ? 0 : firstAt(ledger, moment(filter.since, 'since'));
  const until = filter.until === undefined ? size : firstAt(ledger, moment(filter.until, 'until'));
  const before = Math.min(filter.before ?? size, until, size);
  const { limit, kind } = filter;

  if (filter.text === undefined && kind === undefined) {
    // One more than asked for tells whether there is a next page.
    const rows = db
      .prepare<[number, number, number], Row>(
        `SELECT ${ROW} FROM ledger_entries WHERE seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      )
      .all(from, before, limit + 1);
    const page = rows.slice(0, limit);
    return { entries: page.map(record), size, ...(rows.length > limit ? { next: page.at(-1)!.seq } : {}) };
  }

  const low = Math.max(from, before - MOST_LOOKED_AT);
  const conditions = ['seq >= $low', 'seq < $before'];
  if (kind !== undefined)
    conditions.push(kind.endsWith('.') ? 'substr(kind, 1, length($kind)) = $kind' : 'kind = $kind');
  // SQLite folds ASCII letters only; for the others the case must be right.
  if (filter.text !== undefined) conditions.push("leaf LIKE $text ESCAPE '\\'");
  const rows = db
    .prepare<[Record<string, unknown>], Row>(
      `SELECT ${ROW} FROM ledger_entries WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT $limit`,
    )
    .all({ low, before, limit, kind, text: `%${filter.text?.replaceAll(/[\\%_]/g, '\\$&') ?? ''}%` });
  const lowest = rows.length === limit ? rows.at(-1)!.seq : low;
  return { entries: rows.map(record), size, ...(lowest > from ? { next: lowest } : {}) };
}

/** The number of the first entry at or after `time`. Times never go backwards in a log, so this is a search by halves. */
function firstAt(ledger: Ledger, time: string): number {
  const timeOf = ledger.db
    .prepare<[number], string>("SELECT leaf ->> '$.time' FROM ledger_entries WHERE seq = ?")
    .pluck();
  let low = 0;
  let high = ledger.size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((timeOf.get(middle) ?? '') < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function moment(text: string, name: string): string {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new Problem('invalid-input', `${name}: ${JSON.stringify(text)} is not a moment.`, {
    hint: 'Write it as 2026-11-02 or 2026-11-02T10:20:30Z.',
  });
}

/** One entry with its leaf text. Problem `entry-not-found` (404). */
export function entryAt(ledger: Ledger, seq: number): { entry: LedgerRecord; leaf: string } {
  const row = ledger.db.prepare<[number], Row>(`SELECT ${ROW} FROM ledger_entries WHERE seq = ?`).get(seq);
  if (!row) {
    throw new Problem('entry-not-found', `The ledger has no entry ${seq}; it has ${ledger.size} entries, from 0.`, {
      status: 404,
      hint: '`voike ledger` and GET /ledger/recent list the newest entries.',
    });
  }
  return { entry: record(row), leaf: row.leaf };
}

/** The leaves from `start`, in order: canonical JSON, as they were hashed. */
export function leavesFrom(ledger: Ledger, start: number, limit: number): string[] {
  return ledger.db
    .prepare<[number, number], string>('SELECT leaf FROM ledger_entries WHERE seq >= ? ORDER BY seq LIMIT ?')
    .pluck()
    .all(start, limit);
}

/** The smallest kept checkpoint that covers entry `seq`; the newest when `seq` is absent. Problem `checkpoint-not-found` (404). */
export function checkpointCovering(ledger: Ledger, seq?: number): StoredCheckpoint {
  const found = (
    seq === undefined
      ? ledger.db.prepare('SELECT size, note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1').get()
      : ledger.db.prepare('SELECT size, note FROM ledger_checkpoints WHERE size > ? ORDER BY size LIMIT 1').get(seq)
  ) as NoteRow | undefined;
  if (found) return opened(found);
  throw new Problem(
    'checkpoint-not-found',
    seq === undefined ? 'The ledger has no entries yet.' : `No checkpoint covers entry ${seq}.`,
    {
      status: 404,
      hint: `The ledger has ${ledger.size} entries, numbered from 0.`,
    },
  );
}

/** Kept checkpoints below size `before`, largest first. */
export function checkpointsBefore(ledger: Ledger, before: number, limit: number): StoredCheckpoint[] {
  return ledger.db
    .prepare<[number, number], NoteRow>(
      'SELECT size, note FROM ledger_checkpoints WHERE size < ? ORDER BY size DESC LIMIT ?',
    )
    .all(before, limit)
    .map(opened);
}

type NoteRow = { size: number; note: string };

/** Shown as it is stored, whatever became of it: verifying is another operation. */
function opened({ size, note }: NoteRow): StoredCheckpoint {
  const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
  return { origin: checkpoint?.origin ?? '', size, root: checkpoint?.root ?? '', note };
}

/** Counts by kind so far, so that asking again costs only what was appended since. */
const counted = new WeakMap<Ledger, { upTo: number; counts: Map<string, number> }>();

/** Every kind with how many entries it has, by name. */
export function kinds(ledger: Ledger): { kind: string; count: number }[] {
  const known = counted.get(ledger) ?? { upTo: 0, counts: new Map<string, number>() };
  const since = ledger.db
    .prepare<[number, number], { kind: string; count: number }>(
      'SELECT kind, count(*) AS count FROM ledger_entries WHERE seq >= ? AND seq < ? GROUP BY kind',
    )
    .all(known.upTo, ledger.size);
  for (const { kind, count } of since) known.counts.set(kind, (known.counts.get(kind) ?? 0) + count);
  counted.set(ledger, { upTo: ledger.size, counts: known.counts });
  return [...known.counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => ({ kind, count }));
}
