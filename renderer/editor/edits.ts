/** Changes of a document's text from outside of the editor, on the one undo history of its model. */
import type { TextEdit } from '../state/editor-actions.ts';
import { useDocuments } from '../state/documents.ts';
import { type Model, modelOf, rangeIn } from './models.ts';

/** What the model can do and its public type leaves out. */
type Undoable = Model & { undo(): void | Promise<void>; redo(): void | Promise<void> };

function withModel(documentId: string): Undoable | undefined {
  const document = useDocuments.getState().documents.find((item) => item.id === documentId);
  return document === undefined ? undefined : (modelOf(document) as Undoable);
}

/** Applies edits as one step of the history, whether an editor shows the document or not. */
export function applyToModel(documentId: string, edits: readonly TextEdit[]): void {
  const model = withModel(documentId);
  if (model === undefined || edits.length === 0) return;
  model.pushStackElement();
  model.pushEditOperations(
    null,
    edits.map(({ range, text }) => ({ range: rangeIn(model, range), text })),
    () => null,
  );
  model.pushStackElement();
}

export async function undo(documentId: string): Promise<void> {
  await withModel(documentId)?.undo();
}

export async function redo(documentId: string): Promise<void> {
  await withModel(documentId)?.redo();
}
