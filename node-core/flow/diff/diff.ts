/**
 * What is different between two plans, by their structure: steps, inputs and outputs that came, went, changed, were renamed or
 * moved, and which part of an operation changed. White space is no difference; a reader that follows a rename has not
 * changed. Layout (`@at`, `@group`) and comments are told apart from meaning. Browser-safe. Never throws.
 */
import { sameComments } from './comments.ts';
import { compare, flowParts } from './compare.ts';
import type { Difference, NodeDifference, PlanDifference } from './difference.ts';
import { match, movedOf } from './match.ts';
import { sideOf } from './side.ts';

/** Holds two texts against each other; both may have mistakes. */
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
