import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const all = (queue: FairQueue<string>): string[] => {
  const taken: string[] = [];
  for (let one = queue.take(() => true); one !== undefined; one = queue.take(() => true)) taken.push(one);
  return taken;
};

describe('a fair queue', () => {
  it('gives each owner its turn, however many another has put in before', () => {
    const queue = new FairQueue<string>();
    for (const n of [1, 2, 3, 4]) queue.push('a', 'x', `a${n}`);
    queue.push('b', 'x', 'b1');
    queue.push('c', 'x', 'c1');
    queue.push('c', 'x', 'c2');
    expect(queue.size).toBe(7);
    expect(queue.sizeOf('a')).toBe(4);
    expect(all(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
    expect(queue.size).toBe(0);
  });

  it('gives each caller of an owner its turn', () => {
    const queue = new FairQueue<string>();
    for (const n of [1, 2, 3]) queue.push('a', 'x', `x${n}`);
    queue.push('a', 'y', 'y1');
    expect(all(queue)).toEqual(['x1', 'y1', 'x2', 'x3']);
  });

  it('passes over an owner that may not go now, and does not forget its place', () => {
    const queue = new FairQueue<string>();
    queue.push('a', 'x', 'a1');
    queue.push('b', 'x', 'b1');
    expect(queue.take((one) => one.startsWith('b'))).toBe('b1');
    expect(queue.take((one) => one.startsWith('b'))).toBeUndefined();
    expect(queue.take(() => true)).toBe('a1');
  });

  it('lets one be taken out', () => {
    const queue = new FairQueue<string>();
    queue.push('a', 'x', 'a1');
    queue.push('a', 'x', 'a2');
    expect(queue.remove('a1')).toBe(true);
    expect(queue.remove('a1')).toBe(false);
    expect(queue.size).toBe(1);
    expect(queue.drain()).toEqual(['a2']);
    expect(queue.take(() => true)).toBeUndefined();
  });
});
