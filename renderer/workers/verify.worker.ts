/**
 * Recomputes a ledger in the browser: asks the page for leaves, checks every one of them and every checkpoint with the
 * ledger's own proof code, and says how it went. What the node claims about itself is not believed.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { LogReport, StoredNote } from '../../node-core/ledger/proof/verify.ts';
import { verifyLog } from '../../node-core/ledger/proof/verify.ts';

/** From the page to the worker. */
export type VerifyRequest =
  /** Checks the first `size` entries of the log that `key` signs; `checkpoints` by size, the newest of `size` entries. */
  { type: 'start'; key: string; size: number; checkpoints: StoredNote[] } | { type: 'leaves'; leaves: string[] };

/** From the worker to the page. */
export type VerifyAnswer =
  | { type: 'want-leaves'; start: number; limit: number }
  | { type: 'progress'; entries: number }
  | { type: 'report'; report: LogReport }
  | { type: 'broke'; message: string };

const BATCH = 5000;

function hash(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

const tell = (answer: VerifyAnswer): void => self.postMessage(answer);

let deliver: ((leaves: string[]) => void) | undefined;

async function* leaves(size: number): AsyncGenerator<string[]> {
  for (let start = 0; start < size;) {
    const got = await new Promise<string[]>((resolve) => {
      deliver = resolve;
      tell({ type: 'want-leaves', start, limit: Math.min(BATCH, size - start) });
    });
    if (got.length === 0) return;
    start += got.length;
    yield got;
  }
}

async function start(key: string, size: number, checkpoints: StoredNote[]): Promise<void> {
  try {
    const report = await verifyLog({
      sha256: hash,
      key,
      leaves: leaves(size),
      checkpoints,
      onProgress: (entries) => tell({ type: 'progress', entries }),
    });
    tell({ type: 'report', report });
  } catch (error) {
    tell({ type: 'broke', message: error instanceof Error ? error.message : String(error) });
  }
}

self.onmessage = ({ data }: MessageEvent<VerifyRequest>): void => {
  if (data.type === 'start') void start(data.key, data.size, data.checkpoints);
  else deliver?.(data.leaves);
};
