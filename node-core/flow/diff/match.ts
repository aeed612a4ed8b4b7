/** Which node of the old plan is which of the new one, and which have moved. Browser-safe. */
import type { StepSymbol } from '../plan/model.ts';
import { type Entry, partShapes, shapeOf, type Side } from './side.ts';

/** How much two operations must have in common for one to be the other under a new name. */
const ALIKE = 0.5;
const MOST = 40_000;

/** Pairs of nodes that are the same one; `names` learns old and new names of those that were renamed. */
export function match(a: Side, b: Side, names: Map<string, string>): [Entry, Entry][] {
  const pairs: [Entry, Entry][] = [];
  const open = new Map(b.entries.map((entry) => [entry.side.node, entry]));
  let gone: Entry[] = [];
  for (const entry of a.entries) {
    const same = open.get(entry.side.node);
    if (same === undefined) gone.push(entry);
    else {
      open.delete(entry.side.node);
      pairs.push([entry, same]);
    }
  }
  // In the order in which steps read each other, so that renamed sources are known before their readers.
  const rank = new Map(a.analysis.order.map((symbol, i) => [symbol.node as unknown, i]));
  gone.sort((x, y) => (rank.get(x.statement) ?? -1) - (rank.get(y.statement) ?? -1));
  for (const exact of [true, false]) {
    // Two plans that have next to nothing in common are not compared step by step.
    if (gone.length * open.size > MOST) break;
    const left: Entry[] = [];
    for (const entry of gone) {
      const candidates = [...open.values()].filter((other) => other.kind === entry.kind);
      let best: Entry | undefined;
      let most = exact ? 1 : ALIKE;
      for (const other of candidates) {
        const score = likeness(a, b, entry, other, names);
        if (score >= most && (best === undefined || score > most)) {
          best = other;
          most = score;
        }
      }
      if (best === undefined) {
        left.push(entry);
        continue;
      }
      pairs.push([entry, best]);
      open.delete(best.side.node);
      if (entry.kind !== 'output') names.set(entry.side.name, best.side.name);
    }
    gone = left;
  }
  return pairs;
}

/** 1: the same but for the name. Of operations of different kinds 0, else the share of equal parts. */
function likeness(a: Side, b: Side, old: Entry, now: Entry, names: ReadonlyMap<string, string>): number {
  const { statement: x } = old;
  const { statement: y } = now;
  if (x.kind === 'step' && y.kind === 'step') {
    if (x.op.op !== y.op.op || x.op.op === 'BROKEN') return 0;
    const [own, without] = ownWays(names, old.side.name, now.side.name);
    const before = partShapes(x.op, own);
    let other: Map<string, string> | undefined;
    const after = partShapes(y.op, new Map());
    const ids = new Set([...before.keys(), ...after.keys()]);
    if (ids.size === 0) return 1;
    let equal = 0;
    for (const id of ids)
      if (before.get(id) === after.get(id) || (other ??= partShapes(x.op, without)).get(id) === after.get(id)) equal++;
    return equal / ids.size;
  }
  if (x.kind === 'output' && y.kind === 'output') {
    if (shapeOf(x.value, names) === shapeOf(y.value, new Map())) return 1;
    // Without labels they are called as what they read.
    return x.label === undefined && y.label === undefined ? ALIKE : 0;
  }
  if (x.kind === 'input' && y.kind === 'input') {
    const same =
      x.type === y.type && x.optional === y.optional && shapeOf(x.default, names) === shapeOf(y.default, new Map());
    // Of inputs alike in everything one is the other only where something reads it alike.
    return same && readersAlike(a, b, old, now) ? 1 : 0;
  }
  return 0;
}

/**
 * Its own name in a step is the step itself, in a plan that goes in a circle, or a table or an input of that name: the names with it, and
 * without.
 */
export function ownWays(
  names: ReadonlyMap<string, string>,
  old: string,
  now: string,
): [Map<string, string>, Map<string, string>] {
  const without = new Map(names);
  without.delete(old);
  return [new Map([...names, [old, now]]), without];
}

function readersAlike(a: Side, b: Side, old: Entry, now: Entry): boolean {
  const readers = (side: Side, node: string): string =>
    side.analysis.symbols
      .filter((symbol) => symbol.kind === 'step' && [...symbol.dependsOn].some((read) => read.id === node))
      .map((symbol) => (symbol as StepSymbol).node.op.op)
      .sort()
      .join();
  return readers(a, old.side.node) === readers(b, now.side.node);
}

/** The entries of the new side that stand in another order: all but a longest row of pairs in the order of both. */
export function movedOf(pairs: readonly [Entry, Entry][]): Set<Entry> {
  const moved = new Set<Entry>();
  for (const kinds of [['input'], ['step', 'output']]) {
    const rows = pairs
      .filter(([old]) => kinds.includes(old.kind))
      .sort(([x], [y]) => x.statement.range.start - y.statement.range.start);
    const places = rows.map(([, now]) => now.statement.range.start);
    const kept = longestRise(places);
    for (const [i, [, now]] of rows.entries()) if (!kept.has(i)) moved.add(now);
  }
  return moved;
}

/** Indexes of a longest increasing row of numbers (patience sorting). */
function longestRise(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const before: number[] = [];
  for (const [i, value] of values.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? -1 : tails[low - 1]!);
    tails[low] = i;
  }
  const kept = new Set<number>();
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]!) kept.add(i);
  return kept;
}
