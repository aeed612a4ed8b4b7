/**
 * What is different between two plans, by their structure: steps, inputs and outputs that came, went, changed, were renamed or
 * moved, and which part of an operation changed. White space is no difference; a reader that follows a rename has not
 * changed. Layout (`@at`, `@group`) and comments are told apart from meaning. Browser-safe. Never throws.
 */
import { brokenRange } from '../edit/configure.ts';
import { Change } from '../edit/change.ts';
import { locateParts } from '../edit/locate.ts';
import { commentsAbove } from '../edit/statements.ts';
import { analyse } from '../plan/analyse.ts';
import { isLayout } from '../plan/annotations.ts';
import type { Analysis, StepSymbol } from '../plan/model.ts';
import { nestedOps } from '../plan/operations/nested.ts';
import type { Annotation, Expr, Input, Op, Output, SourceRange, Step } from '../syntax/ast.ts';
import { type Part, innerOps, partsOf } from '../syntax/parts.ts';

/** `changed`, `renamed` and `moved` may come together; `layout` and `comment` change nothing about the plan. */
export type Difference = 'added' | 'removed' | 'renamed' | 'changed' | 'moved' | 'layout' | 'comment';

/** A node on one side. */
export interface DiffSide {
  /** Id in the graph of that side. */
  node: string;
  name: string;
  range: SourceRange;
}

/** A part that is different: old and new FLOW text, `null` where it is not there. */
export interface PartDifference {
  /** As in forms: `where`, `by`, `then.value`; `operation` when it is another operation, `@timeout` for an annotation. */
  id: string;
  label: string;
  old: string | null;
  new: string | null;
  oldRange?: SourceRange;
  newRange?: SourceRange;
}

export interface NodeDifference {
  kind: 'input' | 'step' | 'output';
  differences: Difference[];
  old?: DiffSide;
  new?: DiffSide;
  parts: PartDifference[];
}

export interface PlanDifference {
  /** Nothing but white space differs. */
  same: boolean;
  /** The plans mean the same: at most names of the flow's own text, layout, comments, order or help differ. */
  sameMeaning: boolean;
  /** Name and description of the flow. */
  flow: PartDifference[];
  /** In the order of the new text; what is gone stands where it was. */
  nodes: NodeDifference[];
}

/** How much two operations must have in common for one to be the other under a new name. */
const ALIKE = 0.5;

const MOST = 40_000;

export function diffPlans(oldSource: string, newSource: string): PlanDifference {
  const a = sideOf(oldSource);
  const b = sideOf(newSource);
  const names = new Map<string, string>();
  const pairs = match(a, b, names);
  const moved = movedOf(pairs);
  const nodes: { at: number; node: NodeDifference }[] = [];
  const paired = new Map(pairs.map(([old, fresh]) => [old, fresh]));
  const fresh = new Set(pairs.map(([, one]) => one));
  let last = -1;
  for (const [i, entry] of a.entries.entries()) {
    const other = paired.get(entry);
    if (other !== undefined) {
      last = b.entries.indexOf(other);
      continue;
    }
    nodes.push({
      at: last + 0.5 + i / 1e6,
      node: { kind: entry.kind, differences: ['removed'], old: entry.side, parts: [] },
    });
  }
  for (const [i, entry] of b.entries.entries())
    if (!fresh.has(entry))
      nodes.push({ at: i, node: { kind: entry.kind, differences: ['added'], new: entry.side, parts: [] } });
  for (const [old, now] of pairs) {
    const { differences, parts } = compare(a, b, old, now, names);
    if (moved.has(now)) differences.push('moved');
    if (differences.length > 0)
      nodes.push({
        at: b.entries.indexOf(now),
        node: { kind: now.kind, differences, old: old.side, new: now.side, parts },
      });
  }
  const flow = flowParts(a, b);
  nodes.sort((x, y) => x.at - y.at);
  const list = nodes.map(({ node }) => node);
  const quiet = new Set<Difference>(['layout', 'comment', 'moved']);
  return {
    same: list.length === 0 && flow.length === 0 && sameComments(a, b),
    sameMeaning: list.every((node) => node.differences.every((difference) => quiet.has(difference)) || onlyHelp(node)),
    flow,
    nodes: list,
  };
}

function onlyHelp(node: NodeDifference): boolean {
  return (
    node.kind === 'input' &&
    node.differences.every((one) => one === 'changed' || one === 'moved' || one === 'comment') &&
    node.parts.every((part) => part.id === 'help')
  );
}

// ---------------------------------------------------------------- the two sides

interface Entry {
  kind: NodeDifference['kind'];
  side: DiffSide;
  statement: Input | Step | Output;
}

interface Side {
  analysis: Analysis;
  change: Change;
  entries: Entry[];
}

/** What a TAKE without FROM reads: the step before it, as if it were written. */
const implied = new WeakMap<Op, Expr & { kind: 'name' }>();

function imply({ node, before }: StepSymbol): void {
  if (before === undefined) return;
  const pending = [node.op];
  for (let op = pending.pop(); op !== undefined; op = pending.pop()) {
    const { start } = op.range;
    if (op.op === 'TAKE' && op.source === undefined)
      implied.set(op, { kind: 'name', name: before.name, range: { start, end: start } });
    pending.push(...nestedOps(op));
  }
}

function sideOf(source: string): Side {
  const analysis = analyse(source);
  for (const symbol of analysis.symbols) if (symbol.kind === 'step') imply(symbol);
  const entries: Entry[] = [
    ...analysis.symbols.map((symbol): Entry => ({
      kind: symbol.kind,
      side: { node: symbol.id, name: symbol.name, range: symbol.node.range },
      statement: symbol.node,
    })),
    ...analysis.outputs.map((output): Entry => ({
      kind: 'output',
      side: { node: output.id, name: output.label, range: output.node.range },
      statement: output.node,
    })),
  ];
  entries.sort((x, y) => x.statement.range.start - y.statement.range.start);
  return { analysis, change: new Change(analysis), entries };
}

// ---------------------------------------------------------------- who is who

/** Pairs of nodes that are the same one; `names` learns old and new names of those that were renamed. */
function match(a: Side, b: Side, names: Map<string, string>): [Entry, Entry][] {
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
function ownWays(
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
function movedOf(pairs: readonly [Entry, Entry][]): Set<Entry> {
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

// ---------------------------------------------------------------- what is different

function compare(
  a: Side,
  b: Side,
  old: Entry,
  now: Entry,
  names: ReadonlyMap<string, string>,
): { differences: Difference[]; parts: PartDifference[] } {
  const differences: Difference[] = [];
  const parts: PartDifference[] = [];
  const { statement: x } = old;
  const { statement: y } = now;
  if (
    old.side.name !== now.side.name &&
    !(x.kind === 'output' && x.label === undefined && y.kind === 'output' && y.label === undefined)
  )
    differences.push('renamed');
  if (x.kind === 'step' && y.kind === 'step') {
    parts.push(...opParts(a, b, x, y, names), ...annotationParts(a, b, x.annotations, y.annotations));
    if (layoutText(a, x) !== layoutText(b, y)) differences.push('layout');
  } else if (x.kind === 'input' && y.kind === 'input') parts.push(...inputParts(a, b, x, y));
  else if (x.kind === 'output' && y.kind === 'output' && shapeOf(x.value, names) !== shapeOf(y.value, new Map()))
    parts.push(part('value', 'value', a, b, x.value.range, y.value.range));
  if (parts.length > 0) differences.push('changed');
  if (commentOf(a, x) !== commentOf(b, y)) differences.push('comment');
  return { differences, parts };
}

function part(
  id: string,
  label: string,
  a: Side,
  b: Side,
  oldRange: SourceRange | undefined,
  newRange: SourceRange | undefined,
): PartDifference {
  return {
    id,
    label,
    old: oldRange === undefined ? null : text(a, oldRange),
    new: newRange === undefined ? null : text(b, newRange),
    ...(oldRange === undefined ? {} : { oldRange }),
    ...(newRange === undefined ? {} : { newRange }),
  };
}

function text(side: Side, { start, end }: SourceRange): string {
  return side.analysis.source.slice(start, end);
}

function opParts(a: Side, b: Side, x: Step, y: Step, names: ReadonlyMap<string, string>): PartDifference[] {
  if (x.op.op === 'BROKEN' || y.op.op === 'BROKEN') {
    const [before, after] = [x, y].map((step, i) =>
      step.op.op === 'BROKEN' ? brokenRange((i === 0 ? a : b).analysis, step) : step.op.range,
    ) as [SourceRange, SourceRange];
    return text(a, before) === text(b, after) ? [] : [part('operation', 'operation', a, b, before, after)];
  }
  const [own, without] = ownWays(names, x.name.name, y.name.name);
  const parts = nestedParts(a, b, x.op, y.op, own, '');
  if (parts.length === 0) return parts;
  const others = nestedParts(a, b, x.op, y.op, without, '');
  return others.length < parts.length ? others : parts;
}

function nestedParts(
  a: Side,
  b: Side,
  x: Op,
  y: Op,
  names: ReadonlyMap<string, string>,
  prefix: string,
): PartDifference[] {
  const whole = (): PartDifference[] => [
    part(prefix === '' ? 'operation' : prefix.slice(0, -1), 'operation', a, b, x.range, y.range),
  ];
  if (x.op !== y.op || x.major !== y.major) return whole();
  if (shapeOf(x, names) === shapeOf(y, new Map())) return [];
  const before = impliedParts(x);
  const after = impliedParts(y);
  const places = [locateParts(a.analysis.source, x), locateParts(b.analysis.source, y)] as const;
  const inner = [
    new Map(innerOps(x).map((one) => [one.id, one.op])),
    new Map(innerOps(y).map((one) => [one.id, one.op])),
  ] as const;
  const found: PartDifference[] = [];
  const ids = [...new Set([...before, ...after].map((one) => one.id))];
  for (const id of ids) {
    const [old, now] = [before.find((one) => one.id === id), after.find((one) => one.id === id)];
    if (partShape(old, names) === partShape(now, new Map())) continue;
    const [from, to] = [inner[0].get(id), inner[1].get(id)];
    if (from !== undefined && to !== undefined) {
      found.push(...nestedParts(a, b, from, to, names, `${prefix}${id}.`));
      continue;
    }
    const [p, q] = places.map((list) => list?.find((located) => located.id === id));
    const told = part(
      prefix + id,
      (old ?? now)!.label,
      a,
      b,
      p?.present === true ? p.content : undefined,
      q?.present === true ? q.content : undefined,
    );
    if (id === 'source') {
      told.old ??= implied.get(x)?.name ?? null;
      told.new ??= implied.get(y)?.name ?? null;
    }
    found.push(told);
  }
  // Cases hold operations: the part says it all.
  return found.length === 0 ? whole() : found;
}

function annotationParts(a: Side, b: Side, x: readonly Annotation[], y: readonly Annotation[]): PartDifference[] {
  const found: PartDifference[] = [];
  const byName = (list: readonly Annotation[]): Map<string, Annotation> =>
    new Map(list.filter((one) => !isLayout(one)).map((one) => [one.name.name.toLowerCase(), one]));
  const [before, after] = [byName(x), byName(y)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old !== undefined && now !== undefined && shapeOf(old.args, new Map()) === shapeOf(now.args, new Map()))
      continue;
    found.push(part(`@${name}`, `@${name}`, a, b, old?.range, now?.range));
  }
  return found;
}

function layoutText(side: Side, step: Step): string {
  return step.annotations
    .filter(isLayout)
    .map((one) => text(side, one.range).replaceAll(/\s+/g, ''))
    .sort()
    .join();
}

function inputParts(a: Side, b: Side, x: Input, y: Input): PartDifference[] {
  const found: PartDifference[] = [];
  const none = new Map<string, string>();
  if (x.type !== y.type) found.push(part('type', 'type', a, b, x.typeRange, y.typeRange));
  if (x.optional !== y.optional)
    found.push({ id: 'optional', label: 'optional', old: String(x.optional), new: String(y.optional) });
  if (shapeOf(x.default, none) !== shapeOf(y.default, none))
    found.push(part('default', 'default', a, b, x.default?.range, y.default?.range));
  if (x.help !== y.help) found.push({ id: 'help', label: 'help', old: x.help ?? null, new: y.help ?? null });
  return found;
}

function flowParts(a: Side, b: Side): PartDifference[] {
  const found: PartDifference[] = [];
  const [x, y] = [a.analysis.parse.plan, b.analysis.parse.plan];
  if (x.name?.value !== y.name?.value) found.push(part('name', 'name of the flow', a, b, x.name?.range, y.name?.range));
  const [before, after] = [x, y].map((plan) => plan.description.map((line) => line.value).join('\n'));
  if (before !== after)
    found.push({
      id: 'description',
      label: 'description',
      old: before === '' ? null : before!,
      new: after === '' ? null : after!,
    });
  found.push(...annotationParts(a, b, x.annotations, y.annotations));
  return found;
}

function commentOf(side: Side, statement: Entry['statement']): string {
  const inside = side.analysis.parse.comments.filter(
    ({ range }) => range.start >= statement.range.start && range.end <= statement.range.end,
  );
  return [...commentsAbove(side.change, statement), ...inside].map((one) => one.text).join('\n');
}

function sameComments(a: Side, b: Side): boolean {
  const texts = (side: Side): string => side.analysis.parse.comments.map((one) => one.text).join('\n');
  return texts(a) === texts(b);
}

// ---------------------------------------------------------------- shapes

const PLACES: ReadonlySet<string> = new Set(['range', 'wordRange', 'fnRange', 'typeRange']);

/** A tree without its places, as text; names that were changed are written as they are now. */
function shapeOf(value: unknown, names: ReadonlyMap<string, string>): string {
  return (
    JSON.stringify(value, function (this: unknown, key: string, inner: unknown): unknown {
      if (PLACES.has(key)) return undefined;
      if (key === 'name' && typeof inner === 'string' && (this as { kind?: string }).kind === 'name')
        return names.get(inner) ?? inner;
      const source = typeof inner === 'object' && inner !== null ? implied.get(inner as Op) : undefined;
      return source === undefined ? inner : { ...(inner as Op), source };
    }) ?? ''
  );
}

function partShape(one: Part | undefined, names: ReadonlyMap<string, string>): string {
  if (one === undefined) return '';
  const {
    id: _id,
    label: _label,
    what: _what,
    clause: _clause,
    maybe: _maybe,
    takes: _takes,
    optional: _optional,
    ownLine: _ownLine,
    ...content
  } = one;
  return shapeOf(content, names);
}

function partShapes(op: Op, names: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(impliedParts(op).map((one) => [one.id, partShape(one, names)]));
}

/** The parts of an operation, with what it reads when that is not written. */
function impliedParts(op: Op): Part[] {
  const source = implied.get(op);
  if (source === undefined) return partsOf(op);
  return partsOf(op).map((one) => (one.id === 'source' && one.kind === 'expr' ? { ...one, expr: source } : one));
}
