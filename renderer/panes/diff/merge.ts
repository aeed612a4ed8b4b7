/** One graph of two: everything of the new plan, and what was removed where it stood. Pure; runs in a worker. */
import type { NodeDifference, PlanDifference } from '../../../node-core/flow/diff/difference.ts';
import type { PlanEdge, PlanGraph } from '../../../node-core/flow/plan/graph.ts';

export type Mark = 'added' | 'removed' | 'renamed' | 'changed' | 'same';

export interface MergedGraph {
  graph: PlanGraph;
  /** By node id of the merged graph; what was removed has an id that begins with `old:`. */
  marks: Record<string, Mark>;
  /** By edge, as {@link edgeKey}. Edges of both plans have none. */
  edges: Record<string, 'added' | 'removed'>;
}

export const edgeKey = (edge: PlanEdge): string => `${edge.from}→${edge.to}${edge.kind === 'order' ? ' (order)' : ''}`;

/** What is said of a node; a step that moved or got another comment is the same step. */
export function markOf({ differences }: NodeDifference): Mark {
  for (const mark of ['added', 'removed', 'changed', 'renamed'] as const) if (differences.includes(mark)) return mark;
  return 'same';
}

export function mergeGraphs(before: PlanGraph, after: PlanGraph, difference: PlanDifference): MergedGraph {
  const marks: Record<string, Mark> = {};
  const there = new Set(after.nodes.map((node) => node.id));
  /** From an id of the old graph to one of the merged graph. */
  const now = new Map<string, string>();
  for (const node of difference.nodes) {
    const mark = markOf(node);
    if (node.new !== undefined) marks[node.new.node] = mark;
    if (node.old !== undefined) now.set(node.old.node, node.new?.node ?? `old:${node.old.node}`);
  }
  const placed = (id: string): string => {
    const known = now.get(id);
    if (known !== undefined) return known;
    return there.has(id) ? id : `old:${id}`;
  };
  const gone = before.nodes
    .filter((node) => placed(node.id).startsWith('old:'))
    .map((node) => ({ ...node, id: `old:${node.id}` }));
  for (const node of gone) marks[node.id] = 'removed';
  const old = before.edges.map((edge) => ({ ...edge, from: placed(edge.from), to: placed(edge.to) }));
  const had = new Set(old.map(edgeKey));
  const has = new Set(after.edges.map(edgeKey));
  const edges: MergedGraph['edges'] = {};
  for (const edge of after.edges) if (!had.has(edgeKey(edge))) edges[edgeKey(edge)] = 'added';
  const lost = old.filter((edge) => !has.has(edgeKey(edge)));
  for (const edge of lost) edges[edgeKey(edge)] = 'removed';
  return {
    // Removed steps come before what they fed, so that the layout puts them where they stood.
    graph: { ...after, nodes: [...after.nodes, ...gone], edges: [...after.edges, ...lost] },
    marks,
    edges,
  };
}
