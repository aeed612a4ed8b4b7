/** Looking back through the history while typing (Ctrl+R), as a shell has it. Pure. */
import type { Line } from './line.ts';

export interface Search {
  typed: string;
  /** The entry of the history that is shown; undefined while nothing fits. */
  found: number | undefined;
  /** The line as it was, for those who give up. */
  before: Line;
}

export const beginSearch = (line: Line): Search => ({ typed: '', found: undefined, before: line });

/**
 * Goes on with what is typed now, from the entry that is shown.
 *
 * @param older the next older one that fits, which stays where it is when there is none
 */
export function searchOn(search: Search, typed: string, history: readonly string[], older = false): Search {
  if (typed === '') return { ...search, typed, found: undefined };
  // A shorter text may fit a newer line: it begins from the newest again.
  const last = history.length - 1;
  const from = search.found === undefined || !typed.startsWith(search.typed) ? last : search.found - (older ? 1 : 0);
  for (let at = from; at >= 0; at--) if (history[at]!.includes(typed)) return { ...search, typed, found: at };
  return older && search.found !== undefined ? search : { ...search, typed, found: undefined };
}

/** The line that is shown: what was found, with the cursor where the text that was looked for begins. */
export function lineOf(search: Search, history: readonly string[]): Line {
  const text = search.found === undefined ? undefined : history[search.found];
  if (text === undefined || search.found === undefined) return search.before;
  return { ...search.before, text, cursor: text.lastIndexOf(search.typed), at: search.found };
}

/** What stands in front of the line. */
export function searchLabel({ typed, found }: Search): string {
  return `(${typed !== '' && found === undefined ? 'nothing earlier with' : 'earlier'} '${typed}') `;
}
