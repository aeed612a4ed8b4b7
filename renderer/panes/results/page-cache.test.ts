import { describe, expect, it } from 'vitest';
import { createPageCache } from './page-cache.ts';

/** A table of `total` rows whose pages are delivered by hand. */
function table(total: number, keep?: number) {
  const asked: {
    offset: number;
    signal: AbortSignal;
    deliver(): Promise<void>;
    refuse(error: unknown): Promise<void>;
  }[] = [];
  let changes = 0;
  const cache = createPageCache({
    pageSize: 10,
    ...(keep === undefined ? {} : { keep }),
    changed: () => changes++,
    fetch: (offset, limit, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          offset,
          signal,
          deliver: async () => {
            resolve({
              columns: [],
              offset,
              total,
              rows: Array.from({ length: Math.min(limit, total - offset) }, (_, i) => [offset + i]),
            });
            await Promise.resolve();
          },
          refuse: async (error) => {
            reject(error);
            await Promise.resolve();
          },
        });
      }),
  });
  return { cache, asked, changes: () => changes };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('pages of a large table', () => {
  it('fetches the pages in view once and gives their rows', async () => {
    const { cache, asked, changes } = table(1_000_000);
    cache.show(5, 24);
    cache.show(6, 25);
    expect(asked.map((page) => page.offset)).toEqual([0, 10, 20]);
    expect(cache.row(7)).toBeUndefined();
    for (const page of asked) await page.deliver();
    await settle();
    expect(cache.row(7)).toEqual([7]);
    expect(cache.row(25)).toEqual([25]);
    expect(changes()).toBe(3);
    cache.show(5, 24);
    expect(asked).toHaveLength(3);
  });

  it('cancels what is out of view before it has come, but not the neighbours', () => {
    const { cache, asked } = table(1000);
    cache.show(0, 9);
    cache.show(10, 19);
    expect(asked[0]!.signal.aborted).toBe(false);
    cache.show(500, 509);
    expect(asked.map((page) => page.signal.aborted)).toEqual([true, true, false]);
    expect(cache.pending()).toBe(1);
  });

  it('ignores an answer that comes after its cancellation', async () => {
    const { cache, asked } = table(1000);
    cache.show(0, 9);
    cache.show(500, 509);
    await asked[0]!.deliver();
    await settle();
    expect(cache.row(0)).toBeUndefined();
  });

  it('keeps so many pages and lets go the one that was looked at longest ago', async () => {
    const { cache, asked } = table(1000, 2);
    for (const first of [0, 10, 0, 20]) {
      cache.show(first, first + 9);
      await asked.at(-1)!.deliver();
      await settle();
    }
    expect(cache.row(0)).toEqual([0]);
    expect(cache.row(10)).toBeUndefined();
    expect(cache.row(20)).toEqual([20]);
  });

  it('keeps an error until it is asked to try again', async () => {
    const { cache, asked } = table(1000);
    cache.show(0, 9);
    await asked[0]!.refuse(new Error('gone'));
    await settle();
    expect(cache.error()).toEqual(new Error('gone'));
    cache.show(0, 9);
    expect(asked).toHaveLength(1);
    cache.retry();
    expect(cache.error()).toBeUndefined();
    await asked[1]!.deliver();
    await settle();
    expect(cache.row(3)).toEqual([3]);
  });
});
