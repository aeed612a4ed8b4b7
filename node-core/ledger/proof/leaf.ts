/** An entry as a leaf of the log, there and back. Browser-safe. */
import { canonicalJson } from '../../canonical/canonical.ts';
import { scanString, scanValue, unquote } from '../../canonical/scan.ts';
import type { LedgerEntry } from '../entry.ts';
import { isHash } from './merkle.ts';

/** What `prev` of the first entry says. */
export const NO_PREV = '0'.repeat(64);

/** The leaf of an entry: its RFC 8785 form. The members stand here in their sorted order, which saves sorting them. */
export function leafText(entry: LedgerEntry): string {
  const { actor, kind, payload, prev, seq, time } = entry;
  return `{"actor":${canonicalJson(actor)},"kind":${canonicalJson(kind)},"payload":${canonicalJson(payload)},"prev":"${prev}","seq":${seq},"time":"${time}","v":1}`;
}

/** What the verifier needs of an entry. */
export type LeafHead = Pick<LedgerEntry, 'seq' | 'time' | 'kind' | 'prev'>;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The head of the entry that a leaf says, or in words why it is none. Accepts exactly what {@link leafText} writes,
 * found in one pass over the text: a canonical entry has its members in one order and at most one spelling.
 */
export function parseLeaf(leaf: string): LeafHead | string {
  const refused = (): string => {
    try {
      JSON.parse(leaf);
      return 'it is not an entry in canonical form';
    } catch {
      return 'it is not JSON';
    }
  };
  let at = 0;
  const word = (text: string): boolean => {
    if (!leaf.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  if (!word('{"actor":') || (at = scanString(leaf, at)) === -1 || !word(',"kind":')) return refused();
  const kindAt = at;
  if ((at = scanString(leaf, at)) === -1) return refused();
  const kind = unquote(leaf, kindAt, at);
  if (!word(',"payload":') || leaf[at] !== '{' || (at = scanValue(leaf, at, 0)) === -1 || !word(',"prev":"'))
    return refused();
  const prev = leaf.slice(at, (at += 64));
  if (!isHash(prev) || !word('","seq":')) return refused();
  const seqAt = at;
  if ((at = scanValue(leaf, at, 0)) === -1) return refused();
  const seq = Number(leaf.slice(seqAt, at));
  if (!Number.isSafeInteger(seq) || seq < 0 || !word(',"time":"')) return refused();
  const time = leaf.slice(at, (at += 24));
  return TIME.test(time) && word('","v":1}') && at === leaf.length ? { seq, time, kind, prev } : refused();
}
