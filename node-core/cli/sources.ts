/** FLOW sources that a command line names. */
import { Problem } from '../errors/problem.ts';
import { host } from './host.ts';

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

async function readLimited(file: string): Promise<Uint8Array> {
  const found = await host().find(file);
  if (found.kind === 'folder') {
    throw new Problem('file-is-folder', `${file} is a folder, not a file.`, { hint: 'Name a FLOW file in it.' });
  }
  if (found.size > LARGEST) throw tooLarge(file, found.size);
  return host().readFile(file);
}

/** @throws Problem `file-too-large`, `file-is-folder`, `file-not-text` for what is not UTF-8; whatever reading throws. */
export async function readSource(file: string): Promise<Source> {
  const { name, bytes } = await readSourceBytes(file);
  return { name, text: sourceText(name, bytes) };
}

/** @throws Problem `file-too-large`, `file-is-folder`; whatever reading throws. */
export async function readSourceBytes(file: string): Promise<{ name: string; bytes: Uint8Array }> {
  const name = file === '-' ? '<stdin>' : file;
  const bytes = file === '-' ? await readStdin() : await readLimited(file);
  if (bytes.length > LARGEST) throw tooLarge(name, bytes.length);
  return { name, bytes };
}

/** @throws Problem `file-not-text` for what is not UTF-8. */
export function sourceText(name: string, bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Problem('file-not-text', `${name} is UTF-16 text, and sources are written in UTF-8.`, {
      hint: 'Save it as UTF-8 and try again.',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('file-not-text', `${name} is not UTF-8 text.`, {
      cause,
      hint: 'Save it as UTF-8 and try again.',
    });
  }
}

export async function readStdin(): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of host().stdin()) {
    parts.push(part);
    size += part.length;
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const readStdinText = async (): Promise<string> => new TextDecoder().decode(await readStdin());

export const readTextFile = async (file: string): Promise<string> =>
  new TextDecoder().decode(await host().readFile(file));

/** A text as the bytes of a file. */
export async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
