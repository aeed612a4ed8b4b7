import { describe, expect, it } from 'vitest';
import { DEEPEST, isDeeperThan } from './depth.ts';

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;

describe('the depth of a value', () => {
  it('is that of its lists and records', () => {
    expect(isDeeperThan(nested(DEEPEST))).toBe(false);
    expect(isDeeperThan(nested(DEEPEST + 1))).toBe(true);
    expect(isDeeperThan({ a: [{ b: 1 }] }, 3)).toBe(false);
    expect(isDeeperThan({ a: [{ b: [] }] }, 3)).toBe(true);
    expect(isDeeperThan('text', 0)).toBe(false);
  });

  it('is found for values that no recursion could walk', () => {
    expect(isDeeperThan(nested(100_000))).toBe(true);
  });
});
