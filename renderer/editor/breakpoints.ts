/** Breakpoints and the place where a run stands, in the margin of the editor. A click there sets or takes one away. */
import type { PlanNode } from '../../node-core/flow/plan/graph.ts';
import { breakpointsOf, useBreakpoints } from '../state/breakpoints.ts';
import { switchBreakpoint } from '../state/debug.ts';
import { useLanguage } from '../state/language.ts';
import { useRuns } from '../state/run.ts';
import { monaco } from './monaco.ts';

type Editor = ReturnType<typeof monaco.editor.create>;

/** Keeps the marks of the shown document true; returns the function that stops. */
export function followBreakpoints(editor: Editor, shown: () => string | undefined): () => void {
  const decorations = editor.createDecorationsCollection();

  /** Steps of the shown text, when what is known of it is of this text. */
  const nodes = (): PlanNode[] | undefined => {
    const model = editor.getModel();
    const { graph, source, documentId } = useLanguage.getState();
    if (model === null || graph === undefined || documentId !== shown()) return undefined;
    return model.getValueLength() === source.length ? graph.nodes.filter((node) => node.kind !== 'input') : undefined;
  };

  const draw = (): void => {
    const model = editor.getModel();
    const documentId = shown();
    if (model === null || documentId === undefined) return decorations.clear();
    const steps = nodes();
    // What is drawn moves with the text until the graph of the new one is there.
    if (steps === undefined) return;
    const wanted = new Set(breakpointsOf(documentId));
    const runs = useRuns.getState();
    const run = runs.records[runs.current[documentId] ?? ''];
    const paused = new Set(run?.steps.filter((step) => step.state === 'paused').map((step) => step.id));
    decorations.set(
      steps.flatMap((node) => {
        const stopped = paused.has(node.id);
        const breaks = wanted.has(node.id);
        if (!stopped && !breaks) return [];
        const { lineNumber } = model.getPositionAt(node.range.start);
        const end = model.getPositionAt(node.range.end).lineNumber;
        return [
          {
            range: new monaco.Range(lineNumber, 1, lineNumber, 1),
            options: {
              glyphMarginClassName: stopped ? (breaks ? 'flow-break flow-stopped' : 'flow-stopped') : 'flow-break',
              glyphMarginHoverMessage: {
                value: stopped
                  ? `The run stands before ${node.name}`
                  : `Runs stop before ${node.name} (F9). Runs that only call this flow do not.`,
              },
              stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
            },
          },
          ...(stopped
            ? [
                {
                  range: new monaco.Range(lineNumber, 1, end, 1),
                  options: { isWholeLine: true, className: 'flow-stopped-line' },
                },
              ]
            : []),
        ];
      }),
    );
  };

  const clicked = editor.onMouseDown(({ target }) => {
    if (target.type !== monaco.editor.MouseTargetType.GUTTER_GLYPH_MARGIN || target.position === null) return;
    const model = editor.getModel();
    const line = target.position.lineNumber;
    const node = nodes()?.find((one) => {
      const from = model!.getPositionAt(one.range.start).lineNumber;
      return from <= line && line <= model!.getPositionAt(one.range.end).lineNumber;
    });
    if (node !== undefined) switchBreakpoint(node.id, shown());
  });
  const stops = [
    useBreakpoints.subscribe(draw),
    useLanguage.subscribe(draw),
    useRuns.subscribe((now, before) => {
      if (now.records !== before.records || now.current !== before.current) draw();
    }),
    () => clicked.dispose(),
    () => decorations.clear(),
  ];
  const changed = editor.onDidChangeModel(draw);
  draw();
  return () => {
    changed.dispose();
    for (const stop of stops) stop();
  };
}
