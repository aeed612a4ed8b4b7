import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrongCron } from './cron.ts';
import { dueTimes, nextTimes, readInterval } from './times.ts';
import { type TimeTrigger, wrongEvent } from './trigger.ts';
import { triggerWords } from './words.ts';
import { localText, wrongZone } from './zones.ts';

const cron = (text: string): TimeTrigger => ({ kind: 'cron', cron: text });
const every = (text: string): TimeTrigger => ({ kind: 'every', every: text });
const at = (iso: string): number => Date.parse(iso);
const next = (trigger: TimeTrigger, zone: string, from: string, count = 4): string[] =>
  nextTimes(trigger, zone, { from: at(from), count }).map((time) => new Date(time).toISOString().slice(0, 16));

describe('cron text', () => {
  it.each([
    ['', 'The cron text is empty. Write five fields, as in 0 7 * * MON-FRI.', ''],
    [
      '0 7 * *',
      'A cron text has five fields (minute, hour, day of the month, month, day of the week); this one has 4.',
      '0 7 * *',
    ],
    ['61 * * * *', '"61" is no minute: it goes from 0 to 59.', '61'],
    ['0 7,25 * * *', '"25" is no hour: it goes from 0 to 23.', '25'],
    ['0 7 * * FOO', '"FOO" is no day of the week: it goes from 0 to 7 or SUN to SAT.', 'FOO'],
    ['0 7 * * MON-FRY', '"FRY" is no day of the week: it goes from 0 to 7 or SUN to SAT.', 'MON-FRY'],
    ['0 7 * 13 *', '"13" is no month: it goes from 1 to 12 or JAN to DEC.', '13'],
    ['*/0 * * * *', 'The step after / is a whole number from 1: */15.', '*/0'],
    ['5/15 * * * *', 'A step comes after * or a range, as in */15.', '5/15'],
    ['30-10 * * * *', 'The range 30-10 ends before it begins; write 10-30 or two pieces.', '30-10'],
    ['0 0 31 2 *', 'These fields never come together: no such day is in the calendar.', '0 0 31 2 *'],
    [
      '@reboot',
      '@reboot is not known. There are @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually.',
      '@reboot',
    ],
  ])('%j is refused with its reason and its place', (text, message, place) => {
    const wrong = wrongCron(text)!;
    expect([wrong.message, text.slice(wrong.start, wrong.end)]).toEqual([message, place]);
  });

  it.each([
    '0 7 * * MON-FRI',
    '*/5 * * * * *',
    '  0   7 * * * ',
    '@daily',
    '0 0 L * *',
    '0 9 * * MON#1',
    '15 10 1,15 JAN-MAR *',
  ])('%j is taken', (text) => expect(wrongCron(text)).toBeUndefined());

  it('never throws, and gives a place inside the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9*/,\-A-Z# ]{0,30}$/)), (text) => {
        const wrong = wrongCron(text);
        if (wrong) expect(wrong.start <= wrong.end && wrong.end <= text.length && wrong.message !== '').toBe(true);
      }),
    );
  });
});

describe('intervals', () => {
  it.each([
    ['15m', { ms: 900_000 }],
    ['1.5h', { ms: 5_400_000 }],
    ['soon', { wrong: '"soon" is no length of time. Write it as 30s, 15m, 1h, 2d or 1w.' }],
    ['5', { wrong: '"5" is no length of time. Write it as 30s, 15m, 1h, 2d or 1w.' }],
    ['10ms', { wrong: '"10ms" is too short: the shortest interval is 1s.' }],
    ['999w', { wrong: '"999w" is too long: the longest interval is ten years.' }],
  ])('%s', (text, read) => expect(readInterval(text)).toEqual(read));

  it('are counted from where they began, whatever the clock of the zone does', () => {
    expect(next(every('12h'), 'Europe/Berlin', '2026-10-24T20:00:00Z')).toEqual([
      '2026-10-25T08:00',
      '2026-10-25T20:00',
      '2026-10-26T08:00',
      '2026-10-26T20:00',
    ]);
  });
});

describe('daylight saving', () => {
  it('07:00 stays 07:00 in the zone', () => {
    expect(next(cron('0 7 * * *'), 'Europe/Berlin', '2026-10-23T12:00:00Z')).toEqual([
      '2026-10-24T05:00',
      '2026-10-25T06:00',
      '2026-10-26T06:00',
      '2026-10-27T06:00',
    ]);
  });
  it('a time that the clock skips comes right after the gap, once', () => {
    // On 28 March 2027 the clock in Berlin goes from 02:00 to 03:00.
    expect(next(cron('30 2 * * *'), 'Europe/Berlin', '2027-03-27T12:00:00Z', 2)).toEqual([
      '2027-03-28T01:00',
      '2027-03-29T00:30',
    ]);
    expect(next(cron('30 2,14 * * *'), 'Europe/Berlin', '2027-03-27T20:00:00Z', 2)).toEqual([
      '2027-03-28T01:00',
      '2027-03-28T12:30',
    ]);
  });
  it('a time that comes twice counts once, but every hour that passes counts for an hourly one', () => {
    // On 25 October 2026 the hour from 02:00 to 03:00 comes twice in Berlin.
    expect(next(cron('30 2 * * *'), 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
    expect(next(cron('0 * * * *'), 'Europe/Berlin', '2026-10-24T23:30:00Z')).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ]);
  });
});

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
const triggers = fc.oneof(
  fc
    .constantFrom(
      '0 * * * *',
      '30 2 * * *',
      '*/7 * * * *',
      '0 7 * * MON-FRI',
      '15 1,2,3 * * *',
      '0 0 L * *',
      '59 59 23 * * *',
    )
    .map(cron),
  fc.integer({ min: 1, max: 200_000 }).map((seconds) => every(`${seconds}s`)),
);
const moments = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });

it('due times grow, and looking back finds exactly those that looking forward gave', () => {
  fc.assert(
    fc.property(triggers, zones, moments, (trigger, zone, from) => {
      const due = dueTimes(trigger, zone, from);
      const times = nextTimes(trigger, zone, { from, count: 12, anchor: from });
      expect(times).toHaveLength(12);
      for (const [i, time] of times.entries()) {
        expect(time).toBeGreaterThan(i === 0 ? from : times[i - 1]!);
        expect(due.upTo(time, i + 1)).toEqual(times.slice(0, i + 1));
      }
      expect(due.upTo(times[5]! - 1, 1)).toEqual([times[4]]);
    }),
    { numRuns: 150 },
  );
});

it.each([
  [every('1h'), 'every hour'],
  [every('90m'), 'every 90 minutes'],
  [cron('0 7 * * MON-FRI'), 'at 07:00, Monday to Friday'],
  [cron('30 6,18 * * *'), 'at 06:30 and 18:30, every day'],
  [cron('*/15 * * * *'), 'every 15 minutes'],
  [cron('0 * * * 1-5'), 'every hour, on the hour, Monday to Friday'],
  [cron('0 3 1 * *'), 'at 03:00, on day 1 of the month'],
  [cron('0 0 1 1 *'), 'at 00:00, on day 1 of January'],
  [cron('@weekly'), 'at 00:00, Sunday'],
  [cron('0 9 * * MON#1'), 'by cron 0 9 * * MON#1'],
  [{ kind: 'event', event: 'run.failed', of: 'Nightly' } as const, 'when a run of Nightly fails'],
  [{ kind: 'event', event: 'table.changed' } as const, 'when a table changes'],
  [{ kind: 'file', path: '/in', match: '*.csv' } as const, 'when *.csv in /in changes'],
])('%j in words', (trigger, words) => expect(triggerWords(trigger)).toBe(words));

it('says which zone was probably meant', () => {
  expect(wrongZone('Europe/Berlin')).toBeUndefined();
  expect(wrongZone('Berlin')).toBe('There is no time zone "Berlin". Did you mean Europe/Berlin?');
  expect(wrongZone('+02:00')).toContain('There is no time zone "+02:00"');
});

it('writes a moment as people of the zone do', () => {
  expect(localText(at('2026-11-30T06:00:00Z'), 'Europe/Berlin')).toBe('Mon, 30 Nov 2026, 07:00 CET');
});

it('takes events by name and kinds of the ledger, and none of its own', () => {
  expect(wrongEvent('run.failed', 'Nightly')).toBeUndefined();
  expect(wrongEvent('blob.put')).toBeUndefined();
  expect(wrongEvent('project.')).toBeUndefined();
  expect(wrongEvent('nonsense')).toContain('"nonsense" is no event');
  expect(wrongEvent('schedules.fired')).toContain('it would never end');
  expect(wrongEvent('blob.put', 'x')).toContain('blob.put has none');
});
