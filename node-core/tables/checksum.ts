/**
 * Whether a stored table is what was written. A damaged Parquet file need not look damaged to the engine: a changed
 * byte in a page can be another number. Beside each file stands `<file>.crc`, the CRC-32 of its bytes.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Problem } from '../errors/problem.ts';

/** Files known to be sound, with the size and time of change that they had then. */
const known = new Map<string, string>();
const MOST_KNOWN = 10_000;
const PIECE = 1 << 20;

/** Keeps the checksum of the file at `path` for `target`, the name that it will get. */
export async function keepChecksum(path: string, target: string): Promise<void> {
  await writeFile(`${target}.crc`, checksum(path));
}

/** Whether the stored table at `path` is there and, where its checksum was kept, is as it was written. */
export function isSound(path: string): boolean {
  let state: string;
  try {
    const { size, mtimeNs } = statSync(path, { bigint: true });
    state = `${size} ${mtimeNs}`;
  } catch {
    return false;
  }
  if (known.get(path) === state) return true;
  let kept: string | undefined;
  try {
    kept = readFileSync(`${path}.crc`, 'utf8');
  } catch {
    // Lost with the power, or written by an older version: the file is taken as it is.
  }
  if (kept !== undefined && kept !== checksum(path)) return false;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(path, state);
  return true;
}

/**
 * @throws Problem `result-damaged`; the file is taken away, so that the next run computes it anew.
 */
export async function requireSound(path: string): Promise<void> {
  if (isSound(path)) return;
  await rm(path, { force: true });
  throw new Problem('result-damaged', 'The stored rows of this result were damaged on the disk, and are not used.', {
    status: 500,
    hint: 'Run the flow again: what is damaged is computed anew. Check the disk when this happens twice.',
    more: { path },
  });
}

function checksum(path: string): string {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    let crc = 0;
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      crc = crc32(piece.subarray(0, read), crc);
    }
    return crc.toString(16).padStart(8, '0');
  } finally {
    closeSync(file);
  }
}
