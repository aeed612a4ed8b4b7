/** The list of runs on view: newest first, pages by cursor, patched by events. Pure. */
import type { RunState, RunSummary } from '../../../node-core/runs/schema.ts';

export interface RunList {
  runs: readonly RunSummary[];
  /** Cursor of the next older page. */
  next: string | undefined;
}

export const NO_RUNS: RunList = { runs: [], next: undefined };

/** Adds an older page; a run that moved between pages is there once. */
export function withOlderRuns(list: RunList, page: { runs: readonly RunSummary[]; next?: string }): RunList {
  const known = new Set(list.runs.map((run) => run.id));
  return { runs: [...list.runs, ...page.runs.filter((run) => !known.has(run.id))], next: page.next };
}

/** What an event says of a run: patched in place, or new at the top, or gone when the filter no longer fits. */
export function withRun(list: RunList, run: RunSummary, filter: RunState | undefined): RunList {
  const at = list.runs.findIndex((item) => item.id === run.id);
  const fits = filter === undefined || run.state === filter;
  if (at === -1) return fits ? { ...list, runs: [run, ...list.runs] } : list;
  return { ...list, runs: fits ? list.runs.with(at, run) : list.runs.toSpliced(at, 1) };
}
