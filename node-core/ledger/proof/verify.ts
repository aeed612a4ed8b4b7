/**
 * Checks a whole log: every leaf's form, order and link to the one before, the tree, and every checkpoint's root and
 * signature. Browser-safe, streaming: memory does not grow with the log.
 */
import { type LeafHead, NO_PREV, parseLeaf } from './leaf.ts';
import { type CompactRange, type Sha256, appendLeaf, rangeRoot, treeHasher } from './merkle.ts';
import { type Checkpoint, type VerifySignature, openCheckpoint, parseVerifierKey, webCryptoVerify } from './note.ts';

/** A leaf as it is stored. What is stored beside its text is compared when it is given. */
export interface StoredLeaf {
  leaf: string;
  /** The number that it is stored under. */
  seq?: number;
  /** The kind stored beside it. */
  kind?: string;
  /** The hashes stored with it, joined: the leaf's own, then of each subtree that it completed. */
  hashes?: string;
}

export interface StoredNote {
  note: string;
  /** The size that it is stored under. */
  size?: number;
}

type Maybe<T> = AsyncIterable<T> | Iterable<T>;

export interface VerifyLogOptions {
  sha256: Sha256;
  /** Verifier key of the log, from a source that is trusted. */
  key: string;
  /** Ed25519; WebCrypto's when absent. */
  verifySignature?: VerifySignature;
  /** All leaves in order, in batches of any length. */
  leaves: Maybe<readonly (string | StoredLeaf)[]>;
  /** Checkpoints by size; at least the newest. */
  checkpoints: Maybe<StoredNote>;
  /** Told after each batch how many entries were checked. */
  onProgress?: (entries: number) => void;
}

export type LogFaultCode =
  /** The entry's text is not what it was. */
  | 'changed'
  /** The entry is not there; what follows is. */
  | 'missing'
  /** The entry stands at another place. */
  | 'reordered'
  /** At this place stands an entry that does not belong there. */
  | 'inserted'
  /** The end is gone: it was signed with more entries. */
  | 'truncated'
  /** Entries were replaced by others with right links, but not by those that were signed. */
  | 'rewritten'
  /** Entries after the last checkpoint. */
  | 'not-signed'
  /** The entry is earlier than the one before. */
  | 'time-order'
  /** The entry is right; a hash stored with it is not. */
  | 'stored-hash'
  /** The entry is right; the kind stored beside it is not. */
  | 'stored-kind'
  /** A checkpoint that is no checkpoint of this log, or stored under another size. */
  | 'bad-checkpoint'
  | 'bad-signature'
  /** A checkpoint without a signature by the given key. */
  | 'wrong-key'
  /** The verifier key given is malformed. */
  | 'bad-key';

export interface LogFault {
  code: LogFaultCode;
  /** The first broken entry. */
  seq?: number;
  /** Size of the checkpoint in question. */
  checkpoint?: number;
  /** A sentence for people. */
  detail: string;
}

export type LogReport =
  | { ok: true; size: number; root: string; checkpoints: number }
  | { ok: false; size: number; problem: LogFault };

/** Checks the log and names the first thing that is wrong with it. Never throws for what the log says. */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const hasher = treeHasher(options.sha256);
  const key = parseVerifierKey(options.sha256, options.key);
  if (!key) return { ok: false, size: 0, problem: { code: 'bad-key', detail: 'The verifier key is malformed.' } };
  const verifySignature = options.verifySignature ?? webCryptoVerify;
  const rows = cursor(options.leaves, options.onProgress);
  const notes = iteratorOf(options.checkpoints);

  const range: CompactRange = { size: 0, peaks: [] };
  let head = NO_PREV;
  let time = '';
  // The right edge as it was without the last entry, to tell which of two entries is the wrong one.
  let peaksBefore: string[] = [];
  let signed = 0;
  let checkpoints = 0;

  const fail = (problem: LogFault): LogReport => ({ ok: false, size: range.size, problem });

  /** The next checkpoint, its signature checked. */
  const nextCheckpoint = async (): Promise<Checkpoint | LogFault | undefined> => {
    const { value, done } = await notes.next();
    if (done) return undefined;
    const { note, size } = value;
    const read = await openCheckpoint(note, key, verifySignature);
    const said = read.checkpoint?.size ?? size;
    const named = said === undefined ? 'A checkpoint' : `The checkpoint at ${said} entries`;
    const at = said === undefined ? {} : { checkpoint: said };
    if ('fault' in read) {
      const why = {
        'bad-checkpoint': 'is not a checkpoint',
        'wrong-key': 'does not carry a signature by this log’s key',
        'bad-signature': 'carries a signature that is not right: it was changed, or forged',
      }[read.fault];
      return { code: read.fault, ...at, detail: `${named} ${why}.` };
    }
    const { checkpoint } = read;
    if (checkpoint.origin !== key.name) {
      return { code: 'bad-checkpoint', ...at, detail: `${named} is of another log, ${checkpoint.origin}.` };
    }
    if ((size !== undefined && size !== checkpoint.size) || (checkpoints > 0 && checkpoint.size <= signed)) {
      return { code: 'bad-checkpoint', ...at, detail: `${named} is not at its place.` };
    }
    return checkpoint;
  };

  let coming = await nextCheckpoint();
  if (coming && 'code' in coming) return fail(coming);
  if (coming?.size === 0) {
    if (coming.root !== hasher.emptyRoot) {
      return fail({
        code: 'bad-checkpoint',
        checkpoint: 0,
        detail: 'The checkpoint of the empty log has another root.',
      });
    }
    checkpoints++;
    coming = await nextCheckpoint();
    if (coming && 'code' in coming) return fail(coming);
  }

  for (;;) {
    let row = rows.here();
    if (row === undefined && (row = await rows.next()) === undefined) break;
    const seq = range.size;
    const entry = row.seq !== undefined && row.seq !== seq ? misplaced(row.seq, seq) : checkEntry(row.leaf, seq);
    if ('code' in entry) return fail(await explain(entry, row));

    const leafHash = hasher.leaf(row.leaf);
    if (entry.prev !== head) return fail(await blameLink(seq, entry, leafHash));
    peaksBefore = range.peaks.slice();
    const completed = appendLeaf(hasher, range, leafHash);
    if (row.hashes !== undefined && row.hashes !== completed.join('')) {
      return fail(await blameHash(seq, leafHash, row.hashes));
    }
    if (coming && coming.size === range.size) {
      if (rangeRoot(hasher, range) !== coming.root) return fail(await blameRoot(seq, leafHash, coming.size));
      signed = coming.size;
      checkpoints++;
      coming = await nextCheckpoint();
      if (coming && 'code' in coming) return fail(coming);
    }
    if (row.kind !== undefined && row.kind !== entry.kind) {
      const detail = `Entry ${seq} is of kind ${entry.kind}, but it is stored as one of kind ${row.kind}.`;
      return fail({ code: 'stored-kind', seq, detail });
    }
    if (entry.time < time) return fail(await blameTime(seq, leafHash));
    ({ time } = entry);
    head = leafHash;
    rows.take();
  }

  const size = range.size;
  if (coming) {
    const detail = `The log ends after ${size} entries, but it was signed with ${coming.size}: the entries from ${size} on are gone.`;
    return fail({ code: 'truncated', seq: size, checkpoint: coming.size, detail });
  }
  if (size > signed) {
    const detail = `The entries from ${signed} on are covered by no checkpoint: the newest one is missing, or they were added by another hand.`;
    return fail({ code: 'not-signed', seq: signed, detail });
  }
  return { ok: true, size, root: rangeRoot(hasher, range), checkpoints };

  function checkEntry(leaf: string, seq: number): LeafHead | LogFault {
    const entry = parseLeaf(leaf);
    if (typeof entry === 'string') return { code: 'changed', seq, detail: `Entry ${seq} was changed: ${entry}.` };
    if (entry.seq === seq) return entry;
    // Only the entry that belongs here names the hash of the one before.
    if (entry.prev === head) {
      return { code: 'changed', seq, detail: `Entry ${seq} was changed: it says that it is number ${entry.seq}.` };
    }
    return misplaced(entry.seq, seq);
  }

  function misplaced(found: number, seq: number): LogFault {
    return found > seq
      ? { code: 'missing', seq, detail: `Entry ${seq} is missing: after entry ${seq - 1} comes entry ${found}.` }
      : { code: 'inserted', seq, detail: `At the place of entry ${seq} stands one that says it is number ${found}.` };
  }

  /** An entry that is missing here may stand further on; the rest of the log is looked through for it. */
  async function explain(fault: LogFault, row: StoredLeaf): Promise<LogFault> {
    if (fault.code !== 'missing') return fault;
    const seq = fault.seq!;
    rows.take();
    for (let at = seq + 1; ; at++) {
      const other = rows.here() ?? (await rows.next());
      if (other === undefined) return fault;
      const entry = parseLeaf(other.leaf);
      if (typeof entry !== 'string' && entry.seq === seq && entry.prev === head) {
        const here = parseLeaf(row.leaf);
        const instead = typeof here === 'string' ? '' : `; in its place stands entry ${here.seq}`;
        return {
          code: 'reordered',
          seq,
          detail: `Entry ${seq} is not at its place but at ${other.seq ?? at}${instead}.`,
        };
      }
      rows.take();
    }
  }

  /** The `prev` of the entry after the one at hand; undefined at the end of the log. */
  async function linkAfter(): Promise<string | undefined> {
    rows.take();
    const next = rows.here() ?? (await rows.next());
    const entry = next && parseLeaf(next.leaf);
    // A broken one links to nothing, which is another thing than not being there.
    return entry === undefined ? undefined : typeof entry === 'string' ? '' : entry.prev;
  }

  /** Entry `seq` does not name the hash of the one before: which of the two was changed? The one that its other neighbour does not know. */
  async function blameLink(seq: number, entry: LeafHead, leafHash: string): Promise<LogFault> {
    const self: LogFault = {
      code: 'changed',
      seq,
      detail: `Entry ${seq} was changed: it does not name the hash of the entry before it.`,
    };
    // What a checkpoint covers was right.
    if (signed >= seq) return self;
    const after = await linkAfter();
    const selfIsRight =
      after === undefined
        ? coming && 'root' in coming && coming.size === seq + 1 && rootWith(entry.prev, leafHash) === coming.root
        : after === leafHash;
    if (!selfIsRight) return self;
    return {
      code: 'changed',
      seq: seq - 1,
      detail: `Entry ${seq - 1} was changed: its hash is not the one that entry ${seq} names.`,
    };
  }

  /** Entry `seq` says an earlier time than the one before: was it written so, or changed afterwards? */
  async function blameTime(seq: number, leafHash: string): Promise<LogFault> {
    const after = signed === range.size ? leafHash : await linkAfter();
    return after === undefined || after === leafHash
      ? { code: 'time-order', seq, detail: `Entry ${seq} says an earlier time than the entry before it.` }
      : { code: 'changed', seq, detail: `Entry ${seq} was changed: it says an earlier time than the entry before it.` };
  }

  /** The root if the last two leaves had these hashes. */
  function rootWith(lastButOne: string, last: string): string {
    const other: CompactRange = { size: range.size - 1, peaks: [...peaksBefore] };
    appendLeaf(hasher, other, lastButOne);
    appendLeaf(hasher, other, last);
    return rangeRoot(hasher, other);
  }

  /** A hash stored with entry `seq` is not the computed one: was the text changed, or the hash? */
  async function blameHash(seq: number, leafHash: string, stored: string): Promise<LogFault> {
    const changed: LogFault = {
      code: 'changed',
      seq,
      detail: `Entry ${seq} was changed: its hash is not the stored one.`,
    };
    const hashChanged: LogFault = {
      code: 'stored-hash',
      seq,
      detail: `A hash stored with entry ${seq} was changed; the entry itself is right.`,
    };
    if (stored.startsWith(leafHash)) return hashChanged;
    const due = coming && 'root' in coming && coming.size === range.size ? coming.root : undefined;
    if (due !== undefined) return rangeRoot(hasher, range) === due ? hashChanged : changed;
    return (await linkAfter()) === leafHash ? hashChanged : changed;
  }

  /** The links up to entry `seq` are right, but the root is not the one that was signed. */
  async function blameRoot(seq: number, leafHash: string, checkpoint: number): Promise<LogFault> {
    if (signed < seq && (await linkAfter()) === leafHash) {
      const detail = `Entries ${signed} to ${seq} are not those that were signed: they were replaced by others.`;
      return { code: 'rewritten', seq: signed, checkpoint, detail };
    }
    const detail = `Entry ${seq} was changed: with it, the log has another root than was signed.`;
    return { code: 'changed', seq, checkpoint, detail };
  }
}

interface Cursor {
  /** The row at hand, when its batch is loaded. */
  here(): StoredLeaf | undefined;
  /** The row at hand, loading batches as needed; undefined at the end. */
  next(): Promise<StoredLeaf | undefined>;
  /** Goes on behind the row at hand. */
  take(): void;
}

/** Steps through batches; asynchronous only where one ends. */
function cursor(batches: Maybe<readonly (string | StoredLeaf)[]>, onProgress?: (entries: number) => void): Cursor {
  const iterator = iteratorOf(batches);
  let batch: readonly (string | StoredLeaf)[] = [];
  let at = 0;
  let total = 0;
  const here = (): StoredLeaf | undefined => {
    const row = batch[at];
    return typeof row === 'string' ? { leaf: row } : row;
  };
  return {
    here,
    async next() {
      while (at >= batch.length) {
        total += batch.length;
        if (batch.length > 0) onProgress?.(total);
        const { value, done } = await iterator.next();
        batch = done ? [] : value;
        at = 0;
        if (done) return undefined;
      }
      return here();
    },
    take: () => void at++,
  };
}

function iteratorOf<T>(from: Maybe<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in from ? from[Symbol.asyncIterator]() : from[Symbol.iterator]();
}
