/** Types in words, for messages, hover and the workbench. Browser-safe. */
import type { Column, FlowType } from './type.ts';

/** `text`, `list of number`, `table with 12 columns`, `record`; short enough for a sentence. */
export function displayType(type: FlowType): string {
  switch (type.kind) {
    case 'any':
      return 'unknown';
    case 'list':
      return type.of.kind === 'any' ? 'list' : `list of ${displayType(type.of)}`;
    case 'table':
      if (type.columns === undefined) return 'table';
      return `table with ${type.columns.length} ${type.columns.length === 1 ? 'column' : 'columns'}`;
    default:
      return type.kind;
  }
}

/** The type of a column; the engine's own name is added where ours says less (`number (BIGINT)`). */
export function displayColumnType(column: Column): string {
  const name = displayType(column.type);
  return column.native === undefined || column.native.toLowerCase() === name ? name : `${name} (${column.native})`;
}

/** A Markdown table of the columns, at most `limit` of them. */
export function columnsAsMarkdown(columns: readonly Column[], limit = 24): string {
  const lines = columns
    .slice(0, limit)
    .map((column) => `| \`${column.name.replaceAll('|', '\\|')}\` | ${displayColumnType(column)} |`);
  if (columns.length > limit) lines.push(`| … | ${columns.length - limit} more |`);
  return ['| column | type |', '| --- | --- |', ...lines].join('\n');
}

/** With its article, for the middle of a sentence: `a number`, `an unknown value`, `text`. */
export function aType(type: FlowType): string {
  switch (type.kind) {
    case 'any':
      return 'an unknown value';
    case 'none':
    case 'text':
      return type.kind;
    case 'bool':
      return 'a true-or-false value';
    default:
      return `a ${displayType(type)}`;
  }
}
