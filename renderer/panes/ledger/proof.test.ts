import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../node-core/ledger/entry.ts';
import { leafText, NO_PREV } from '../../../node-core/ledger/proof/leaf.ts';
import { appendLeaf, inclusionProof, rootAt, treeHasher } from '../../../node-core/ledger/proof/merkle.ts';
import { checkpointText, formatNote, formatVerifierKey, keyHash } from '../../../node-core/ledger/proof/note.ts';
import { checkProof, checkSignature, hashHex } from './proof.ts';

const hasher = treeHasher((data) => createHash('sha256').update(data).digest('hex'));

function log(size: number) {
  const stored: string[][] = [];
  const entries: LedgerEntry[] = [];
  const range = { size: 0, peaks: [] as string[] };
  let prev = NO_PREV;
  for (let seq = 0; seq < size; seq++) {
    const entry: LedgerEntry = {
      v: 1,
      seq,
      time: '2026-11-21T10:44:07.406Z',
      kind: 'run.step',
      actor: 'local',
      prev,
      payload: { rows: seq, name: 'Zürich' },
    };
    prev = hasher.leaf(leafText(entry));
    for (const [level, hash] of appendLeaf(hasher, range, prev).entries()) (stored[level] ??= []).push(hash);
    entries.push(entry);
  }
  const read = (level: number, index: number) => stored[level]![index]!;
  return {
    entries,
    read,
    root: rootAt(hasher, read, size),
    proof: (seq: number) => inclusionProof(hasher, read, seq, size),
  };
}

describe('checking an entry in this window', () => {
  it('accepts the right proof of every entry, and its levels lead to the root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, at) => {
        const made = log(size);
        const seq = at % size;
        const entry = made.entries[seq]!;
        const checked = checkProof(entry, hasher.leaf(leafText(entry)), made.proof(seq), { size, root: made.root });
        expect(checked).toMatchObject({ ok: true, root: made.root });
      }),
      { numRuns: 60 },
    );
  });
  it('refuses a changed entry, a changed hash of the proof, and another root', () => {
    const made = log(11);
    const entry = made.entries[6]!;
    const claimed = hasher.leaf(leafText(entry));
    const proof = made.proof(6);
    const checkpoint = { size: 11, root: made.root };
    expect(checkProof({ ...entry, payload: { rows: 7 } }, claimed, proof, checkpoint).fault).toMatch(/hash/);
    expect(checkProof(entry, claimed, proof.with(1, '0'.repeat(64)), checkpoint).fault).toMatch(/root/);
    expect(checkProof(entry, claimed, proof, { size: 11, root: '1'.repeat(64) }).ok).toBe(false);
    expect(checkProof(entry, claimed, proof.slice(1), checkpoint).ok).toBe(false);
  });
  it('checks the signature of a checkpoint against the pinned key', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    const text = checkpointText({ origin: 'voike.node/p', size: 11, root: log(11).root });
    const hash = keyHash(hashHex, 'voike.node/p', raw);
    const note = formatNote(text, {
      name: 'voike.node/p',
      keyHash: hash,
      signature: new Uint8Array(sign(null, Buffer.from(text), privateKey)),
    });
    const key = formatVerifierKey(hashHex, 'voike.node/p', raw);
    expect(await checkSignature(note, key)).toMatchObject({ ok: true, size: 11 });
    expect(await checkSignature(note.replace('\n11\n', '\n12\n'), key)).toMatchObject({
      ok: false,
      word: 'signature is wrong',
    });
    const other = formatVerifierKey(hashHex, 'voike.node/p', new Uint8Array(32));
    expect(await checkSignature(note, other)).toMatchObject({ ok: false, word: 'signed by another key' });
    expect(await checkSignature(note, 'nonsense')).toMatchObject({ ok: false });
  });
});
