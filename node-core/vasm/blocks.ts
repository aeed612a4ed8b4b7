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
  const marks = cleared(length);
  marks[0] = STARTS;
  let count = 1;
  for (let at = 0; at < length; at++) {
    const instruction = code[at]!;
    switch (instruction.op) {
      case 'JMP':
      case 'JMP_IF': {
        const { to } = instruction;
        if (!(Number.isInteger(to) && to >= 0 && to < length)) return at;
        if ((marks[to]! & STARTS) === 0) {
          marks[to]! |= STARTS;
          count++;
        }
        marks[at]! |= instruction.op === 'JMP' ? JUMPS : BRANCHES;
        break;
      }
      case 'RET':
      case 'TRAP':
        marks[at]! |= LEAVES;
        break;
      default:
        continue;
    }
    if ((marks[at + 1]! & STARTS) === 0) {
      marks[at + 1]! |= STARTS;
      count++;
    }
  }
  if ((marks[length]! & STARTS) !== 0) count--;
  const blocks: Block[] = [];
  const jumps = new Int32Array(count).fill(-1);
  const falls = new Uint8Array(count);
  for (let start = 0; start < length;) {
    let end = start + 1;
    while (end < length && (marks[end]! & STARTS) === 0) end++;
    blockAt[start] = blocks.length;
    blocks.push({ start, end });
    start = end;
  }
  for (let block = 0; block < count; block++) {
    const last = blocks[block]!.end - 1;
    const end = marks[last]!;
    if ((end & (JUMPS | BRANCHES)) !== 0) jumps[block] = blockAt[(code[last] as { to: number }).to]!;
    if ((end & (JUMPS | LEAVES)) === 0) falls[block] = 1;
  }
  return { blocks, jumps, falls };
}

/** Of each instruction, in bits: whether a block begins there, and for those that end one what they do. */
const STARTS = 1;
const JUMPS = 2;
const BRANCHES = 4;
const LEAVES = 8;

// Kept from one function to the next: making such arrays takes longer than filling them.
let marked = new Uint8Array(0);
/** Of the first instruction of each block: which block it is. */
let blockAt = new Int32Array(0);

/** Marks of that many instructions and of what is behind them. */
function cleared(length: number): Uint8Array {
  if (marked.length <= length) {
    marked = new Uint8Array(2 * length + 1);
    blockAt = new Int32Array(2 * length + 1);
  } else marked.fill(0, 0, length + 1);
  return marked;
}

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
