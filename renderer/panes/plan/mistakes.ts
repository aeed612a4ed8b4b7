/** Which node of the plan a mistake in the text belongs to. Pure. */
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import type { Diagnostic } from '../../../node-core/flow/syntax/ast.ts';

/**
 * The first error of each node (else its first warning). `now` is the graph of the text that the mistakes are in; `shown` may be
 * an older one: a mistake in what it lacks is marked at the node before it.
 */
export function mistakesOf(
  diagnostics: readonly Diagnostic[],
  now: PlanGraph | undefined,
  shown: PlanGraph,
): Map<string, Diagnostic> {
  const marked = new Map<string, Diagnostic>();
  const drawn = new Set(shown.nodes.map((node) => node.id));
  const places = (now ?? shown).nodes
    .filter((node) => drawn.has(node.id))
    .toSorted((a, b) => a.range.start - b.range.start);
  for (const item of diagnostics) {
    if (item.severity === 'info') continue;
    let last: string | undefined;
    for (const node of places) {
      if (node.range.start > item.range.start) break;
      // A warning belongs to what it stands in; an error that stands in nothing to what comes before it.
      if (item.range.start <= node.range.end || item.severity === 'error') last = node.id;
    }
    last ??= item.severity === 'error' ? places[0]?.id : undefined;
    if (last === undefined) continue;
    const known = marked.get(last);
    if (known === undefined || (known.severity === 'warning' && item.severity === 'error')) marked.set(last, item);
  }
  return marked;
}
