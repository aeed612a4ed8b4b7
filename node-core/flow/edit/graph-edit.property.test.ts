import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../random.ts';
import { checkEdit, randomEdit, randomPlan, typed } from './invariants.ts';

const seed = fc.integer({ min: 0, max: 0x7fffffff });

describe('edits of the graph and of the text, at random', () => {
  it('keep every promise, one after another', () => {
    let made = 0;
    let refused = 0;
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 7 }), (number, steps) => {
        const random = seeded(number);
        let source = randomPlan(random, steps);
        for (let i = 0; i < 8; i++) {
          const { after, refused: why } = checkEdit(source, randomEdit(random, source));
          if (why === undefined) made++;
          else refused++;
          source = after;
        }
      }),
      { numRuns: 100 },
    );
    // What people do can mostly be done.
    expect(made).toBeGreaterThan(refused);
  });

  it('keep them on texts with mistakes', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const random = seeded(number);
        let source = randomPlan(random, 4);
        for (let i = 0; i < 6; i++) {
          source = typed(random, source);
          source = checkEdit(source, randomEdit(random, source)).after;
        }
      }),
      { numRuns: 80 },
    );
  });
});
