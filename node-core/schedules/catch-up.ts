/** What to do with a trigger that came due: which times are run, which were missed. Pure. */
import type { DueTimes } from '../flow/schedule/times.ts';

/** A due time that is not older than this is on time: timers and busy event loops are that late. */
export const ON_TIME_MS = 30_000;
/** Missed times are counted so far. */
const MOST_COUNTED = 1000;

export interface CatchUpRule {
  rule: 'none' | 'once' | 'all';
  most: number;
  /** Milliseconds: what is older is not caught up. */
  grace: number;
}

export interface Due {
  /** Due times to run now, oldest first. Those before the last are caught up, and may wait for one another. */
  run: number[];
  /** Those that are not run: how many (at least so many when `more`), the first and the last. */
  missed: { count: number; more: boolean; first: number; last: number } | undefined;
  /** The next due time; undefined when there is none any more. */
  next: number | undefined;
}

/**
 * @param next the first due time that was not handled yet, not after `now`.
 * Everything in the result follows from the arguments: the same question has the same answer after a crash.
 */
export function whatIsDue(due: DueTimes, next: number, now: number, rule: CatchUpRule): Due {
  const most = rule.rule === 'all' ? rule.most : 1;
  const latest = due.upTo(now, most).filter((time) => time >= next);
  const last = latest.at(-1);
  const onTime = last !== undefined && now - last <= ON_TIME_MS;
  const within = latest.filter((time) => now - time <= rule.grace);
  let run: number[];
  if (rule.rule === 'none') run = onTime ? [last] : [];
  else if (rule.rule === 'once') run = onTime ? [last] : within.slice(-1);
  else run = onTime && within.length === 0 ? [last] : within;

  let count = 0;
  let first: number | undefined;
  let lastMissed: number | undefined;
  let at: number | undefined = next;
  for (let seen = 0; at !== undefined && at <= now && seen < MOST_COUNTED; seen++) {
    if (!run.includes(at)) {
      count++;
      first ??= at;
      lastMissed = at;
    }
    at = due.after(at);
  }
  const more = at !== undefined && at <= now;
  return {
    run,
    missed: first === undefined || lastMissed === undefined ? undefined : { count, more, first, last: lastMissed },
    next: due.after(now),
  };
}
