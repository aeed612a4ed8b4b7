import { describe, expect, it } from 'vitest';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { EMPTY_LIST, withNewest, withOlder } from './entry-list.ts';

const entry = (seq: number): LedgerRecord => ({
  v: 1,
  seq,
  time: '',
  kind: 'k',
  actor: 'local',
  prev: '',
  payload: {},
  hash: String(seq),
});
const seqs = (list: { entries: readonly LedgerRecord[] }) => list.entries.map((one) => one.seq);

describe('the list of entries', () => {
  it('grows downwards page by page, without repeats', () => {
    const list = withOlder(withOlder(EMPTY_LIST, { entries: [entry(9), entry(8)], next: 8 }), {
      entries: [entry(8), entry(7)],
      next: 7,
    });
    expect(seqs(list)).toEqual([9, 8, 7]);
    expect(list.next).toBe(7);
  });
  it('takes new entries before what is there', () => {
    const list = { entries: [entry(3), entry(2)], next: 2 };
    expect(seqs(withNewest(list, { entries: [entry(5), entry(4), entry(3)], next: 3 }))).toEqual([5, 4, 3, 2]);
    expect(withNewest(list, { entries: [entry(5), entry(4), entry(3)], next: 3 }).next).toBe(2);
    expect(seqs(withNewest(EMPTY_LIST, { entries: [entry(1), entry(0)] }))).toEqual([1, 0]);
  });
  it('begins anew rather than hide a hole', () => {
    const list = { entries: [entry(3)], next: 3 };
    expect(withNewest(list, { entries: [entry(90), entry(89)], next: 89 })).toEqual({
      entries: [entry(90), entry(89)],
      next: 89,
    });
  });
});
