/** The walk over the window: what it shows, where it is, whether it was taken. */
import { create } from 'zustand';
import { formOf, useDocuments } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { openSample, useSamples } from '../../state/samples.ts';
import { keep, readKept } from '../../state/window-key.ts';

export interface TourStep {
  /** What is pointed at: the first of these that is on view; none shows the card in the middle. */
  at: string;
  title: string;
  text: string;
  /** A command whose key is shown. */
  command?: string;
  /** Brings what is pointed at into view. */
  before?: () => void;
}

const showFlows = (): void => {
  useLayout.setState({ sideBar: true, inspector: true, bottom: true, side: 'flows' });
  useLayout.getState().showArea('flows');
};

function openFirstSample(): void {
  const [first] = useSamples.getState().samples ?? [];
  if (useDocuments.getState().documents.length === 0 && first !== undefined) openSample(first);
}

/** A program that is open already, or else the first of the samples. */
function openFirstProgram(): void {
  const { documents, activate } = useDocuments.getState();
  const open = documents.find((document) => formOf(document) === 'program');
  if (open !== undefined) return activate(open.id);
  const sample = useSamples
    .getState()
    .samples?.find(({ name, source }) => formOf({ name, text: source }) === 'program');
  if (sample !== undefined) openSample(sample);
}

export const TOUR: readonly TourStep[] = [
  {
    at: '.side-bar',
    title: 'Your plans and the samples',
    text: 'Open files, the samples that ship with the node, the outline of the open plan, and what ran lately. A sample is opened for you now.',
    command: 'view.sideBar',
    before: () => {
      showFlows();
      if (useSamples.getState().samples !== undefined) return openFirstSample();
      // The tour may begin before the node has told its samples.
      const stop = useSamples.subscribe(({ samples }) => {
        if (samples === undefined) return;
        stop();
        if (useTour.getState().at !== undefined) openFirstSample();
      });
    },
  },
  {
    at: '.dv-groupview[data-kind="editors"]',
    title: 'The text of a plan',
    text: 'Each STEP says what to do with data. Problems are underlined as you type; row counts stand beside the steps after a run.',
    command: 'run.start',
    before: showFlows,
  },
  {
    at: '.dv-groupview[data-kind="inspector"]',
    title: 'The same plan as a graph',
    text: 'Text and graph are one document: what you choose in one is chosen in the other. The tabs show the syntax tree and the inputs too.',
    command: 'view.inspector',
    before: () => {
      showFlows();
      useLayout.getState().showDocked('plan');
    },
  },
  {
    at: '.dv-groupview[data-kind="bottom"]',
    title: 'Results, problems, output',
    text: 'The rows of every step of the last run. Tabs can be dragged anywhere, split, and maximised by a double click.',
    command: 'view.bottom',
    before: () => {
      showFlows();
      useLayout.getState().showDocked('results');
    },
  },
  {
    at: '.dv-groupview[data-kind="editors"]',
    title: 'Programs',
    text: 'The other form of FLOW: models, functions and services. What you write is checked and compiled as you type; F5 calls the function that is chosen in Execute.',
    command: 'run.start',
    before: () => {
      showFlows();
      openFirstProgram();
      useLayout.getState().showDocked('execute');
    },
  },
  {
    at: '.dv-groupview[data-kind="inspector"]',
    title: 'Line by line',
    text: 'A click beside a line number sets a breakpoint: the call stops there, and Debug shows its variables, its callers and what you watch. VASM shows the instructions that each line became.',
    command: 'program.debug',
    before: () => {
      showFlows();
      useLayout.getState().showDocked('debugger');
    },
  },
  {
    at: '.title-search',
    title: 'Nothing that you did not allow',
    text: 'A program only computes. When one wants to read a table or ask another computer you are asked first, for once or for always. Permissions lists what you decided.',
    command: 'view.grants',
    before: showFlows,
  },
  {
    at: '.activity-bar',
    title: 'Runs and the ledger',
    text: 'Every run is kept with its plan and results. The ledger holds proof of each effect, which this window can verify by itself.',
  },
  {
    at: '.title-search',
    title: 'Go to anything',
    text: 'Files, steps, runs, settings, ledger entries: type a few letters. With > before them you find every command.',
    command: 'palette.goto',
  },
  {
    at: '.status-bar',
    title: 'What is true now',
    text: 'The node, the run, the ledger, problems, notifications. Each of them leads to its thing. Commands and keys are in the palette.',
    command: 'palette.commands',
  },
];

const TAKEN = 'voike.tour';

interface Tour {
  /** The step that is shown; undefined while the tour is not running. */
  at: number | undefined;
  /** True once it was taken or declined: it is not offered again. */
  taken: boolean;
}

export const useTour = create<Tour>()(() => ({ at: undefined, taken: readKept<boolean>(TAKEN) === true }));

export function startTour(): void {
  showStep(0);
}

export function declineTour(): void {
  keep(TAKEN, true);
  useTour.setState({ taken: true });
}

/** Goes to a step; beyond either end the tour is over. */
export function showStep(at: number): void {
  const step = TOUR[at];
  step?.before?.();
  useTour.setState({ at: step === undefined ? undefined : at });
  if (step === undefined) declineTour();
}
