/** Which Ints of a function are never below zero, so that arithmetic with them needs fewer checks. */
import type { Block } from '../../vasm/blocks.ts';
import { type Func, type Instruction, slotsOf } from '../../vasm/module.ts';
import type { VerifiedFunc } from '../../vasm/verify.ts';

/** Walks over the code that are taken at most; a function that needs more is taken to have no such local. */
const MOST_WALKS = 4;

/**
 * Of each instruction 1 where it takes two Ints that are both never below zero. What is proved is that no STORE makes a local
 * negative as long as none is: arithmetic that would wrap traps before, so a sum or product of such Ints is such an Int again.
 *
 * @returns undefined where nothing is known.
 */
export function withoutSign(func: Func, { blocks, stack }: VerifiedFunc): Uint8Array | undefined {
  const { code, params } = func;
  // Without a loop few checks are passed more than once.
  if (!code.some((instruction, at) => isJump(instruction) && instruction.to <= at)) return undefined;
  const isNever = slotsOf(func).map(({ type }, slot) => slot >= params.length && type.kind === 'Int');
  const marks = new Uint8Array(code.length);
  for (let walk = 0; walk < MOST_WALKS; walk++) if (isProved(code, blocks, stack, isNever, marks)) return marks;
  return undefined;
}

const isJump = (instruction: Instruction): instruction is Instruction & { op: 'JMP' | 'JMP_IF' } =>
  instruction.op === 'JMP' || instruction.op === 'JMP_IF';

/** One walk: whether all that is held of the locals is so. What is not is no longer held. */
function isProved(
  code: readonly Instruction[],
  blocks: readonly Block[],
  stack: VerifiedFunc['stack'],
  isNever: boolean[],
  marks: Uint8Array,
): boolean {
  let isSo = true;
  for (const { start, end } of blocks) {
    /** By place on the stack: whether it is an Int that is never below zero. What the block finds there is not known. */
    const held: boolean[] = stack[start]!.length === 0 ? [] : Array.from(stack[start]!, () => false);
    for (let at = start; at < end; at++) {
      const instruction = code[at]!;
      switch (instruction.op) {
        case 'CONST':
          held.push(instruction.value.kind === 'Int' && instruction.value.value >= 0n);
          continue;
        case 'LOAD':
          held.push(isNever[instruction.local]!);
          continue;
        case 'DUP':
          held.push(held.at(-1)!);
          continue;
        case 'STORE':
          if (held.pop() === false && isNever[instruction.local] === true) {
            isNever[instruction.local] = false;
            isSo = false;
          }
          continue;
        case 'ADD':
        case 'MUL':
        case 'DIV':
        case 'MOD': {
          const [b, a] = [held.pop()!, held.pop()!];
          marks[at] = a && b ? 1 : 0;
          held.push(a && b);
          continue;
        }
      }
      if (at + 1 === end) break;
      // Whatever it took and left: what lies below stays, and of what it left nothing is known but that a size is such an Int.
      const left = stack[at + 1]!.length;
      while (held.length > left) held.pop();
      while (held.length < left) held.push(false);
      if (left > 0) held[left - 1] = instruction.op === 'LEN';
    }
  }
  return isSo;
}
