/** Stopping runs, looking at them, changing them, and handing them on: what the faces of debugging ask the node for. */
import { create } from 'zustand';
import type { FileRef, Imported } from '../../node-core/runs/schema.ts';
import { toast, toastProblem } from '../ui/toasts.ts';
import { setBreakpoints as keepBreakpoints, toggleBreakpoint } from './breakpoints.ts';
import { client, onNodeLeft } from './connection.ts';
import { activeDocument, useDocuments } from './documents.ts';
import { useLanguage } from './language.ts';
import { useLayout } from './layout.ts';
import { instructionsOf, linesOf } from './program-breakpoints.ts';
import { goOn, isStopped, startDebugging, useProgramDebug } from './program-debug.ts';
import { isProgramDocument } from './program.ts';
import { runFunction } from './program-run.ts';
import { isActive, loadRun, runActive, showRun, useRuns } from './run.ts';
import { useSelection } from './selection.ts';

/** The run shown with the active document, when it stands before steps. */
export function pausedRun(): string | undefined {
  const id = useRuns.getState().current[useDocuments.getState().activeId ?? ''];
  const run = id === undefined ? undefined : useRuns.getState().records[id];
  const paused = run?.state === 'paused' || run?.steps.some((step) => step.state === 'paused') === true;
  return paused && run !== undefined && (isActive(run.state) || run.state === 'paused') ? id : undefined;
}

/** The run shown with the active document, when it is under way. */
export function activeRun(): string | undefined {
  const id = useRuns.getState().current[useDocuments.getState().activeId ?? ''];
  const run = id === undefined ? undefined : useRuns.getState().records[id];
  return run !== undefined && isActive(run.state) ? id : undefined;
}

/** Asks the node for something; a failure becomes a toast. */
async function asked<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    toastProblem(thrown);
    return undefined;
  }
}

/** F5 goes on with what is paused, else it starts: a run of a plan, or a call of the program's chosen function, which stops at breakpoints. */
export async function startOrContinue(): Promise<void> {
  const document = activeDocument();
  if (isStopped() && useProgramDebug.getState().documentId === document?.id) return goOn('continue');
  if (document !== undefined && isProgramDocument(document))
    return linesOf(document.id).length + instructionsOf(document.id).length > 0 ? startDebugging(false) : runFunction();
  const paused = pausedRun();
  if (paused === undefined) await runActive();
  else await continueRun(paused);
}

export async function continueRun(
  runId: string,
  how: { mode?: 'continue' | 'step'; step?: string } = {},
): Promise<void> {
  await asked(async () => {
    await client().call('flow.continueRun', { id: runId, ...how });
    await loadRun(runId);
  });
}

export async function pauseRun(runId: string): Promise<void> {
  await asked(() => client().call('flow.pauseRun', { id: runId }));
}

export async function retryFailed(runId: string): Promise<void> {
  await asked(async () => {
    await client().call('flow.retryFailed', { id: runId });
    await loadRun(runId);
  });
}

/** Has a run keep its results whatever the rule, or no more. */
export async function pinRun(runId: string, pinned: boolean): Promise<void> {
  await asked(async () => {
    await client().call('flow.pinRun', { id: runId, pinned });
    await loadRun(runId);
  });
}

/** The step of the plan that everything is about now: under the cursor, or chosen in the graph or the results. */
export function chosenStep(): string | undefined {
  const { nodeId } = useSelection.getState();
  const node = useLanguage.getState().graph?.nodes.find((item) => item.id === nodeId);
  return node === undefined || node.kind === 'input' ? undefined : node.id;
}

/** F9: sets or takes away a breakpoint; a run of the document that is under way or paused hears of it. */
export function switchBreakpoint(nodeId = chosenStep(), documentId = activeDocument()?.id): void {
  if (nodeId === undefined || documentId === undefined) return;
  tellRun(documentId, toggleBreakpoint(documentId, nodeId));
}

export function clearBreakpoints(documentId = activeDocument()?.id): void {
  if (documentId === undefined) return;
  keepBreakpoints(documentId, []);
  tellRun(documentId, []);
}

function tellRun(documentId: string, nodeIds: readonly string[]): void {
  const run = useRuns.getState().records[useRuns.getState().current[documentId] ?? ''];
  if (run === undefined || !(isActive(run.state) || run.state === 'paused')) return;
  // The run may be of an older text: what it does not have is not asked of it.
  const steps = nodeIds.filter((id) => run.steps.some((step) => step.id === id));
  void asked(() => client().call('flow.setBreakpoints', { id: run.id, steps }));
}

/** Ctrl+F10: runs only what the step needs. */
export async function runToHere(nodeId = chosenStep()): Promise<void> {
  if (nodeId !== undefined) await runActive({ until: [nodeId] });
}

// ------------------------------------------------------------ editing

export interface Editing {
  runId: string;
  /** Node id. */
  step: string;
  /** Name of what the step reads; absent: its result. */
  input?: string;
}

/** The value that is being edited in Results, if one is. */
export const useEditing = create<{ editing: Editing | undefined }>()(() => ({ editing: undefined }));

export function startEditing(editing: Editing | undefined): void {
  useEditing.setState({ editing });
}

onNodeLeft(() => startEditing(undefined));

export interface NewValue {
  value?: unknown;
  rows?: Record<string, unknown>[];
  file?: FileRef;
}

/**
 * Puts a value in its place. A paused run stays as it is; of an ended one a new one goes on, which is then shown.
 * Rejects with the node's Problem when the value does not fit.
 */
export async function applyEdit({ runId, step, input }: Editing, given: NewValue): Promise<void> {
  const { runId: next, started } = await client().call<{ runId: string; started: boolean }>('flow.editRun', {
    id: runId,
    edits: [{ step, ...(input === undefined ? {} : { input }), ...given }],
  });
  startEditing(undefined);
  if (!started) {
    await loadRun(runId);
    return;
  }
  const { current } = useRuns.getState();
  const documentId = Object.keys(current).find((id) => current[id] === runId);
  toast({ tone: 'running', text: 'Goes on with the edit, as a run of its own.' });
  if (useLayout.getState().area === 'runs') useLayout.getState().openRun(next);
  else if (documentId !== undefined) return showRun(next, documentId);
  await loadRun(next);
}

// ------------------------------------------------------------ sharing

/** Saves a run as a file for another workbench. */
export async function exportRun(runId: string): Promise<void> {
  await asked(async () => {
    const response = await client().get(`/flow/runs/${encodeURIComponent(runId)}/export`, {});
    const said = /filename\*=UTF-8''([^;]*)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
    const name = decodeURIComponent(said ?? 'run.voikerun');
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    toast({ tone: 'done', text: `${name} holds the run, its results and their proof.` });
  });
}

/** Takes in a run out of a file, and shows it. */
export async function importRun(file: File): Promise<void> {
  await asked(async () => {
    const { runId, imported } = await client().send<{ runId: string; imported: Imported }>('/flow/runs/import', file);
    useLayout.getState().openRun(runId);
    toast(
      imported.verified
        ? { tone: 'done', text: `${file.name} is here; everything in it is what its sender has signed.` }
        : {
            tone: 'warn',
            text: `${file.name} is here, but not proven.`,
            ...(imported.fault ? { hint: imported.fault } : {}),
          },
    );
  });
}

export const isRunFile = (name: string): boolean => /\.voikerun$/i.test(name);

/** Asks for a file, and takes the run in it in. */
export function chooseRunFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.voikerun';
  input.onchange = () => {
    const file = input.files?.[0];
    if (file) void importRun(file);
  };
  input.click();
}
