/**
 * Row counts and shapes beside the source, from the document's last run, or how many columns are known before there is
 * one: quiet, and moving with the text.
 */
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { RunRecord, StepRecord } from '../../node-core/runs/schema.ts';
import { useLanguage } from '../state/language.ts';
import { useRuns } from '../state/run.ts';
import { count, duration } from '../ui/format.ts';
import { monaco } from './monaco.ts';

type Editor = ReturnType<typeof monaco.editor.create>;

/** What stands beside a step: `3,376 rows · 7 columns`, or why it failed. */
export function inlayText(step: StepRecord, columns: number | undefined): string | undefined {
  if (step.state === 'failed') return step.error?.detail ?? 'failed';
  if (step.state === 'skipped') return step.reason ?? 'skipped';
  if (step.state === 'running') return step.rows === undefined ? 'running…' : `${count(step.rows, 'row')}…`;
  if (step.state !== 'done' && step.state !== 'reused') return undefined;
  if (step.rows === undefined) return step.ms === undefined || step.ms < 100 ? undefined : duration(step.ms);
  return columns === undefined ? count(step.rows, 'row') : `${count(step.rows, 'row')} · ${count(columns, 'column')}`;
}

/** Keeps the inlays of the shown document true; returns the function that stops. */
export function followInlays(editor: Editor, shown: () => string | undefined): () => void {
  const decorations = editor.createDecorationsCollection();
  let drawn: { run: RunRecord | undefined; graph: PlanGraph | undefined; model: unknown } | undefined;
  const draw = (): void => {
    const documentId = shown();
    const model = editor.getModel();
    const { graph, source, documentId: of } = useLanguage.getState();
    const runs = useRuns.getState();
    const run = documentId === undefined ? undefined : runs.records[runs.current[documentId] ?? ''];
    if (drawn !== undefined && drawn.run === run && drawn.graph === graph && drawn.model === model) return;
    // A tree of an older text would put them in wrong places: what is drawn moves with the text until it comes.
    if (graph !== undefined && of === documentId && model !== null && model.getValueLength() !== source.length) return;
    // Of two editors side by side the language knows the active one: the other keeps what stands there.
    if (model !== null && of !== documentId && drawn?.model === model) return;
    drawn = { run, graph, model };
    if (model === null || graph === undefined || of !== documentId) {
      decorations.clear();
      return;
    }
    const steps = new Map(run?.steps.map((step) => [step.id, step]));
    const stale = run !== undefined && run.source !== source;
    decorations.set(
      graph.nodes.flatMap((node) => {
        const step = steps.get(node.id);
        if (node.kind !== 'step') return [];
        const columns = node.type.kind === 'table' ? node.type.columns?.length : undefined;
        const text =
          step !== undefined
            ? inlayText(step, stale ? undefined : columns)
            : run === undefined && columns !== undefined
              ? count(columns, 'column')
              : undefined;
        if (text === undefined) return [];
        const line = model.getPositionAt(node.range.end).lineNumber;
        const column = model.getLineMaxColumn(line);
        const failed = step?.state === 'failed' ? ' flow-inlay-failed' : '';
        return [
          {
            range: new monaco.Range(line, column, line, column),
            options: {
              showIfCollapsed: true,
              stickiness: monaco.editor.TrackedRangeStickiness.AlwaysGrowsWhenTypingAtEdges,
              after: {
                content: `\u00a0\u00a0\u00a0\u00a0${text.slice(0, 160)}`,
                inlineClassName: `flow-inlay${stale ? ' flow-inlay-stale' : ''}${failed}`,
                inlineClassNameAffectsLetterSpacing: true,
              },
            },
          },
        ];
      }),
    );
  };
  const stops = [useRuns.subscribe(draw), useLanguage.subscribe(draw)];
  const models = editor.onDidChangeModel(draw);
  draw();
  return () => {
    stops.forEach((stop) => stop());
    models.dispose();
  };
}
