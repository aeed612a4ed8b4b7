/**
 * What is selected in the graph: any number of nodes, or one edge. The node that everything is about (state/selection.ts)
 * is always one of them; when it is set elsewhere (the cursor, a list), it is selected alone.
 */
import { create } from 'zustand';
import { selectNode, useSelection } from '../../state/selection.ts';

interface PlanSelection {
  /** Node ids, in the order in which they were chosen. */
  nodes: ReadonlySet<string>;
  /** Edge id; then no node is selected. */
  edge: string | undefined;
}

export const usePlanSelection = create<PlanSelection>()(() => ({ nodes: new Set(), edge: undefined }));

useSelection.subscribe(({ nodeId }) => {
  const { nodes, edge } = usePlanSelection.getState();
  if (nodeId === undefined ? nodes.size === 0 : nodes.has(nodeId) && edge === undefined) return;
  usePlanSelection.setState({ nodes: new Set(nodeId === undefined ? [] : [nodeId]), edge: undefined });
});

/** Selects nodes; the last is the one that everything is about. `reveal` (default true) shows its source. */
export function chooseNodes(ids: readonly string[], options: { reveal?: boolean } = {}): void {
  usePlanSelection.setState({ nodes: new Set(ids), edge: undefined });
  const main = ids.at(-1);
  // A group's card has no source of its own.
  if (main?.startsWith('group:') === true) useSelection.setState({ nodeId: main });
  else selectNode(main, { reveal: options.reveal ?? true });
}

/** Adds a node to what is selected, or takes it out. */
export function toggleNode(id: string): void {
  const { nodes } = usePlanSelection.getState();
  const next = nodes.has(id) ? [...nodes].filter((other) => other !== id) : [...nodes, id];
  chooseNodes(next, { reveal: false });
}

export function chooseEdge(id: string): void {
  usePlanSelection.setState({ nodes: new Set(), edge: id });
}

export const chosenNodes = (): string[] => [...usePlanSelection.getState().nodes];
