/** One append-only Merkle log in one database: the journal of its writer, and how it is read. */
import { verify as verifyEd25519, createPublicKey, type KeyObject } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { sha256 } from '../crypto/hash.ts';
import type { NodeKey } from '../crypto/node-key.ts';
import { Problem } from '../errors/problem.ts';
import type { Transaction } from '../projects/project.ts';
import type { DatabasePair } from '../store/database.ts';
import type { Journal } from '../store/writer.ts';
import type { LedgerEntry } from './entry.ts';
import { NO_PREV, leafText } from './proof/leaf.ts';
import { type CompactRange, type ReadHash, appendLeaf, rangeAt, rangeRoot, treeHasher } from './proof/merkle.ts';
import {
  type Checkpoint,
  type VerifySignature,
  checkpointText,
  formatNote,
  formatVerifierKey,
  keyHash,
  parseCheckpoint,
  parseNote,
} from './proof/note.ts';

export const hasher = treeHasher(sha256);

export interface StoredCheckpoint extends Checkpoint {
  note: string;
}

/** What a commit added. */
export interface Appended {
  /** The log's size now. */
  size: number;
  /** The newest of the entries, at most {@link MOST_TOLD}, oldest first. */
  entries: { seq: number; kind: string }[];
  note: string;
}

/** A watcher of a busy log wants to know that it grew, not ten thousand names in one message. */
const MOST_TOLD = 500;

export interface Ledger {
  /** First line of its checkpoints, and the name of its key: `voike.node/<id>`. */
  readonly origin: string;
  /** For those who check: `name+hash+base64`. */
  readonly verifierKey: string;
  /** How many entries are on disk. */
  readonly size: number;
  /** The newest checkpoint; none for an empty log. */
  readonly checkpoint: StoredCheckpoint | undefined;
  /** What was wrong when it was opened. Such a log is read and verified, not written. */
  readonly damage: Problem | undefined;
  readonly journal: Journal<Transaction>;
  /** Connection for reading. */
  readonly db: Database;
  /** Hash of a complete subtree. */
  readonly readHash: ReadHash;
}

export interface LedgerOptions {
  /** Id of the project or of the node: stable, it goes into every checkpoint. */
  id: string;
  key: NodeKey;
  /** Told after each commit that appended. */
  onAppended?: (appended: Appended) => void;
}

/** At most one checkpoint is kept for each such stretch of steady writing; the newest is always there. */
const KEEP_EVERY_MS = 1000;

/** Opens the log in `pair` and checks its end against its last checkpoint. */
export function openLedger(pair: DatabasePair, options: LedgerOptions): Ledger {
  const { key } = options;
  const origin = `voike.node/${options.id}`;
  const verifierKey = formatVerifierKey(sha256, origin, key.publicKey);
  const ownKeyHash = keyHash(sha256, origin, key.publicKey);

  const insertEntry = pair.write.prepare('INSERT INTO ledger_entries (seq, kind, leaf, hashes) VALUES (?, ?, ?, ?)');
  const insertCheckpoint = pair.write.prepare('INSERT INTO ledger_checkpoints (size, note) VALUES (?, ?)');
  const deleteCheckpoint = pair.write.prepare('DELETE FROM ledger_checkpoints WHERE size = ?');
  const readHashes = pair.read.prepare<[number], Buffer>('SELECT hashes FROM ledger_entries WHERE seq = ?').pluck();

  const readHash: ReadHash = (level, index) => {
    const last = (index + 1) * 2 ** level - 1;
    const hash = readHashes.get(last)?.toString('hex', 32 * level, 32 * level + 32);
    if (hash?.length !== 64)
      throw damaged(`the hash of subtree ${index} of level ${level}, stored with entry ${last}, is missing`);
    return hash;
  };

  // What is on disk.
  let range: CompactRange = { size: 0, peaks: [] };
  let head = NO_PREV;
  let checkpoint: StoredCheckpoint | undefined;
  let damage: Problem | undefined;
  // The checkpoint that the next one replaces, and since when.
  let replaceable: number | undefined;
  let keptAt = Number.NEGATIVE_INFINITY;

  // What the transaction at hand adds.
  let pending: { kind: string; leaf: string; hash: string }[] = [];
  let pendingHead = NO_PREV;
  let lastTime = '';
  let next: { range: CompactRange; checkpoint: StoredCheckpoint; replaceable: number; keptAt: number } | undefined;

  try {
    readEnd();
  } catch (error) {
    damage = error instanceof Problem ? error : damaged((error as Error).message);
  }
  pendingHead = head;

  function readEnd(): void {
    const size = (pair.read.prepare<[], number | null>('SELECT max(seq) FROM ledger_entries').pluck().get() ?? -1) + 1;
    const note = pair.read
      .prepare<[], { size: number; note: string }>(
        'SELECT size, note FROM ledger_checkpoints ORDER BY size DESC LIMIT 1',
      )
      .get();
    if (size === 0 && note === undefined) return;
    // Also a damaged log can be read: its entries are there, however many.
    range = { size, peaks: [] };
    if (note === undefined) throw damaged(`it has ${size} entries and no checkpoint`);
    if (note.size !== size) throw damaged(`it has ${size} entries, but was signed with ${note.size}`);
    range = rangeAt(readHash, size);
    head = readHash(0, size - 1);
    lastTime = lastTimeOf(pair.read, size);
    const said = openOwnNote(note.note);
    if (said === undefined) throw damaged('its last checkpoint does not carry the signature of this node');
    if (said.size !== size || said.origin !== origin || said.root !== rangeRoot(hasher, range)) {
      throw damaged('its last checkpoint was signed for other entries');
    }
    checkpoint = { ...said, note: note.note };
  }

  function openOwnNote(note: string): Checkpoint | undefined {
    const parsed = parseNote(note);
    const own = parsed?.signatures.find((one) => one.name === origin && one.keyHash === ownKeyHash);
    if (!parsed || !own || !nodeVerify(key.publicKey, Buffer.from(parsed.text), own.signature)) return undefined;
    return parseCheckpoint(parsed.text);
  }

  const journal: Journal<Transaction> = {
    tx: {
      db: pair.write,
      append(kind, payload, { actor = 'node' } = {}) {
        if (damage) throw damage;
        const now = new Date().toISOString();
        // Never backwards, also when the clock is set back: entries are searched by time.
        const time = now > lastTime ? now : lastTime;
        const entry: LedgerEntry = {
          v: 1,
          seq: range.size + pending.length,
          time,
          kind,
          actor,
          prev: pendingHead,
          payload,
        };
        const leaf = leafText(entry);
        const hash = hasher.leaf(leaf);
        lastTime = time;
        pending.push({ kind, leaf, hash });
        pendingHead = hash;
        return entry;
      },
    },
    mark: () => ({ count: pending.length, head: pendingHead }),
    undoTo(mark) {
      const { count, head: before } = mark as { count: number; head: string };
      pending.length = count;
      pendingHead = before;
    },
    flush() {
      if (pending.length === 0) return;
      const grown: CompactRange = { size: range.size, peaks: [...range.peaks] };
      for (const { kind, leaf, hash } of pending) {
        const seq = grown.size;
        insertEntry.run(seq, kind, leaf, Buffer.from(appendLeaf(hasher, grown, hash).join(''), 'hex'));
      }
      const said: Checkpoint = { origin, size: grown.size, root: rangeRoot(hasher, grown) };
      const text = checkpointText(said);
      const signature = { name: origin, keyHash: ownKeyHash, signature: key.sign(Buffer.from(text)) };
      const note = formatNote(text, signature);
      const now = performance.now();
      const replace = replaceable !== undefined && now - keptAt < KEEP_EVERY_MS;
      if (replace) deleteCheckpoint.run(replaceable);
      insertCheckpoint.run(said.size, note);
      next = { range: grown, checkpoint: { ...said, note }, replaceable: said.size, keptAt: replace ? keptAt : now };
    },
    committed() {
      if (next === undefined) return;
      const first = range.size;
      const skip = Math.max(0, pending.length - MOST_TOLD);
      const entries = pending.slice(skip).map(({ kind }, i) => ({ seq: first + skip + i, kind }));
      ({ range, checkpoint, replaceable, keptAt } = next);
      head = pendingHead;
      pending = [];
      next = undefined;
      options.onAppended?.({ size: range.size, entries, note: checkpoint.note });
    },
    rolledBack() {
      pending = [];
      pendingHead = head;
      next = undefined;
    },
  };

  return {
    origin,
    verifierKey,
    journal,
    db: pair.read,
    readHash,
    get size() {
      return range.size;
    },
    get checkpoint() {
      return checkpoint;
    },
    get damage() {
      return damage;
    },
  };

  function damaged(why: string): Problem {
    return new Problem('ledger-damaged', `The ledger in ${pair.path} is not as it was written: ${why}.`, {
      status: 500,
      hint: '`voike ledger verify` shows where. It can be read, but nothing is written to it; put back a backup.',
      more: { path: pair.path },
    });
  }
}

function lastTimeOf(db: Database, size: number): string {
  const leaf = db
    .prepare<[number], string>('SELECT leaf FROM ledger_entries WHERE seq = ?')
    .pluck()
    .get(size - 1);
  const time: unknown = (JSON.parse(leaf ?? '{}') as Partial<LedgerEntry>).time;
  return typeof time === 'string' ? time : '';
}

let lastKey: { bytes: Uint8Array; key: KeyObject } | undefined;

/** Ed25519 by node's own crypto: synchronous, and twice as fast as WebCrypto. */
export const nodeVerify = ((publicKey, message, signature) => {
  if (lastKey?.bytes !== publicKey) {
    const x = Buffer.from(publicKey).toString('base64url');
    lastKey = { bytes: publicKey, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
  }
  return verifyEd25519(null, message, lastKey.key, signature);
}) satisfies VerifySignature;
