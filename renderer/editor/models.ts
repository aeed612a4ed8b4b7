/** The text models of open documents, and what is underlined in them. */
import type { Diagnostic } from '../../node-core/flow/syntax/ast.ts';
import { updateText } from '../language/client.ts';
import { type FlowDocument, formOf, useDocuments } from '../state/documents.ts';
import { monaco } from './monaco.ts';
import { forgetUndo } from './undo-stacks.ts';

export const FLOW = 'flow';
export type Model = ReturnType<typeof monaco.editor.createModel>;

const models = new Map<string, Model>();

/** The model of a document; made when it is first shown, gone when its tab closes. */
export function modelOf(document: FlowDocument): Model {
  let model = models.get(document.id);
  if (model === undefined) {
    model = monaco.editor.createModel(
      document.text,
      formOf(document) === 'text' ? 'plaintext' : FLOW,
      monaco.Uri.from({ scheme: 'voike', path: `/${document.name}`, query: document.id }),
    );
    model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
    models.set(document.id, model);
    followText(document.id, model);
  }
  return model;
}

let measured = 0;
/** True while the store is told of a change that a model has already. */
let fromModel = false;

/** Every change of the text goes to the language worker and the store. */
function followText(id: string, model: Model): void {
  model.onDidChangeContent(() => {
    const text = model.getValue();
    const present = useDocuments.getState().documents.find((item) => item.id === id);
    if (present === undefined || present.text === text) return;
    // The worker hears of it first: it works while this thread renders.
    const revision = present.revision + 1;
    measured += 1;
    if (measured % 100 === 0) {
      // Marks are kept by the browser until they are cleared.
      performance.clearMarks('voike:keystroke');
      performance.clearMarks('voike:diagnostics');
    }
    performance.mark('voike:keystroke', { detail: { revision } });
    updateText(id, revision, text);
    fromModel = true;
    try {
      useDocuments.getState().setText(id, text);
    } finally {
      fromModel = false;
    }
  });
}

/** The document that a model shows. */
export function documentOf(model: { uri: { query: string } }): string {
  return model.uri.query;
}

const SEVERITY = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
};

/** Underlines what is wrong. Answers for an older text are skipped: the next is on its way. */
export function showDiagnostics(documentId: string, revision: number, diagnostics: Diagnostic[]): void {
  const model = models.get(documentId);
  const document = useDocuments.getState().documents.find((item) => item.id === documentId);
  if (model === undefined || document === undefined || document.revision !== revision) return;
  monaco.editor.setModelMarkers(
    model,
    FLOW,
    // More underlines than anybody reads cost more than they tell; the list in Problems is whole.
    diagnostics.slice(0, 500).map((item) => {
      const range = rangeIn(model, item.range);
      return {
        ...range,
        // A problem at the end of a line has nothing to underline: take the character before.
        ...(range.startLineNumber === range.endLineNumber && range.startColumn === range.endColumn
          ? { startColumn: Math.max(1, range.startColumn - 1), endColumn: Math.max(2, range.endColumn) }
          : {}),
        severity: SEVERITY[item.severity],
        message: item.message,
        code: item.code,
        source: 'FLOW',
        relatedInformation: (item.related ?? []).map((place) => ({
          ...rangeIn(model, place.range),
          resource: model.uri,
          message: place.message,
        })),
      };
    }),
  );
}

export function rangeIn(model: Model, range: { start: number; end: number }) {
  const start = model.getPositionAt(range.start);
  const end = model.getPositionAt(range.end);
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}

/** Follows the store: forgets the models of closed documents, takes over a text that was not typed. */
export function followDocuments(): () => void {
  return useDocuments.subscribe((now, before) => {
    if (now.documents === before.documents) return;
    for (const [id, model] of models) {
      const document = now.documents.find((item) => item.id === id);
      if (document === undefined) {
        models.delete(id);
        model.dispose();
        forgetUndo(model.uri);
      } else if (!fromModel && document.text !== model.getValue()) {
        // Undoable, as if it had been typed.
        model.pushStackElement();
        model.pushEditOperations(null, [{ range: model.getFullModelRange(), text: document.text }], () => null);
        model.pushStackElement();
      }
    }
  });
}
