import { expect, test } from 'vitest';
import { seeded } from '../flow/random.ts';
import { checkGenerated, nothingSeen } from './invariants.ts';

test('damaged modules and bytes are refused, or run to a value or a trap; valid ones always run', () => {
  const seen = nothingSeen();
  for (let seed = 0; seed < 90; seed++) {
    try {
      checkGenerated(seeded(seed), seen);
    } catch (error) {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    }
  }
  expect(seen.valid.returned).toBeGreaterThan(30);
  expect(seen.mutated.returned).toBeGreaterThan(5);
  expect(seen.mutated.refused).toBeGreaterThan(100);
  expect(seen.bytes.refused).toBeGreaterThan(100);
});
