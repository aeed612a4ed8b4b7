/** FLOW sources that a command line names. */
import { readFile, stat } from 'node:fs/promises';
import { Problem } from '../errors/problem.ts';

export interface Source {
  /** As it was named; `<stdin>` for `-`. */
  name: string;
  text: string;
}

/** Bytes of FLOW text that are read: as much as a node takes, and some hundred thousand lines. */
const LARGEST = 10_000_000;

const tooLarge = (name: string, size: number) =>
  new Problem(
    'file-too-large',
    `${name} has ${size.toLocaleString('en-US')} bytes; a FLOW file has at most ${LARGEST.toLocaleString('en-US')}.`,
    {
      hint: 'If it is data, give it to a flow as an input: --input name=@FILE. A long flow can call others: CALL FLOW.',
    },
  );

async function readLimited(file: string): Promise<Buffer> {
  const found = await stat(file);
  if (found.isDirectory()) {
    throw new Problem('file-is-folder', `${file} is a folder, not a file.`, { hint: 'Name a FLOW file in it.' });
  }
  if (found.size > LARGEST) throw tooLarge(file, found.size);
  return readFile(file);
}

/** @throws Problem `file-too-large`, `file-is-folder`, `file-not-text` for what is not UTF-8; whatever reading throws. */
export async function readSource(file: string): Promise<Source> {
  const name = file === '-' ? '<stdin>' : file;
  const bytes = file === '-' ? await readStdin() : await readLimited(file);
  if (bytes.length > LARGEST) throw tooLarge(name, bytes.length);
  if (/^(fffe|feff)/.test(bytes.subarray(0, 2).toString('hex'))) {
    throw new Problem('file-not-text', `${name} is UTF-16 text, and FLOW is written in UTF-8.`, {
      hint: 'Save it as UTF-8 and try again.',
    });
  }
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new Problem('file-not-text', `${name} is not UTF-8 text.`, {
      cause,
      hint: 'Save it as UTF-8 and try again.',
    });
  }
}

export async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
