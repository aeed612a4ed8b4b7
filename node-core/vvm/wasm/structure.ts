/**
 * Turns a graph of blocks into the nested blocks, loops and branches of WebAssembly, as Ramsey shows in "Beyond Relooper: Recursive
 * Translation of Unstructured Control Flow to Structured Control Flow" (2022), with a list of what is still to do in the place
 * of recursion, so that no depth of code is too deep; and with what follows a loop placed after it. A graph that has a loop
 * with two entries becomes one loop around a table of jumps.
 */
import type { Body } from './body.ts';
import { I32, OP } from './encode.ts';
import type { Graph } from './graph.ts';

export interface BlockWriter {
  /** Writes the block without its jumps. Of two ways out, the condition of the second is left on the stack. */
  write(block: number): void;
}

type Frame = { loop: number } | { before: number } | 'if';

export function writeStructured(body: Body, graph: Graph, writer: BlockWriter): void {
  const { next, order, children, isMerge, isLoop } = graph;
  const frames: Frame[] = [];
  const pending: (() => void)[] = [];
  /** The last given is done last. */
  const plan = (...steps: (() => void)[]): void => void pending.push(...steps.toReversed());
  const open = (op: number, frame: Frame): void => {
    body.open(op);
    frames.push(frame);
  };
  const close = (): void => {
    body.end();
    frames.pop();
  };
  /** How many frames lie between here and where a jump to the block leads, when it leads to a label. */
  const depthOf = (target: number, from: number): number | undefined => {
    const back = order[target]! <= order[from]!;
    const found = frames.findLastIndex(
      (frame) =>
        frame !== 'if' &&
        (back ? 'loop' in frame && frame.loop === target : 'before' in frame && frame.before === target),
    );
    return found < 0 ? undefined : frames.length - 1 - found;
  };

  const tree = (block: number): void => {
    if (!isLoop[block])
      return within(
        block,
        children[block]!.filter((child) => isMerge[child]),
      );
    const inside = graph.body.get(block)!;
    const after = children[block]!.filter((child) => !inside.has(child));
    const merges = children[block]!.filter((child) => isMerge[child] && inside.has(child));
    plan(
      ...after.map((follower) => () => open(OP.block, { before: follower })),
      () => open(OP.loop, { loop: block }),
      () => within(block, merges),
      close,
      ...after.toReversed().flatMap((follower) => [close, () => tree(follower)]),
    );
  };

  /** The block, each of `merges` behind the end of a frame of its own; the last in order outermost. */
  const within = (block: number, merges: readonly number[]): void =>
    plan(
      ...merges.map((merge) => () => open(OP.block, { before: merge })),
      () => content(block),
      ...merges.toReversed().flatMap((merge) => [close, () => tree(merge)]),
    );

  const content = (block: number): void => {
    writer.write(block);
    const [first, second] = next[block]!;
    if (first === undefined) return;
    if (second === undefined) return go(block, first);
    const toSecond = depthOf(second, block);
    const toFirst = depthOf(first, block);
    if (toSecond !== undefined) {
      body.brIf(toSecond);
      go(block, first);
    } else if (toFirst !== undefined) {
      body.op(OP.i32Eqz).brIf(toFirst);
      go(block, second);
    } else
      plan(
        () => open(OP.if, 'if'),
        () => tree(second),
        () => body.else(),
        () => tree(first),
        close,
      );
  };

  const go = (from: number, to: number): void => {
    const depth = depthOf(to, from);
    if (depth === undefined) plan(() => tree(to));
    else body.br(depth);
  };

  tree(0);
  for (let step = pending.pop(); step !== undefined; step = pending.pop()) step();
  body.op(OP.unreachable);
}

/** Each block is one of a table; a local says which comes next. */
export function writeDispatched(body: Body, graph: Graph, writer: BlockWriter): void {
  const { next } = graph;
  const count = next.length;
  const goal = body.scratch('goal', [I32]);
  body.open(OP.loop);
  for (let block = 0; block < count; block++) body.open(OP.block);
  body.get(goal);
  body.code.byte(OP.brTable).u32(count - 1);
  for (let block = 0; block < count; block++) body.code.u32(block);
  for (let block = 0; block < count; block++) {
    body.end();
    writer.write(block);
    const [first, second] = next[block]!;
    if (first === undefined) continue;
    const toLoop = count - 1 - block;
    if (second !== undefined) {
      body
        .open(OP.if)
        .i32(second)
        .set(goal)
        .br(toLoop + 1)
        .end();
    }
    if (first !== block + 1) body.i32(first).set(goal).br(toLoop);
  }
  body.end().op(OP.unreachable);
}
