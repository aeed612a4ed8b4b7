/** Triggers in words. Browser-safe. */
import { plain } from './cron.ts';
import { readInterval } from './times.ts';
import { NAMED_EVENTS, type Trigger } from './trigger.ts';

/** `every 15 minutes`, `at 07:00, Monday to Friday`, `when a run of Nightly fails`. No full stop. */
export function triggerWords(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'every': {
      const read = readInterval(trigger.every);
      return 'wrong' in read ? `every ${trigger.every}` : everyWords(read.ms);
    }
    case 'cron':
      return cronWords(trigger.cron);
    case 'file':
      return trigger.match === undefined
        ? `when ${trigger.path} changes`
        : `when ${trigger.match} in ${trigger.path} changes`;
    case 'event': {
      const named = NAMED_EVENTS[trigger.event];
      if (named === undefined) return `when ${trigger.event} is in the ledger`;
      if (named.of === 'table')
        return `when ${trigger.of === undefined ? 'a table' : `the table ${trigger.of}`} ${named.words}`;
      return `when ${trigger.of === undefined ? 'a run' : `a run of ${trigger.of}`} ${named.words}`;
    }
  }
}

const UNITS: readonly (readonly [number, string])[] = [
  [604_800_000, 'week'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
];

function everyWords(ms: number): string {
  for (const [unit, name] of UNITS) {
    if (ms % unit !== 0) continue;
    return ms === unit ? `every ${name}` : `every ${ms / unit} ${name}s`;
  }
  return `every ${ms / 1000} seconds`;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** What the common forms of cron say; the text itself for the others. */
export function cronWords(text: string): string {
  const fields = plain(text).split(' ');
  const as = `by cron ${plain(text)}`;
  if (fields.length === 6) {
    if (fields[0] !== '0') return as;
    fields.shift();
  }
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const days = daysWords(day, month, weekday);
  if (days === undefined) return as;
  const step = /^\*\/(\d+)$/.exec(minute);
  const when = days === 'every day' ? '' : `, ${days}`;
  if (hour === '*') {
    if (minute === '*') return `every minute${when}`;
    if (step && 60 % Number(step[1]) === 0) return `every ${step[1]} minutes${when}`;
    if (minute === '0') return `every hour, on the hour${when}`;
    if (/^\d+$/.test(minute)) return `every hour, at minute ${minute}${when}`;
    return as;
  }
  if (!/^\d+$/.test(minute)) return as;
  const hours = /^\*\/(\d+)$/.exec(hour);
  if (hours && 24 % Number(hours[1]) === 0) return `every ${hours[1]} hours, at minute ${minute}${when}`;
  const list = hour.split(',');
  if (!list.every((one) => /^\d+$/.test(one))) return as;
  return `at ${joined(list.map((one) => `${one.padStart(2, '0')}:${minute.padStart(2, '0')}`))}, ${days}`;
}

function daysWords(day: string, month: string, weekday: string): string | undefined {
  const anyDay = day === '*' || day === '?';
  const anyWeekday = weekday === '*' || weekday === '?';
  let words: string;
  if (anyDay && anyWeekday) words = 'every day';
  else if (anyDay) {
    const names = namesOf(weekday, DAYS, 0);
    if (names === undefined) return undefined;
    words = names;
  } else if (anyWeekday && /^\d+$/.test(day)) words = month === '*' ? `on day ${day} of the month` : `on day ${day}`;
  else if (anyWeekday && day === 'L') words = 'on the last day of the month';
  else return undefined;
  if (month === '*') return words;
  const months = namesOf(month, MONTHS, 1);
  return months === undefined ? undefined : `${words} ${words.startsWith('on day') ? 'of' : 'in'} ${months}`;
}

/** `Monday to Friday`, `Monday and Thursday`. */
function namesOf(text: string, names: readonly string[], first: number): string | undefined {
  const one = (word: string): string | undefined =>
    /^\d+$/.test(word)
      ? names[(Number(word) - first) % names.length]
      : names.find((name) => name.slice(0, 3).toLowerCase() === word.toLowerCase());
  const pieces = text.split(',').map((piece) => {
    const [from, to, more] = piece.split('-').map(one);
    if (from === undefined || more !== undefined || piece.split('-').length > 2) return undefined;
    if (!piece.includes('-')) return from;
    return to === undefined ? undefined : `${from} to ${to}`;
  });
  return pieces.every((piece) => piece !== undefined) ? joined(pieces) : undefined;
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
