import { expect, test } from 'vitest';
import { markdownCell, markdownTable } from './markdown.ts';

test('a table has a head, and number columns stand on the right', () => {
  expect(
    markdownTable(
      ['name', 'n'],
      [
        ['a', 1],
        ['b', null],
      ],
    ),
  ).toBe('| name | n |\n| --- | ---: |\n| a | 1 |\n| b |  |\n');
});

test('what would end a cell or be read as markup is escaped', () => {
  expect(markdownCell('a|b')).toBe('a\\|b');
  expect(markdownCell('back\\slash')).toBe('back\\\\slash');
  expect(markdownCell('*not bold* `x` _y_ <b>')).toBe('\\*not bold\\* \\`x\\` \\_y\\_ \\<b\\>');
  expect(markdownCell('two\r\nlines')).toBe('two<br>lines');
  expect(markdownCell({ a: [1] })).toBe('{"a":\\[1\\]}');
});
