import { describe, expect, it } from 'vitest';
import { checkKey, logName, trustKey } from './pinned-key.ts';

function storage() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}
const ours = 'voike.node/p1+0a1b2c3d+AbcdEF==';
const others = 'voike.node/p1+ffffffff+Zzzz==';

describe('the pinned key of a log', () => {
  it('is pinned when first seen, and known again', () => {
    const kept = storage();
    expect(checkKey(kept, ours, new Date(0))).toEqual({
      state: 'new',
      pinned: ours,
      current: ours,
      since: '1970-01-01T00:00:00.000Z',
    });
    expect(checkKey(kept, ours)).toMatchObject({ state: 'same', since: '1970-01-01T00:00:00.000Z' });
  });
  it('stays when the node comes with another one, until that is accepted', () => {
    const kept = storage();
    checkKey(kept, ours);
    expect(checkKey(kept, others)).toMatchObject({ state: 'changed', pinned: ours, current: others });
    expect(checkKey(kept, others)).toMatchObject({ state: 'changed' });
    trustKey(kept, others);
    expect(checkKey(kept, others)).toMatchObject({ state: 'same', pinned: others });
  });
  it('is kept for each log by itself, and survives a broken storage', () => {
    const kept = storage();
    checkKey(kept, ours);
    expect(checkKey(kept, 'voike.node/p2+00000000+A==').state).toBe('new');
    for (const key of kept.kept.keys()) kept.kept.set(key, '{broken');
    expect(checkKey(kept, ours).state).toBe('new');
    expect(logName(ours)).toBe('voike.node/p1');
  });
});
