/** Marks the place where the last call of a program trapped: underlined, with the reason behind the line. */
import { isProgramDocument } from '../state/program.ts';
import { trapOf, useCalls } from '../state/program-run.ts';
import { useDocuments } from '../state/documents.ts';
import { monaco } from './monaco.ts';

type Editor = ReturnType<typeof monaco.editor.create>;

const OWNER = 'voike-call';

/** Keeps the mark of the shown document true; returns the function that stops. */
export function followTraps(editor: Editor, shown: () => string | undefined): () => void {
  const decorations = editor.createDecorationsCollection();
  let drawn: unknown;
  const draw = (): void => {
    const model = editor.getModel();
    if (model === null) return decorations.clear();
    const document = useDocuments.getState().documents.find(({ id }) => id === shown());
    const trap = document === undefined || !isProgramDocument(document) ? undefined : trapOf(document);
    const key = trap === undefined ? undefined : `${document!.id} ${trap.range.start} ${trap.message}`;
    if (drawn === key) return;
    drawn = key;
    if (trap === undefined) {
      decorations.clear();
      monaco.editor.setModelMarkers(model, OWNER, []);
      return;
    }
    const range = monaco.Range.fromPositions(
      model.getPositionAt(trap.range.start),
      model.getPositionAt(trap.range.end),
    );
    monaco.editor.setModelMarkers(model, OWNER, [
      { ...range, severity: monaco.MarkerSeverity.Error, message: trap.message, source: 'run' },
    ]);
    const line = range.startLineNumber;
    const column = model.getLineMaxColumn(line);
    decorations.set([
      {
        range: new monaco.Range(line, column, line, column),
        options: {
          showIfCollapsed: true,
          after: {
            content: `\u00a0\u00a0\u00a0\u00a0${trap.message.replace(/ \([^()]*\)$/, '').slice(0, 160)}`,
            inlineClassName: 'flow-inlay flow-inlay-failed',
            inlineClassNameAffectsLetterSpacing: true,
          },
        },
      },
    ]);
  };
  const stops = [
    useCalls.subscribe(draw),
    useDocuments.subscribe((now, before) => {
      if (now.documents !== before.documents) draw();
    }),
  ];
  const models = editor.onDidChangeModel(() => {
    drawn = undefined;
    draw();
  });
  draw();
  return () => {
    stops.forEach((stop) => stop());
    models.dispose();
  };
}
