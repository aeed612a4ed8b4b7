/**
 * Runs the active document: a form made from its INPUTS, remembered with the document, then the steps of the run with
 * state, time, rows and reason. What is typed is kept as typed; only what can be read as a value reaches the run.
 */
import { CornerDownRight, Play, RotateCcw, Square, StepForward, Table2 } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { InputNode } from '../../../node-core/flow/plan/graph.ts';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { revealRange } from '../../state/cursor.ts';
import { NOT_CONNECTED, useConnection, useRunLabel } from '../../state/connection.ts';
import { type FlowDocument, useActiveDocument } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { useLayout } from '../../state/layout.ts';
import { continueRun } from '../../state/debug.ts';
import { cancelRun, isActive, rerun, resumeRun, runActive, showRun, useDocumentRun, useRuns } from '../../state/run.ts';
import { isProgramDocument } from '../../state/program.ts';
import { selectNode, useSelection } from '../../state/selection.ts';
import {
  Button,
  count,
  duration,
  EmptyState,
  problemOf,
  relativeTime,
  shortId,
  Skeleton,
  stateFace,
  StateIcon,
} from '../../ui/index.ts';
import { ExecuteProgram } from '../program/ExecuteProgram.tsx';
import { StepList, useNow } from '../results/RunResults.tsx';
import './execute.css';
import { type Draft, readForm } from './form-values.ts';
import { changeDraft, useDrafts } from './drafts.ts';
import { InputField } from './InputField.tsx';
import { followFiles } from './sniff.ts';
import { StartForm } from './StartForm.tsx';

export function ExecutePane() {
  const document = useActiveDocument();
  const language = useLanguage();
  const remembered = useRef<{ documentId: string; inputs: InputNode[] } | undefined>(undefined);
  if (document === undefined)
    return <EmptyState title="Nothing to run">Open a plan to give it its inputs and run it.</EmptyState>;
  if (isProgramDocument(document)) return <ExecuteProgram document={document} />;
  const own = language.documentId === document.id;
  if (own && language.graph !== undefined) {
    const inputs = language.graph.nodes.filter((node): node is InputNode => node.kind === 'input');
    remembered.current = { documentId: document.id, inputs };
  }
  const known = remembered.current?.documentId === document.id ? remembered.current.inputs : undefined;
  if (known === undefined && (!own || language.pending)) return <Skeleton label="Reading the inputs" />;
  const errors = own ? language.diagnostics.filter((item) => item.severity === 'error') : [];
  return (
    <Execute
      key={document.id}
      document={document}
      nodes={known ?? []}
      mistakes={errors.length}
      firstMistake={errors[0]}
    />
  );
}

interface ExecuteProps {
  document: FlowDocument;
  nodes: InputNode[];
  mistakes: number;
  firstMistake: { message: string; range: { start: number; end: number } } | undefined;
}

function Execute({ document, nodes, mistakes, firstMistake }: ExecuteProps) {
  const drafts = useDrafts(document);
  const { errors } = useMemo(() => readForm(nodes, drafts), [nodes, drafts]);
  /** Errors are shown where something was typed; an empty required field says so only by its mark. */
  const typed = (name: string): boolean => drafts[name] !== undefined;
  const run = useDocumentRun(document.id);
  const starting = useRuns((state) => state.starting[document.id] === true);
  const connected = useConnection((state) => state.phase === 'connected');
  const runLabel = useRunLabel();
  const active = run !== undefined && isActive(run.state);

  useEffect(() => followFiles(document.id, nodes, document.inputs), [document.id, document.inputs, nodes]);

  const set = (node: InputNode, draft: Draft | undefined): void => changeDraft(document, node, draft);
  const missing = nodes.filter((node) => errors[node.name] !== undefined);
  const why =
    mistakes > 0
      ? `The text has ${count(mistakes, 'mistake')}.`
      : missing.length > 0
        ? `${missing.map((node) => node.name).join(', ')} ${missing.length === 1 ? 'needs' : 'need'} a value.`
        : connected
          ? undefined
          : NOT_CONNECTED;

  return (
    <div className="execute">
      <StartForm
        label="Inputs of the run"
        why={why}
        goTo={
          mistakes > 0 && firstMistake !== undefined
            ? () => revealRange(firstMistake.range, { documentId: document.id, focus: true })
            : undefined
        }
        busy={active}
        start={() => void runActive()}
        buttons={
          <>
            {active ? (
              <Button kind="danger" icon={<Square />} command="run.stop" onClick={() => void cancelRun(run.id)}>
                Cancel
              </Button>
            ) : (
              <Button
                type="submit"
                kind="primary"
                icon={<Play />}
                command="run.start"
                disabled={why !== undefined || starting}
              >
                {starting ? 'Starting…' : runLabel}
              </Button>
            )}
            {run?.state === 'paused' ? (
              <Button icon={<StepForward />} command="run.start" onClick={() => void continueRun(run.id)}>
                Continue
              </Button>
            ) : null}
            {run?.state === 'interrupted' || run?.state === 'failed' || run?.state === 'cancelled' ? (
              <Button
                icon={<StepForward />}
                onClick={() => void resumeRun(run.id)}
                data-tip="Goes on from the results that are stored"
              >
                Resume
              </Button>
            ) : null}
            {run !== undefined && !active ? (
              <Button
                kind="quiet"
                icon={<RotateCcw />}
                disabled={!connected}
                onClick={() => void repeat(run.id, document.id)}
                data-tip="The same source and inputs as that run"
              >
                Repeat last run
              </Button>
            ) : null}
          </>
        }
      >
        {nodes.length === 0 ? <p className="execute-quiet">This plan has no inputs.</p> : null}
        {nodes.map((node) => (
          <InputField
            key={node.name}
            documentId={document.id}
            node={node}
            draft={drafts[node.name]}
            error={typed(node.name) ? errors[node.name] : undefined}
            missing={errors[node.name] !== undefined}
            onChange={(draft) => set(node, draft)}
          />
        ))}
      </StartForm>
      {run === undefined ? null : <RunSteps documentId={document.id} />}
    </div>
  );
}

/** Runs the same source and inputs again, and shows that run with the document. */
async function repeat(runId: string, documentId: string): Promise<void> {
  const again = await rerun(runId);
  if (again !== undefined) await showRun(again, documentId);
}

function RunSteps({ documentId }: { documentId: string }) {
  const run = useDocumentRun(documentId);
  const nodeId = useSelection((selection) => selection.nodeId);
  const graph = useLanguage((language) => (language.documentId === documentId ? language.graph : undefined));
  const effects = useMemo(
    () => new Set(graph?.nodes.filter((node) => node.kind === 'step' && node.effect).map((node) => node.id)),
    [graph],
  );
  const active = run !== undefined && isActive(run.state);
  const now = useNow(active);
  if (run === undefined) return null;
  const started = run.startedAt ?? run.createdAt;
  const took = run.ms ?? (active ? Math.max(0, now - Date.parse(started)) : undefined);
  const done = run.steps.filter((step) => step.state === 'done' || step.state === 'reused').length;
  const toSource = (step: StepRecord): void => {
    const range = step.error?.range ?? graph?.nodes.find((node) => node.id === step.id)?.range;
    if (range !== undefined) revealRange(range, { documentId, focus: true });
  };
  return (
    <section className="execute-run" aria-label="The run">
      <header>
        <StateIcon state={run.state} />
        <b>{stateFace(run.state).word}</b>
        <span className="cut">
          {done} of {run.stepsTotal} steps{took === undefined ? '' : ` · ${duration(took)}`} · {relativeTime(started)}
        </span>
        <button
          type="button"
          className="link"
          data-tip={`Open run ${run.id}`}
          onClick={() => useLayout.getState().openRun(run.id)}
        >
          run {shortId(run.id)}
        </button>
      </header>
      {active ? (
        <progress className="execute-progress" value={done} max={Math.max(1, run.stepsTotal)} aria-label="Steps done" />
      ) : null}
      <StepList
        run={run}
        chosen={nodeId !== undefined && run.steps.some((step) => step.id === nodeId) ? nodeId : undefined}
        onSelect={(stepId) => selectNode(stepId)}
        effects={effects}
        detail={(step) => (
          <div className="step-detail" data-failed={step.state === 'failed'}>
            <p>{explain(step)}</p>
            {step.error?.hint === undefined ? null : <p className="execute-quiet">{step.error.hint}</p>}
            <div>
              <Button kind="quiet" icon={<Table2 />} onClick={() => useLayout.getState().showDocked('results')}>
                Result
              </Button>
              <Button kind="quiet" icon={<CornerDownRight />} onClick={() => toSource(step)}>
                Source
              </Button>
              {active || !step.id.startsWith('step:') ? null : (
                <Button
                  kind="quiet"
                  icon={<RotateCcw />}
                  data-tip="Keeps the results before this step; uses the text as it is now"
                  onClick={() => void rerun(run.id, { fromStep: step.id, documentId })}
                >
                  Run from here
                </Button>
              )}
            </div>
          </div>
        )}
      />
      {run.error !== undefined && run.steps.every((step) => step.error === undefined) ? (
        <p className="execute-error" role="alert">
          {problemOf(run.error).detail}
        </p>
      ) : null}
    </section>
  );
}

/** A step's story in a sentence. */
function explain(step: StepRecord): string {
  if (step.error !== undefined) return step.error.detail;
  const parts = [step.contract];
  if (step.reason !== undefined) parts.push(step.reason);
  const others = (step.fusedWith ?? []).filter((id) => id !== step.id).map((id) => id.replace(/^step:/, ''));
  if (others.length > 0) parts.push(`one query with ${others.join(', ')}`);
  if (step.attempt !== undefined && step.attempt > 1) parts.push(`try ${step.attempt}`);
  return parts.join(' · ');
}
