/** Gives the memory of a WebAssembly module a maximum, which it need not have itself: there is no other way to bound it. */
import { Problem } from '../../errors/problem.ts';

const MEMORY_SECTION = 5;
export const PAGE = 65_536;

/**
 * The module with its memory bounded.
 *
 * @param most pages
 * @throws Problem `wasi-bad-module`, `wasi-memory` when it asks for more to begin with.
 */
export function limitMemory(bytes: Uint8Array, most: number): Uint8Array {
  const bad = (): Problem =>
    new Problem('wasi-bad-module', 'This is no WebAssembly module that can be read.', {
      status: 422,
      hint: 'Make it again.',
    });
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw bad();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw bad();
  };
  while (at < bytes.length) {
    const begin = at;
    const id = bytes[at++]!;
    const size = number();
    const content = at;
    if (content + size > bytes.length) throw bad();
    if (id === MEMORY_SECTION) {
      const count = number();
      const flags = bytes[at++];
      if (count !== 1 || flags === undefined || flags > 1) throw bad();
      const least = number();
      const own = flags === 1 ? number() : Infinity;
      if (least > most)
        throw new Problem('wasi-memory', `It asks for ${least / 16} MB of memory, and may have ${most / 16} MB.`, {
          status: 422,
          hint: 'Build it with less memory.',
        });
      const limits = [1, 1, ...leb(least), ...leb(Math.min(own, most))];
      const section = [MEMORY_SECTION, ...leb(limits.length), ...limits];
      return Buffer.concat([bytes.subarray(0, begin), Uint8Array.from(section), bytes.subarray(content + size)]);
    }
    at = content + size;
  }
  return bytes;
}

function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
  return out;
}
