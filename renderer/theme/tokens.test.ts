import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function tokensOf(theme: string): Record<string, string> {
  const block = css.slice(css.indexOf(`data-theme='${theme}'`)).match(/\{([^}]*)\}/)![1]!;
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

test.each([
  ['dark', 4.5],
  ['light', 4.5],
  ['high-contrast', 7],
])('the mark of a remote node can be read in %s', (theme, least) => {
  const tokens = tokensOf(theme);
  const marks = Object.keys(tokens).filter((name) => name.startsWith('remote'));
  expect(marks).toHaveLength(5);
  for (const mark of marks) {
    for (const under of ['frame', 'panel']) expect(contrast(tokens[mark]!, tokens[under]!)).toBeGreaterThan(least);
    expect(contrast(tokens['on-remote']!, tokens[mark]!)).toBeGreaterThan(least);
  }
});
