/** One entry's proof, checked in this window: its leaf hash, the path to a checkpoint's root, that checkpoint's signature. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { LedgerEntry } from '../../../node-core/ledger/entry.ts';
import { leafText } from '../../../node-core/ledger/proof/leaf.ts';
import { treeHasher, verifyInclusion } from '../../../node-core/ledger/proof/merkle.ts';
import { openCheckpoint, parseVerifierKey, webCryptoVerify } from '../../../node-core/ledger/proof/note.ts';
import { type ProofLevel, proofSides } from './proof-tree.ts';

export function hashHex(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

const hasher = treeHasher(hashHex);

export interface CheckedProof {
  /** The entry's leaf hash, computed here. */
  leaf: string;
  levels: ProofLevel[];
  /** The root that the path leads to, computed here. */
  root: string;
  ok: boolean;
  /** Why not, in a sentence. */
  fault?: string;
  /** Milliseconds of computing. */
  ms: number;
}

/** @param claimed the leaf hash that the node says */
export function checkProof(
  entry: LedgerEntry,
  claimed: string,
  proof: readonly string[],
  checkpoint: { size: number; root: string },
): CheckedProof {
  const began = performance.now();
  const { v, seq, time, kind, actor, prev, payload } = entry;
  const leaf = hasher.leaf(leafText({ v, seq, time, kind, actor, prev, payload }));
  const sides = proofSides(seq, checkpoint.size);
  const levels: ProofLevel[] = [];
  let hash = leaf;
  for (const [i, sibling] of proof.entries()) {
    const side = sides[i] ?? 'right';
    hash = side === 'left' ? hasher.node(sibling, hash) : hasher.node(hash, sibling);
    levels.push({ sibling, side, parent: hash });
  }
  const included = verifyInclusion(hasher, leaf, seq, checkpoint.size, proof, checkpoint.root);
  const fault =
    leaf !== claimed
      ? 'The entry does not have the hash that the node says.'
      : included
        ? undefined
        : 'The proof does not lead to the root of the checkpoint.';
  return {
    leaf,
    levels,
    root: hash,
    ok: fault === undefined,
    ms: performance.now() - began,
    ...(fault === undefined ? {} : { fault }),
  };
}

/** Whether `key` signed the checkpoint, in a word, with what the note says. */
export async function checkSignature(
  note: string,
  key: string,
): Promise<{ ok: boolean; word: string; size?: number; root?: string }> {
  const verifier = parseVerifierKey(hashHex, key);
  if (verifier === undefined) return { ok: false, word: 'the key is malformed' };
  const opened = await openCheckpoint(note, verifier, webCryptoVerify);
  if ('fault' in opened) {
    const words = {
      'bad-checkpoint': 'not a checkpoint',
      'wrong-key': 'signed by another key',
      'bad-signature': 'signature is wrong',
    };
    return { ok: false, word: words[opened.fault] };
  }
  return { ok: true, word: 'Ed25519', size: opened.checkpoint.size, root: opened.checkpoint.root };
}
