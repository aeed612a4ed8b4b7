/** `blob.read` and `blob.write`: blobs of the project, by id or by name. */
import { Problem } from '../../errors/problem.ts';
import type { Answer } from './answer.ts';

/** Bytes that a program takes or stores at once. */
const MOST_BYTES = 16 << 20;

const tooLarge = (name: string): Problem =>
  new Problem(
    'blob-too-large',
    `The blob ${name} is larger than the ${MOST_BYTES >> 20} MB that a program takes at once.`,
  );

export const BLOB = {
  'blob.read': {
    async node([named], { project, blobs, signal }) {
      const name = named as string;
      const id = blobs.idOf(project, name);
      const { size } = blobs.get(project, id);
      if (size > MOST_BYTES) throw tooLarge(name);
      const bytes = new Uint8Array(size);
      let at = 0;
      for await (const piece of blobs.files.read(id)) {
        signal.throwIfAborted();
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
  },
  'blob.write': {
    async node([name, bytes], { project, actor, blobs, signal }) {
      const given = bytes as Uint8Array;
      if (given.length > MOST_BYTES) throw tooLarge(name as string);
      return (await blobs.put(project, given, (name as string).slice(0, 300), { actor, signal })).id;
    },
  },
} satisfies Record<string, Answer>;
