import { describe, expect, test } from 'vitest';
import { dataDirectory, isLink, readArguments } from './launch.ts';

describe('the command line', () => {
  test('names files, relative to where it was typed, and links; switches are passed over', () => {
    expect(
      readArguments(
        ['--no-sandbox', '--data', 'x.flow', 'plans/a.flow', '/abs/B.FLOW', 'voike://run/1', 'notes.txt', '-v'],
        '/home/ada',
      ),
    ).toEqual({ files: ['/home/ada/plans/a.flow', '/abs/B.FLOW'], links: ['voike://run/1'] });
  });

  test('names the data directory', () => {
    expect(dataDirectory(['--data', '/d', 'a.flow'])).toBe('/d');
    expect(dataDirectory(['--data', './d'], '/home/ada')).toBe('/home/ada/d');
    expect(dataDirectory(['a.flow'])).toBeUndefined();
    expect(dataDirectory(['--data'])).toBeUndefined();
  });
});

test.each([
  ['voike://flows/demo/a.flow', true],
  ['VOIKE://run/1', true],
  ['https://example.org/', false],
  ['javascript:alert(1)', false],
  ['voikes://x', false],
  ['voike:', true],
  [`voike://${'x'.repeat(3000)}`, false],
])('%s is a link of ours: %s', (text, expected) => {
  expect(isLink(text)).toBe(expected);
});
