import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dueTimes } from '../flow/schedule/times.ts';
import type { TimeTrigger } from '../flow/schedule/trigger.ts';
import { ON_TIME_MS, whatIsDue } from './catch-up.ts';
import { overlap } from './overlap.ts';

const start = Date.parse('2026-11-27T10:00:00Z');
const triggers = fc.oneof(
  fc.integer({ min: 1, max: 5000 }).map((n): TimeTrigger => ({ kind: 'every', every: `${n}s` })),
  fc.constantFrom('*/5 * * * *', '30 2 * * *', '0 * * * *').map((cron): TimeTrigger => ({ kind: 'cron', cron })),
);
const rules = fc.record({
  rule: fc.constantFrom('none' as const, 'once' as const, 'all' as const),
  most: fc.integer({ min: 1, max: 20 }),
  grace: fc.integer({ min: 0, max: 200_000_000 }),
});

it('every due time is run or noted as missed, none twice; what is run is sorted, within the grace or on time', () => {
  fc.assert(
    fc.property(triggers, rules, fc.integer({ min: 0, max: 400_000_000 }), (trigger, rule, slept) => {
      const due = dueTimes(trigger, 'Europe/Berlin', start);
      const next = due.after(start)!;
      const now = next + slept;
      const found = whatIsDue(due, next, now, rule);
      let all = 0;
      let at: number | undefined = next;
      for (; at! <= now && all < 1000; all++) at = due.after(at!);
      expect(found.run).toEqual(found.run.toSorted((a, b) => a - b));
      expect(new Set(found.run).size).toBe(found.run.length);
      if (found.missed?.more !== true) expect(found.run.length + (found.missed?.count ?? 0)).toBe(all);
      for (const time of found.run) {
        expect(time >= next && time <= now).toBe(true);
        expect(now - time <= rule.grace || now - time <= ON_TIME_MS).toBe(true);
        expect(due.upTo(time, 1)).toEqual([time]);
      }
      if (rule.rule !== 'all') expect(found.run.length).toBeLessThanOrEqual(1);
      expect(found.next).toBe(due.after(now));
    }),
    { numRuns: 80 },
  );
});

it.each([
  ['skip', 'timed', 0, 0, 'start'],
  ['skip', 'timed', 1, 0, 'skip'],
  ['skip', 'own', 1, 0, 'skip'],
  ['skip', 'caughtUp', 1, 3, 'wait'],
  ['queue', 'timed', 1, 0, 'wait'],
  ['queue', 'timed', 1, 1, 'skip'],
  ['queue', 'own', 1, 5, 'wait'],
  ['queue', 'own', 1, 1000, 'skip'],
  ['parallel', 'timed', 2, 0, 'start'],
  ['parallel', 'timed', 3, 0, 'skip'],
  ['parallel', 'own', 3, 0, 'wait'],
  ['cancel', 'timed', 1, 1, 'wait'],
  ['cancel', 'timed', 0, 0, 'start'],
] as const)('%s, %s, %i running, %i waiting: %s', (rule, kind, running, waiting, decision) =>
  expect(overlap(rule, 3, { running, waiting }, kind).do).toBe(decision),
);
