/**
 * Runs as the workbench sees them: records by id, patched by the node's events, and which run belongs to which
 * document. Actions call the node; failures become toasts with their hint, and language errors lead to their line.
 */
import { create } from 'zustand';
import type { NodeEvent, RunRecord, RunState, RunSummary, StepRecord } from '../../node-core/runs/schema.ts';
import { toast, toastProblem } from '../ui/toasts.ts';
import { breakpointsOf } from './breakpoints.ts';
import { unreached } from './called-breakpoints.ts';
import { client, onNodeLeft, useConnection } from './connection.ts';
import { revealRange } from './cursor.ts';
import { activeDocument, type FlowDocument, useDocuments, originOf } from './documents.ts';
import { isViewVisible } from './docks.ts';
import { useLanguage } from './language.ts';
import { leadToMistake } from './mistakes.ts';
import { inputsFor } from './remote-inputs.ts';
import { useLayout } from './layout.ts';
import { count, duration } from '../ui/format.ts';
import { problemOf } from '../ui/problem.ts';

export interface RunLogLine {
  time: string;
  runId: string;
  stepId?: string;
  level: 'info' | 'warn' | 'error';
  message: string;
}

interface Runs {
  /** The runs that were looked at in this window, the latest last. */
  records: Record<string, RunRecord>;
  /** The run shown with a document: the last one started or opened from it. */
  current: Record<string, string>;
  /** Newest first, for lists; kept true by events once loaded. */
  recent: RunSummary[];
  /** Log lines of all runs, oldest first, at most 2,000. */
  log: RunLogLine[];
  /** Document ids with a start in flight. */
  starting: Record<string, boolean>;
}

export const useRuns = create<Runs>()(() => ({ records: {}, current: {}, recent: [], log: [], starting: {} }));

/** Which run each document showed on a node that was left, by the node's id. */
const shownOn = new Map<string, Runs['current']>();

onNodeLeft((nodeId) => {
  shownOn.set(nodeId, useRuns.getState().current);
  useRuns.setState({ records: {}, current: {}, recent: [], log: [], starting: {} });
});

export function isActive(state: RunState): boolean {
  return state === 'queued' || state === 'running';
}

/** In a component: the run shown with a document. */
export function useDocumentRun(documentId: string | undefined): RunRecord | undefined {
  return useRuns((state) => {
    const id = documentId === undefined ? undefined : state.current[documentId];
    return id === undefined ? undefined : state.records[id];
  });
}

const guards = new Set<(document: FlowDocument) => string | undefined>();

/**
 * Lets a view keep a run from starting, by a sentence that says what is wrong: the Execute form does so while something
 * that was typed is not a value. Returns the function that takes the guard away.
 */
export function guardRun(guard: (document: FlowDocument) => string | undefined): () => void {
  guards.add(guard);
  return () => guards.delete(guard);
}

/**
 * F5: runs the active document with the inputs of its Execute pane; a text with mistakes leads to the first of them instead.
 * Resolves with the run's id, or undefined.
 */
export async function runActive(options: { from?: string; until?: string[] } = {}): Promise<string | undefined> {
  const document = activeDocument();
  if (document === undefined || useRuns.getState().starting[document.id] === true) return undefined;
  if (leadToMistake(document)) return undefined;
  for (const guard of guards) {
    const wrong = guard(document);
    if (wrong === undefined) continue;
    useLayout.getState().showDocked('execute');
    toast({ tone: 'warn', text: wrong });
    return undefined;
  }
  useRuns.setState((state) => ({ starting: { ...state.starting, [document.id]: true } }));
  try {
    const origin = originOf(document);
    const { runId } = await client().call<{ runId: string }>('flow.execute', {
      source: document.text,
      inputs: await inputsFor(document),
      mode: 'async',
      origin,
      ...(options.from === undefined ? {} : { from: options.from }),
      ...(options.until === undefined ? {} : { until: options.until }),
      ...stopsOf(document),
    });
    warnOfUnreached(document);
    await showRun(runId, document.id);
    return runId;
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (problem.code === 'input-missing')
      toast({ tone: 'warn', text: problem.detail, hint: 'Give it a value here, in Execute.' });
    else toastProblem(thrown);
    if (problem.range !== undefined) revealRange(problem.range, { documentId: document.id });
    if (problem['diagnostics'] !== undefined) useLayout.getState().showDocked('problems');
    else if (problem.code.startsWith('input')) useLayout.getState().showDocked('execute');
    return undefined;
  } finally {
    useRuns.setState((state) => {
      const { [document.id]: _started, ...starting } = state.starting;
      return { starting };
    });
  }
}

/** Says when breakpoints are set where this run does not stop. */
function warnOfUnreached(document: FlowDocument): void {
  const { graph, documentId } = useLanguage.getState();
  if (graph === undefined || documentId !== document.id) return;
  const others = useDocuments.getState().documents.filter(({ id }) => id !== document.id);
  const names = unreached(graph, others, (id) => breakpointsOf(id).length > 0);
  if (names.length === 0) return;
  toast({
    tone: 'warn',
    text: `The breakpoints of ${names.join(', ')} do not stop this run: a called flow runs in one go.`,
    hint: 'To stop in it, run it by itself with the inputs of the call.',
  });
}

/** The breakpoints that the text still has. */
function stopsOf(document: FlowDocument): { breakpoints?: string[] } {
  const { graph, documentId } = useLanguage.getState();
  const wanted = breakpointsOf(document.id).filter(
    (id) => documentId !== document.id || graph?.nodes.some((node) => node.id === id) === true,
  );
  return wanted.length === 0 ? {} : { breakpoints: wanted };
}

/**
 * After a start, and back on a node: gives each open document its run back, the one that it showed there or else its
 * newest, so that results and row counts stand where they stood.
 */
export async function restoreRuns(): Promise<void> {
  const { recent, current } = useRuns.getState();
  const shown = shownOn.get(useConnection.getState().at.id) ?? {};
  const waiting = useDocuments.getState().documents.filter((document) => current[document.id] === undefined);
  await Promise.all(
    waiting.map(async (document) => {
      const id = shown[document.id] ?? recent.find((item) => item.origin === originOf(document))?.id;
      // A run that is gone meanwhile, or a node that was left again, has nothing to show.
      if (id === undefined || (await loadRun(id).catch(() => undefined)) === undefined) return;
      useRuns.setState((state) => ({ current: { [document.id]: id, ...state.current } }));
    }),
  );
}

/** Loads a run and shows it with a document (its results stand in the bottom panel). */
export async function showRun(runId: string, documentId: string): Promise<void> {
  await loadRun(runId);
  const open = new Set(useDocuments.getState().documents.map((document) => document.id));
  useRuns.setState((state) => ({
    // Closed documents show no run any more.
    current: Object.fromEntries(
      [...Object.entries(state.current), [documentId, runId] as const].filter(([id]) => open.has(id)),
    ),
  }));
  if (!isViewVisible('results')) useLayout.getState().showDocked('results');
}

/** Reads a run from the node into `records`. */
export async function loadRun(runId: string): Promise<RunRecord> {
  const read = (): Promise<RunRecord> => client().call<RunRecord>('flow.getRun', { id: runId });
  let record = await read();
  // It ended while it was read, and the event found no record to patch.
  const told = useRuns.getState().recent.find((run) => run.id === runId);
  if (isActive(record.state) && told !== undefined && !isActive(told.state)) record = await read();
  useRuns.setState((state) => ({ records: keep(state, runId, newer(state.records[runId], record)) }));
  return record;
}

/** More records than any list shows at once; what is left out is read again when it is looked at again. */
const MOST_RECORDS = 60;

/** The records with this one as the newest; the oldest go that are neither shown with a document nor still running. */
function keep({ records, current }: Runs, runId: string, record: RunRecord): Runs['records'] {
  const { [runId]: _old, ...others } = records;
  const kept = { ...others, [runId]: record };
  const shown = new Set(Object.values(current));
  let over = Object.keys(kept).length - MOST_RECORDS;
  for (const [id, old] of Object.entries(others)) {
    if (over <= 0) break;
    if (shown.has(id) || isActive(old.state)) continue;
    delete kept[id];
    over -= 1;
  }
  return kept;
}

export async function cancelRun(runId: string): Promise<void> {
  try {
    await client().call('flow.cancelRun', { id: runId });
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** Goes on with an interrupted run from what is stored. */
export async function resumeRun(runId: string): Promise<void> {
  try {
    await client().call('flow.resumeRun', { id: runId });
    await loadRun(runId);
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** Runs again, from a step when named; the source is the document's present text when a document is given. */
export async function rerun(
  runId: string,
  options: { fromStep?: string; documentId?: string } = {},
): Promise<string | undefined> {
  try {
    const document = options.documentId === undefined ? undefined : activeDocument();
    const { runId: next } = await client().call<{ runId: string }>('flow.rerun', {
      id: runId,
      ...(options.fromStep === undefined ? {} : { fromStep: options.fromStep }),
      ...(document === undefined ? {} : { source: document.text, inputs: await inputsFor(document) }),
    });
    if (options.documentId === undefined) await loadRun(next);
    else await showRun(next, options.documentId);
    return next;
  } catch (thrown) {
    toastProblem(thrown);
    return undefined;
  }
}

/** Reads the newest runs; called on connection and on `reset`. */
export async function loadRecent(limit = 50): Promise<void> {
  const { runs } = await client().call<{ runs: RunSummary[] }>('flow.listRuns', { limit });
  useRuns.setState({ recent: runs });
}

/** What events say; exported for tests. Whatever changes a run's or a step's state also leaves a line in the log. */
export function patchRuns(state: Pick<Runs, 'records' | 'recent' | 'log'>, event: NodeEvent): Partial<Runs> {
  switch (event.type) {
    case 'run.changed': {
      const { run } = event;
      const at = state.recent.findIndex((item) => item.id === run.id);
      const before = state.recent[at];
      const recent = before === undefined ? [run, ...state.recent].slice(0, 200) : state.recent.with(at, run);
      const message = before?.state === run.state ? undefined : runMessage(run);
      const level = run.state === 'failed' ? 'error' : run.state === 'interrupted' ? 'warn' : 'info';
      const log =
        message === undefined ? state.log : append(state.log, { time: event.time, runId: run.id, level, message });
      const known = state.records[run.id];
      if (known === undefined) return { recent, log };
      // What it says no more is over: the error of a run that goes on, the time of its end.
      const { source, steps, outputs } = known;
      return { recent, log, records: { ...state.records, [run.id]: { ...run, source, steps, outputs } } };
    }
    case 'step.changed': {
      const { runId, step } = event;
      const message = stepMessage(step);
      const level = step.state === 'failed' ? 'error' : step.state === 'skipped' ? 'warn' : 'info';
      const log =
        message === undefined
          ? state.log
          : append(state.log, { time: event.time, runId, stepId: step.id, level, message });
      const known = state.records[runId];
      if (known === undefined) return { log };
      return { log, records: { ...state.records, [runId]: { ...known, steps: withStep(known.steps, step) } } };
    }
    case 'run.output': {
      const known = state.records[event.runId];
      if (known === undefined) return {};
      const outputs = { ...known.outputs, [event.output.label]: event.output };
      return { records: { ...state.records, [event.runId]: { ...known, outputs } } };
    }
    case 'run.log': {
      const { time, runId, stepId, level, message } = event;
      return { log: append(state.log, { time, runId, level, message, ...(stepId === undefined ? {} : { stepId }) }) };
    }
    default:
      return {};
  }
}

const MOST_LINES = 2000;

/** Drops the oldest five hundred at once, so that a long log is not copied for every line. */
function append(log: RunLogLine[], line: RunLogLine): RunLogLine[] {
  return log.length < MOST_LINES ? [...log, line] : [...log.slice(500), line];
}

function runMessage(run: RunSummary): string | undefined {
  switch (run.state) {
    case 'queued':
      return undefined;
    case 'running':
      return `${run.name} started`;
    case 'succeeded':
      return `${run.name} succeeded${run.ms === undefined ? '' : ` in ${duration(run.ms)}`}`;
    case 'failed':
      return `${run.name} failed${run.error === undefined ? '' : `: ${run.error.detail}`}`;
    case 'cancelled':
      return `${run.name} was cancelled; ${run.stepsDone} of ${count(run.stepsTotal, 'step')} are kept`;
    case 'paused':
      return `${run.name} is paused`;
    case 'interrupted':
      return `${run.name} was interrupted; it can go on from what is stored`;
  }
}

function stepMessage(step: StepRecord): string | undefined {
  const rows = step.rows === undefined ? '' : `, ${count(step.rows, 'row')}`;
  switch (step.state) {
    case 'done':
      return `done${rows}${step.ms === undefined ? '' : `, ${duration(step.ms)}`}`;
    case 'reused':
      return `reused${rows}${step.reason === undefined ? '' : `: ${step.reason}`}`;
    case 'failed':
      return `failed${step.error === undefined ? '' : `: ${step.error.detail}`}`;
    case 'skipped':
      return `skipped${step.reason === undefined ? '' : `: ${step.reason}`}`;
    case 'running':
      return step.attempt !== undefined && step.attempt > 1 ? `try ${step.attempt}` : undefined;
    default:
      return undefined;
  }
}

function withStep(steps: StepRecord[], step: StepRecord): StepRecord[] {
  const at = steps.findIndex((item) => item.id === step.id);
  return at === -1 ? [...steps, step] : steps.with(at, step);
}

/** A record read from the node may be older than what events already said. */
function newer(known: RunRecord | undefined, read: RunRecord): RunRecord {
  if (known === undefined || isActive(known.state) || !isActive(read.state)) return read;
  return known;
}

/** Says how a run of an open document ended, when its results are not in view. */
export function announce(run: RunSummary): void {
  if (useLayout.getState().area === 'flows' && isViewVisible('results')) return;
  if (run.state === 'failed')
    toast({
      tone: 'failed',
      text: `${run.name} failed.`,
      ...(run.error === undefined ? {} : { hint: run.error.detail }),
    });
  if (run.state === 'succeeded') toast({ tone: 'done', text: `${run.name} finished.` });
  if (run.state === 'paused') {
    const steps = (run.pausedAt ?? []).map((id) => id.replace(/^\w+:/, '')).join(', ');
    toast({ tone: 'warn', text: `${run.name} is paused before ${steps}.`, hint: 'F5 goes on, F10 takes one step.' });
  }
}
