import { describe, expect, test } from 'vitest';
import { type Figure, isMet, median, percentile, ratioOf } from './figure.ts';

describe('figures', () => {
  const figure: Figure = { what: 'run', value: 30, unit: 'ms', baseline: { what: 'bare', value: 20 } };

  test('the ratio is the value over the baseline of the same run', () => {
    expect(ratioOf(figure)).toBe(1.5);
  });

  test('a target on the ratio is held against the ratio, another against the value', () => {
    expect(isMet({ ...figure, target: { kind: 'most', value: 1.5, ratio: true } })).toBe(true);
    expect(isMet({ ...figure, target: { kind: 'most', value: 1.4, ratio: true } })).toBe(false);
    expect(isMet({ ...figure, target: { kind: 'least', value: 31 } })).toBe(false);
    expect(isMet(figure)).toBeUndefined();
  });

  test('median and percentile are measured values, not averages', () => {
    expect(median([5, 1, 100])).toBe(5);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 95)).toBe(10);
    expect(percentile([1, 2, 3, 4], 50)).toBe(2);
  });
});
