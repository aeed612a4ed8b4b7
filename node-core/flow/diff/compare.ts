/** The parts in which two nodes, or the heads of two flows, differ. Browser-safe. */
import { brokenRange } from '../edit/configure.ts';
import { locateParts } from '../edit/locate.ts';
import { isLayout } from '../plan/annotations.ts';
import type { Annotation, Input, Op, SourceRange, Step } from '../syntax/ast.ts';
import { innerOps } from '../syntax/parts.ts';
import { commentOf } from './comments.ts';
import type { Difference, PartDifference } from './difference.ts';
import { ownWays } from './match.ts';
import { type Entry, implied, impliedParts, partShape, shapeOf, type Side } from './side.ts';

/** In what a node that is on both sides differs. */
export function compare(
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

/** In what name, description and annotations of the flows differ. */
export function flowParts(a: Side, b: Side): PartDifference[] {
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
