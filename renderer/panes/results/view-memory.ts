/** How each output was last looked at, kept across runs and sessions: the view, its chart, its map. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { ChartSpec } from '../../../node-core/results/schema.ts';
import type { View } from './views.ts';

export interface Remembered {
  view?: View;
  chart?: ChartSpec;
  /** The column that sizes the points of the map. */
  size?: string;
}

/** Outputs that are remembered; the one that was changed longest ago goes first. */
const MOST = 300;

interface ViewMemory {
  outputs: Record<string, Remembered>;
  remember: (output: string, change: Remembered) => void;
}

export const useViewMemory = create<ViewMemory>()(
  persist(
    (set) => ({
      outputs: {},
      remember: (output, change) => set(({ outputs }) => ({ outputs: withChange(outputs, output, change) })),
    }),
    { name: 'voike.results' },
  ),
);

/** The outputs with a change of one, which becomes the newest. */
export function withChange(
  outputs: Record<string, Remembered>,
  output: string,
  change: Remembered,
): Record<string, Remembered> {
  const { [output]: before, ...others } = outputs;
  return { ...Object.fromEntries(Object.entries(others).slice(-(MOST - 1))), [output]: { ...before, ...change } };
}

/** An output is the same one in every run of a flow from the same place. */
export function outputKey(run: { origin?: string; name: string }, step: string): string {
  return `${run.origin ?? run.name}\n${step}`;
}
