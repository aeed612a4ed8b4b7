/** Cells of a table that a person types into: what stands in them, and what that means for the column's type. Pure. */

/** Rows that are edited cell by cell; longer tables are replaced by a file. */
export const MOST_ROWS = 500;

/** What stands in the field of a cell; none is an empty field. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/**
 * The value of a text in a column of that type of the engine. A text that does not fit stays text: the node says what is
 * wrong with it, with row and column.
 */
export function cellValue(text: string, type: string): unknown {
  const native = type.toUpperCase();
  if (native === 'VARCHAR') return text;
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (native === 'BOOLEAN') return trimmed === 'true' ? true : trimmed === 'false' ? false : text;
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(native)) {
    const number = Number(trimmed);
    // Beyond 2^53 the digits themselves are the value.
    return /^-?\d+$/.test(trimmed) ? (Number.isSafeInteger(number) ? number : trimmed) : text;
  }
  if (native === 'DOUBLE' || native === 'FLOAT' || native.startsWith('DECIMAL')) {
    const number = Number(trimmed);
    return Number.isFinite(number) ? number : text;
  }
  if (native.endsWith('[]') || native.startsWith('STRUCT') || native === 'JSON') {
    try {
      return JSON.parse(trimmed) as unknown;
    } catch {
      return text;
    }
  }
  return trimmed;
}
