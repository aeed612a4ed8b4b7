/** A statement's text with the comments that belong to it, for the clipboard. Pure. */
import type { SourceRange } from '../../node-core/flow/syntax/ast.ts';

/**
 * From the first comment on the lines right above a statement to the one behind it on its last line, as `flow/edit` has it:
 * so cutting and pasting loses no comment.
 */
export function withComments(source: string, range: SourceRange): SourceRange {
  let start = source.lastIndexOf('\n', range.start - 1) + 1;
  if (source.slice(start, range.start).trim() !== '') start = range.start;
  else
    while (start > 0) {
      const above = source.lastIndexOf('\n', start - 2) + 1;
      if (!/^[^\S\n]*#/.test(source.slice(above, start))) break;
      start = above;
    }
  const behind = /^[^\S\n]*#[^\r\n]*/.exec(source.slice(range.end))?.[0] ?? '';
  return { start, end: range.end + behind.length };
}

export function statementText(source: string, range: SourceRange): string {
  const { start, end } = withComments(source, range);
  return source.slice(start, end).trim();
}
