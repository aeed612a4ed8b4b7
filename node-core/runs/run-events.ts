/** What happened in a run, gathered in memory and written with the next change of the run. */
import type { RunEvent } from './schema.ts';

/** Beyond so many only what happens to the run as a whole is kept. */
const MOST_EVENTS = 50_000;

export interface EventLog {
  add(kind: RunEvent['kind'], more?: Omit<Partial<RunEvent>, 'seq' | 'time' | 'kind'>): void;
  /** What is not written yet; it is then the caller's to write. */
  take(): RunEvent[];
  /** What is not written yet, to look at. */
  waiting(): readonly RunEvent[];
}

/** @param first number of the first event: a run that goes on counts on */
export function createEventLog(first: number, tell: (event: RunEvent) => void): EventLog {
  let next = first;
  let events: RunEvent[] = [];
  return {
    add(kind, more = {}) {
      if (next >= MOST_EVENTS && !kind.startsWith('run.')) return;
      const event: RunEvent = { seq: next++, time: new Date().toISOString(), kind, ...more };
      events.push(event);
      tell(event);
    },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
    waiting: () => events,
  };
}
