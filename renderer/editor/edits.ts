/** Changes of a document's text from outside of the editor, on the one undo history of its model. */
import type { TextEdit } from '../state/editor-actions.ts';
import { useDocuments } from '../state/documents.ts';
import { type Model, modelOf, rangeIn } from './models.ts';

function withModel(documentId: string): Model | undefined {
  const document = useDocuments.getState().documents.find((item) => item.id === documentId);
  return document === undefined ? undefined : modelOf(document);
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

export function undo(documentId: string): void {
  void withModel(documentId)?.undo();
}

export function redo(documentId: string): void {
  void withModel(documentId)?.redo();
}
