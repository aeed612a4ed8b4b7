/** Follows a run to its end, with a line of progress for whoever watches. */
import type { NodeEvent, RunRecord, StepRecord } from '../runs/schema.ts';
import type { Connection } from './connection.ts';
import { host } from './host.ts';
import { count, duration, note } from './print.ts';

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'interrupted', 'paused']);
export const hasEnded = (state: string): boolean => ENDED.has(state);

export interface Follower {
  /** Resolves with the run when it has ended. */
  follow(runId: string): Promise<RunRecord>;
  close(): void;
}

/** Listens from before the run starts, so that no end is missed. */
export async function createFollower(connection: Connection, options: { progress: boolean }): Promise<Follower> {
  let runId: string | undefined;
  /** Ends that came before the id of the run was known. */
  const ended = new Set<string>();
  let wake: (() => void) | undefined;
  const line = options.progress ? createProgressLine() : undefined;

  const stop = await connection.events((event: NodeEvent) => {
    if (event.type === 'run.changed' && hasEnded(event.run.state)) ended.add(event.run.id);
    if (event.type === 'step.changed' && event.runId === runId) line?.step(event.step);
    // After a reset the end may be among what was missed: look again.
    if (event.type === 'reset' || (event.type === 'run.changed' && event.run.id === runId)) wake?.();
  });

  return {
    async follow(id) {
      runId = id;
      try {
        for (;;) {
          const woken = new Promise<void>((resolve) => (wake = resolve));
          const run = await connection.call('flow.getRun', { id });
          if (hasEnded(run.state)) return run;
          line?.begin(run.stepsTotal, run.steps);
          if (!ended.has(id)) await woken;
        }
      } finally {
        line?.end();
      }
    },
    close: stop,
  };
}

/** One line on stderr, drawn over itself a few times a second. */
function createProgressLine() {
  const started = Date.now();
  const steps = new Map<string, StepRecord>();
  let total = 0;
  let shown = false;

  function draw(): void {
    shown = true;
    const all = [...steps.values()];
    const done = all.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
    const running = all
      .filter(({ state }) => state === 'running')
      .map(({ name, rows }) => (rows === undefined ? name : `${name} ${count(rows)} rows`));
    const text = `${done}/${total || all.length} steps  ${duration(Date.now() - started)}  ${running.slice(0, 3).join(', ')}`;
    host().note(`\r\u001b[K${text.slice(0, (host().watched() ?? 80) - 1)}`);
  }

  // A run that ends at once shows no line at all; the clock of a long step goes on between its events.
  const timer = setInterval(draw, 250);

  return {
    begin(stepsTotal: number, records: readonly StepRecord[]) {
      total = stepsTotal;
      for (const record of records) steps.set(record.id, record);
    },
    step(record: StepRecord) {
      steps.set(record.id, record);
    },
    end() {
      clearInterval(timer);
      if (shown) host().note('\r\u001b[K');
    },
  };
}

/** Says what is kept of a run that did not end well, and how to go on. */
export function noteKept(run: Pick<RunRecord, 'id' | 'state' | 'steps'>): void {
  const kept = run.steps.filter(({ state }) => state === 'done' || state === 'reused').length;
  note(`Run ${run.id} ${run.state}; the results of ${kept} of ${run.steps.length} steps are kept.`);
  if (kept > 0 || run.state === 'interrupted') {
    note(
      run.state === 'interrupted'
        ? `Go on with: voike run --resume ${run.id}`
        : `Run it again from what is kept: voike run --rerun ${run.id}`,
    );
  }
}
