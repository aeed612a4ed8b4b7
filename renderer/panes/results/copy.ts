/** Table cells as text for the clipboard. Pure. */
import { markdownTable } from '../../../node-core/results/markdown.ts';

/** What cells are put on the clipboard as; `plain` is what spreadsheets paste, without the names of the columns. */
export type CopyForm = 'plain' | 'CSV' | 'TSV' | 'Markdown' | 'JSON';

export function copied(form: CopyForm, columns: readonly string[], rows: readonly unknown[][]): string {
  switch (form) {
    case 'plain':
      return toTsv(rows);
    case 'CSV':
      return toCsv(columns, rows);
    case 'TSV':
      return `${toTsv([[...columns], ...rows])}\n`;
    case 'Markdown':
      return markdownTable(columns, rows);
    case 'JSON':
      return toJson(columns, rows);
  }
}

/** A cell in CSV (RFC 4180): quoted only where it must be; null is empty, objects are JSON. */
export function csvCell(value: unknown): string {
  const text = plainCell(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A cell as plain text: what Ctrl+C on one cell puts on the clipboard. */
export function plainCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** With a header line and CRLF line ends, as RFC 4180 has it. */
export function toCsv(columns: readonly string[], rows: readonly unknown[][]): string {
  return [columns.map(csvCell).join(','), ...rows.map((row) => row.map(csvCell).join(','))].join('\r\n') + '\r\n';
}

/** An array with one object a row. Of columns with the same name the last wins, as in any JSON object. */
export function toJson(columns: readonly string[], rows: readonly unknown[][]): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))),
    null,
    2,
  );
}

/** A block of cells as spreadsheets paste it: tabs between cells, line breaks in cells become spaces. */
export function toTsv(rows: readonly unknown[][]): string {
  return rows.map((row) => row.map((cell) => plainCell(cell).replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}
