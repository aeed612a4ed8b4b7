/** Intervals of round width for histograms. Pure. */

/** The smallest of 1, 2, 5 · 10^k that is not below `width`. */
export function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  for (const step of [1, 2, 5]) if (step * power >= width * (1 - 1e-9)) return step * power;
  return 10 * power;
}

export interface Intervals {
  /** Where the first begins; a multiple of `width`. */
  start: number;
  width: number;
  count: number;
}

/**
 * Equal intervals that hold `lowest` to `highest`; the last one holds its end too.
 * @param most how many at most
 * @param whole whether the values are whole numbers: then no interval is narrower than 1
 */
export function intervals(lowest: number, highest: number, most: number, whole: boolean): Intervals {
  const span = highest - lowest;
  // So close to 0 that a part of it is no normal number any more: one interval.
  if (!(span / most > 1e-300)) return { start: whole ? lowest : lowest - 0.5, width: 1, count: 1 };
  let width = roundWidth(span / most);
  if (whole) width = Math.max(1, width);
  // Rounding the start down may need one more.
  for (;;) {
    const start = Math.floor(lowest / width) * width;
    const count = Math.max(1, Math.floor((highest - start) / width) + 1);
    if (count <= most || !Number.isFinite(count)) return { start, width, count };
    width = roundWidth(width * 1.01);
  }
}

/** Parts of the calendar by which moments are gathered, with their usual length in milliseconds. */
export const CALENDAR = [
  ['second', 1000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
  ['month', 2_629_800_000],
  ['quarter', 7_889_400_000],
  ['year', 31_557_600_000],
  ['decade', 315_576_000_000],
  ['century', 3_155_760_000_000],
] as const;
export type CalendarPart = (typeof CALENDAR)[number][0];

/** The finest part of the calendar of which the span holds at most `most`. */
export function calendarPart(lowest: number, highest: number, most: number, dates: boolean): CalendarPart {
  const span = highest - lowest;
  for (const [part, length] of CALENDAR) if ((!dates || length >= 86_400_000) && span / length <= most) return part;
  return 'century';
}

/** The start of the part of the calendar (UTC) in which `time` lies; weeks begin on Monday. */
export function calendarStart(time: number, part: CalendarPart): number {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (part) {
    case 'second':
    case 'minute':
    case 'hour':
    case 'day': {
      const length = CALENDAR.find(([name]) => name === part)![1];
      return Math.floor(time / length) * length;
    }
    case 'week': {
      // 1 January 1970 was a Thursday.
      const monday = 4 * 86_400_000;
      return Math.floor((time - monday) / 604_800_000) * 604_800_000 + monday;
    }
    case 'month':
      return utc(year, month);
    case 'quarter':
      return utc(year, month - (month % 3));
    case 'year':
      return utc(year, 0);
    case 'decade':
      return utc(Math.floor(year / 10) * 10, 0);
    case 'century':
      return utc(Math.floor(year / 100) * 100, 0);
  }
}

/** The start of the next one. */
export function calendarNext(start: number, part: CalendarPart): number {
  const date = new Date(start);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (part) {
    case 'month':
      return utc(year, month + 1);
    case 'quarter':
      return utc(year, month + 3);
    case 'year':
      return utc(year + 1, 0);
    case 'decade':
      return utc(year + 10, 0);
    case 'century':
      return utc(year + 100, 0);
    default:
      return start + CALENDAR.find(([name]) => name === part)![1];
  }
}

/** `Date.UTC` takes years below 100 for those of the last century. */
function utc(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
}

/** All starts from that of `lowest` on, and the end of the last one that begins not after `highest`. */
export function calendarEdges(lowest: number, highest: number, part: CalendarPart): number[] {
  const edges = [calendarStart(lowest, part)];
  while (edges.at(-1)! <= highest) edges.push(calendarNext(edges.at(-1)!, part));
  return edges;
}
