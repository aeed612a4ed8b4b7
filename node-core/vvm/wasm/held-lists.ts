/**
 * Which locals of a function have the length and the array of their list held beside them, so that a loop over it reads neither
 * again; and of each instruction where its list comes from.
 */
import { type Block, fuelOf } from '../../vasm/blocks.ts';
import { type Func, type Instruction, slotsOf } from '../../vasm/module.ts';
import type { VerifiedFunc } from '../../vasm/verify.ts';
import type { Graph } from './graph.ts';
import { INLINED_HOST } from './inlined.ts';

/** Lists of one function that are held at most: what may change one list may change each of them. */
const MOST_HELD = 6;
/** Turns that a loop is taken to make, and how many loops within one another count. */
const TURNS = 8;
const MOST_DEPTH = 4;

/** An append that is done in each turn of a loop that counts: a local from what it is now up to a bound. */
export interface Counted {
  counter: number;
  bound: number;
  /** Whether the bound is the length of the list in that local. */
  isLength: boolean;
  /** Fuel that one turn takes at least. */
  cost: number;
}

export interface HeldLists {
  /** Of each slot whether its list is held. */
  isHeld: readonly boolean[];
  /** Of each GET, SET, LEN and `list.pop` the slot that its list is in, of a STORE the slot that has what it stores; or -1. */
  from: Int32Array;
  /** Of each SET: 1 where its index is the length of its list. */
  isAppend: Uint8Array;
  /** By the SET. */
  counted: ReadonlyMap<number, Counted>;
}

const UNKNOWN = -1;
/** On the stack of what is known: the length of the list in a slot. A slot itself stands for what is in it. */
const lengthOf = (slot: number): number => -2 - slot;

/** @returns undefined where no list is worth it. */
export function heldLists(func: Func, { blocks, stack }: VerifiedFunc, graph: Graph): HeldLists | undefined {
  const { code } = func;
  if (!setsInLoop(code)) return undefined;
  const slots = slotsOf(func);
  if (graph.body.size === 0 || !graph.isReducible || !slots.some(({ type }) => type.kind === 'List')) return undefined;
  const from = new Int32Array(code.length).fill(UNKNOWN);
  const index = new Int32Array(code.length).fill(UNKNOWN);
  const gains = slots.map(() => 0);
  let calls = 0;
  const depth = depths(blocks.length, graph);
  blocks.forEach(({ start, end }, block) => {
    const weight = TURNS ** Math.min(depth[block]!, MOST_DEPTH);
    const held: number[] = Array.from({ length: stack[start]!.length }, () => UNKNOWN);
    for (let at = start; at < end; at++) {
      const instruction = code[at]!;
      switch (instruction.op) {
        case 'LOAD':
          held.push(instruction.local);
          continue;
        case 'CONST':
          held.push(UNKNOWN);
          continue;
        case 'DUP':
          held.push(held.at(-1)!);
          continue;
        case 'STORE': {
          const source = held.pop()!;
          const { local } = instruction;
          if (source >= 0 && source !== local) from[at] = source;
          else gains[local]! -= weight;
          forget(held, (known) => known === local || known === lengthOf(local));
          continue;
        }
        case 'LEN':
          from[at] = held.pop()!;
          if (from[at]! >= 0) gains[from[at]!]! += weight;
          held.push(from[at]! >= 0 ? lengthOf(from[at]!) : UNKNOWN);
          continue;
        case 'GET':
        case 'SET':
          if (instruction.field === undefined && held.length > 1) {
            from[at] = held.at(instruction.op === 'GET' ? -2 : -3) ?? UNKNOWN;
            index[at] = held.at(instruction.op === 'GET' ? -1 : -2)!;
            if (from[at]! >= 0) gains[from[at]!]! += 2 * weight;
          }
          break;
        case 'CALL':
        case 'TRY':
          calls += weight;
          break;
        case 'HOST':
          if (instruction.name === 'list.pop') from[at] = held.at(-1)!;
          else if (!INLINED_HOST.has(instruction.name)) calls += weight;
          break;
      }
      if (MAY_RESIZE.has(instruction.op)) forget(held, (known) => known < UNKNOWN);
      if (at + 1 === end) break;
      // What lies below stays, of what the instruction left nothing is known.
      const left = stack[at + 1]!.length;
      while (held.length > left) held.pop();
      while (held.length < left) held.push(UNKNOWN);
      if (left > 0 && instruction.op !== 'SET' && instruction.op !== 'POP') held[left - 1] = UNKNOWN;
    }
  });
  const worth = slots.map(({ type }, slot) => (type.kind === 'List' ? gains[slot]! - 2 * calls : 0));
  const best = worth.filter((gain) => gain > 0).toSorted((a, b) => b - a);
  if (best.length === 0) return undefined;
  const least = best[MOST_HELD] ?? 0;
  const isHeld = worth.map((gain) => gain > least);
  const isAppend = index.map((known, at) =>
    code[at]!.op === 'SET' && from[at]! >= 0 && known === lengthOf(from[at]!) ? 1 : 0,
  );
  return { isHeld, from, isAppend: Uint8Array.from(isAppend), counted: countedOf(func, blocks, graph, from, index) };
}

/** Whether a loop sets elements. Where none does there is no append either, and V8 sees by itself what stays the same. */
function setsInLoop(code: readonly Instruction[]): boolean {
  let last = -1;
  return code.some((instruction, at) => {
    if (instruction.op === 'SET' && instruction.field === undefined) last = at;
    return (instruction.op === 'JMP' || instruction.op === 'JMP_IF') && instruction.to <= last;
  });
}

/** Instructions after which the length of a list may be another. */
const MAY_RESIZE: ReadonlySet<Instruction['op']> = new Set(['SET', 'CALL', 'TRY', 'HOST']);

function forget(held: number[], isGone: (known: number) => boolean): void {
  for (let place = 0; place < held.length; place++) if (isGone(held[place]!)) held[place] = UNKNOWN;
}

/** Of each block in how many loops it stands. */
function depths(count: number, graph: Graph): Uint8Array {
  const depth = new Uint8Array(count);
  for (const inside of graph.body.values()) for (const block of inside) if (depth[block]! < MOST_DEPTH) depth[block]!++;
  return depth;
}

/** The appends of loops of two blocks: one that compares and leaves, and one that ends with a counter that it makes one more. */
function countedOf(
  func: Func,
  blocks: readonly Block[],
  graph: Graph,
  from: Int32Array,
  index: Int32Array,
): ReadonlyMap<number, Counted> {
  const { code } = func;
  const slots = slotsOf(func);
  const counted = new Map<number, Counted>();
  for (const [head, inside] of graph.body) {
    const turn = inside.size === 2 ? [...inside].find((block) => block !== head)! : head;
    if (turn === head || graph.next[turn]!.length !== 1 || graph.next[head]![1] === turn) continue;
    const [first, ...rest] = code.slice(blocks[head]!.start, blocks[head]!.end);
    const isLength = rest[1]?.op === 'LEN';
    if (rest.length !== (isLength ? 4 : 3) || first?.op !== 'LOAD' || rest[0]?.op !== 'LOAD') continue;
    const compared = rest.at(-2)!.op;
    if ((compared !== 'CMPGE' && compared !== 'CMPGT') || rest.at(-1)!.op !== 'JMP_IF') continue;
    const [counter, bound] = [first.local, rest[0].local];
    if (slots[counter]!.type.kind !== 'Int' || slots[bound]!.type.kind !== (isLength ? 'List' : 'Int')) continue;
    const { start, end } = blocks[turn]!;
    const stores: number[] = [];
    for (let at = start; at < end; at++) {
      const instruction = code[at]!;
      if (instruction.op === 'STORE' && (instruction.local === counter || instruction.local === bound)) stores.push(at);
    }
    const [stored, another] = stores;
    if (stored === undefined || another !== undefined || !isOneMore(code, stored, counter)) continue;
    const cost = fuelOf(code, blocks[head]!) + fuelOf(code, blocks[turn]!);
    for (let at = start; at < stored; at++)
      if (code[at]!.op === 'SET' && from[at]! >= 0 && (index[at] === counter || index[at] === lengthOf(from[at]!)))
        counted.set(at, { counter, bound, isLength, cost });
  }
  return counted;
}

function isOneMore(code: readonly Instruction[], at: number, counter: number): boolean {
  const [load, one, add, store] = code.slice(Math.max(0, at - 3), at + 1);
  return (
    load?.op === 'LOAD' &&
    load.local === counter &&
    one?.op === 'CONST' &&
    one.value.kind === 'Int' &&
    one.value.value === 1n &&
    add?.op === 'ADD' &&
    store?.op === 'STORE' &&
    store.local === counter
  );
}
