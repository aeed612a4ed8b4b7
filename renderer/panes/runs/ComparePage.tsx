/** Two runs side by side: what went in, what they did, how long it took, what came out. */
import { ArrowLeftRight, List, Workflow, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { RunComparison, RunSummary, StepComparison, StepRecord } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import {
  Button,
  Chip,
  count,
  duration,
  EmptyState,
  ErrorState,
  exactTime,
  IconButton,
  shortId,
  Skeleton,
  stateFace,
  StateIcon,
  thousands,
} from '../../ui/index.ts';
import { inputText } from '../execute/form-values.ts';
import { compareRuns, endComparing } from './compare-state.ts';
import { CompareGraph } from './CompareGraph.tsx';
import { openRunStep } from './open-step.ts';
import { RowDifferences } from './RowDifferences.tsx';
import './compare.css';

export function ComparePage({ a, b }: { a: string; b: string }) {
  const [found, setFound] = useState<RunComparison | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [rowsOf, setRowsOf] = useState<string | undefined>();
  const [graph, setGraph] = useState(false);
  const load = useCallback(
    (signal?: AbortSignal) => {
      setFailure(undefined);
      client()
        .call<RunComparison>('flow.compareRuns', { a, b }, signal === undefined ? {} : { signal })
        .then(setFound, (error: unknown) => {
          if (signal?.aborted !== true) setFailure(error);
        });
    },
    [a, b],
  );
  useEffect(() => {
    const controller = new AbortController();
    setFound(undefined);
    load(controller.signal);
    return () => controller.abort();
  }, [load]);
  if (failure !== undefined) return <ErrorState problem={failure} retry={() => load()} />;
  if (found === undefined) return <Skeleton lines={12} label="Comparing the runs" />;
  const changed = found.inputs.filter((input) => !input.same);
  const differ = found.steps.filter((step) => step.plan !== 'same').length;
  /** The rows where they differ, else the step in its run. */
  const openStep = (id: string, side: 'a' | 'b'): void => {
    const step = found.steps.find((one) => one.id === id);
    if (step === undefined) return;
    if (step.result !== 'same' && bothTables(step)) return setRowsOf(id);
    endComparing();
    openRunStep(found[side].id, id);
  };
  const slowest = Math.max(1, ...found.steps.flatMap((step) => [step.a?.ms ?? 0, step.b?.ms ?? 0]));
  const longest = Math.max(1, ...found.steps.flatMap((step) => [step.a?.rows ?? 0, step.b?.rows ?? 0]));
  return (
    <article className="compare" aria-label={`Comparison of two runs of ${found.b.name}`}>
      <header>
        <div className="run-title">
          <h2 className="cut">
            {found.a.name === found.b.name ? found.a.name : `${found.a.name} and ${found.b.name}`}
          </h2>
          <div className="run-actions">
            <Button icon={<ArrowLeftRight />} onClick={() => compareRuns(b, a)}>
              Swap
            </Button>
            <IconButton label="End the comparison" onClick={endComparing}>
              <X />
            </IconButton>
          </div>
        </div>
        <div className="compare-sides">
          <Side letter="A" run={found.a} />
          <Side letter="B" run={found.b} />
        </div>
        <p className="compare-facts">
          <span>{found.samePlan ? 'The same plan' : `The plans differ in ${count(differ, 'step')}`}</span>
          <span>{changed.length === 0 ? 'the same inputs' : `${count(changed.length, 'input')} changed`}</span>
          <span>{times(found.a.ms, found.b.ms)}</span>
        </p>
      </header>
      <div className="compare-body" tabIndex={0} role="region" aria-label="Differences">
        {changed.length === 0 ? null : (
          <section aria-label="Inputs that differ">
            <h3>Inputs</h3>
            <dl className="compare-inputs">
              {changed.map((input) => (
                <div key={input.name}>
                  <dt>{input.name}</dt>
                  <dd>
                    <del>{inputText(input.a ?? null, 60) || 'not given'}</del> {'->'}{' '}
                    <ins>{inputText(input.b ?? null, 60) || 'not given'}</ins>
                    {input.hashA !== undefined || input.hashB !== undefined ? ' (another content)' : ''}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        <section aria-label="Steps side by side">
          <div className="compare-choice">
            <h3>Steps</h3>
            <div className="diff-choice" role="group" aria-label="How the steps are shown">
              <button type="button" aria-pressed={!graph} onClick={() => setGraph(false)}>
                <List />
                Table
              </button>
              <button type="button" aria-pressed={graph} onClick={() => setGraph(true)}>
                <Workflow />
                Graph
              </button>
            </div>
          </div>
          {graph ? <CompareGraph found={found} onStep={openStep} /> : null}
          <table hidden={graph} aria-label="Steps side by side">
            <thead>
              <tr>
                <th scope="col">Step</th>
                <th scope="col">A</th>
                <th scope="col">B</th>
                <th scope="col">Time</th>
                <th scope="col">Rows</th>
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {found.steps.map((step) => (
                <StepRow
                  key={step.id}
                  step={step}
                  slowest={slowest}
                  longest={longest}
                  onRows={() => setRowsOf(step.id)}
                  onStep={() => openStep(step.id, step.plan === 'only-a' ? 'a' : 'b')}
                />
              ))}
            </tbody>
          </table>
        </section>
        {found.outputs.length === 0 ? null : (
          <section aria-label="Outputs side by side">
            <h3>Outputs</h3>
            <ul className="compare-outputs">
              {found.outputs.map((output) => (
                <li key={output.label}>
                  <b>{output.label}</b>
                  <Verdict
                    result={output.nodeA === undefined || output.nodeB === undefined ? 'different' : output.result}
                  />
                  {output.nodeA === undefined ? 'only in B' : output.nodeB === undefined ? 'only in A' : ''}
                </li>
              ))}
            </ul>
          </section>
        )}
        {rowsOf === undefined ? null : (
          <RowDifferences
            key={rowsOf}
            a={a}
            b={b}
            step={found.steps.find((step) => step.id === rowsOf)!}
            onClose={() => setRowsOf(undefined)}
          />
        )}
        {found.steps.length === 0 ? <EmptyState title="Neither run has steps" /> : null}
      </div>
    </article>
  );
}

function Side({ letter, run }: { letter: string; run: RunSummary }) {
  return (
    <div className="compare-side">
      <b aria-hidden>{letter}</b>
      <StateIcon state={run.state} size={14} />
      <button
        type="button"
        className="link mono"
        aria-label={`${shortId(run.id)}, open run ${letter}`}
        onClick={() => {
          endComparing();
          useLayout.getState().openRun(run.id);
        }}
      >
        {shortId(run.id)}
      </button>
      <span>{stateFace(run.state).word}</span>
      <span className="tabular">{run.ms === undefined ? '' : duration(run.ms)}</span>
      <span className="cut" data-tip={exactTime(run.createdAt)}>
        {exactTime(run.createdAt).slice(0, -8)}
      </span>
    </div>
  );
}

function times(a: number | undefined, b: number | undefined): string {
  if (a === undefined || b === undefined) return '';
  if (Math.abs(a - b) < Math.max(a, b) * 0.05) return 'about as long';
  return b < a ? `B took ${duration(a - b)} less` : `B took ${duration(b - a)} more`;
}

const bothTables = ({ a, b }: StepComparison): boolean => a?.resultKind === 'table' && b?.resultKind === 'table';

function StepRow({
  step,
  slowest,
  longest,
  onRows,
  onStep,
}: {
  step: StepComparison;
  slowest: number;
  longest: number;
  onRows(): void;
  onStep(): void;
}) {
  const tables = bothTables(step);
  return (
    <tr data-plan={step.plan}>
      <th scope="row">
        <button type="button" className="link cut" data-tip="Show its rows, or its result" onClick={onStep}>
          {step.name}
        </button>
        {step.plan === 'same' ? null : (
          <small>
            {step.plan === 'only-a'
              ? 'only in A'
              : step.plan === 'only-b'
                ? 'only in B'
                : step.changes.map((change) => (
                    <span key={change.part}>
                      {change.part}: <del>{change.a}</del> {'->'} <ins>{change.b}</ins>{' '}
                    </span>
                  ))}
          </small>
        )}
      </th>
      <td>
        <State step={step.a} />
      </td>
      <td>
        <State step={step.b} />
      </td>
      <td>
        <Pair a={step.a?.ms} b={step.b?.ms} most={slowest} text={duration} />
      </td>
      <td>
        <Pair a={step.a?.rows} b={step.b?.rows} most={longest} text={thousands} />
      </td>
      <td>
        <Verdict result={step.result} />
        {tables && step.result !== 'same' ? (
          <button type="button" className="link" onClick={onRows}>
            rows
          </button>
        ) : null}
      </td>
    </tr>
  );
}

function State({ step }: { step: StepRecord | undefined }) {
  if (step === undefined) return <span>—</span>;
  return (
    <span className="steps-state" data-tip={step.error?.detail ?? step.reason}>
      <StateIcon state={step.state} size={14} />
      {stateFace(step.state).word}
    </span>
  );
}

/** Two numbers, one over the other, with bars of their share of the most. */
function Pair({
  a,
  b,
  most,
  text,
}: {
  a: number | undefined;
  b: number | undefined;
  most: number;
  text(value: number): string;
}) {
  return (
    <span className="compare-pair">
      {[a, b].map((value, at) => (
        <span key={at}>
          <i
            data-side={at === 0 ? 'a' : 'b'}
            style={{ width: `${value === undefined ? 0 : Math.max(1, (value / most) * 100)}%` }}
            aria-hidden
          />
          <span className="tabular">
            <span className="sr-only">{at === 0 ? 'A ' : 'B '}</span>
            {value === undefined ? '—' : text(value)}
          </span>
        </span>
      ))}
    </span>
  );
}

const VERDICTS = { same: 'same', different: 'different', unknown: 'not known' } as const;

function Verdict({ result }: { result: StepComparison['result'] }) {
  return (
    <Chip
      {...(result === 'same' ? { tone: 'done' as const } : result === 'different' ? { tone: 'warn' as const } : {})}
    >
      {VERDICTS[result]}
    </Chip>
  );
}
