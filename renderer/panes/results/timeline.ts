/** When the steps of a run ran, as shares of the run's time. Pure. */
import type { RunSummary, StepRecord } from '../../../node-core/runs/schema.ts';

export interface Span {
  /** From 0 to 1. */
  start: number;
  /** From 0 to 1; a step that took next to nothing still has a visible bar. */
  width: number;
}

/** @param now milliseconds since the epoch, for what is still running */
export function timeline(
  run: Pick<RunSummary, 'startedAt' | 'createdAt' | 'ms'>,
  steps: readonly StepRecord[],
  now: number,
): Map<string, Span> {
  const origin = Date.parse(run.startedAt ?? run.createdAt);
  const times = new Map<string, { start: number; end: number }>();
  let last = Math.max(1, run.ms ?? 0);
  for (const step of steps) {
    if (step.startedAt === undefined) continue;
    const start = Math.max(0, Date.parse(step.startedAt) - origin);
    const end = step.state === 'running' ? Math.max(start, now - origin) : start + (step.ms ?? 0);
    if (Number.isNaN(start) || Number.isNaN(end)) continue;
    times.set(step.id, { start, end });
    last = Math.max(last, end);
  }
  const spans = new Map<string, Span>();
  for (const [id, { start, end }] of times) {
    const width = Math.max(0.025, (end - start) / last);
    spans.set(id, { start: Math.min(start / last, 1 - width), width });
  }
  return spans;
}
