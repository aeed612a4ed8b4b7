/** `random.int` and `random.float`, from the system's source of randomness. */
import { randomFillSync } from 'node:crypto';
import { Stop } from '../engine.ts';
import type { Answer } from './answer.ts';

const pool = new BigUint64Array(512);
let next = pool.length;

/** 64 random bits. */
function bits(): bigint {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  return pool[next++]!;
}

export const RANDOM = {
  'random.int': {
    thread([from, to]) {
      const span = (to as bigint) - (from as bigint);
      if (span <= 0n) throw new Stop('bounds', 'There is no number from the first up to, without, the second.');
      // What is left over when 2^64 is parted evenly is thrown again: else the first numbers came more often.
      const even = 2n ** 64n - (2n ** 64n % span);
      let drawn = bits();
      while (drawn >= even) drawn = bits();
      return (from as bigint) + (drawn % span);
    },
  },
  'random.float': { thread: () => Number(bits() >> 11n) / 2 ** 53 },
} satisfies Record<string, Answer>;
