/** Comments of plans, which mean nothing to a run. Browser-safe. */
import { commentsAbove } from '../edit/statements.ts';
import type { Entry, Side } from './side.ts';

/** The comments above a statement and inside of it. */
export function commentOf(side: Side, statement: Entry['statement']): string {
  const inside = side.analysis.parse.comments.filter(
    ({ range }) => range.start >= statement.range.start && range.end <= statement.range.end,
  );
  return [...commentsAbove(side.change, statement), ...inside].map((one) => one.text).join('\n');
}

/** Have both texts the same comments, in the same order? */
export function sameComments(a: Side, b: Side): boolean {
  const texts = (side: Side): string => side.analysis.parse.comments.map((one) => one.text).join('\n');
  return texts(a) === texts(b);
}
