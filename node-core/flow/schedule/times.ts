/** When a timed trigger comes due. Browser-safe. Times are milliseconds since 1970, UTC. */
import { parseDuration } from '../plan/annotations.ts';
import { cronOf, wrongCron } from './cron.ts';
import type { TimeTrigger } from './trigger.ts';

const SHORTEST_MS = 1000;
const LONGEST_MS = 3660 * 86_400_000;

/** Milliseconds of an interval; a sentence when it is none. */
export function readInterval(text: string): { ms: number } | { wrong: string } {
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(text) ? undefined : parseDuration(text);
  if (ms === undefined) return { wrong: `"${text}" is no length of time. Write it as 30s, 15m, 1h, 2d or 1w.` };
  if (ms < SHORTEST_MS) return { wrong: `"${text}" is too short: the shortest interval is 1s.` };
  if (ms > LONGEST_MS) return { wrong: `"${text}" is too long: the longest interval is ten years.` };
  return { ms };
}

/** A sentence when the trigger cannot be used. */
export function wrongTimes(trigger: TimeTrigger): string | undefined {
  if (trigger.kind === 'cron') return wrongCron(trigger.cron)?.message;
  const read = readInterval(trigger.every);
  return 'wrong' in read ? read.wrong : undefined;
}

/** The due times of one trigger. */
export interface DueTimes {
  /** The first after `at`; undefined when there is none any more. */
  after(at: number): number | undefined;
  /** The latest `count` up to `at`, itself included, oldest first. */
  upTo(at: number, count: number): number[];
}

/**
 * @param anchor of an interval: where it is counted from; the first due time is one interval later.
 * @throws Error for a trigger that {@link wrongTimes} finds fault with.
 */
export function dueTimes(trigger: TimeTrigger, zone: string, anchor: number): DueTimes {
  if (trigger.kind === 'every') {
    const read = readInterval(trigger.every);
    if ('wrong' in read) throw new Error(read.wrong);
    const { ms } = read;
    return {
      after: (at) => anchor + Math.max(1, Math.floor((at - anchor) / ms) + 1) * ms,
      upTo(at, count) {
        const last = Math.floor((at - anchor) / ms);
        const first = Math.max(1, last - count + 1);
        return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => anchor + (first + i) * ms);
      },
    };
  }
  const cron = cronOf(trigger.cron, zone);
  return {
    after: (at) => cron.nextRun(new Date(at))?.getTime(),
    upTo: (at, count) =>
      cron
        // Those before the next whole second.
        .previousRuns(count, new Date((Math.floor(at / 1000) + 1) * 1000))
        .map((date) => date.getTime())
        .reverse(),
  };
}

/** The next `count` due times after `from`. */
export function nextTimes(
  trigger: TimeTrigger,
  zone: string,
  options: { from: number; count: number; anchor?: number },
): number[] {
  const due = dueTimes(trigger, zone, options.anchor ?? anchorAt(options.from));
  const found: number[] = [];
  for (let at = due.after(options.from); at !== undefined && found.length < options.count; at = due.after(at))
    found.push(at);
  return found;
}

/** Where an interval is counted from that begins at `at`: a whole second. */
export function anchorAt(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
