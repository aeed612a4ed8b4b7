import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replaceIn } from './replace.ts';

it('reads a replacement as JavaScript does', () => {
  const piece = fc.constantFrom('$', '$$', '$&', '$1', '$2', '$3', '$12', '$0', '$<name>', "$'", '$`', 'x', ' ');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'ab', ' ', 'c')).map((parts) => parts.join('')),
      fc.array(piece).map((parts) => parts.join('')),
      fc.constantFrom('(a)(b)', 'a', '(?<name>b)', '(a)|(c)'),
      (text, replacement, source) => {
        const expression = new RegExp(source, 'gu');
        expect(replaceIn(text, { expression, replacement, literal: false }).text).toBe(
          text.replace(expression, replacement),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

it('takes a literal replacement as it stands, and only the matches that are named', () => {
  const expression = /a/gu;
  expect(replaceIn('a a a', { expression, replacement: '$&', literal: true, starts: [2] })).toEqual({
    text: 'a $& a',
    replaced: 1,
  });
});
