/** Where the cursor is, and asking the editor to show a place: how text, tree, graph and results follow each other. */
import { create } from 'zustand';
import type { SourceRange } from '../../node-core/errors/problem.ts';
import { useDocuments } from './documents.ts';
import { useLayout } from './layout.ts';

export interface Reveal {
  documentId: string;
  range: SourceRange;
  /** Puts the cursor there (the default); else only scrolls and flashes. */
  select: boolean;
  focus: boolean;
  /** Grows with every request, so that asking twice for one place works. */
  request: number;
}

interface Cursor {
  documentId: string | undefined;
  /** UTF-16 offset in the active document's text. */
  cursorOffset: number;
  /** From 1. */
  line: number;
  column: number;
  /** Length of the selected text. */
  selected: number;
  /** What moved it last: panes do not answer a movement that they caused themselves. */
  source: 'editor' | 'pane';
  reveal: Reveal | undefined;
}

export const useCursor = create<Cursor>()(() => ({
  documentId: undefined,
  cursorOffset: 0,
  line: 1,
  column: 1,
  selected: 0,
  source: 'editor',
  reveal: undefined,
}));

let requests = 0;

/**
 * Shows a place of a document in the editor (the active one unless named), opening the Flows area if another is
 * open. `focus: true` also moves the keyboard there; panes that keep the keyboard (arrow keys in a tree) leave it out.
 */
export function revealRange(
  range: SourceRange,
  options: { documentId?: string; select?: boolean; focus?: boolean } = {},
): void {
  const documentId = options.documentId ?? useDocuments.getState().activeId;
  if (documentId === undefined) return;
  useDocuments.getState().activate(documentId);
  useLayout.getState().showArea('flows');
  requests += 1;
  useCursor.setState({
    source: 'pane',
    reveal: { documentId, range, select: options.select ?? true, focus: options.focus ?? false, request: requests },
  });
}
