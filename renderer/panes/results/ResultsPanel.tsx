/** Results of the active document's run, in the bottom panel. */
import { LayoutList, Play, Square } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { RunRecord, StepRecord } from '../../../node-core/runs/schema.ts';
import { useRunLabel } from '../../state/connection.ts';
import { revealRange } from '../../state/cursor.ts';
import { formOf, useActiveDocument } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { useLayout } from '../../state/layout.ts';
import { cancelRun, isActive, runActive, useDocumentRun } from '../../state/run.ts';
import { isProgramDocument } from '../../state/program.ts';
import { selectNode, useSelection } from '../../state/selection.ts';
import { Button, clock, duration, EmptyState, exactTime, shortId, stateFace, ViewBar } from '../../ui/index.ts';
import { ProgramResult } from '../program/ProgramResult.tsx';
import { RunResults, useNow } from './RunResults.tsx';

export function ResultsPanel() {
  const document = useActiveDocument();
  const run = useDocumentRun(document?.id);
  const nodeId = useSelection((selection) => selection.nodeId);
  const graph = useLanguage((language) => (language.documentId === document?.id ? language.graph : undefined));
  const effects = useMemo(
    () => new Set(graph?.nodes.filter((node) => node.kind === 'step' && node.effect).map((node) => node.id)),
    [graph],
  );
  /** A chosen node that is no step (an input) leaves what was looked at before. */
  const [seen, setSeen] = useState<string | undefined>();
  useEffect(() => {
    if (nodeId !== undefined && run?.steps.some((step) => step.id === nodeId) === true) setSeen(nodeId);
  }, [nodeId, run]);

  /** Where the run stands is what one wants to see now. */
  const stopped = run?.steps.find((step) => step.state === 'paused')?.id;
  useEffect(() => {
    if (stopped === undefined) return;
    setSeen(stopped);
    selectNode(stopped);
  }, [run?.id, stopped]);
  const runLabel = useRunLabel();

  if (document !== undefined && formOf(document) === 'text') {
    return (
      <EmptyState icon={<LayoutList />} title={`${document.name} is no FLOW`}>
        Go to a plan: what its steps made appears here.
      </EmptyState>
    );
  }
  if (document !== undefined && isProgramDocument(document)) return <ProgramResult document={document} />;
  if (document === undefined || run === undefined) {
    return (
      <EmptyState
        icon={<LayoutList />}
        title="No results yet"
        action={
          document === undefined ? undefined : (
            <Button kind="primary" icon={<Play />} command="run.start" onClick={() => void runActive()}>
              {runLabel}
            </Button>
          )
        }
      >
        {document === undefined
          ? 'Open a plan and run it: the table that each step makes appears here.'
          : 'Run the plan, and the table that each step makes appears here.'}
      </EmptyState>
    );
  }
  const toSource = (step: StepRecord): void => {
    const range = step.error?.range ?? graph?.nodes.find((node) => node.id === step.id)?.range;
    if (range !== undefined) revealRange(range, { documentId: document.id, focus: true });
  };
  return (
    <>
      <RunFacts run={run} />
      <RunResults
        run={run}
        selected={seen}
        onSelect={(stepId) => {
          setSeen(stepId);
          selectNode(stepId);
        }}
        onSource={toSource}
        effects={effects}
      />
    </>
  );
}

/** `run 0193…7c4e · started 10:44:07 · 82 ms` and Stop, in the panel's bar. */
function RunFacts({ run }: { run: RunRecord }) {
  const active = isActive(run.state);
  const now = useNow(active);
  const started = run.startedAt ?? run.createdAt;
  const took = run.ms ?? (active ? Math.max(0, now - Date.parse(started)) : undefined);
  return (
    <ViewBar>
      <span className="run-facts">
        <span className="cut tabular">
          <button
            type="button"
            className="link"
            data-tip={`Open run ${run.id}`}
            onClick={() => useLayout.getState().openRun(run.id)}
          >
            run {shortId(run.id)}
          </button>
          {' · '}
          <span data-tip={exactTime(started)}>started {clock(started, true)}</span>
          {took === undefined ? '' : ` · ${duration(took)}${active ? ' so far' : ''}`}
          {active ? '' : ` · ${stateFace(run.state).word}`}
        </span>
        {active ? (
          <Button icon={<Square />} onClick={() => void cancelRun(run.id)}>
            Stop
          </Button>
        ) : null}
      </span>
    </ViewBar>
  );
}
