/**
 * What the margin and the lines of a program show: breakpoints, where a debugged call stands, and the part of the source that a
 * chosen line of VASM came from.
 */
import { linesOf, setLines, switchLineBreakpoint, useProgramBreakpoints } from '../state/program-breakpoints.ts';
import { useProgramDebug } from '../state/program-debug.ts';
import { isProgramDocument } from '../state/program.ts';
import { useVasmView } from '../state/vasm-view.ts';
import { useDocuments } from '../state/documents.ts';
import { monaco } from './monaco.ts';

type Editor = ReturnType<typeof monaco.editor.create>;
type Decoration = Parameters<ReturnType<Editor['createDecorationsCollection']>['set']>[0][number];

/** Keeps the marks of the shown program true; returns the function that stops. */
export function followProgramMarks(editor: Editor, shown: () => string | undefined): () => void {
  const breaks = editor.createDecorationsCollection();
  const places = editor.createDecorationsCollection();
  /** The document is a program, and what is drawn is of it. */
  let drawn: string | undefined;

  const program = (): string | undefined => {
    const document = useDocuments.getState().documents.find(({ id }) => id === shown());
    return document !== undefined && isProgramDocument(document) ? document.id : undefined;
  };
  const drawBreaks = (): void => {
    const id = program();
    const model = editor.getModel();
    drawn = id;
    if (id === undefined || model === null) return breaks.clear();
    const stopped = stoppedLine(id);
    breaks.set(
      linesOf(id)
        .filter((line) => line <= model.getLineCount() && line !== stopped)
        .map((line) => glyph(line, 'flow-break', `Debugged calls stop in line ${line} (F9)`)),
    );
  };
  const stoppedLine = (id: string): number | undefined => {
    const { documentId, state, look, frame, place } = useProgramDebug.getState();
    return documentId === id && state === 'stopped' ? (look?.frames[frame] ?? place)?.line : undefined;
  };
  const drawPlaces = (): void => {
    const id = program();
    const model = editor.getModel();
    if (id === undefined || model === null) return places.clear();
    const marks: Decoration[] = [];
    const line = stoppedLine(id);
    if (line !== undefined && line <= model.getLineCount()) {
      const breaksHere = linesOf(id).includes(line);
      marks.push(glyph(line, breaksHere ? 'flow-break flow-stopped' : 'flow-stopped', 'The call stands here'), {
        range: new monaco.Range(line, 1, line, 1),
        options: { isWholeLine: true, className: 'flow-stopped-line' },
      });
    }
    const vasm = useVasmView.getState().shown;
    if (vasm?.documentId === id)
      marks.push({
        range: monaco.Range.fromPositions(model.getPositionAt(vasm.range.start), model.getPositionAt(vasm.range.end)),
        options: { className: 'flow-vasm-match' },
      });
    places.set(marks);
  };
  const draw = (): void => {
    drawBreaks();
    drawPlaces();
  };

  const clicked = editor.onMouseDown(({ target }) => {
    const id = program();
    if (id === undefined || target.position === null) return;
    if (target.type === monaco.editor.MouseTargetType.GUTTER_GLYPH_MARGIN)
      switchLineBreakpoint(id, target.position.lineNumber);
  });
  /** Breakpoints move with their lines, as the marks have done by now. */
  const typed = editor.onDidChangeModelContent(() => {
    const id = program();
    if (id === undefined || drawn !== id || linesOf(id).length === 0) return;
    const moved = breaks.getRanges().map(({ startLineNumber }) => startLineNumber);
    const stopped = stoppedLine(id);
    if (stopped === undefined && moved.join() !== linesOf(id).join()) setLines(id, moved);
  });
  const stops = [
    useProgramBreakpoints.subscribe(draw),
    useProgramDebug.subscribe(draw),
    useVasmView.subscribe(drawPlaces),
    () => clicked.dispose(),
    () => typed.dispose(),
  ];
  const changed = editor.onDidChangeModel(draw);
  // A text becomes a program as it is typed.
  const became = useDocuments.subscribe((now, before) => {
    if (now.documents !== before.documents && program() !== drawn) draw();
  });
  draw();
  return () => {
    changed.dispose();
    became();
    for (const stop of stops) stop();
    breaks.clear();
    places.clear();
  };
}

const glyph = (line: number, name: string, hover: string): Decoration => ({
  range: new monaco.Range(line, 1, line, 1),
  options: {
    glyphMarginClassName: name,
    glyphMarginHoverMessage: { value: hover },
    stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
  },
});
