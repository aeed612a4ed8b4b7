import type { SourceRange } from '../../errors/problem.ts';

/** The letters, digits and underscores on both sides of an offset; empty where there are none. */
export function wordAround(source: string, offset: number): SourceRange {
  let start = offset;
  let end = offset;
  while (start > 0 && /\w/.test(source[start - 1]!)) start--;
  while (end < source.length && /\w/.test(source[end]!)) end++;
  return { start, end };
}
