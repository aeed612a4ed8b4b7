/** What the rest of the workbench asks of the editor once it is there. The editor registers itself; see editor/. */
import type { SourceRange } from '../../node-core/errors/problem.ts';
import { useDocuments } from './documents.ts';

export interface TextEdit {
  range: SourceRange;
  text: string;
}

interface EditorActions {
  /** Runs one of the editor's own actions by id. */
  action: (id: string) => void;
  /** Applies edits to a document as one step of its undo history, whether an editor shows it or not. */
  applyEdits: (documentId: string, edits: readonly TextEdit[]) => void;
  undo: (documentId: string) => void;
  redo: (documentId: string) => void;
  focus: () => void;
}

let editor: EditorActions | undefined;

export function registerEditor(actions: EditorActions | undefined): void {
  editor = actions;
}

export function editorAction(id: string): void {
  editor?.action(id);
}

/**
 * Minimal edits of a document's text (fixes, renames, edits on the graph), undone together: one step of the history that
 * text and graph share. Works wherever the focus is, and leaves it there.
 */
export function applyEdits(documentId: string, edits: readonly TextEdit[]): void {
  if (editor !== undefined) {
    editor.applyEdits(documentId, edits);
    return;
  }
  // No editor was on view yet, so that there is no history either.
  const document = useDocuments.getState().documents.find((item) => item.id === documentId);
  if (document === undefined) return;
  let { text } = document;
  for (const { range, text: by } of edits.toSorted((a, b) => b.range.start - a.range.start))
    text = text.slice(0, range.start) + by + text.slice(range.end);
  useDocuments.getState().setText(documentId, text);
}

/** Takes the last change of a document's text back, whoever made it: the keyboard in the text or an action on the graph. */
export function undo(documentId: string): void {
  editor?.undo(documentId);
}

export function redo(documentId: string): void {
  editor?.redo(documentId);
}

export function focusEditor(): void {
  editor?.focus();
}
