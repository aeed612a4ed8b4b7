/** Dates and moments as ISO 8601 text, proleptic Gregorian, UTC. Browser-safe. */
import { Problem, type SourceRange } from '../../errors/problem.ts';
import { DATE_UNITS, type DateUnit } from '../contracts/functions.ts';

/** A date or a moment; `ms` since 1970-01-01T00:00:00Z. */
export interface Moment {
  ms: number;
  /** A calendar date, without a time of day. */
  dateOnly: boolean;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const DAY = 86_400_000;

/** Undefined when the text is no date. */
export function parseMoment(text: string): Moment | undefined {
  const found = ISO.exec(text.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const date = Date.UTC(2000, Number(month) - 1, Number(day)); // checks month and day below, whatever the year
  const real = new Date(date);
  real.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (real.getUTCMonth() !== Number(month) - 1 || real.getUTCDate() !== Number(day)) return undefined;
  if (hour === undefined) return { ms: real.getTime(), dateOnly: true };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  let ms = real.getTime() + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second ?? 0) * 1000;
  if (fraction !== undefined) ms += Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  if (zone !== undefined && zone.toUpperCase() !== 'Z') {
    const sign = zone.startsWith('-') ? -1 : 1;
    ms -= sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
  }
  return { ms, dateOnly: false };
}

/** `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS[.mmm]Z`. */
export function momentText(moment: Moment): string {
  const iso = new Date(moment.ms).toISOString();
  return moment.dateOnly ? iso.slice(0, -14) : iso.replace('.000Z', 'Z');
}

export function requireMoment(text: string, range?: SourceRange): Moment {
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new Problem('bad-argument', `"${text.slice(0, 60)}" is not a date.`, {
    status: 422,
    hint: 'Write dates as YYYY-MM-DD and moments as YYYY-MM-DDTHH:MM:SSZ.',
    ...(range === undefined ? {} : { range }),
  });
}

export function requireUnit(text: string, range?: SourceRange): DateUnit {
  const unit = text.toLowerCase().replace(/s$/, '') as DateUnit;
  if (DATE_UNITS.includes(unit)) return unit;
  throw new Problem('bad-argument', `"${text.slice(0, 40)}" is not a unit of time.`, {
    status: 422,
    hint: `Units are ${DATE_UNITS.join(', ')}.`,
    ...(range === undefined ? {} : { range }),
  });
}

const FIXED: Partial<Record<DateUnit, number>> = {
  week: 7 * DAY,
  day: DAY,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
};
const SUB_DAY: ReadonlySet<DateUnit> = new Set(['hour', 'minute', 'second']);

/** `amount` whole units later; the last day of a month stays inside the month. */
export function addUnits(moment: Moment, amount: number, unit: DateUnit, range?: SourceRange): Moment {
  const fixed = FIXED[unit];
  const dateOnly = moment.dateOnly && !SUB_DAY.has(unit);
  let ms: number;
  if (fixed !== undefined) {
    ms = moment.ms + amount * fixed;
  } else {
    const date = new Date(moment.ms);
    const months = amount * (unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1);
    const total = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
    const year = Math.floor(total / 12);
    const month = total - year * 12;
    const last = new Date(Date.UTC(2000, 0, 1));
    last.setUTCFullYear(year, month + 1, 0);
    date.setUTCFullYear(year, month, Math.min(date.getUTCDate(), last.getUTCDate()));
    ms = date.getTime();
  }
  if (!Number.isFinite(ms) || ms < -62_135_596_800_000 || ms > 253_402_300_799_999) {
    throw new Problem('bad-argument', 'The date would lie outside the years 1 to 9999.', {
      status: 422,
      ...(range === undefined ? {} : { range }),
    });
  }
  return { ms, dateOnly };
}

/** The beginning of the unit that the moment lies in; weeks begin on Monday. */
export function truncate(moment: Moment, unit: DateUnit): Moment {
  const date = new Date(moment.ms);
  const { dateOnly } = moment;
  const fixed = FIXED[unit];
  if (unit === 'week') {
    const day = Math.floor(moment.ms / DAY);
    return { ms: (day - ((((day + 3) % 7) + 7) % 7)) * DAY, dateOnly };
  }
  if (fixed !== undefined) return { ms: Math.floor(moment.ms / fixed) * fixed, dateOnly };
  const month = unit === 'year' ? 0 : unit === 'quarter' ? Math.floor(date.getUTCMonth() / 3) * 3 : date.getUTCMonth();
  const start = new Date(Date.UTC(2000, 0, 1));
  start.setUTCFullYear(date.getUTCFullYear(), month, 1);
  return { ms: start.getTime(), dateOnly };
}

/** How many beginnings of a unit lie between the two: 1 from 23:59 to 00:01 in days. */
export function unitsBetween(from: Moment, to: Moment, unit: DateUnit): number {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return Math.round((truncate(to, unit).ms - truncate(from, unit).ms) / fixed);
  const months = (moment: Moment): number => {
    const date = new Date(truncate(moment, unit).ms);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  };
  const size = unit === 'year' ? 12 : unit === 'quarter' ? 3 : 1;
  return (months(to) - months(from)) / size;
}
