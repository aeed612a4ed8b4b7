/** The beginning of a file, unpacked when it is gzip, to see what is in it. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { Problem, type SourceRange } from '../errors/problem.ts';
import type { LoadFormat } from './engine-types.ts';

const HEAD = 128 * 1024;

export interface FileHead {
  gzip: boolean;
  bytes: Buffer;
  size: number;
}

/** @throws Problem `file-not-found`, `file-unreadable` */
export async function readHead(path: string, name: string): Promise<FileHead> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const buffer = Buffer.alloc(HEAD);
      const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
      const raw = buffer.subarray(0, bytesRead);
      const gzip = raw[0] === 0x1f && raw[1] === 0x8b;
      if (gzip) await requireWholeGzip(path, name);
      // A gzip file that is cut off here still yields what it holds so far.
      return { gzip, bytes: gzip ? gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }) : raw, size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw fileProblem(error, name);
  }
}

/** Packed files known to be whole, with the size and time of change that they had then. */
const whole = new Map<string, string>();

/** Unpacks it once for its checksum: the table engine takes a packed file that is cut off for one that ends there. */
async function requireWholeGzip(path: string, name: string): Promise<void> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  const state = `${size} ${mtimeNs}`;
  if (whole.get(path) === state) return;
  try {
    const unpacked = createReadStream(path, { highWaterMark: 1 << 20 }).pipe(createGunzip({ chunkSize: 1 << 20 }));
    for await (const piece of unpacked) void piece;
  } catch (error) {
    throw new Problem('bad-file', `${name} is packed with gzip and is damaged or cut off.`, {
      status: 422,
      hint: 'Fetch it again; `gzip -t` says whether it is whole.',
      cause: error,
    });
  }
  if (whole.size >= 1000) whole.clear();
  whole.set(path, state);
}

export function fileProblem(error: unknown, name: string): Problem {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') {
    return new Problem('file-not-found', `There is no file ${name}.`, {
      status: 404,
      hint: 'Check the path, and choose the file again.',
    });
  }
  if (code === 'EISDIR') {
    return new Problem('file-unreadable', `${name} is a folder, not a file.`, {
      status: 422,
      hint: 'Choose one of the files in it.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new Problem('file-unreadable', `${name} may not be read.`, {
      status: 403,
      hint: 'Check the permissions of the file.',
    });
  }
  return new Problem('file-unreadable', `${name} cannot be read: ${(error as Error).message}.`, {
    status: 422,
    hint: 'Check that it is a whole file.',
  });
}

/**
 * Refuses what is no text in UTF-8 by its first bytes, where the engine's own words would not help.
 *
 * @param named whether OPTIONS say how the file is encoded
 * @throws Problem `bad-file`, `wrong-encoding`
 */
export function checkText(head: FileHead, name: string, named: boolean, range?: SourceRange): void {
  const refuse = (code: string, detail: string, hint: string): never => {
    throw new Problem(code, detail, { status: 422, hint, ...(range === undefined ? {} : { range }) });
  };
  const { bytes } = head;
  if (bytes.length === 0 || (bytes.length < HEAD && /^[\s\ufeff]*$/.test(bytes.toString('utf8')))) {
    refuse(
      'bad-file',
      bytes.length === 0 ? `${name} is empty.` : `${name} holds nothing but empty lines.`,
      'Check that it is the right file, and that it was written to its end.',
    );
  }
  if (named) return;
  const start = bytes.subarray(0, 2).toString('hex');
  // Without a mark at its start, UTF-16 shows by a zero in every other byte.
  const sample = bytes.subarray(0, 400);
  const zeros = [0, 1].map((odd) => sample.filter((byte, at) => at % 2 === odd && byte === 0).length);
  if (
    start === 'fffe' ||
    start === 'feff' ||
    ((zeros[0] === 0) !== (zeros[1] === 0) && Math.max(...zeros) > sample.length / 4)
  ) {
    refuse('wrong-encoding', `${name} is in UTF-16, not in UTF-8.`, UTF16);
  }
  const line = bytes.subarray(0, bytes.indexOf(0x0a) === -1 ? bytes.length : bytes.indexOf(0x0a));
  if (line.includes(0)) {
    refuse(
      'bad-file',
      `${name} is no text: its first line holds bytes of value zero.`,
      'Check that it is the right file, and that it was written to its end.',
    );
  }
}

const UTF16 = 'For CSV say so: OPTIONS { encoding: "utf-16" }. Other formats must be saved as UTF-8.';

/** From the name's ending, else from the first characters. */
export function guessFormat(name: string, head: FileHead): LoadFormat {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  if (plain.endsWith('.parquet') || head.bytes.subarray(0, 4).toString('latin1') === 'PAR1') return 'PARQUET';
  if (plain.endsWith('.ndjson') || plain.endsWith('.jsonl')) return 'NDJSON';
  if (plain.endsWith('.json')) return 'JSON';
  if (plain.endsWith('.csv') || plain.endsWith('.tsv')) return 'CSV';
  const text = head.bytes.subarray(0, 4096).toString('utf8').trimStart();
  if (text.startsWith('[')) return 'JSON';
  if (text.startsWith('{')) return /^\{.*\}\s*\r?\n\s*\{/.test(text) ? 'NDJSON' : 'JSON';
  return 'CSV';
}

/** The delimiter that the first lines have the same number of; a comma when none does. */
export function guessDelimiter(text: string, quote: string): string {
  const lines = firstLines(text, quote, 20);
  let best = ',';
  let bestScore = 0;
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const first = counts[0] ?? 0;
    if (first === 0) continue;
    const alike = counts.filter((count) => count === first).length / counts.length;
    const score = alike * 1000 + first;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** Lines without what stands in quotes. */
function firstLines(text: string, quote: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  let quoted = false;
  for (const character of text) {
    if (quote !== '' && character === quote) quoted = !quoted;
    else if (!quoted && character === '\n') {
      if (line.trim() !== '') lines.push(line);
      if (lines.length >= most) return lines;
      line = '';
    } else if (!quoted) line += character;
  }
  if (lines.length === 0 && line !== '') lines.push(line);
  return lines;
}
