import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestPaths, fitPath } from './fuzzy.ts';
import { expressionOf, pathFilter } from './pattern.ts';

describe('a search for text', () => {
  it('finds it whatever signs it is made of, and at the same places as indexOf', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 4 }), fc.string(), (text, around) => {
        const found = expressionOf({ text, matchCase: true }).exec(`${around}${text}`);
        expect(found?.index).toBe(`${around}${text}`.indexOf(text));
      }),
    );
  });

  it('takes whole words by letters of any script', () => {
    const words = (text: string, inside: string): number =>
      [...inside.matchAll(expressionOf({ text, wholeWord: true }))].length;
    expect(words('top', 'top stop top_ top-most (top)')).toBe(3);
    expect(words('Öl', 'Öl Ölung')).toBe(1);
    expect(words('@cache', '@cache @cached')).toBe(1);
  });
});

describe('globs', () => {
  const fits = (glob: string, path: string): boolean => pathFilter(glob, undefined)(path);
  it.each([
    ['*.flow', 'a.flow', true],
    ['*.flow', 'lib/deep/a.flow', true],
    ['lib', 'lib/deep/a.flow', true],
    ['lib/', 'lib/a.flow', true],
    ['lib/*.flow', 'lib/deep/a.flow', false],
    ['lib/**', 'lib/deep/a.flow', true],
    ['**/deep/*', 'lib/deep/a.flow', true],
    ['lib', 'library/a.flow', false],
    ['a?.flow', 'ab.flow', true],
    ['a.flow', 'axflow', false],
    ['*.csv, *.flow', 'a.flow', true],
  ])('%s on %s: %s', (glob, path, wanted) => {
    expect(fits(glob, path)).toBe(wanted);
  });

  it('that refuse go before those that ask', () => {
    expect(pathFilter('*.flow', 'drafts')('drafts/a.flow')).toBe(false);
    expect(pathFilter(undefined, undefined)('anything')).toBe(true);
  });
});

describe('finding by a few letters', () => {
  it('wants all letters, in order', () => {
    expect(fitPath('tpf', 'lib/top.flow')).toBeDefined();
    expect(fitPath('fpt', 'top.flow')).toBeUndefined();
    expect(fitPath('lib/top', 'lib/top.flow')).toBeDefined();
  });

  it('puts beginnings of names first', () => {
    const paths = ['lib/stop.flow', 'top/a.flow', 'top.flow', 'lib/top-ten.flow'];
    expect(bestPaths('top', paths, 2).map(({ path }) => path)).toEqual(['top.flow', 'lib/top-ten.flow']);
  });
});
