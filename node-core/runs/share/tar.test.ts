import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, padded, readTar, tarHeader } from './tar.ts';

function write(files: { name: string; bytes: Uint8Array }[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { name, bytes } of files) {
    parts.push(tarHeader(name, bytes.length), bytes, new Uint8Array(padded(bytes.length) - bytes.length));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return new Uint8Array(Buffer.concat(parts));
}

/** The bytes in pieces of these lengths, over and over. */
async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length]!;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function read(source: AsyncIterable<Uint8Array>): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files = [];
  for await (const entry of readTar(source)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry.bytes) pieces.push(new Uint8Array(piece));
    files.push({ name: entry.name, bytes: new Uint8Array(Buffer.concat(pieces)) });
  }
  return files;
}

const files = fc.array(
  fc.record({
    name: fc.stringMatching(/^[a-z0-9_-]{1,30}(\/[a-z0-9_-]{1,20}[.][a-z]{1,4})?$/),
    bytes: fc.uint8Array({ maxLength: 2000 }),
  }),
  { maxLength: 6 },
);
const lengths = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 5 });

test('what is written is read back, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(files, lengths, async (list, pieces) => {
      expect(await read(inPieces(write(list), pieces))).toEqual(list);
    }),
  );
});

test('whatever bytes come, reading ends, with a problem or with files that were there', async () => {
  await fc.assert(
    fc.asyncProperty(
      files,
      lengths,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(),
      async (list, pieces, at, by, cut) => {
        const bytes = write(list);
        bytes[at % bytes.length]! ^= by;
        const end = cut % 3 === 0 ? cut % bytes.length : bytes.length;
        await read(inPieces(bytes.subarray(0, end), pieces)).catch((error: unknown) =>
          expect(error).toMatchObject({ code: 'import-broken' }),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('any tar program opens it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-tar-'));
  try {
    const file = join(folder, 'a.tar');
    writeFileSync(
      file,
      write([
        { name: 'run.json', bytes: Buffer.from('{}') },
        { name: 'values/a.txt', bytes: Buffer.from('hello') },
      ]),
    );
    execFileSync('tar', ['-xf', file, '-C', folder]);
    expect(readFileSync(join(folder, 'values/a.txt'), 'utf8')).toBe('hello');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('names that lead elsewhere, links and devices are refused', async () => {
  for (const name of ['../x', '/etc/passwd', 'a/../b', 'a b', '']) {
    expect(() => tarHeader(name, 0), name).toThrow();
    const block = tarHeader('run.json', 0);
    block.fill(0, 0, 100);
    for (let at = 0; at < name.length; at++) block[at] = name.charCodeAt(at);
    await expect(read(inPieces(Buffer.concat([signed(block), new Uint8Array(1024)]), [512]))).rejects.toMatchObject({
      code: 'import-broken',
    });
  }
  for (const kind of ['1', '2', '3', '5', 'x']) {
    const block = tarHeader('run.json', 0);
    block[156] = kind.charCodeAt(0);
    await expect(read(inPieces(Buffer.concat([signed(block), new Uint8Array(1024)]), [512]))).rejects.toThrow(
      'something else than plain files',
    );
  }
});

/** The block with its checksum made right. */
function signed(block: Uint8Array): Uint8Array {
  block.fill(32, 148, 156);
  const sum = block.reduce((all, byte) => all + byte, 0);
  const digits = `${sum.toString(8).padStart(6, '0')}\0 `;
  for (let at = 0; at < 8; at++) block[148 + at] = digits.charCodeAt(at);
  return block;
}
