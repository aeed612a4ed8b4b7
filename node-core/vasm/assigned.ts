/** Whether every local is set before it is read, whatever way is taken through a function. */
import type { Flow } from './blocks.ts';
import { LIMITS } from './module.ts';

/**
 * The loads and stores of one function that matter here, told block by block in any order. For the next function `begin` again:
 * arrays are kept, since making them takes longer than filling them.
 */
export class LocalUses {
  /** How many locals are loaded where the same block did not set them before; each has a bit below this. */
  locals = 0;
  /** These loads: block, bit and instruction of each. */
  readonly loads: number[] = [];
  #params = 0;
  #slots = 0;
  #block = 0;
  /** Block and local of each. */
  readonly #stored: number[] = [];
  /** Of each local: the block that set it last. */
  readonly #setIn = new Int32Array(LIMITS.params + LIMITS.locals);
  readonly #bits = new Int32Array(LIMITS.params + LIMITS.locals);

  begin(params: number, slots: number): void {
    this.locals = 0;
    this.loads.length = 0;
    this.#stored.length = 0;
    this.#params = params;
    this.#slots = slots;
    this.#setIn.fill(-1, 0, slots);
    this.#bits.fill(-1, 0, slots);
  }

  enter(block: number): void {
    this.#block = block;
  }

  /** `local` may be one that there is not. */
  load(local: number, at: number): void {
    if (local < this.#params || local >= this.#slots || this.#setIn[local] === this.#block) return;
    if (this.#bits[local] === -1) this.#bits[local] = this.locals++;
    this.loads.push(this.#block, this.#bits[local]!, at);
  }

  store(local: number): void {
    if (local < this.#params || local >= this.#slots || this.#setIn[local] === this.#block) return;
    this.#setIn[local] = this.#block;
    this.#stored.push(this.#block, local);
  }

  /** Blocks that set a local with such a load: block and bit of each. */
  stores(): number[] {
    const stores: number[] = [];
    for (let at = 0; at < this.#stored.length; at += 2) {
      const bit = this.#bits[this.#stored[at + 1]!]!;
      if (bit !== -1) stores.push(this.#stored[at]!, bit);
    }
    return stores;
  }
}

/**
 * The index of a LOAD that some way reaches without a STORE to the same local, or undefined. All blocks are reachable and operands valid.
 *
 * A local that was set stays set, so one walk in reverse postorder settles all loops that are entered at one place only. For
 * others sets go round until they shrink no more: at most once for each block and local. So this takes at most
 * instructions × LIMITS.locals steps, and almost always instructions × (locals read in another block than they are set in) ÷ 32.
 */
export function readBeforeSet({ blocks, jumps, falls }: Flow, uses: LocalUses): number | undefined {
  const { loads, locals } = uses;
  if (loads.length === 0) return undefined;
  const stores = uses.stores();

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
