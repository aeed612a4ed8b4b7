/** What the rest of the workbench asks of the editor once it is there. The editor registers itself; see editor/. */
import type { SourceRange } from '../../node-core/errors/problem.ts';

export interface TextEdit {
  range: SourceRange;
  text: string;
}

interface EditorActions {
  /** Runs one of the editor's own actions by id. */
  action: (id: string) => void;
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
export async function applyEdits(documentId: string, edits: readonly TextEdit[]): Promise<void> {
  (await import('../editor/edits.ts')).applyToModel(documentId, edits);
}

/** Takes the last change of a document's text back, whoever made it: the keyboard in the text or an action on the graph. */
export async function undo(documentId: string): Promise<void> {
  await (await import('../editor/edits.ts')).undo(documentId);
}

export async function redo(documentId: string): Promise<void> {
  await (await import('../editor/edits.ts')).redo(documentId);
}

export function focusEditor(): void {
  editor?.focus();
}
