/** Commands on runs: debug them, go to them, hand them on. */
import type { Command } from '../../state/commands.ts';
import { breakpointsOf } from '../../state/breakpoints.ts';
import {
  activeRun,
  chooseRunFile,
  chosenStep,
  clearBreakpoints,
  continueRun,
  exportRun,
  pausedRun,
  pauseRun,
  retryFailed,
  runToHere,
  startEditing,
  switchBreakpoint,
} from '../../state/debug.ts';
import { useCursor } from '../../state/cursor.ts';
import { activeDocument, useDocuments } from '../../state/documents.ts';
import { switchLineBreakpoint } from '../../state/program-breakpoints.ts';
import { goOn, isDebugging } from '../../state/program-debug.ts';
import { isProgramDocument } from '../../state/program.ts';
import { useLayout } from '../../state/layout.ts';
import { useRuns } from '../../state/run.ts';
import { freeSpace } from './free-state.ts';

/** The run in view: the one of the Runs area, else that of the active document. */
function shownRun(): string | undefined {
  const { area, shownRun: run } = useLayout.getState();
  if (area === 'runs') return run;
  return useRuns.getState().current[useDocuments.getState().activeId ?? ''];
}

const stateOf = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : useRuns.getState().records[id]?.state;

export const runsCommands: Command[] = [
  {
    id: 'debug.step',
    title: 'Step: one step of the run, or over one line of the program',
    keys: 'F10',
    run: () => void (isDebugging() ? goOn('over') : continueRun(pausedRun()!, { mode: 'step' })),
    when: () => isDebugging() || pausedRun() !== undefined,
  },
  {
    id: 'debug.pause',
    title: 'Pause the run before its next steps',
    run: () => void pauseRun(activeRun()!),
    when: () => activeRun() !== undefined,
  },
  {
    id: 'debug.breakpoint',
    title: 'Breakpoint on or off at the step or line under the cursor',
    keys: 'F9',
    run: () => {
      const document = activeDocument()!;
      if (isProgramDocument(document)) switchLineBreakpoint(document.id, useCursor.getState().line);
      else switchBreakpoint();
    },
    when: () => activeDocument() !== undefined && (isProgramDocument(activeDocument()) || chosenStep() !== undefined),
  },
  {
    id: 'debug.clearBreakpoints',
    title: 'Take all breakpoints of this plan away',
    run: () => clearBreakpoints(),
    when: () => breakpointsOf(activeDocument()?.id).length > 0,
  },
  {
    id: 'debug.runToHere',
    title: 'Run to the step under the cursor',
    keys: 'Mod+F10',
    run: () => void runToHere(),
    when: () => activeDocument() !== undefined && chosenStep() !== undefined,
  },
  {
    id: 'debug.editResult',
    title: 'Edit the result of the chosen step and go on from there',
    run: () => {
      startEditing({ runId: shownRun()!, step: chosenStep()! });
      useLayout.getState().showDocked('results');
    },
    when: () => {
      const run = useRuns.getState().records[shownRun() ?? ''];
      const step = run?.steps.find((one) => one.id === chosenStep());
      return run?.imported === undefined && (step?.resultKey !== undefined || step?.state === 'paused');
    },
  },
  {
    id: 'runs.retryFailed',
    title: 'Retry what failed in this run',
    run: () => void retryFailed(shownRun()!),
    when: () => stateOf(shownRun()) === 'failed',
  },
  {
    id: 'runs.export',
    title: 'Export this run as a file…',
    run: () => void exportRun(shownRun()!),
    when: () => {
      const state = stateOf(shownRun());
      return state !== undefined && state !== 'running' && state !== 'queued';
    },
  },
  { id: 'runs.free', title: 'Free the space of old results…', run: freeSpace },
  { id: 'runs.import', title: 'Import a run from a file…', run: chooseRunFile },
];
