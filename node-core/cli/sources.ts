/** FLOW sources that a command line names. */
import { readFile } from 'node:fs/promises';
import { Problem } from '../errors/problem.ts';

export interface Source {
  /** As it was named; `<stdin>` for `-`. */
  name: string;
  text: string;
}

/** @throws Problem `file-not-text` for what is not UTF-8; whatever reading throws. */
export async function readSource(file: string): Promise<Source> {
  const bytes = file === '-' ? await readStdin() : await readFile(file);
  const name = file === '-' ? '<stdin>' : file;
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
