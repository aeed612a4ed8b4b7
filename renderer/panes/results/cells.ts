/** How cells of a table are written: by the column's type, exact value on hover. Pure. */
import { thousands } from '../../ui/format.ts';

export interface GridColumn {
  name: string;
  /** The engine's type: `BIGINT`, `VARCHAR`, `DECIMAL(18,3)`. */
  type: string;
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC|NUMBER)\b/i;

export function isNumeric(type: string): boolean {
  return NUMERIC.test(type) && !type.endsWith('[]');
}

/** Numbers that are names rather than amounts are not grouped: 1998 is a year, not 1,998. */
export function isName(column: GridColumn): boolean {
  return (
    /(^|[_\s])(id|key|year|yr|zip|zipcode|postcode|code|fips|isbn|phone)$/i.test(column.name) ||
    /[a-z](Id|Year|Code)$/.test(column.name)
  );
}

/** The type in the words of the language, small under the column's name. */
export function typeWord(type: string): string {
  const word = type.toLowerCase();
  if (word === 'varchar' || word === 'string') return 'text';
  if (word === 'boolean') return 'bool';
  if (word.startsWith('timestamp')) return word.includes('zone') || word.endsWith('tz') ? 'timestamp utc' : 'timestamp';
  return word.length > 28 ? `${word.slice(0, 27)}…` : word;
}

const DECIMALS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const PLAIN_DECIMALS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6, useGrouping: false });

/** A cell as it stands in the grid; undefined for null, which the grid writes in its own way. */
export function cellText(value: unknown, column: GridColumn): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number') {
    const grouped = !isName(column);
    if (Number.isInteger(value)) return grouped ? thousands(value) : String(value);
    const size = Math.abs(value);
    if (size < 1e-4 || size >= 1e15) return value.toPrecision(6).replace(/\.?0+(e|$)/, '$1');
    return (grouped ? DECIMALS : PLAIN_DECIMALS).format(value);
  }
  if (typeof value === 'string') {
    // Integers beyond 2^53 come as decimal text.
    if (isNumeric(column.type)) return isName(column) ? value : thousands(value);
    if (/^(TIMESTAMP|DATETIME)/i.test(column.type))
      return value
        .replace('T', ' ')
        .replace(/(\.\d*?)0*Z?$/, '$1')
        .replace(/\.?Z?$/, '');
    return value.includes('\n') ? value.replaceAll(/\s*\n\s*/g, ' ⏎ ') : value;
  }
  if (typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/**
 * Pixels for a column, from its head and some of its cells. At 13 px a letter of the UI face is about 7 px wide, a
 * tabular digit 8.
 * @param total rows of the table: whole numbers further down may be as long as this one
 */
export function columnWidth(column: GridColumn, sample: readonly unknown[], total = 0): number {
  let pixels = Math.max(column.name.length * 7.6, typeWord(column.type).length * 6.2);
  for (const value of sample) {
    const text = cellText(value, column) ?? 'null';
    pixels = Math.max(pixels, text.length * (/^[\d\s.,:+-]+$/.test(text) ? 8.1 : 7.4));
  }
  const whole = isNumeric(column.type) && sample.every((value) => value === null || Number.isInteger(value));
  if (whole) pixels = Math.max(pixels, Math.min(10, thousands(total).length) * 8.1);
  return Math.round(Math.min(360, Math.max(64, pixels + 24)));
}
