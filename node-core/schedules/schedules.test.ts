import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anchorAt, nextTimes } from '../flow/schedule/times.ts';
import { recent } from '../ledger/read.ts';
import { LONGEST_WAIT_MS } from './clock.ts';
import type { Definition } from './definition.ts';
import { FAILING, fakeClock, type FakeClock, openTestSchedules, QUICK, slow, type TestSchedules } from './testing.ts';

const HOUR = 3_600_000;
let clock: FakeClock;
let s: TestSchedules;
beforeEach(async () => {
  clock = fakeClock('2026-11-27T10:00:00Z');
  s = await openTestSchedules(clock);
});
afterEach(() => s.close());

const make = (definition: Partial<Definition> = {}, actor = 'local') =>
  s.schedules.create(
    s.t.test.project,
    { source: QUICK, trigger: { kind: 'every', every: '1h' }, zone: 'UTC', ...definition },
    actor,
  );
const history = (id: string) =>
  s.schedules
    .history(s.t.test.project, id, { limit: 100 })
    .firings.toReversed()
    .map((one) => `${one.due.slice(11, 16)} ${one.state}`);
const reasons = (id: string) =>
  s.schedules.history(s.t.test.project, id, { limit: 100 }).firings.map((one) => one.reason);
const kinds = () =>
  recent(s.t.test.ledger, { limit: 500, kind: 'schedules.' })
    .entries.map((one) => one.kind)
    .toReversed();
const pass = async (ms: number) => {
  clock.pass(ms);
  await s.schedules.idle();
};
const next = (id: string) => s.schedules.get(s.t.test.project, id).next?.slice(11, 16);

describe('time', () => {
  it('runs a flow each time it comes due, with one timer, and says when next', async () => {
    const { id } = await make();
    await make({ trigger: { kind: 'cron', cron: '30 12 * * *' } });
    expect([next(id), clock.timers]).toEqual(['11:00', 1]);
    for (let n = 0; n < 3; n++) await pass(HOUR);
    expect(history(id)).toEqual(['11:00 succeeded', '12:00 succeeded', '13:00 succeeded']);
    expect([next(id), clock.timers]).toEqual(['14:00', 1]);
    const [last] = s.schedules.history(s.t.test.project, id, { limit: 1 }).firings;
    const run = await s.t.runs.get(s.t.test.project, last!.run!);
    expect([run.name, run.state]).toEqual(['Quick', 'succeeded']);
  });

  it('keeps 07:00 through daylight saving', async () => {
    clock.set('2026-10-24T06:00:00Z');
    const { id } = await make({ trigger: { kind: 'cron', cron: '0 7 * * *' }, zone: 'Europe/Berlin' });
    expect(next(id)).toBe('06:00');
    await pass(24 * HOUR);
    expect(history(id)).toEqual(['06:00 succeeded']);
  });

  it('has no timer when nothing is timed, and never one that is longer than it may be', async () => {
    expect(clock.timers).toBe(0);
    const { id } = await make({ trigger: { kind: 'every', every: '60d' } });
    expect(clock.timer! - clock.now()).toBe(LONGEST_WAIT_MS);
    await s.schedules.enable(s.t.test.project, id, false, 'local');
    expect(clock.timers).toBe(0);
  });

  it('what is paused does not run, and what it missed is not caught up', async () => {
    const { id } = await make({ catchUp: { rule: 'all' } });
    await s.schedules.enable(s.t.test.project, id, false, 'local');
    await pass(5 * HOUR);
    expect([history(id), next(id)]).toEqual([[], undefined]);
    await s.schedules.enable(s.t.test.project, id, true, 'local');
    expect(next(id)).toBe('16:00');
    await pass(HOUR);
    expect(history(id)).toEqual(['16:00 succeeded']);
    expect(kinds()).toEqual(['schedules.created', 'schedules.changed', 'schedules.changed', 'schedules.fired']);
  });
});

it('fires at exactly the times that the preview names', async () => {
  const triggers = fc.oneof(
    fc.integer({ min: 1, max: 9000 }).map((n) => ({ kind: 'every' as const, every: `${n}s` })),
    fc
      .constantFrom('*/7 * * * *', '30 2 * * *', '0 9 * * MON-FRI', '0 0 1 * *')
      .map((cron) => ({ kind: 'cron' as const, cron })),
  );
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York');
  await fc.assert(
    fc.asyncProperty(triggers, zones, async (trigger, zone) => {
      const from = clock.now();
      const { id } = await make({ trigger, zone });
      const times = nextTimes(trigger, zone, { from, count: 4, anchor: anchorAt(from) });
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const time of times) await pass(time - clock.now());
      const fired = s.schedules.history(s.t.test.project, id, { limit: 10 }).firings.toReversed();
      expect(fired.map((one) => Date.parse(one.due))).toEqual(times);
      await s.schedules.remove(s.t.test.project, id, 'local');
    }),
    { numRuns: 12 },
  );
});

describe('after sleep', () => {
  const sleepUntil = async (iso: string) => {
    clock.set(iso);
    s.schedules.wake();
    await s.schedules.idle();
  };
  it.each([
    ['none', ['11:00 skipped']],
    ['once', ['11:00 skipped', '15:00 succeeded']],
    ['all', ['11:00 skipped', '13:00 succeeded', '14:00 succeeded', '15:00 succeeded']],
  ] as const)('%s', async (rule, expected) => {
    const { id } = await make({ catchUp: { rule, most: 3 } });
    await sleepUntil('2026-11-27T15:20:00Z');
    expect(history(id)).toEqual(expected);
    expect(next(id)).toBe('16:00');
    await pass(40 * 60_000);
    expect(history(id).at(-1)).toBe('16:00 succeeded');
  });

  it('says how many were missed', async () => {
    const { id } = await make({ catchUp: { rule: 'none' } });
    await sleepUntil('2026-11-27T15:20:00Z');
    expect(reasons(id)).toEqual(['Missed while the machine slept or the node was not running: 5 times.']);
  });

  it('what is older than the grace is not caught up', async () => {
    const { id } = await make({ catchUp: { rule: 'all', grace: '90m' } });
    await sleepUntil('2026-11-27T15:20:00Z');
    expect(history(id)).toEqual(['11:00 skipped', '14:00 succeeded', '15:00 succeeded']);
  });

  it('a time that has just come is on time, whatever was missed before', async () => {
    const { id } = await make({ catchUp: { rule: 'none' } });
    await sleepUntil('2026-11-27T15:00:10Z');
    expect(history(id)).toEqual(['11:00 skipped', '15:00 succeeded']);
  });

  it('a node that was not running catches up when it starts', async () => {
    const { id } = await make({ catchUp: { rule: 'once' } });
    const { dataDir } = s.t.test;
    await s.stop();
    clock = fakeClock('2026-11-28T09:30:00Z');
    s = await openTestSchedules(clock, dataDir);
    await s.schedules.idle();
    expect(history(id)).toEqual(['11:00 skipped', '09:00 succeeded']);
    expect(next(id)).toBe('10:00');
  });
});

describe('the clock jumps', () => {
  it('forwards: what was jumped over is missed', async () => {
    const { id } = await make({ catchUp: { rule: 'none' } });
    clock.set('2026-11-27T12:30:00Z');
    await pass(HOUR);
    expect(history(id)).toEqual(['11:00 skipped', '13:00 succeeded']);
  });

  it('backwards: no time is run twice, and none is waited for too long', async () => {
    const { id } = await make();
    await pass(HOUR);
    await pass(HOUR);
    expect(history(id)).toEqual(['11:00 succeeded', '12:00 succeeded']);
    clock.set('2026-11-27T10:30:00Z');
    s.schedules.wake();
    await pass(3 * HOUR);
    expect(history(id)).toEqual(['11:00 succeeded', '12:00 succeeded', '13:00 succeeded']);
  });

  it('back from a far wrong time: it goes on at the right one', async () => {
    clock.set('2036-01-01T00:00:00Z');
    const { id } = await make({ trigger: { kind: 'cron', cron: '0 * * * *' } });
    await pass(HOUR);
    clock.set('2026-11-27T10:30:00Z');
    s.schedules.wake();
    await pass(HOUR);
    expect(history(id)).toEqual(['01:00 succeeded', '11:00 succeeded']);
  });
});

describe('overlap', () => {
  const long = slow('30s');
  /** An hour passes, and what is due then is written; its run goes on. */
  const due = async (id: string) => {
    const before = history(id).length;
    clock.pass(HOUR);
    await expect.poll(() => history(id).length).toBe(before + 1);
  };
  it('skip: the next one is skipped, with the reason', async () => {
    const { id } = await make({ source: long, overlap: 'skip' });
    await due(id);
    await due(id);
    expect(history(id)).toEqual(['11:00 running', '12:00 skipped']);
    expect(reasons(id)[0]).toBe('The one before was under way.');
  });

  it('queue: one waits, more are skipped; it starts when the one before has ended', async () => {
    const { id } = await make({ source: long, overlap: 'queue' });
    await due(id);
    await due(id);
    await due(id);
    expect(history(id)).toEqual(['11:00 running', '12:00 waiting', '13:00 skipped']);
    const first = s.schedules.history(s.t.test.project, id, { limit: 3 }).firings[2]!;
    await s.t.runs.cancel(s.t.test.project, first.run!);
    await expect.poll(() => history(id)).toEqual(['11:00 cancelled', '12:00 running', '13:00 skipped']);
  });

  it('parallel: so many at once, more are skipped', async () => {
    const { id } = await make({ source: long, overlap: 'parallel', parallel: 2 });
    for (let n = 0; n < 3; n++) await due(id);
    expect(history(id)).toEqual(['11:00 running', '12:00 running', '13:00 skipped']);
  });

  it('cancel: the newest runs, those before are cancelled', async () => {
    const { id } = await make({ source: long, overlap: 'cancel' });
    await due(id);
    await due(id);
    await expect.poll(() => history(id)).toEqual(['11:00 cancelled', '12:00 running']);
  });
});

describe('by hand', () => {
  it('runs now, beside its times', async () => {
    const { id } = await make();
    const firing = await s.schedules.runNow(s.t.test.project, id, 'local');
    await s.schedules.idle();
    expect([firing.cause, history(id), next(id)]).toEqual(['started by hand (local)', ['10:00 succeeded'], '11:00']);
  });
  it('is refused while the rule says skip', async () => {
    const { id } = await make({ source: slow('30s') });
    await s.schedules.runNow(s.t.test.project, id, 'local');
    await expect(s.schedules.runNow(s.t.test.project, id, 'local')).rejects.toThrow('The one before was under way.');
  });
});

describe('what a schedule is made of', () => {
  it.each([
    [{ source: 'FLOW "x" STEP' }, 'flow-has-errors'],
    [{ source: undefined }, 'schedule-flow'],
    [{ trigger: { kind: 'every', every: 'soon' } }, 'schedule-trigger'],
    [{ trigger: { kind: 'cron', cron: '61 * * * *' } }, 'schedule-trigger'],
    [{ trigger: { kind: 'event', event: 'nonsense' } }, 'schedule-trigger'],
    [{ trigger: { kind: 'file', path: 'in.csv' } }, 'schedule-trigger'],
    [{ trigger: { kind: 'file', path: '/nowhere/in.csv' } }, 'file-not-found'],
    [{ zone: 'Berlin' }, 'schedule-trigger'],
    [{ catchUp: { rule: 'once', grace: 'a bit' } }, 'schedule-grace'],
    [{ inputs: { nobody: 1 } }, 'input-unknown'],
    [{ source: 'FLOW "x"\nINPUTS\n number n\nEND INPUTS\nOUTPUT n\nEND FLOW' }, 'input-missing'],
    [{ trigger: { kind: 'every', every: '1h', input: 'due' } }, 'input-unknown'],
  ] as [Partial<Definition>, string][])('%j is refused', async (definition, code) => {
    await expect(make(definition)).rejects.toMatchObject({ code });
    expect([kinds(), s.schedules.list(s.t.test.project)]).toEqual([[], []]);
  });

  it('keeps the text by version; a run uses the newest', async () => {
    const { id } = await make();
    const changed = await s.schedules.update(
      s.t.test.project,
      id,
      { source: QUICK.replace('Quick', 'Quicker') },
      'local',
    );
    expect([changed.version, changed.flow, next(id)]).toEqual([2, 'Quicker', '11:00']);
    await pass(HOUR);
    const { runs } = await s.t.runs.list(s.t.test.project, { limit: 5 });
    expect(runs.map((run) => run.name)).toEqual(['Quicker']);
    expect((await s.schedules.update(s.t.test.project, id, { name: 'Other' }, 'local')).version).toBe(2);
  });

  it('another trigger begins anew', async () => {
    const { id } = await make();
    await pass(HOUR / 2);
    await s.schedules.update(s.t.test.project, id, { trigger: { kind: 'every', every: '20m' } }, 'local');
    expect([next(id), clock.timers]).toEqual(['10:50', 1]);
  });

  it('gives the due time to the input that the trigger names', async () => {
    const { id } = await make({
      source: 'FLOW "When"\nINPUTS\n text due\nEND INPUTS\nOUTPUT due AS "due"\nEND FLOW',
      trigger: { kind: 'every', every: '1h', input: 'due' },
    });
    await pass(HOUR);
    const [firing] = s.schedules.history(s.t.test.project, id, { limit: 1 }).firings;
    expect((await s.t.runs.get(s.t.test.project, firing!.run!)).outputs['due']!.value).toBe('2026-11-27T11:00:00.000Z');
  });

  it('is made of what the flow asks for, and renewed, not doubled', async () => {
    const flow = `@every("2h")\n@cron("0 7 * * *", zone="Europe/Berlin")\n${QUICK}`;
    const made = await s.schedules.fromFlow(s.t.test.project, { source: flow }, 'local');
    expect(made.map((one) => [one.name, one.words, one.zone !== ''])).toEqual([
      ['Quick 1', 'every 2 hours', true],
      ['Quick 2', 'at 07:00, every day', true],
    ]);
    const again = await s.schedules.fromFlow(s.t.test.project, { source: flow.replace('2h', '3h') }, 'local');
    expect(again.map((one) => one.id)).toEqual(made.map((one) => one.id));
    expect(again[0]!.words).toBe('every 3 hours');
    await expect(s.schedules.fromFlow(s.t.test.project, { source: QUICK }, 'local')).rejects.toMatchObject({
      code: 'flow-not-scheduled',
    });
  });

  it('removed, it leaves its runs and its entries', async () => {
    const { id } = await make();
    await pass(HOUR);
    await s.schedules.remove(s.t.test.project, id, 'local');
    await pass(5 * HOUR);
    expect(clock.timers).toBe(0);
    expect((await s.t.runs.list(s.t.test.project, { limit: 5 })).runs).toHaveLength(1);
    expect(kinds()).toEqual(['schedules.created', 'schedules.fired', 'schedules.removed']);
    expect(() => s.schedules.get(s.t.test.project, id)).toThrow('There is no schedule');
  });
});

describe('notifications', () => {
  const told = () =>
    s.notifications
      .list(s.t.test.project, { limit: 50 })
      .notifications.map((one) => one.title)
      .toReversed();

  it('of failures, with why and where to look', async () => {
    const { id } = await make({ source: FAILING });
    await pass(HOUR);
    const [one] = s.notifications.list(s.t.test.project, { limit: 1 }).notifications;
    expect(one).toMatchObject({ level: 'error', title: 'Bad failed', link: { schedule: id, run: expect.any(String) } });
    expect(one!.text).toContain('no luck');
  });

  it('of changes: when it fails first, and when it works again', async () => {
    const { id } = await make({ source: FAILING, notify: 'change' });
    await pass(HOUR);
    await pass(HOUR);
    await s.schedules.update(s.t.test.project, id, { source: QUICK, name: 'Bad' }, 'local');
    await pass(HOUR);
    await pass(HOUR);
    expect(told()).toEqual(['Bad failed', 'Bad works again']);
  });

  it('always, or never', async () => {
    await make({ notify: 'always' });
    await make({ source: FAILING, notify: 'never' });
    await pass(HOUR);
    expect(told()).toEqual(['Quick succeeded']);
  });

  it('of a flow that cannot be started any more', async () => {
    const { id } = await make();
    await s.t.test.project.write((tx) =>
      tx.db.prepare('UPDATE schedule SET inputs = \'{"gone":1}\' WHERE id = ?').run(id),
    );
    await s.schedules.enable(s.t.test.project, id, false, 'local');
    await s.schedules.enable(s.t.test.project, id, true, 'local');
    await pass(HOUR);
    expect([history(id), told()]).toEqual([['11:00 failed'], ['Quick failed']]);
    expect(s.schedules.get(s.t.test.project, id).last!.run).toBeUndefined();
  });
});
