import { describe, expect, test } from 'vitest';
import { runSchedule as start, type Schedule, type UnitOutcome } from './scheduler.ts';

const runSchedule = (schedule: Schedule): Promise<void> => start(schedule).ended;

const later = (outcome: UnitOutcome = 'ok') =>
  new Promise<UnitOutcome>((resolve) => setImmediate(() => resolve(outcome)));

describe('the schedule of a run', () => {
  test('starts a unit when everything it reads has ended, and each once', async () => {
    const started: number[] = [];
    const ended = new Set<number>();
    const dependsOn = [[], [0], [0], [1, 2], [3]];
    await runSchedule({
      dependsOn,
      parallel: 8,
      async start(unit) {
        for (const read of dependsOn[unit]!) expect(ended.has(read)).toBe(true);
        started.push(unit);
        await later();
        ended.add(unit);
        return 'ok' as const;
      },
      skip: () => expect.unreachable(),
    });
    expect(started.toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  test('has no more under way than it may', async () => {
    let now = 0;
    let most = 0;
    await runSchedule({
      dependsOn: Array.from({ length: 20 }, () => []),
      parallel: 3,
      async start() {
        most = Math.max(most, ++now);
        await later();
        now -= 1;
        return 'ok' as const;
      },
      skip: () => expect.unreachable(),
    });
    expect(most).toBe(3);
  });

  test('skips what reads a failed unit, however far, and runs the rest', async () => {
    const skipped: number[][] = [];
    const started: number[] = [];
    await runSchedule({
      dependsOn: [[], [], [0], [2, 1], [1]],
      parallel: 2,
      start(unit) {
        started.push(unit);
        return unit === 0 ? later('failed') : 'ok';
      },
      skip: (unit, because) => skipped.push([unit, because]),
    });
    expect(started.toSorted()).toEqual([0, 1, 4]);
    expect(skipped.toSorted()).toEqual([
      [2, 0],
      [3, 0],
    ]);
  });

  test('runs a chain of 100,000 units without growing the stack', async () => {
    let last = -1;
    await runSchedule({
      dependsOn: Array.from({ length: 100_000 }, (_, unit) => (unit === 0 ? [] : [unit - 1])),
      parallel: 1,
      start(unit) {
        last = unit;
        return 'ok';
      },
      skip: () => expect.unreachable(),
    });
    expect(last).toBe(99_999);
  });

  test('an empty schedule ends at once', async () => {
    await runSchedule({ dependsOn: [], parallel: 1, start: () => 'ok', skip: () => undefined });
  });

  test('goes on around what is held, ends when only that is left, and starts it again when it is released', async () => {
    const started: number[] = [];
    let hold = true;
    const course = start({
      dependsOn: [[], [0], [], [1, 2]],
      parallel: 8,
      start(unit) {
        started.push(unit);
        if (unit === 1 && hold) return 'held';
        return unit === 2 ? later() : 'ok';
      },
      skip: () => expect.unreachable(),
    });
    setImmediate(() => setImmediate(() => undefined));
    hold = false;
    expect(course.release([1])).toBe(true);
    await course.ended;
    expect(started).toEqual([0, 2, 1, 1, 3]);

    const stopped = start({ dependsOn: [[], [0]], parallel: 1, start: () => 'held', skip: () => expect.unreachable() });
    await stopped.ended;
    expect(stopped.release([0])).toBe(false);
  });
});
