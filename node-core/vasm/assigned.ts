/** Whether every local is set before it is read, whatever way is taken through a function. */
import type { Block, Flow } from './blocks.ts';
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
  { blocks, jumps, falls }: Flow,
  params: number,
  slots: number,
): number | undefined {
  if (slots === params) return undefined;
  const { stores, loads, locals } = exposedLoads(code, blocks, params, slots);
  if (loads.length === 0) return undefined;

  const order = reversePostorder(jumps, falls);
  const place = new Int32Array(blocks.length);
  order.forEach((block, at) => (place[block] = at));
  const set = new Int32Array(blocks.length);
  const sets = new Int32Array(blocks.length);
  const again: number[] = [];
  /** Hands what is set after a block on to the next one; `from` is the place from which it has to be looked at again. */
  const hand = (after: number, next: number, from: number): void => {
    const met = set[next]! & after;
    if (met === set[next]) return;
    if (place[next]! <= from) again.push(next);
    set[next] = met;
  };
  const leave = (block: number, from: number): void => {
    const after = set[block]! | sets[block]!;
    const jump = jumps[block]!;
    if (jump >= 0) hand(after, jump, from);
    if (falls[block] === 1) hand(after, block + 1, from);
  };
  for (let word = 0; word * 32 < locals; word++) {
    sets.fill(0);
    for (let at = 0; at < stores.length; at += 2)
      if (stores[at + 1]! >>> 5 === word) sets[stores[at]!]! |= 1 << (stores[at + 1]! & 31);
    set.fill(-1);
    set[0] = 0;
    for (let at = 0; at < order.length; at++) leave(order[at]!, at);
    for (let block = again.pop(); block !== undefined; block = again.pop()) leave(block, Infinity);
    for (let at = 0; at < loads.length; at += 3) {
      const bit = loads[at + 1]!;
      if (bit >>> 5 === word && (set[loads[at]!]! & (1 << (bit & 31))) === 0) return loads[at + 2];
    }
  }
  return undefined;
}

interface Exposed {
  /** How many locals have such a load; each has a bit below this. */
  locals: number;
  /** Loads of locals that the same block did not set before: block, bit and instruction of each. */
  loads: number[];
  /** Blocks that set one of these locals: block and bit of each. */
  stores: number[];
}

function exposedLoads(code: readonly Instruction[], blocks: readonly Block[], params: number, slots: number): Exposed {
  const setIn = new Int32Array(slots).fill(-1);
  const bits = new Int32Array(slots).fill(-1);
  const loads: number[] = [];
  /** Block and local of each. */
  const stored: number[] = [];
  let locals = 0;
  for (let block = 0; block < blocks.length; block++) {
    const { start, end } = blocks[block]!;
    for (let at = start; at < end; at++) {
      const instruction = code[at]!;
      if (instruction.op !== 'LOAD' && instruction.op !== 'STORE') continue;
      const { local } = instruction;
      if (local < params || setIn[local] === block) continue;
      if (instruction.op === 'STORE') {
        setIn[local] = block;
        stored.push(block, local);
      } else {
        if (bits[local] === -1) bits[local] = locals++;
        loads.push(block, bits[local]!, at);
      }
    }
  }
  const stores: number[] = [];
  if (loads.length > 0)
    for (let at = 0; at < stored.length; at += 2) {
      const bit = bits[stored[at + 1]!]!;
      if (bit !== -1) stores.push(stored[at]!, bit);
    }
  return { locals, loads, stores };
}

function reversePostorder(jumps: Int32Array, falls: Uint8Array): number[] {
  /** Of each block: how many of its two ways were looked at; UNSEEN before it is come to. */
  const taken = new Uint8Array(jumps.length).fill(UNSEEN);
  const order: number[] = [];
  const path = [0];
  taken[0] = 0;
  while (path.length > 0) {
    const block = path.at(-1)!;
    const turn = taken[block]!++;
    const next = turn === 0 ? jumps[block]! : turn === 1 && falls[block] === 1 ? block + 1 : -1;
    if (turn === 2) {
      order.push(block);
      path.pop();
    } else if (next >= 0 && taken[next] === UNSEEN) {
      taken[next] = 0;
      path.push(next);
    }
  }
  return order.reverse();
}

const UNSEEN = 255;
