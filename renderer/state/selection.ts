/**
 * The plan node that everything is about right now: set by the cursor moving into a step, by a click in the graph, in
 * the results or in the outline. Node ids as in PlanGraph (`step:load`).
 */
import { create } from 'zustand';
import { revealRange, useCursor } from './cursor.ts';
import { useDocuments } from './documents.ts';
import { useLanguage } from './language.ts';

interface Selection {
  nodeId: string | undefined;
}

export const useSelection = create<Selection>()(() => ({ nodeId: undefined }));

/** Selects a node; `reveal` (default true) shows its source as well. */
export function selectNode(nodeId: string | undefined, options: { reveal?: boolean; focus?: boolean } = {}): void {
  useSelection.setState({ nodeId });
  if (nodeId === undefined || options.reveal === false) return;
  const node = useLanguage.getState().graph?.nodes.find((item) => item.id === nodeId);
  if (node !== undefined) {
    revealRange({ start: node.range.start, end: node.range.start }, { focus: options.focus ?? false });
  }
}

/** The cursor chooses the node it stands in; a node that the plan of another document does not have is left. */
export function followCursor(): () => void {
  let shown: string | undefined;
  /** The cursor moved in a text that the graph is not of yet: as one types, always. */
  let waiting = false;
  const choose = (): void => {
    const { graph, documentId, treeRevision } = useLanguage.getState();
    const cursor = useCursor.getState();
    if (graph === undefined || documentId !== cursor.documentId) return;
    const text = useDocuments.getState().documents.find((item) => item.id === documentId);
    waiting = text !== undefined && text.revision !== treeRevision;
    if (waiting) return;
    const at = cursor.cursorOffset;
    const node = graph.nodes.find((item) => item.range.start <= at && at <= item.range.end);
    if (node !== undefined && node.id !== useSelection.getState().nodeId) useSelection.setState({ nodeId: node.id });
  };
  const left = useLanguage.subscribe(({ documentId, graph }) => {
    if (graph === undefined) return;
    if (documentId !== shown) {
      shown = documentId;
      const { nodeId } = useSelection.getState();
      if (nodeId !== undefined && !graph.nodes.some((item) => item.id === nodeId)) selectNode(undefined);
    }
    if (waiting) choose();
  });
  const moved = useCursor.subscribe((cursor, before) => {
    if (cursor.cursorOffset !== before.cursorOffset || cursor.documentId !== before.documentId) choose();
  });
  return () => {
    left();
    moved();
  };
}
