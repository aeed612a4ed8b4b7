/** Basic blocks: where fuel is charged, and what both engines and the verifier agree on. */
import { hostFunction } from './host.ts';
import type { Instruction } from './module.ts';

export interface Block {
  /** Index of the first instruction. */
  start: number;
  /** Index after the last one. */
  end: number;
}

/** Blocks, and where each goes. */
export interface Flow {
  blocks: Block[];
  /** Of each block: the one that it jumps to, or -1. */
  jumps: Int32Array;
  /** Of each block: whether the next one may come after it, 1 or 0. */
  falls: Uint8Array;
}

/**
 * Splits code at every jump target and after every JMP, JMP_IF, RET and TRAP; a call does not end a block. Linear in its length.
 *
 * @returns the index of a jump that leads out of the code where there is one. The last instruction must not go on to a next one.
 */
export function flowOf(code: readonly Instruction[]): Flow | number {
  const { length } = code;
  /** Of each instruction: 1 where a block begins, and for those that end one what they do. */
  const starts = new Uint8Array(length + 1);
  const ends = new Uint8Array(length);
  starts[0] = 1;
  let count = 1;
  for (let at = 0; at < length; at++) {
    const instruction = code[at]!;
    switch (instruction.op) {
      case 'JMP':
      case 'JMP_IF': {
        const { to } = instruction;
        if (!(Number.isInteger(to) && to >= 0 && to < length)) return at;
        if (starts[to] === 0) {
          starts[to] = 1;
          count++;
        }
        ends[at] = instruction.op === 'JMP' ? JUMPS : BRANCHES;
        break;
      }
      case 'RET':
      case 'TRAP':
        ends[at] = LEAVES;
        break;
      default:
        continue;
    }
    if (starts[at + 1] === 0) {
      starts[at + 1] = 1;
      count++;
    }
  }
  if (starts[length] === 1) count--;
  const blocks: Block[] = [];
  const jumps = new Int32Array(count).fill(-1);
  const falls = new Uint8Array(count);
  const blockAt = new Int32Array(length);
  for (let start = 0; start < length;) {
    let end = start + 1;
    while (end < length && starts[end] === 0) end++;
    blockAt[start] = blocks.length;
    blocks.push({ start, end });
    start = end;
  }
  for (let block = 0; block < count; block++) {
    const last = blocks[block]!.end - 1;
    const end = ends[last]!;
    if (end === JUMPS || end === BRANCHES) jumps[block] = blockAt[(code[last] as { to: number }).to]!;
    if (end === 0 || end === BRANCHES) falls[block] = 1;
  }
  return { blocks, jumps, falls };
}

const JUMPS = 1;
const BRANCHES = 2;
const LEAVES = 3;

/**
 * What entering a block costs, all of it at once: one unit for each instruction and the cost of each host function that it
 * calls. A block that cannot be paid takes nothing and traps at its first instruction; one that was paid for and trapped
 * midway stays paid.
 */
export function fuelOf(code: readonly Instruction[], { start, end }: Block): number {
  let fuel = end - start;
  for (let at = start; at < end; at++) {
    const instruction = code[at]!;
    if (instruction.op === 'HOST') fuel += hostFunction(instruction.name)?.cost ?? 0;
  }
  return fuel;
}
