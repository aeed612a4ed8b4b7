/**
 * The container of a shared run: POSIX ustar (IEEE 1003.1), plain files alone, so that any `tar` opens it. Written and
 * read as a stream; whoever reads says what may come.
 */
import { Problem } from '../../errors/problem.ts';

export const BLOCK = 512;
/** No `..`, no leading `/`: a name leads nowhere but down. */
const NAME = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
/** Octal digits of the size field: 8 GiB − 1. */
export const LARGEST_ENTRY = 8 ** 11 - 1;

/** The header block of a file. Names have at most 100 characters. */
export function tarHeader(name: string, size: number): Uint8Array {
  if (!NAME.test(name) || name.length > 100 || !Number.isSafeInteger(size) || size < 0 || size > LARGEST_ENTRY)
    throw new Error(`${name} of ${size} bytes does not go into a tar file.`);
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number): void => {
    for (let index = 0; index < text.length; index++) block[at + index] = text.charCodeAt(index);
  };
  put(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        ', 148);
  put('0', 156);
  put('ustar\0', 257);
  put('00', 263);
  put(`${sumOf(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Bytes that a file of that size takes with its padding, without its header. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

function sumOf(block: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : block[index]!;
  return sum;
}

const broken = (why: string): Problem =>
  new Problem('import-broken', `The file is not a run that was shared: ${why}.`, {
    status: 422,
    hint: 'Export the run again, and send the file as it is.',
  });

export interface TarEntry {
  name: string;
  size: number;
  /** To be read to its end, or not at all. */
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * The files of a tar, in order. Anything but a plain file with a plain name is refused, and so is what comes after the end.
 *
 * @throws Problem `import-broken`
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const iterator = source[Symbol.asyncIterator]();
  let have = new Uint8Array(0);
  let at = 0;

  /** Some bytes, at most `most`; undefined at the end. */
  async function some(most: number): Promise<Uint8Array | undefined> {
    while (at >= have.length) {
      const next = await iterator.next();
      if (next.done) return undefined;
      have = new Uint8Array(next.value);
      at = 0;
    }
    const piece = have.subarray(at, Math.min(have.length, at + most));
    at += piece.length;
    return piece;
  }

  async function block(): Promise<Uint8Array | undefined> {
    const whole = new Uint8Array(BLOCK);
    let filled = 0;
    while (filled < BLOCK) {
      const piece = await some(BLOCK - filled);
      if (piece === undefined) {
        if (filled === 0) return undefined;
        throw broken('it ends in the middle');
      }
      whole.set(piece, filled);
      filled += piece.length;
    }
    return whole;
  }

  try {
    for (;;) {
      const header = await block();
      if (header === undefined) throw broken('its end is missing');
      if (header.every((byte) => byte === 0)) return;
      const { name, size } = readHeader(header);
      let left = size;
      let begun = false;
      const bytes = async function* (): AsyncGenerator<Uint8Array> {
        begun = true;
        while (left > 0) {
          const piece = await some(left);
          if (piece === undefined) throw broken('it ends in the middle');
          left -= piece.length;
          yield piece;
        }
      };
      yield { name, size, bytes: bytes() };
      if (!begun || left > 0) throw broken(`${name} was not read`);
      let padding = padded(size) - size;
      while (padding > 0) {
        const piece = await some(padding);
        if (piece === undefined) throw broken('it ends in the middle');
        padding -= piece.length;
      }
    }
  } finally {
    await iterator.return?.();
  }
}

function readHeader(header: Uint8Array): { name: string; size: number } {
  const text = (from: number, length: number): string => {
    const end = header.indexOf(0, from);
    const until = end === -1 || end > from + length ? from + length : end;
    return String.fromCharCode(...header.subarray(from, until));
  };
  if (text(257, 5) !== 'ustar') throw broken('it is no tar file');
  const sum = Number.parseInt(text(148, 8).trim(), 8);
  if (sum !== sumOf(header)) throw broken('the checksum of one of its parts is wrong');
  const name = text(0, 100);
  const kind = text(156, 1);
  if ((kind !== '0' && kind !== '') || text(345, 155) !== '' || text(157, 100) !== '')
    throw broken(`it holds something else than plain files (${JSON.stringify(name.slice(0, 40))})`);
  if (!NAME.test(name)) throw broken(`it holds a file with the name ${JSON.stringify(name.slice(0, 60))}`);
  const digits = text(124, 12).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw broken('the size of one of its parts cannot be read');
  return { name, size: Number.parseInt(digits, 8) };
}
