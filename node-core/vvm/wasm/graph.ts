/** The control flow of a function as structured code needs it: order, dominators, loops. */
import type { Block } from '../../vasm/blocks.ts';
import type { Instruction } from '../../vasm/module.ts';

export interface Graph {
  /** Of each block: where it may go. Of a JMP_IF first the next block, then the one jumped to. */
  next: readonly (readonly number[])[];
  /** Position of each block in reverse postorder. */
  order: readonly number[];
  /** Of each block: the blocks that it dominates at once, the last in order first. */
  children: readonly (readonly number[])[];
  /** Entered from more than one place that does not lie behind it: code that jumps here needs a label. */
  isMerge: readonly boolean[];
  isLoop: readonly boolean[];
  /** For the head of a loop: the blocks of the loop, itself included. */
  body: ReadonlyMap<number, ReadonlySet<number>>;
  /** Whether each loop is entered only at its head. */
  isReducible: boolean;
}

export function graphOf(code: readonly Instruction[], blocks: readonly Block[]): Graph {
  const blockAt = new Map(blocks.map(({ start }, index) => [start, index]));
  const next = blocks.map(({ end }): number[] => {
    const last = code[end - 1]!;
    if (last.op === 'RET' || last.op === 'TRAP') return [];
    if (last.op === 'JMP') return [blockAt.get(last.to)!];
    const after = blockAt.get(end)!;
    return last.op === 'JMP_IF' ? [after, blockAt.get(last.to)!] : [after];
  });
  const sequence = reversePostorder(next);
  const order = blocks.map(() => -1);
  sequence.forEach((block, at) => (order[block] = at));
  const before: number[][] = blocks.map(() => []);
  for (const from of sequence) for (const to of next[from]!) before[to]!.push(from);
  const dominator = dominators(sequence, order, before);
  const dominates = (above: number, below: number): boolean => {
    let at = below;
    while (order[at]! > order[above]!) at = dominator[at]!;
    return at === above;
  };
  const children: number[][] = blocks.map(() => []);
  for (const block of sequence.toReversed()) if (block !== 0) children[dominator[block]!]!.push(block);
  const isMerge = blocks.map(() => false);
  const isLoop = blocks.map(() => false);
  const body = new Map<number, Set<number>>();
  let isReducible = true;
  for (const block of sequence) {
    let forward = 0;
    for (const from of before[block]!) {
      if (order[from]! < order[block]!) forward++;
      else if (dominates(block, from)) {
        isLoop[block] = true;
        addLoop(body, block, from, before);
      } else isReducible = false;
    }
    isMerge[block] = forward > 1;
  }
  return { next, order, children, isMerge, isLoop, body, isReducible };
}

function reversePostorder(next: readonly (readonly number[])[]): number[] {
  const seen = new Set([0]);
  const done: number[] = [];
  const stack = [{ block: 0, edge: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const to = next[top.block]![top.edge++];
    if (to === undefined) {
      done.push(top.block);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ block: to, edge: 0 });
    }
  }
  return done.toReversed();
}

/** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
function dominators(sequence: readonly number[], order: readonly number[], before: readonly number[][]): number[] {
  const dominator = order.map(() => -1);
  dominator[0] = 0;
  const common = (left: number, right: number): number => {
    let a = left;
    let b = right;
    while (a !== b) {
      while (order[a]! > order[b]!) a = dominator[a]!;
      while (order[b]! > order[a]!) b = dominator[b]!;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const block of sequence.slice(1)) {
      const found = before[block]!.filter((from) => dominator[from] !== -1).reduce(common);
      if (dominator[block] === found) continue;
      dominator[block] = found;
      changed = true;
    }
  }
  return dominator;
}

/** Adds to the loop of `head` what reaches `from`, which jumps back to it. */
function addLoop(body: Map<number, Set<number>>, head: number, from: number, before: readonly number[][]): void {
  const found = body.get(head) ?? new Set([head]);
  body.set(head, found);
  const waiting = [from];
  for (let block = waiting.pop(); block !== undefined; block = waiting.pop()) {
    if (found.has(block)) continue;
    found.add(block);
    waiting.push(...before[block]!);
  }
}
