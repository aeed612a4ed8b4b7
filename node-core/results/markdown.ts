/** Tables as Markdown (GitHub Flavored Markdown, section "Tables"). Pure. */

/** A cell: what would end it or be read as markup is escaped, line breaks become `<br>`. */
export function markdownCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/[|`*_<>[\]~&]/g, (character) => `\\${character}`)
    .replaceAll(/\r\n|\r|\n/g, '<br>')
    .replaceAll('\t', ' ');
}

/** With a head; columns that hold only numbers are aligned to the right. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const right = columns.map(
    (_, at) =>
      rows.some((row) => typeof row[at] === 'number') &&
      rows.every((row) => typeof row[at] === 'number' || row[at] === null || row[at] === undefined),
  );
  return (
    line(columns.map(markdownCell)) +
    line(right.map((yes) => (yes ? '---:' : '---'))) +
    rows.map((row) => line(columns.map((_, at) => markdownCell(row[at])))).join('')
  );
}
