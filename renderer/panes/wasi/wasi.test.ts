import fc from 'fast-check';
import { expect, it } from 'vitest';
import { argumentsIn } from './arguments-in.ts';
import { toBase64 } from './base64.ts';

it('parts a line into arguments as a shell does', () => {
  expect(argumentsIn('')).toEqual([]);
  expect(argumentsIn('  -n 3  "two words" it\\\'s \'a\\b\' "" x"y"z ')).toEqual([
    '-n',
    '3',
    'two words',
    "it's",
    'a\\b',
    '',
    'xyz',
  ]);
  expect(argumentsIn('an "open')).toBeUndefined();
});

it('finds every argument again that was put between quotes', () => {
  const quoted = (word: string): string => `"${word.replace(/["\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(argumentsIn(words.map(quoted).join(' '))).toEqual(words);
    }),
  );
});

it('writes bytes as Base64, however many', () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, at) => (at * 7) % 256);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
