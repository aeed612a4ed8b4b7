/** Random numbers that a seed gives again, for tests, fuzzing and measuring. Browser-safe. */

/** Numbers from 0 up to 1. */
export type Random = () => number;

/** A small seeded generator (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A whole number from 0 up to, and without, `count`. */
export const upTo = (random: Random, count: number): number => Math.floor(random() * count);
/** One of these. */
export const pick = <T>(random: Random, from: readonly T[]): T => from[upTo(random, from.length)]!;
