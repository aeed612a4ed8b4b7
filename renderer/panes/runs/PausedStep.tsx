/** A step that a run stands before: what it reads, to be looked at and changed, and the ways to go on. */
import { ArrowRight, Pencil, Play, Square, StepForward } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RunRecord, StepInput, StepRecord } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { continueRun, startEditing } from '../../state/debug.ts';
import { cancelRun } from '../../state/run.ts';
import { Button, count, EmptyState, ErrorState, Skeleton, StateIcon } from '../../ui/index.ts';
import { StoredValue } from './StoredValue.tsx';
import './debug.css';

export function PausedStep({ run, step }: { run: RunRecord; step: StepRecord }) {
  const [inputs, setInputs] = useState<StepInput[] | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [chosen, setChosen] = useState<string | undefined>();
  const edits = run.edits?.length ?? 0;
  const { id: runId } = run;
  const { id: stepId } = step;
  useEffect(() => {
    const controller = new AbortController();
    setFailure(undefined);
    client()
      .call<{ inputs: StepInput[] }>('flow.stepInputs', { id: runId, step: stepId }, { signal: controller.signal })
      .then(
        (found) => setInputs(found.inputs),
        (error: unknown) => {
          if (!controller.signal.aborted) setFailure(error);
        },
      );
    return () => controller.abort();
  }, [runId, stepId, edits]);
  const shown = inputs?.find((input) => input.name === chosen) ?? inputs?.[0];
  return (
    <section className="paused" aria-label={`Paused before ${step.name}`}>
      <header className="paused-bar">
        <StateIcon state="paused" size={16} />
        <span className="cut">
          Paused before <b>{step.name}</b>
        </span>
        <Button kind="primary" icon={<Play />} command="run.start" onClick={() => void continueRun(runId)}>
          Continue
        </Button>
        <Button
          icon={<StepForward />}
          command="debug.step"
          data-tip="Runs this step, and stops before the next"
          onClick={() => void continueRun(runId, { mode: 'step', step: stepId })}
        >
          Step
        </Button>
        <Button icon={<Square />} command="run.stop" onClick={() => void cancelRun(runId)}>
          Stop
        </Button>
      </header>
      {failure !== undefined ? (
        <ErrorState problem={failure} />
      ) : inputs === undefined ? (
        <Skeleton lines={6} label={`Reading what ${step.name} reads`} />
      ) : shown === undefined ? (
        <EmptyState title={`${step.name} reads nothing`}>Its result can still be put in its place.</EmptyState>
      ) : (
        <>
          <div className="paused-inputs" role="group" aria-label={`What ${step.name} reads`}>
            {inputs.map((input) => (
              <button
                key={input.name}
                type="button"
                className="paused-input"
                aria-pressed={input === shown}
                onClick={() => setChosen(input.name)}
              >
                <ArrowRight size={12} aria-hidden />
                {input.name}
                <small>
                  {input.kind === 'table'
                    ? count(input.rows ?? 0, 'row')
                    : input.kind === 'hidden'
                      ? '@sensitive'
                      : input.kind === 'waiting'
                        ? 'not there yet'
                        : input.kind}
                  {input.editedBy === undefined ? '' : `, edited by ${input.editedBy}`}
                </small>
              </button>
            ))}
            <Button
              icon={<Pencil />}
              disabled={shown.kind === 'hidden' || shown.kind === 'waiting' || shown.kind === 'file'}
              onClick={() => startEditing({ runId, step: stepId, input: shown.name })}
            >
              Edit {shown.name}
            </Button>
            <Button icon={<Pencil />} kind="quiet" onClick={() => startEditing({ runId, step: stepId })}>
              Give the result instead
            </Button>
          </div>
          <div className="paused-value">
            <InputValue key={`${shown.name}/${edits}`} run={runId} step={step} input={shown} />
          </div>
        </>
      )}
    </section>
  );
}

function InputValue({ run, step, input }: { run: string; step: StepRecord; input: StepInput }) {
  const label = `${input.name}, read by ${step.name}`;
  if (input.kind === 'hidden')
    return <EmptyState title={`${input.name} is @sensitive`}>Its value is not shown.</EmptyState>;
  if (input.kind === 'waiting')
    return <EmptyState title={`${input.name} is not there yet`}>It appears when its step is done.</EmptyState>;
  if (input.kind === 'none') return <EmptyState title={`${input.name} is none`} />;
  return <StoredValue run={run} step={step.id} input={input.name} label={label} />;
}
