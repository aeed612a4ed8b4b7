/**
 * Cron text: read, checked, with sentences that name the part that is wrong. Browser-safe.
 *
 * Five fields (minute, hour, day of the month, month, day of the week), or six with the second before them, or a nickname
 * such as `@daily`. Names of days and months, lists, ranges and steps; `L`, `W` and `#` as croner has them. A day of the
 * month and a day of the week that are both given are joined by "or", as in Vixie cron; `+MON` means "and".
 */
import { Cron } from 'croner';

interface Field {
  name: string;
  low: number;
  high: number;
  words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'second', low: 0, high: 59 },
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31 },
  {
    name: 'month',
    low: 1,
    high: 12,
    words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  { name: 'day of the week', low: 0, high: 7, words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
];

export const CRON_NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** What is wrong with a cron text, and where in it (UTF-16 offsets). */
export interface WrongCron {
  message: string;
  start: number;
  end: number;
}

const MOST_KEPT = 200;
const kept = new Map<string, Cron>();

/**
 * The text as croner reads it. Times that daylight saving skips run at the first moment after the gap, and times that come
 * twice run once, when the text names hours and minutes; with `*` or a step every hour that passes counts.
 */
export function cronOf(text: string, zone: string): Cron {
  const key = `${zone}\n${text}`;
  let found = kept.get(key);
  if (found === undefined) {
    found = new Cron(plain(text), { timezone: zone, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' });
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, found);
  }
  return found;
}

/** Nicknames written out, one space between fields. */
export function plain(text: string): string {
  const trimmed = text.trim();
  return CRON_NICKNAMES[trimmed.toLowerCase()] ?? trimmed.split(/\s+/).join(' ');
}

/** What is wrong with the text; undefined when it can be used. */
export function wrongCron(text: string): WrongCron | undefined {
  const whole = { start: 0, end: text.length };
  const trimmed = text.trim();
  if (trimmed === '') return { message: 'The cron text is empty. Write five fields, as in 0 7 * * MON-FRI.', ...whole };
  if (trimmed.startsWith('@')) {
    if (CRON_NICKNAMES[trimmed.toLowerCase()] !== undefined) return undefined;
    return { message: `${trimmed} is not known. There are ${Object.keys(CRON_NICKNAMES).join(', ')}.`, ...whole };
  }
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], start: match.index }));
  if (parts.length !== 5 && parts.length !== 6) {
    return {
      message: `A cron text has five fields (minute, hour, day of the month, month, day of the week); this one has ${parts.length}.`,
      ...whole,
    };
  }
  const fields = FIELDS.slice(FIELDS.length - parts.length);
  for (const [index, part] of parts.entries()) {
    const wrong = wrongField(fields[index]!, part.text, index, parts.length);
    if (wrong !== undefined)
      return { message: wrong.message, start: part.start + wrong.start, end: part.start + wrong.end };
  }
  try {
    if (cronOf(text, 'UTC').nextRun() === null)
      return { message: 'These fields never come together: no such day is in the calendar.', ...whole };
  } catch (error) {
    return {
      message: `The cron text cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')}`,
      ...whole,
    };
  }
  return undefined;
}

function wrongField(field: Field, text: string, index: number, count: number): WrongCron | undefined {
  if (reads(text, index, count)) return undefined;
  let start = 0;
  for (const piece of text.split(',')) {
    if (!reads(piece, index, count)) return { message: whyNot(field, piece), start, end: start + piece.length };
    start += piece.length + 1;
  }
  return { message: whyNot(field, text), start: 0, end: text.length };
}

/** Whether the field alone, with `*` in the others, can be read. */
function reads(text: string, index: number, count: number): boolean {
  const fields = Array.from({ length: count }, (_, i) => (i === index ? text : '*'));
  try {
    cronOf(fields.join(' '), 'UTC');
    return true;
  } catch {
    return false;
  }
}

function whyNot({ name, low, high, words }: Field, piece: string): string {
  const range = `${low} to ${high}${words === undefined ? '' : ` or ${words[0]} to ${words.at(-1)}`}`;
  if (piece === '') return `A ${name} is missing beside the comma.`;
  const step = /^(.*)\/(.*)$/.exec(piece);
  if (step) {
    if (!/^\d+$/.test(step[2]!) || Number(step[2]) === 0) return `The step after / is a whole number from 1: */15.`;
    if (step[1] !== '*' && !step[1]!.includes('-')) return `A step comes after * or a range, as in */${step[2]}.`;
    if (Number(step[2]) > high) return `The step ${step[2]} is larger than all of ${name} (${range}).`;
  }
  const ends = /^(\w+)-(\w+)$/.exec(step?.[1] ?? piece);
  if (ends) {
    const [from, to] = [ends[1]!, ends[2]!].map((end) => valueOf(end, low, words));
    for (const [end, value] of [
      [ends[1]!, from],
      [ends[2]!, to],
    ] as const)
      if (value === undefined || value < low || value > high) return notOne(end, name, range);
    if (from! > to!) return `The range ${ends[0]} ends before it begins; write ${ends[2]}-${ends[1]} or two pieces.`;
  }
  return notOne(piece, name, range);
}

const notOne = (text: string, name: string, range: string): string => `"${text}" is no ${name}: it goes from ${range}.`;

function valueOf(text: string, low: number, words: readonly string[] | undefined): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const at = words?.indexOf(text.toUpperCase()) ?? -1;
  return at < 0 ? undefined : at + (low === 1 ? 1 : 0);
}
