/** Tells the watchers of a run how its steps change: each step at most about twenty times a second. */
import type { NewEvent } from '../operations/events.ts';
import type { StepRecord } from './schema.ts';

const SPAN_MS = 50;

export interface StepsFeed {
  changed(step: StepRecord): void;
  /** Tells what is left at once. */
  flush(): void;
}

export function createStepsFeed(runId: string, publish: (event: NewEvent) => void): StepsFeed {
  const waiting = new Set<StepRecord>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const step of waiting) publish({ type: 'step.changed', runId, step: { ...step } });
    waiting.clear();
  };
  return {
    changed(step) {
      waiting.add(step);
      timer ??= setTimeout(flush, SPAN_MS);
    },
    flush,
  };
}
