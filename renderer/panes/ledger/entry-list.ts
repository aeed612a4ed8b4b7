/** The entries on view: newest first, older pages as one scrolls, new ones waiting or shown at once. Pure. */
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';

export interface EntryList {
  /** Newest first, no entry twice. */
  entries: readonly LedgerRecord[];
  /** Where the next older page begins; undefined when the log's beginning is there. */
  next: number | undefined;
}

export const EMPTY_LIST: EntryList = { entries: [], next: undefined };

/** Adds an older page. */
export function withOlder(list: EntryList, page: { entries: readonly LedgerRecord[]; next?: number }): EntryList {
  const last = list.entries.at(-1)?.seq ?? Number.POSITIVE_INFINITY;
  return { entries: [...list.entries, ...page.entries.filter((entry) => entry.seq < last)], next: page.next };
}

/**
 * Puts a page of the newest entries before what is there. When the page does not reach down to what is there, entries
 * would be missing between: then the page is the new list.
 */
export function withNewest(list: EntryList, page: { entries: readonly LedgerRecord[]; next?: number }): EntryList {
  const newest = list.entries[0]?.seq;
  if (newest === undefined) return { entries: page.entries, next: page.next };
  const fresh = page.entries.filter((entry) => entry.seq > newest);
  const reaches = fresh.length < page.entries.length || page.next === undefined;
  return reaches
    ? { entries: [...fresh, ...list.entries], next: list.next }
    : { entries: page.entries, next: page.next };
}
