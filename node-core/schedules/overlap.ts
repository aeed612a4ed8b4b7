/** What becomes of a firing while others of its schedule are open. Pure. */
import type { OverlapRule } from './schema.ts';

export interface Open {
  running: number;
  waiting: number;
}

export type Decision =
  | { do: 'start' }
  | { do: 'wait'; reason: string; cancelRunning?: true; dropWaiting?: true }
  | { do: 'skip'; reason: string };

/** Firings that wait, at most; each is a row and a run to come. */
const MOST_WAITING = 1000;

/**
 * @param kind `timed`: one that waits is enough, since the next would do the same. `own`: each has something of its own to do
 * (a file, an event), and all wait. `caughtUp`: one of several that were missed; they run one after the other, whatever the rule.
 */
export function overlap(rule: OverlapRule, parallel: number, open: Open, kind: 'timed' | 'own' | 'caughtUp'): Decision {
  const busy = open.running + open.waiting > 0;
  const wait = (reason: string): Decision =>
    open.waiting >= MOST_WAITING ? { do: 'skip', reason: `${MOST_WAITING} wait already.` } : { do: 'wait', reason };
  const before = 'The one before was under way.';
  switch (rule) {
    case 'parallel':
      if (open.running + open.waiting < parallel) return { do: 'start' };
      return kind === 'timed'
        ? { do: 'skip', reason: `${parallel} were under way.` }
        : wait(`${parallel} were under way.`);
    case 'cancel':
      if (!busy) return { do: 'start' };
      if (kind === 'caughtUp') return wait(before);
      return { do: 'wait', reason: 'The one before is being cancelled.', cancelRunning: true, dropWaiting: true };
    case 'queue':
      if (!busy) return { do: 'start' };
      if (open.waiting > 0 && kind === 'timed') return { do: 'skip', reason: 'Another one waits already.' };
      return wait(before);
    case 'skip':
      if (!busy) return { do: 'start' };
      return kind === 'caughtUp' ? wait(before) : { do: 'skip', reason: before };
  }
}

/** Whether one that waits may start now. */
export function mayStart(rule: OverlapRule, parallel: number, running: number): boolean {
  return rule === 'parallel' ? running < parallel : running === 0;
}
