/** Schedules on a real project with real runs and a clock that tests move. */
import { createLog } from '../log/log.ts';
import { notificationsMigrations } from '../notifications/migrations.ts';
import { createNotifications, type Notifications } from '../notifications/notifications.ts';
import { openTestRuns, type TestRuns } from '../runs/testing.ts';
import type { Clock } from './clock.ts';
import { schedulesMigrations } from './migrations.ts';
import { createSchedules, type Schedules } from './schedules.ts';

export interface FakeClock extends Clock {
  /** Sets the clock without any timer noticing, as sleep and a person do. */
  set(iso: string): void;
  /** Lets time pass: timers that come due are called, in order. */
  pass(ms: number): void;
  /** When the timer will be called; undefined when none is set. */
  readonly timer: number | undefined;
  /** How many timers are set: the node has one. */
  readonly timers: number;
}

export function fakeClock(iso: string): FakeClock {
  let now = Date.parse(iso);
  let timers: { at: number; call: () => void }[] = [];
  return {
    now: () => now,
    wait(ms, call) {
      const timer = { at: now + ms, call };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    set: (to) => void (now = Date.parse(to)),
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter((one) => one.at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
    get timer() {
      return timers.map((one) => one.at).toSorted((a, b) => a - b)[0];
    },
    get timers() {
      return timers.length;
    },
  };
}

export interface TestSchedules {
  t: TestRuns;
  schedules: Schedules;
  notifications: Notifications;
  /** Ends this life of the node; the folder stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestSchedules(clock?: Clock, dataDir?: string): Promise<TestSchedules> {
  const t = await openTestRuns({
    migrations: [...notificationsMigrations, ...schedulesMigrations],
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  const notifications = createNotifications({ events: t.test.events });
  const schedules = createSchedules({
    projects: t.test.projects,
    runs: t.runs,
    notifications,
    events: t.test.events,
    log: createLog({ level: 'error', stderr: 'short' }),
    ...(clock === undefined ? {} : { clock }),
  });
  await schedules.start();
  const end = async (keep: boolean): Promise<void> => {
    await schedules.close();
    await t.close({ keep });
  };
  return { t, schedules, notifications, stop: () => end(true), close: () => end(false) };
}

/** A flow that does nothing and takes no time. */
export const QUICK = 'FLOW "Quick"\nSTEP a = RETURN 1\nOUTPUT a\nEND FLOW';
/** One that takes so long as it is told. */
export const slow = (time: string, name = 'Slow'): string =>
  `FLOW "${name}"\nSTEP w = WAIT "${time}"\nOUTPUT w\nEND FLOW`;
export const FAILING = 'FLOW "Bad"\nSTEP a = ERROR "no luck"\nOUTPUT a\nEND FLOW';
