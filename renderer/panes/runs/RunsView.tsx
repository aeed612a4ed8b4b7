/** Runs: the history on the left, a run with its results, source and inputs on the right. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp, ChevronDown, FileCode2, History, Play, RotateCcw, Square, StepForward } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { RunRecord, RunState, RunSummary, StepRecord } from '../../../node-core/runs/schema.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';
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
  openMenu,
  relativeTime,
  shortId,
  Skeleton,
  stateFace,
  StateIcon,
  tabPanelProps,
  Tabs,
  thousands,
  type Tone,
} from '../../ui/index.ts';
import { inputText } from '../execute/form-values.ts';
import { RunResults, useNow } from '../results/RunResults.tsx';
import { TextView } from '../results/TextView.tsx';
import { showStep, useShownStep } from './open-step.ts';
import { NO_RUNS, type RunList, withOlderRuns, withRun } from './run-list.ts';
import '../ledger/ledger.css';
import './runs.css';

const ROW = 44;
const STATES: RunState[] = ['running', 'succeeded', 'failed', 'cancelled', 'interrupted', 'queued'];

function useRunList(filter: RunState | undefined) {
  const [list, setList] = useState<RunList>(NO_RUNS);
  const [state, setState] = useState<{ loaded: boolean; error: unknown }>({ loaded: false, error: undefined });
  /** New runs that wait because the person has scrolled away. */
  const [waiting, setWaiting] = useState<readonly RunSummary[]>([]);
  const atTop = useRef(true);
  const generation = useRef(0);
  const older = useRef(false);
  const phase = useConnection((connection) => connection.phase);
  const loaded = useRef(false);

  const ask = useCallback(
    (cursor?: string) =>
      client().call<{ runs: RunSummary[]; next?: string }>('flow.listRuns', {
        limit: 100,
        ...(cursor === undefined ? {} : { cursor }),
        ...(filter === undefined ? {} : { state: filter }),
      }),
    [filter],
  );
  const reload = useCallback(async () => {
    generation.current += 1;
    const mine = generation.current;
    try {
      const page = await ask();
      if (generation.current !== mine) return;
      setList({ runs: page.runs, next: page.next });
      setWaiting([]);
      loaded.current = true;
      setState({ loaded: true, error: undefined });
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, error }));
    }
  }, [ask]);
  useEffect(() => {
    // Offline, what is there stays; when the node is back, everything is read again.
    if (phase === 'connected' || (phase === 'offline' && !loaded.current)) void reload();
  }, [reload, phase]);

  const loadOlder = useCallback(async () => {
    if (older.current || list.next === undefined) return;
    older.current = true;
    const mine = generation.current;
    try {
      const page = await ask(list.next);
      if (generation.current === mine) setList((before) => withOlderRuns(before, page));
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, error }));
    } finally {
      older.current = false;
    }
  }, [ask, list.next]);

  const known = useRef(list);
  known.current = list;
  useEffect(
    () =>
      onNodeEvent((event) => {
        if (event.type === 'reset') void reload();
        if (event.type !== 'run.changed') return;
        const { run } = event;
        const listed = known.current.runs.some((item) => item.id === run.id);
        if (listed || atTop.current) setList((before) => withRun(before, run, filter));
        else setWaiting((before) => withRun({ runs: before, next: undefined }, run, filter).runs);
      }),
    [filter, reload],
  );
  const takeNew = useCallback(() => {
    setList((before) => waiting.toReversed().reduce((sum, run) => withRun(sum, run, filter), before));
    setWaiting([]);
  }, [waiting, filter]);

  return { list, ...state, waiting: waiting.length, atTop, reload, loadOlder, takeNew };
}

export function RunsView() {
  const [filter, setFilter] = useState<RunState | undefined>();
  const runs = useRunList(filter);
  const shown = useLayout((layout) => layout.shownRun);
  const openRun = useLayout((layout) => layout.openRun);
  return (
    <div className="runs">
      <Group orientation="horizontal" id="group-runs">
        <Panel id="runs-list" defaultSize="34%" minSize={280}>
          <section className="runs-list" aria-label="Runs">
            <header className="runs-bar">
              <h1>Runs</h1>
              <span className="tabular">
                {runs.loaded ? `${thousands(runs.list.runs.length)}${runs.list.next === undefined ? '' : '+'}` : ''}
              </span>
              <button
                type="button"
                className="ledger-choice"
                data-on={filter !== undefined}
                onClick={(event) =>
                  openMenu(event.currentTarget, [
                    { label: 'All states', checked: filter === undefined, run: () => setFilter(undefined) },
                    'separator',
                    ...STATES.map((state) => ({
                      label: state,
                      icon: <StateIcon state={state} size={14} />,
                      checked: filter === state,
                      run: () => setFilter(state),
                    })),
                  ])
                }
              >
                {filter ?? 'All states'}
                <ChevronDown size={12} aria-hidden />
              </button>
            </header>
            <RunRows runs={runs} filter={filter} shown={shown} onOpen={openRun} />
          </section>
        </Panel>
        <Separator className="handle" aria-label="Width of the run" />
        <Panel id="runs-page" minSize={420}>
          {shown === undefined ? (
            <EmptyState icon={<History />} title="Choose a run">
              Its steps, results, source and inputs appear here.
            </EmptyState>
          ) : (
            <RunPage key={shown} id={shown} />
          )}
        </Panel>
      </Group>
    </div>
  );
}

function inputsSummary(inputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name} = ${inputText(value, 32)}`)
    .join(', ');
}

interface RunRowsProps {
  runs: ReturnType<typeof useRunList>;
  filter: RunState | undefined;
  shown: string | undefined;
  onOpen(id: string): void;
}

function RunRows({ runs, filter, shown, onOpen }: RunRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { list, loadOlder } = runs;
  const rows = list.runs;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const active = rows.some((run) => isActive(run.state));
  const now = useNow(active, rows);
  useEffect(() => {
    if (last >= rows.length - 10) void loadOlder();
  }, [last, rows.length, loadOlder]);

  if (runs.error !== undefined && !runs.loaded)
    return <ErrorState problem={runs.error} retry={() => void runs.reload()} />;
  if (!runs.loaded) return <Skeleton lines={12} label="Reading the runs" />;
  if (rows.length === 0) {
    return (
      <EmptyState
        icon={<History />}
        title={filter === undefined ? 'Nothing ran yet' : `No ${filter} runs`}
        {...(filter === undefined
          ? {
              action: (
                <Button icon={<Play />} onClick={() => useLayout.getState().showArea('flows')}>
                  Go to the flows
                </Button>
              ),
            }
          : {})}
      >
        {filter === undefined
          ? 'Every run of a plan is kept here, with its source, its inputs and the result of each step.'
          : 'Choose another state to see more.'}
      </EmptyState>
    );
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = rows.findIndex((run) => run.id === shown);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 440) / ROW) - 1);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = steps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(rows.length - 1, target));
    virtual.scrollToIndex(index);
    onOpen(rows[index]!.id);
  };
  return (
    <div className="ledger-table">
      <div
        ref={scroller}
        className="ledger-rows"
        role="listbox"
        tabIndex={0}
        aria-label="Runs, newest first"
        aria-activedescendant={shown === undefined ? undefined : `run-${shown}`}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const top = event.currentTarget.scrollTop < ROW;
          if (top && !runs.atTop.current && runs.waiting > 0) runs.takeNew();
          runs.atTop.current = top;
        }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const run = rows[item.index]!;
            const started = run.startedAt ?? run.createdAt;
            const took =
              run.state === 'interrupted'
                ? undefined
                : (run.ms ?? (isActive(run.state) ? Math.max(0, now - Date.parse(started)) : undefined));
            return (
              <div
                key={run.id}
                id={`run-${run.id}`}
                role="option"
                aria-selected={run.id === shown}
                className="run-row"
                style={{ transform: `translateY(${item.start}px)` }}
                onPointerDown={() => onOpen(run.id)}
              >
                <StateIcon state={run.state} size={16} />
                <div>
                  <p>
                    <b className="cut">{run.name}</b>
                    <span className="tabular" data-tip={exactTime(started)}>
                      {relativeTime(started, now)}
                    </span>
                  </p>
                  <p>
                    <small className="cut" data-tip={run.error?.detail}>
                      {run.error === undefined ? inputsSummary(run.inputs) || 'no inputs' : run.error.detail}
                    </small>
                    <small className="tabular run-word">
                      {stateFace(run.state).word}
                      {took === undefined ? '' : ` · ${duration(took)}`}
                    </small>
                  </p>
                </div>
              </div>
            );
          })}
        </div>
      </div>
      {runs.waiting > 0 ? (
        <button
          type="button"
          className="ledger-new runs-new"
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 });
            runs.takeNew();
          }}
        >
          {count(runs.waiting, 'new run')}
          <ArrowUp size={13} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}

type PageTab = 'results' | 'source' | 'inputs';
const TABS: { id: PageTab; label: string }[] = [
  { id: 'results', label: 'Results' },
  { id: 'source', label: 'Source' },
  { id: 'inputs', label: 'Inputs' },
];

function stateToneOf(state: RunState): Tone | undefined {
  const tones: Partial<Record<RunState, Tone>> = {
    running: 'running',
    succeeded: 'done',
    failed: 'failed',
    interrupted: 'warn',
  };
  return tones[state];
}

function RunPage({ id }: { id: string }) {
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
              <Button kind="danger" icon={<Square />} onClick={() => void cancelRun(id)}>
                Cancel
              </Button>
            ) : null}
            {run.state === 'interrupted' || run.state === 'failed' || run.state === 'cancelled' ? (
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
            {active ? null : (
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
        ) : tab === 'source' ? (
          <TextView text={run.source} label={`Source of ${run.name}`} mark={marked} />
        ) : (
          <InputTable inputs={run.inputs} />
        )}
      </div>
    </article>
  );
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
