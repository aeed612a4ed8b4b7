/**
 * When the units of a run start: each as soon as everything that it reads is there, several at once, never twice.
 * Knows nothing of what a unit does. No polling: the end of one unit is what starts the next.
 */

/**
 * How a unit ended. After `failed` and `cancelled` the units that read it are skipped. `held` has not ended: it stands
 * still, and is started again when it is released.
 */
export type UnitOutcome = 'ok' | 'failed' | 'cancelled' | 'held';

export interface Schedule {
  /** For each unit the units that it reads, by position. Must have no cycle. */
  dependsOn: readonly (readonly number[])[];
  /** How many may be under way at once. */
  parallel: number;
  /** Starts a unit. A unit that answers at once costs no promise. Must not throw. */
  start(unit: number): UnitOutcome | Promise<UnitOutcome>;
  /** Said once of a unit that cannot start; `because` is the unit that ended without a result. */
  skip(unit: number, because: number): void;
}

/** Longest that units which answer at once may keep the event loop, in milliseconds. */
const turn = 12;

export interface Course {
  /** Resolves when each unit has ended or was skipped, or when only units are left that are held or wait for those. */
  ended: Promise<void>;
  /** Lets held units start again; false when it has all ended already. */
  release(units: readonly number[]): boolean;
}

/** Runs every unit of the schedule. */
export function runSchedule(schedule: Schedule): Course {
  const count = schedule.dependsOn.length;
  const missing = new Int32Array(count);
  const dependents: number[][] = Array.from({ length: count }, () => []);
  const settled = new Uint8Array(count);
  const ready: number[] = [];
  let next = 0;
  for (let unit = 0; unit < count; unit++) {
    const reads = schedule.dependsOn[unit]!;
    missing[unit] = reads.length;
    for (const read of reads) dependents[read]!.push(unit);
    if (reads.length === 0) ready.push(unit);
  }
  let underWay = 0;

  let isOver = false;
  let drainAgain: () => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    let draining = false;

    function settle(unit: number, outcome: UnitOutcome): void {
      if (outcome === 'held') return;
      settled[unit] = 1;
      if (outcome === 'ok') {
        for (const reader of dependents[unit]!)
          if (--missing[reader]! === 0 && settled[reader] === 0) ready.push(reader);
        return;
      }
      const stack = [...dependents[unit]!];
      while (stack.length > 0) {
        const reader = stack.pop()!;
        if (settled[reader] === 1) continue;
        settled[reader] = 1;
        schedule.skip(reader, unit);
        stack.push(...dependents[reader]!);
      }
    }

    function drain(): void {
      if (draining) return;
      draining = true;
      const until = performance.now() + turn;
      try {
        while (next < ready.length && underWay < schedule.parallel) {
          const unit = ready[next++]!;
          if (settled[unit] === 1) continue;
          const outcome = schedule.start(unit);
          if (typeof outcome === 'string') {
            settle(unit, outcome);
            if (performance.now() > until) {
              setImmediate(drain);
              return;
            }
          } else {
            underWay += 1;
            outcome.then((ended) => {
              underWay -= 1;
              settle(unit, ended);
              drain();
            }, reject);
          }
        }
      } catch (error) {
        reject(error);
      } finally {
        draining = false;
      }
      // What is left then waits for units that are held.
      if (underWay === 0 && next >= ready.length) {
        isOver = true;
        resolve();
      }
    }
    drainAgain = drain;
    drain();
  });
  return {
    ended,
    release(units) {
      // Whoever waits for the end hears of it some turns later.
      if (isOver) return false;
      ready.push(...units.filter((unit) => settled[unit] === 0));
      drainAgain();
      return true;
    },
  };
}
