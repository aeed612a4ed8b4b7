/** Whether what a shared run says is what its sender's node has signed. Browser-safe, given the hash function. */
import { parseLeaf } from '../../ledger/proof/leaf.ts';
import { type Sha256, treeHasher, verifyInclusion } from '../../ledger/proof/merkle.ts';
import { openCheckpoint, parseVerifierKey, webCryptoVerify } from '../../ledger/proof/note.ts';
import type { LedgerPart } from './bundle.ts';

/**
 * In words what is wrong; undefined when every entry is in the log under the signed checkpoint, and the last one is the
 * export of this very manifest.
 *
 * @param manifest SHA-256 of `run.json`, hex
 */
export async function faultOf(
  part: LedgerPart,
  run: string,
  manifest: string,
  sha256: Sha256,
): Promise<string | undefined> {
  const hasher = treeHasher(sha256);
  const key = parseVerifierKey(sha256, part.key);
  if (!key) return 'The key in it is malformed.';
  const opened = await openCheckpoint(part.checkpoint, key, webCryptoVerify);
  if ('fault' in opened) return 'Its checkpoint does not carry a signature by the key in it.';
  const { checkpoint } = opened;
  if (checkpoint.origin !== key.name) return 'Its checkpoint is of another log than its key.';
  let before = -1;
  for (const { seq, leaf, proof } of part.entries) {
    const head = parseLeaf(leaf);
    if (typeof head === 'string' || head.seq !== seq || seq <= before)
      return `Its ledger entry ${seq} is not an entry.`;
    before = seq;
    if (!verifyInclusion(hasher, hasher.leaf(leaf), seq, checkpoint.size, proof, checkpoint.root))
      return `Its ledger entry ${seq} is not in the log that was signed.`;
    const { payload } = JSON.parse(leaf) as { payload: Record<string, unknown> };
    if (payload['run'] !== run) return `Its ledger entry ${seq} is of another run.`;
  }
  const last = JSON.parse(part.entries.at(-1)!.leaf) as { kind: string; payload: Record<string, unknown> };
  if (last.kind !== 'run.export' || last.payload['manifest'] !== manifest)
    return 'The sender has signed another content than this.';
  return undefined;
}
