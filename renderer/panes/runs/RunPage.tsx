/** One run: what it is and how it went, its results, its source and its inputs. */
import {
  Download,
  FileCode2,
  Eraser,
  GitCompareArrows,
  Pause,
  Pin,
  PinOff,
  Play,
  RefreshCw,
  RotateCcw,
  ShieldAlert,
  ShieldCheck,
  Square,
  StepForward,
} from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Imported, RunRecord, RunState, RunSummary, StepRecord } from '../../../node-core/runs/schema.ts';
import { client, useConnection } from '../../state/connection.ts';
import { continueRun, exportRun, pauseRun, pinRun, retryFailed } from '../../state/debug.ts';
import { useDocuments } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { cancelRun, isActive, loadRun, rerun, resumeRun, useRuns } from '../../state/run.ts';
import {
  Button,
  Chip,
  count,
  duration,
  EmptyState,
  ErrorState,
  exactTime,
  IconButton,
  type MenuItems,
  openMenu,
  relativeTime,
  shortId,
  Skeleton,
  stateFace,
  StateIcon,
  tabPanelProps,
  Tabs,
  type Tone,
} from '../../ui/index.ts';
import { inputText } from '../execute/form-values.ts';
import { RunResults, useNow } from '../results/RunResults.tsx';
import { TextView } from '../results/TextView.tsx';
import { compareRuns } from './compare-state.ts';
import { showStep, useShownStep } from './open-step.ts';
import { RunEvents } from './RunEvents.tsx';
import { StepsTable } from './StepsTable.tsx';
import { Timeline } from './Timeline.tsx';
import './run-page.css';

type PageTab = 'results' | 'timeline' | 'steps' | 'events' | 'source' | 'inputs';
const TABS: { id: PageTab; label: string }[] = [
  { id: 'results', label: 'Results' },
  { id: 'timeline', label: 'Timeline' },
  { id: 'steps', label: 'Steps' },
  { id: 'events', label: 'Events' },
  { id: 'source', label: 'Source' },
  { id: 'inputs', label: 'Inputs' },
];

function stateToneOf(state: RunState): Tone | undefined {
  const tones: Partial<Record<RunState, Tone>> = {
    running: 'running',
    succeeded: 'done',
    failed: 'failed',
    interrupted: 'warn',
    paused: 'warn',
  };
  return tones[state];
}

export function RunPage({ id }: { id: string }) {
  const run = useRuns((state) => state.records[id]);
  const connected = useConnection((connection) => connection.client !== undefined);
  const [failure, setFailure] = useState<unknown>();
  const [tab, setTab] = useState<PageTab>('results');
  const [mark, setMark] = useState<{ start: number; end: number } | undefined>();
  const step = useShownStep((state) => state.byRun[id]);
  const load = useCallback(() => {
    setFailure(undefined);
    loadRun(id).catch((error: unknown) => setFailure(error));
  }, [id]);
  useEffect(() => {
    if (connected) load();
  }, [connected, load]);
  // When it ends, the record is read in full: outputs, reasons and times.
  const active = run !== undefined && isActive(run.state);
  const wasActive = useRef(active);
  useEffect(() => {
    if (wasActive.current && !active) load();
    wasActive.current = active;
  }, [active, load]);
  const now = useNow(active, run);
  const marked = useMemo(
    () => (run === undefined || mark === undefined ? undefined : lines(run.source, mark)),
    [run, mark],
  );

  if (run === undefined)
    return failure === undefined ? (
      <Skeleton lines={10} label="Reading the run" />
    ) : (
      <ErrorState problem={failure} retry={load} />
    );
  const started = run.startedAt ?? run.createdAt;
  const took = run.ms ?? (active ? Math.max(0, now - Date.parse(started)) : undefined);
  const done = run.steps.filter((item) => item.state === 'done' || item.state === 'reused').length;
  const own = run.imported === undefined;
  const toResult = (stepId: string): void => {
    showStep(id, stepId);
    setTab('results');
  };
  const toSource = (of: StepRecord): void => {
    setMark(of.error?.range ?? rangeOfStep(run.source, of.name));
    setTab('source');
  };
  return (
    <article className="run" aria-label={`Run of ${run.name}`}>
      <header>
        <div className="run-title">
          <h2 className="cut">{run.name}</h2>
          <Chip tone={stateToneOf(run.state)} icon={<StateIcon state={run.state} size={12} />}>
            {stateFace(run.state).word}
          </Chip>
          <div className="run-actions">
            {active ? (
              <Button
                icon={<Pause />}
                data-tip="Stops before the steps that come next"
                onClick={() => void pauseRun(id)}
              >
                Pause
              </Button>
            ) : null}
            {run.state === 'paused' ? (
              <Button kind="primary" icon={<Play />} onClick={() => void continueRun(id)}>
                Continue
              </Button>
            ) : null}
            {run.state === 'failed' && own ? (
              <Button
                icon={<RefreshCw />}
                data-tip="Tries the failed steps again; what is done stays"
                onClick={() => void retryFailed(id)}
              >
                Retry failed
              </Button>
            ) : null}
            {active || run.state === 'paused' ? (
              <Button kind="danger" icon={<Square />} onClick={() => void cancelRun(id)}>
                Cancel
              </Button>
            ) : null}
            {own && (run.state === 'interrupted' || run.state === 'cancelled') ? (
              <Button
                icon={<StepForward />}
                data-tip="Goes on from the results that are stored"
                onClick={() => void resumeRun(id)}
              >
                Resume
              </Button>
            ) : null}
            <Button
              icon={<FileCode2 />}
              data-tip="Opens this run's source and inputs as a document"
              onClick={() => openAsDocument(run)}
            >
              Open
            </Button>
            <IconButton
              label="Compare with another run"
              onClick={(event) => {
                const menu = event.currentTarget;
                void choices(run).then((items) => openMenu(menu, items));
              }}
            >
              <GitCompareArrows />
            </IconButton>
            {active || !own ? null : (
              <IconButton
                label={run.pinned === undefined ? 'Keep the results of this run' : 'Let the rule decide what is kept'}
                pressed={run.pinned !== undefined}
                onClick={() => void pinRun(id, run.pinned === undefined)}
              >
                {run.pinned === undefined ? <Pin /> : <PinOff />}
              </IconButton>
            )}
            <IconButton label="Export the run as a file" disabled={active || !own} onClick={() => void exportRun(id)}>
              <Download />
            </IconButton>
            {active || run.state === 'paused' ? null : (
              <Button
                kind="primary"
                icon={<RotateCcw />}
                onClick={() =>
                  void rerun(id).then((again) => {
                    if (again !== undefined) useLayout.getState().openRun(again);
                  })
                }
              >
                Run again
              </Button>
            )}
          </div>
        </div>
        <p className="run-facts-line tabular">
          <span data-tip={exactTime(started)}>started {relativeTime(started, now)}</span>
          {took === undefined ? null : <span>{`${duration(took)}${active ? ' so far' : ''}`}</span>}
          <span>{`${done} of ${count(run.stepsTotal, 'step')}`}</span>
          {run.origin === undefined ? null : <span data-tip={run.origin}>{run.origin.split(/[\\/]/).at(-1)}</span>}
          <span data-tip={`run ${run.id}`} className="mono">
            {shortId(run.id)}
          </span>
          {run.rerunOf === undefined ? null : (
            <span>
              again of{' '}
              <button type="button" className="link" onClick={() => useLayout.getState().openRun(run.rerunOf!)}>
                {shortId(run.rerunOf)}
              </button>
            </span>
          )}
        </p>
        {run.letGo === undefined ? null : (
          <p className="run-imported">
            <Eraser size={12} aria-hidden /> Results of this run were let go{' '}
            <span data-tip={exactTime(run.letGo)}>{relativeTime(run.letGo, now)}</span> to free space. Running it again
            computes what is gone.
          </p>
        )}
        {run.imported === undefined ? null : <ImportedNote imported={run.imported} />}
        {run.until === undefined ? null : (
          <p className="run-imported">{`It was asked to end at ${run.until.map((step) => step.replace(/^\w+:/, '')).join(', ')}.`}</p>
        )}
        {run.edits === undefined || run.edits.length === 0 ? null : (
          <p className="run-imported">
            {run.edits
              .map(
                (edit) =>
                  `${edit.input === undefined ? 'The result' : `${edit.input} as read`} of ${edit.step.replace(/^\w+:/, '')} was edited by ${edit.by}.`,
              )
              .join(' ')}
          </p>
        )}
        {run.error === undefined ? null : (
          <p className="run-error" role="alert">
            {run.error.detail}{' '}
            {run.error.range === undefined ? null : (
              <button
                type="button"
                className="link"
                onClick={() => {
                  setMark(run.error?.range);
                  setTab('source');
                }}
              >
                Show it in the source
              </button>
            )}
          </p>
        )}
      </header>
      <div className="run-tabs">
        <Tabs name="run" items={TABS} selected={tab} onSelect={setTab} />
      </div>
      <div className="run-body" {...tabPanelProps('run', tab)}>
        {tab === 'results' ? (
          <RunResults run={run} selected={step} onSelect={(stepId) => showStep(id, stepId)} onSource={toSource} />
        ) : tab === 'timeline' ? (
          <Timeline run={run} onOpen={toResult} />
        ) : tab === 'steps' ? (
          <StepsTable run={run} onOpen={toResult} />
        ) : tab === 'events' ? (
          <RunEvents run={run} onStep={toResult} />
        ) : tab === 'source' ? (
          <TextView text={run.source} label={`Source of ${run.name}`} mark={marked} />
        ) : (
          <InputTable inputs={run.inputs} />
        )}
      </div>
    </article>
  );
}

function ImportedNote({ imported }: { imported: Imported }) {
  return (
    <p className="run-imported">
      {imported.verified ? <ShieldCheck size={12} aria-hidden /> : <ShieldAlert size={12} aria-hidden />}{' '}
      {imported.verified
        ? `Out of a file. Everything in it is what its sender has signed${imported.key === undefined ? '' : `, ${imported.key.split('+')[0]}`}.`
        : `Out of a file, and not proven. ${imported.fault ?? ''}`}{' '}
      {imported.leftOut.map(({ step, why }) => `${step.replace(/^\w+:/, '')}: ${why}`).join(' ')}
    </p>
  );
}

/** Runs to compare with: those of the same name first. */
async function choices(run: RunRecord): Promise<MenuItems> {
  const { runs } = await client().call<{ runs: RunSummary[] }>('flow.listRuns', { limit: 100 });
  const others = runs.filter((one) => one.id !== run.id);
  const same = others.filter((one) => one.name === run.name);
  const shown = (same.length > 0 ? same : others).slice(0, 15);
  if (shown.length === 0) return [{ label: 'There is no other run yet', disabled: true, run: () => undefined }];
  return shown.map((one) => ({
    label: `${one.name}, ${relativeTime(one.createdAt)}, ${stateFace(one.state).word}`,
    icon: <StateIcon state={one.state} size={14} />,
    run: () => compareRuns(one.id, run.id),
  }));
}

function InputTable({ inputs }: { inputs: Readonly<Record<string, unknown>> }) {
  const given = Object.entries(inputs);
  if (given.length === 0) return <EmptyState title="This run had no inputs" />;
  return (
    <dl className="run-inputs">
      {given.map(([name, value]) => {
        const whole = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-tip={whole.length > 1000 ? `${whole.slice(0, 1000)}…` : whole}>{inputText(value, 160)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The run's source and inputs as a document of their own; the open one is not touched. */
function openAsDocument(run: RunRecord): void {
  const { documents, open } = useDocuments.getState();
  const same = documents.find((item) => item.text === run.source);
  if (same !== undefined) useDocuments.getState().activate(same.id);
  const id =
    same?.id ??
    open({
      name: `${
        run.name
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
          .replaceAll(/^-|-$/g, '') || 'run'
      }.flow`,
      text: run.source,
      inputs: { ...run.inputs },
    });
  useRuns.setState((state) => ({ current: { ...state.current, [id]: run.id } }));
  useLayout.getState().showArea('flows');
}

/** Lines (from 1) of a range. */
function lines(source: string, range: { start: number; end: number }): { from: number; to: number } {
  const from = source.slice(0, range.start).split('\n').length;
  const to = source.slice(0, Math.max(range.start, range.end)).trimEnd().split('\n').length;
  return { from, to: Math.max(from, to) };
}

/** Where a step is written, found by its name: a past run's source has no graph at hand. */
function rangeOfStep(source: string, name: string): { start: number; end: number } | undefined {
  const match = new RegExp(
    `\\bSTEP\\s+${name.replaceAll(/[^\w]/g, '')}\\b[\\s\\S]*?(?=\\n\\s*\\n|\\n\\s*(?:STEP|OUTPUT|END)\\b|$)`,
    'i',
  ).exec(source);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}
