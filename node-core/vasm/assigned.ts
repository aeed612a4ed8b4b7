/** Whether every local is set before it is read, whatever way is taken through a function. */
import type { Block } from './blocks.ts';
import type { Instruction } from './module.ts';

/**
 * The index of a LOAD that some way reaches without a STORE to the same local, or undefined. All blocks are reachable and operands valid.
 *
 * A local that was set stays set, so one walk in reverse postorder settles all loops that are entered at one place only. For
 * others sets go round until they shrink no more: at most once for each block and local. So this takes at most
 * instructions × LIMITS.locals steps, and almost always instructions × (locals read in another block than they are set in) ÷ 32.
 */
export function readBeforeSet(
  code: readonly Instruction[],
  blocks: readonly Block[],
  successors: (block: number) => readonly number[],
  params: number,
  slots: number,
): number | undefined {
  if (slots === params) return undefined;
  const exposed = exposedLoads(code, blocks, params, slots);
  if (exposed.loads.length === 0) return undefined;

  const order = reversePostorder(blocks.length, successors);
  const place = new Int32Array(blocks.length);
  order.forEach((block, at) => (place[block] = at));
  const set = new Int32Array(blocks.length);
  const sets = new Int32Array(blocks.length);
  for (let word = 0; word * 32 < exposed.locals; word++) {
    sets.fill(0);
    for (const { block, bit } of exposed.stores) if (bit >>> 5 === word) sets[block]! |= 1 << (bit & 31);
    set.fill(-1);
    set[0] = 0;
    const again: number[] = [];
    for (const block of order) {
      const after = set[block]! | sets[block]!;
      for (const next of successors(block)) {
        const met = set[next]! & after;
        if (met !== set[next] && place[next]! <= place[block]!) again.push(next);
        set[next] = met;
      }
    }
    for (let block = again.pop(); block !== undefined; block = again.pop()) {
      const after = set[block]! | sets[block]!;
      for (const next of successors(block)) {
        const met = set[next]! & after;
        if (met !== set[next]) again.push(next);
        set[next] = met;
      }
    }
    for (const { block, bit, at } of exposed.loads)
      if (bit >>> 5 === word && (set[block]! & (1 << (bit & 31))) === 0) return at;
  }
  return undefined;
}

interface Exposed {
  /** How many locals have such a load; each has a bit below this. */
  locals: number;
  /** Loads of locals that the same block did not set before. */
  loads: { block: number; bit: number; at: number }[];
  /** Blocks that set one of these locals. */
  stores: { block: number; bit: number }[];
}

function exposedLoads(code: readonly Instruction[], blocks: readonly Block[], params: number, slots: number): Exposed {
  const setIn = new Int32Array(slots).fill(-1);
  const bits = new Int32Array(slots).fill(-1);
  const found: Exposed = { locals: 0, loads: [], stores: [] };
  const stores: { block: number; local: number }[] = [];
  blocks.forEach(({ start, end }, block) => {
    for (let at = start; at < end; at++) {
      const instruction = code[at]!;
      if (instruction.op !== 'LOAD' && instruction.op !== 'STORE') continue;
      const { local } = instruction;
      if (local < params || setIn[local] === block) continue;
      if (instruction.op === 'STORE') {
        setIn[local] = block;
        stores.push({ block, local });
      } else {
        if (bits[local] === -1) bits[local] = found.locals++;
        found.loads.push({ block, bit: bits[local]!, at });
      }
    }
  });
  for (const { block, local } of stores) if (bits[local] !== -1) found.stores.push({ block, bit: bits[local]! });
  return found;
}

function reversePostorder(count: number, successors: (block: number) => readonly number[]): number[] {
  const seen = new Uint8Array(count);
  const order: number[] = [];
  const path = [0];
  const taken = new Int32Array(count);
  seen[0] = 1;
  while (path.length > 0) {
    const block = path.at(-1)!;
    const next = successors(block)[taken[block]!++];
    if (next === undefined) {
      order.push(block);
      path.pop();
    } else if (seen[next] === 0) {
      seen[next] = 1;
      path.push(next);
    }
  }
  return order.reverse();
}
