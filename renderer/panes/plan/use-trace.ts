/** Follows the picked column through the plan, again after every change of the text, until it ends. */
import { useEffect } from 'react';
import type { Lineage } from '../../../node-core/flow/plan/lineage.ts';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import { ask } from '../../language/client.ts';
import { endTrace, useLineage } from '../../state/lineage.ts';
import { type Hop, NO_TRACE, useTrace } from './trace.ts';

export function useTraceFollower(documentId: string | undefined, graph: PlanGraph | undefined): void {
  const picked = useLineage((state) => state.picked);
  useEffect(() => {
    if (picked === undefined || documentId === undefined) {
      if (useTrace.getState() !== NO_TRACE) useTrace.setState(NO_TRACE, true);
      return;
    }
    let here = true;
    void ask(documentId, 'lineage', picked.nodeId, picked.column).then(
      (found) => {
        if (!here) return;
        const title = `${picked.column} of ${picked.nodeId.replace(/^\w+:/, '')}`;
        if (found === undefined) useTrace.setState({ ...NO_TRACE, title });
        else useTrace.setState({ title, ...wayOf(found) });
      },
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [picked, documentId, graph]);
  // Another document has other columns.
  useEffect(() => () => endTrace(), [documentId]);
}

/** The nodes and edges that a column comes along, with what is done to it at each. Exported for tests. */
export function wayOf(lineage: Lineage): { hops: Map<string, Hop>; edges: Set<string> } {
  const hops = new Map<string, Hop>();
  const edges = new Set<string>();
  const column = (node: string, name: string | undefined): Hop['columns'][number] | undefined => {
    let hop = hops.get(node);
    if (hop === undefined) hops.set(node, (hop = { columns: [] }));
    if (name === undefined) return undefined;
    let known = hop.columns.find((one) => one.name === name);
    if (known === undefined) hop.columns.push((known = { name }));
    return known;
  };
  column(lineage.of.node, lineage.of.column);
  for (const { from, to, how, expression } of lineage.back) {
    column(from.node, from.column);
    const made = column(to.node, to.column);
    // What only passes through is not made here.
    if (made !== undefined && how !== 'same' && how !== 'read' && how !== 'given')
      made.from = expression.replace(/\s+AS\s+\S+$/i, '');
    edges.add(`${from.node}→${to.node}`);
  }
  return { hops, edges };
}
