import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renameStyles } from './content-policy.ts';

test('style attributes are renamed, wherever they stand in a tag and however they are quoted', () => {
  expect(renameStyles('<div style="top:1px;height:18px" class="view-line"><span class="mtk1">a</span></div>')).toBe(
    '<div data-inline-style="top:1px;height:18px" class="view-line"><span class="mtk1">a</span></div>',
  );
  expect(renameStyles("<i class='x' STYLE='left:0'>")).toBe("<i class='x' data-inline-style='left:0'>");
});

test.each([
  'the text style="top:1px" is no tag',
  '<span class="mtk1">style="a" &lt;b style="c"&gt;</span>',
  `<span title=' style="x"'>y</span>`,
  '<span title="a > b style=" class="c">y</span>',
  '<span data-style="x" my-style="y">z</span>',
  '1 < 2 style="x"',
])('%s stays as it is', (html) => {
  expect(renameStyles(html)).toBe(html);
});

test('any escaped text comes through unchanged between styled tags', () => {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('style="x"', ` style='y' `, '<p style="z">'), fc.string(), (a, b, c) => {
      const text = escape(a + b + c);
      expect(renameStyles(`<p style="left:0">${text}</p>`)).toBe(`<p data-inline-style="left:0">${text}</p>`);
    }),
  );
});
