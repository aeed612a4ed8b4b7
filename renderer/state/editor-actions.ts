/** What the rest of the workbench asks of the editor once it is there. The editor registers itself; see editor/. */
import type { SourceRange } from '../../node-core/errors/problem.ts';

export interface TextEdit {
  range: SourceRange;
  text: string;
}

interface EditorActions {
  /** Runs one of the editor's own actions by id. */
  action: (id: string) => void;
  /** Applies edits to a document as one step of its undo history. */
  applyEdits: (documentId: string, edits: TextEdit[]) => void;
  focus: () => void;
}

let editor: EditorActions | undefined;

export function registerEditor(actions: EditorActions | undefined): void {
  editor = actions;
}

export function editorAction(id: string): void {
  editor?.action(id);
}

/** Minimal edits of a document's text (fixes, renames, edits on the graph), undone together. */
export function applyEdits(documentId: string, edits: TextEdit[]): void {
  editor?.applyEdits(documentId, edits);
}

export function focusEditor(): void {
  editor?.focus();
}
