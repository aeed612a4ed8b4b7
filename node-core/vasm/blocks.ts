/** Basic blocks: where fuel is charged, and what both engines and the verifier agree on. */
import { hostFunction } from './host.ts';
import type { Instruction } from './module.ts';

export interface Block {
  /** Index of the first instruction. */
  start: number;
  /** Index after the last one. */
  end: number;
}

/**
 * Splits code at every jump target and after every JMP, JMP_IF, RET and TRAP; a call does not end a block. Jumps must stay within
 * the code. Linear in its length.
 */
export function basicBlocks(code: readonly Instruction[]): Block[] {
  const starts = new Uint8Array(code.length + 1);
  starts[0] = 1;
  code.forEach((instruction, at) => {
    switch (instruction.op) {
      case 'JMP':
      case 'JMP_IF':
        starts[instruction.to] = 1;
        starts[at + 1] = 1;
        break;
      case 'RET':
      case 'TRAP':
        starts[at + 1] = 1;
        break;
    }
  });
  const blocks: Block[] = [];
  for (let start = 0; start < code.length;) {
    let end = start + 1;
    while (end < code.length && starts[end] === 0) end++;
    blocks.push({ start, end });
    start = end;
  }
  return blocks;
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
