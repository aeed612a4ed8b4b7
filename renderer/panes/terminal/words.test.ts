import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteWord, splitWords } from './words.ts';

describe('words of a command line', () => {
  test('spaces part them, quotes and backslashes keep them whole', () => {
    expect(splitWords(`run "my plan.flow" -i 'a=b c' x\\ y`).map(({ text }) => text)).toEqual([
      'run',
      'my plan.flow',
      '-i',
      'a=b c',
      'x y',
    ]);
    expect(splitWords(`call flow.parse '{"source": "x"}'`)[2]?.text).toBe('{"source": "x"}');
  });

  test('a quote that is not closed is known', () => {
    expect(splitWords('run "my pl')[1]).toMatchObject({ text: 'my pl', open: '"' });
  });

  test('what is quoted is read back as one word', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        expect(splitWords(`${quoteWord(a)} ${quoteWord(b)}`).map(({ text }) => text)).toEqual([a, b]);
      }),
    );
  });
});
