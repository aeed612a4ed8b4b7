/** The results of one run: its steps on the left with time and rows, what the chosen step made on the right. */
import { CornerDownRight, Eraser, LogOut, ShieldCheck } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { RunRecord, StepRecord, TablePage } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { useEditing } from '../../state/debug.ts';
import { isActive } from '../../state/run.ts';
import {
  Button,
  duration,
  EmptyState,
  ErrorState,
  problemOf,
  rowFrom,
  Skeleton,
  StateIcon,
  stateFace,
  thousands,
} from '../../ui/index.ts';
import { PausedStep } from '../runs/PausedStep.tsx';
import { ValueEditor } from '../runs/ValueEditor.tsx';
import './results.css';
import { type Look, ResultView } from './ResultView.tsx';
import { timeline } from './timeline.ts';
import { outputKey } from './view-memory.ts';

export interface RunResultsProps {
  run: RunRecord;
  /** Node id of the chosen step. */
  selected: string | undefined;
  onSelect(stepId: string): void;
  /** Leads to a step's place in the source; absent where there is none to lead to. */
  onSource?: ((step: StepRecord) => void) | undefined;
  /** Node ids of steps with effects. */
  effects?: ReadonlySet<string>;
}

/** What to look at first: what failed, else an output, else the last step that made something. */
export function defaultStep(run: RunRecord): string | undefined {
  const paused = run.steps.find((step) => step.state === 'paused');
  if (paused !== undefined) return paused.id;
  const failed = run.steps.find((step) => step.state === 'failed');
  if (failed !== undefined) return failed.id;
  const output = run.steps.find((step) => step.id.startsWith('output:'));
  if (output !== undefined && (output.state === 'done' || output.state === 'reused')) return output.id;
  return (run.steps.findLast((step) => step.state === 'done' || step.state === 'reused') ?? run.steps[0])?.id;
}

export function RunResults({ run, selected, onSelect, onSource, effects }: RunResultsProps) {
  const chosen = selected !== undefined && run.steps.some((step) => step.id === selected) ? selected : defaultStep(run);
  const step = run.steps.find((item) => item.id === chosen);
  return (
    <div className="results">
      <StepList run={run} chosen={chosen} onSelect={onSelect} effects={effects} />
      <div className="results-view">
        {step === undefined ? (
          <EmptyState title={isActive(run.state) ? 'The run is being prepared' : 'This run has no steps'} />
        ) : (
          <StepResult run={run} step={step} onSource={onSource} />
        )}
      </div>
    </div>
  );
}

/** Now, four times a second while something runs; otherwise as of the last change of `also`. No timer when nothing runs. */
export function useNow(active: boolean, also?: unknown): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    setNow(Date.now());
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [active, also]);
  return now;
}

export interface StepListProps {
  run: RunRecord;
  chosen: string | undefined;
  onSelect(stepId: string): void;
  effects?: ReadonlySet<string> | undefined;
  /** More about the chosen step, under its row. */
  detail?(step: StepRecord): ReactNode;
}

export function StepList({ run, chosen, onSelect, effects, detail }: StepListProps) {
  const now = useNow(isActive(run.state));
  const spans = useMemo(() => timeline(run, run.steps, now), [run, now]);
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = run.steps.findIndex((step) => step.id === chosen);
    const target = rowFrom(event.key, at, run.steps.length);
    if (target === undefined) return;
    event.preventDefault();
    const next = run.steps[target]!;
    onSelect(next.id);
    list.current
      ?.querySelector<HTMLElement>(`[data-step="${CSS.escape(next.id)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <div
      ref={list}
      className="step-list"
      role="listbox"
      tabIndex={0}
      aria-label={`Steps of the run, ${stateFace(run.state).word}`}
      aria-activedescendant={chosen === undefined ? undefined : `step-row-${encodeURIComponent(chosen)}`}
      onKeyDown={onKeyDown}
    >
      {run.steps.map((step) => {
        const span = spans.get(step.id);
        return (
          <div key={step.id} className="step-item" data-step={step.id}>
            <StepRow
              step={step}
              start={span?.start ?? -1}
              width={span?.width ?? 0}
              chosen={step.id === chosen}
              effect={effects?.has(step.id) === true}
              onSelect={onSelect}
            />
            {step.id === chosen ? detail?.(step) : null}
          </div>
        );
      })}
    </div>
  );
}

interface StepRowProps {
  step: StepRecord;
  /** Share of the run's time; -1 when it has not started. */
  start: number;
  width: number;
  chosen: boolean;
  effect: boolean;
  onSelect(stepId: string): void;
}

/** Drawn again only when its own step changes: runs have thousands of steps. */
const StepRow = memo(
  function StepRow({ step, start, width, chosen, effect, onSelect }: StepRowProps) {
    const { word, color } = stateFace(step.state);
    return (
      <div
        id={`step-row-${encodeURIComponent(step.id)}`}
        role="option"
        aria-selected={chosen}
        aria-label={`${step.name}, ${word}${step.rows === undefined ? '' : `, ${thousands(step.rows)} rows`}${step.ms === undefined ? '' : `, ${duration(step.ms)}`}`}
        tabIndex={-1}
        className="step-row"
        onPointerDown={() => onSelect(step.id)}
      >
        <StateIcon state={step.state} size={14} />
        <span className="cut step-name">
          {step.id.startsWith('output:') ? <LogOut size={12} className="step-kind" aria-label="output" /> : null}
          {step.name}
          {effect ? (
            <span data-tip="This step has an effect outside of the run" className="step-kind">
              <ShieldCheck size={12} aria-label="effect" />
            </span>
          ) : null}
        </span>
        <span className="step-time" aria-hidden>
          {start < 0 ? null : <i style={{ left: `${start * 100}%`, width: `${width * 100}%`, background: color }} />}
        </span>
        <span className="step-rows">
          {step.rows === undefined
            ? step.state === 'waiting' || step.state === 'skipped'
              ? '—'
              : ''
            : thousands(step.rows)}
        </span>
        <span className="step-word" data-tip={step.reason}>
          {wordOf(step)}
        </span>
      </div>
    );
  },
  // Callers make `onSelect` anew with each render; it always means the same.
  (before, now) =>
    before.step === now.step &&
    before.start === now.start &&
    before.width === now.width &&
    before.chosen === now.chosen &&
    before.effect === now.effect,
);

/** Time for what ran by itself; a word for the rest. */
function wordOf(step: StepRecord): string {
  if (step.state === 'done' && step.ms !== undefined) return duration(step.ms);
  if (step.state === 'done') return step.fusedWith !== undefined && step.fusedWith.length > 1 ? 'fused' : 'done';
  return stateFace(step.state).word;
}

function StepResult({
  run,
  step,
  onSource,
}: {
  run: RunRecord;
  step: StepRecord;
  onSource: RunResultsProps['onSource'];
}) {
  const editing = useEditing((state) => state.editing);
  if (editing?.runId === run.id && editing.step === step.id)
    return <ValueEditor editing={editing} name={step.name} paused={run.state === 'paused'} />;
  if (step.state === 'paused') return <PausedStep run={run} step={step} />;
  const source =
    onSource === undefined ? null : (
      <Button icon={<CornerDownRight />} onClick={() => onSource(step)}>
        Go to its source
      </Button>
    );
  if (step.state === 'failed') {
    return (
      <div className="results-scroll">
        <ErrorState problem={step.error ?? { code: 'step-failed', detail: `${step.name} failed.` }}>
          {source}
        </ErrorState>
      </div>
    );
  }
  if (step.state === 'done' || step.state === 'reused')
    return <StoredResult key={`${run.id}/${step.id}/${step.resultKey ?? ''}`} run={run} step={step} />;
  const faces: Record<string, { title: string; body: string }> = {
    waiting: {
      title: `${step.name} has not started`,
      body: step.reason ?? 'It starts as soon as what it reads is ready.',
    },
    running: {
      title: `${step.name} is running`,
      body:
        step.rows === undefined ? 'Its result appears here when it is done.' : `${thousands(step.rows)} rows so far.`,
    },
    skipped: { title: `${step.name} was skipped`, body: step.reason ?? 'Something it needs failed.' },
    cancelled: {
      title: `${step.name} was cancelled`,
      body: step.reason ?? 'Results that were finished before are kept.',
    },
  };
  const face = faces[step.state]!;
  return (
    <EmptyState icon={<StateIcon state={step.state} size={20} />} title={face.title} action={source ?? undefined}>
      {face.body}
    </EmptyState>
  );
}

function StoredResult({ run, step }: { run: RunRecord; step: StepRecord }) {
  const [look, setLook] = useState<Look | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const { id: runId } = run;
  const { id: stepId } = step;
  const nothing = step.resultKind === 'none';
  const source = useMemo(() => ({ run: runId, step: stepId }), [runId, stepId]);
  useEffect(() => {
    if (nothing) return;
    const controller = new AbortController();
    setFailure(undefined);
    client()
      .call<Look>('flow.stepResult', { id: runId, step: stepId, offset: 0, limit: 200 }, { signal: controller.signal })
      .then(setLook, (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      });
    return () => controller.abort();
  }, [runId, stepId, nothing, attempt]);
  const fetch = useMemo(
    () =>
      async (offset: number, limit: number, signal: AbortSignal): Promise<TablePage> => {
        const more = await client().call<Look>(
          'flow.stepResult',
          { id: runId, step: stepId, offset, limit },
          { signal },
        );
        if (more.kind !== 'table') throw new Error('The result is no longer a table.');
        return more.page;
      },
    [runId, stepId],
  );
  if (nothing) {
    return (
      <EmptyState icon={<StateIcon state={step.state} size={20} />} title={`${step.name} is done`}>
        {step.rows === undefined
          ? 'It has no result of its own.'
          : `It has no result of its own; ${thousands(step.rows)} rows went through it.`}
      </EmptyState>
    );
  }
  if (failure !== undefined && problemOf(failure).code === 'result-let-go') {
    const { detail, hint } = problemOf(failure);
    return (
      <EmptyState icon={<Eraser />} title={detail}>
        {hint}
      </EmptyState>
    );
  }
  if (failure !== undefined) return <ErrorState problem={failure} retry={() => setAttempt((before) => before + 1)} />;
  if (look === undefined) return <Skeleton lines={8} label={`Reading the result of ${step.name}`} />;
  return <ResultView name={step.name} look={look} source={source} memory={outputKey(run, step.id)} fetch={fetch} />;
}
