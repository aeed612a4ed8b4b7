import fc from 'fast-check';
import { expect, it } from 'vitest';
import { difference } from './difference.ts';

it('finds the smallest replacement that makes one text the other', () => {
  expect(difference('abc', 'abc')).toBeUndefined();
  expect(difference('STEP a=1', 'STEP a = 1')).toEqual({ start: 6, end: 7, text: ' = ' });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edit = difference(before, after) ?? { start: 0, end: 0, text: '' };
      expect(before.slice(0, edit.start) + edit.text + before.slice(edit.end)).toBe(after);
    }),
  );
});
