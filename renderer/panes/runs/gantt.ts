/** When the steps of a run ran, as bars in lanes, and the chain of steps that its end waited for. Pure. */
import type { StepRecord } from '../../../node-core/runs/schema.ts';

export interface Bar {
  /** Node ids: of one step, or of those that ran as one query. */
  steps: string[];
  label: string;
  state: StepRecord['state'];
  /** Milliseconds since the first step began. */
  start: number;
  end: number;
  lane: number;
  critical: boolean;
}

export interface Gantt {
  bars: Bar[];
  lanes: number;
  /** Milliseconds from the first beginning to the last end. */
  span: number;
  /** Milliseconds since the epoch. */
  origin: number;
  /** Milliseconds in which nothing ran, as while the run was paused, and that are not drawn. */
  leftOut: number;
}

/**
 * @param reads for each node id those that it reads; empty when it is not known
 * @param now milliseconds since the epoch, for what is still running
 */
export function ganttOf(
  steps: readonly StepRecord[],
  reads: ReadonlyMap<string, readonly string[]>,
  now: number,
): Gantt {
  const found: Omit<Bar, 'lane' | 'critical'>[] = [];
  const taken = new Set<string>();
  for (const step of steps) {
    if (step.startedAt === undefined || taken.has(step.id) || step.state === 'reused') continue;
    const together = step.fusedWith ?? [step.id];
    for (const id of together) taken.add(id);
    const members = steps.filter((one) => together.includes(one.id));
    const start = Date.parse(step.startedAt);
    const took = Math.max(0, ...members.map((one) => one.ms ?? 0));
    const running = members.some((one) => one.state === 'running');
    found.push({
      steps: together,
      label: members.map((one) => one.name).join(', '),
      state: (members.find((one) => one.state === 'failed') ?? members.at(-1) ?? step).state,
      start,
      end: running ? Math.max(start, now) : start + took,
    });
  }
  if (found.length === 0) return { bars: [], lanes: 0, span: 0, origin: now, leftOut: 0 };
  const origin = Math.min(...found.map((bar) => bar.start));
  const critical = criticalOf(found, reads);
  const leftOut = withoutPauses(found);
  const ends: number[] = [];
  const bars = found
    .toSorted((a, b) => a.start - b.start)
    .map((bar): Bar => {
      let lane = ends.findIndex((end) => end <= bar.start);
      if (lane === -1) lane = ends.push(0) - 1;
      ends[lane] = bar.end;
      return { ...bar, start: bar.start - origin, end: bar.end - origin, lane, critical: critical.has(bar.steps[0]!) };
    });
  return { bars, lanes: ends.length, span: Math.max(1, ...bars.map((bar) => bar.end)), origin, leftOut };
}

/** A stretch in which nothing ran is cut when it is longer than this share of the time in which something did. */
const LONGEST_PAUSE = 0.5;
const SHOWN_PAUSE = 0.05;

/** Moves bars together where nothing ran for long; gives the milliseconds that were cut. */
function withoutPauses(bars: { start: number; end: number }[]): number {
  const sorted = bars.toSorted((a, b) => a.start - b.start);
  let busy = 0;
  let until = sorted[0]!.start;
  for (const bar of sorted) {
    busy += Math.max(0, bar.end - Math.max(bar.start, until));
    until = Math.max(until, bar.end);
  }
  let cut = 0;
  until = sorted[0]!.start;
  for (const bar of sorted) {
    const pause = bar.start - until;
    if (pause > Math.max(20, busy * LONGEST_PAUSE)) cut += pause - busy * SHOWN_PAUSE;
    until = Math.max(until, bar.end);
    bar.start -= cut;
    bar.end -= cut;
  }
  return cut;
}

/** From the bar that ended last, back to what each had to wait for longest. By the first step of each bar. */
function criticalOf(
  bars: readonly Pick<Bar, 'steps' | 'end'>[],
  reads: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const barOf = new Map(bars.flatMap((bar) => bar.steps.map((id) => [id, bar] as const)));
  const critical = new Set<string>();
  let at = bars.reduce((last, bar) => (bar.end >= last.end ? bar : last), bars[0]!);
  for (;;) {
    critical.add(at.steps[0]!);
    const before = [...beforeOf(at.steps, reads, barOf)].filter((bar) => bar !== at && !critical.has(bar.steps[0]!));
    if (before.length === 0) return critical;
    at = before.reduce((last, bar) => (bar.end > last.end ? bar : last));
  }
}

/** Bars whose steps these read, also by way of steps that took no time. */
function beforeOf<T>(
  steps: readonly string[],
  reads: ReadonlyMap<string, readonly string[]>,
  barOf: ReadonlyMap<string, T>,
): Set<T> {
  const found = new Set<T>();
  const seen = new Set<string>(steps);
  const stack = steps.flatMap((id) => [...(reads.get(id) ?? [])]);
  while (stack.length > 0) {
    const id = stack.pop()!;
    if (seen.has(id)) continue;
    seen.add(id);
    const bar = barOf.get(id);
    if (bar === undefined) stack.push(...(reads.get(id) ?? []));
    else found.add(bar);
  }
  return found;
}

/** Round times for the scale: at most `most` of them. */
export function ticksOf(from: number, to: number, most: number): number[] {
  const rough = Math.max(0.01, (to - from) / Math.max(1, most));
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((one) => one >= rough) ?? 10 * unit;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to + step / 1e6; at += step) ticks.push(at);
  return ticks;
}
