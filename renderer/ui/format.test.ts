import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, count, duration, exactTime, fileName, middle, relativeTime, shortId, thousands } from './format.ts';

describe('numbers', () => {
  it('separates thousands', () => {
    expect(thousands(3376)).toBe('3,376');
    expect(thousands(-1234567)).toBe('-1,234,567');
  });
  it('keeps every digit of integers that arrive as text', () => {
    expect(thousands('9223372036854775807')).toBe('9,223,372,036,854,775,807');
    expect(thousands('not a number')).toBe('not a number');
  });
  it('names one thing and many things', () => {
    expect(count(1, 'row')).toBe('1 row');
    expect(count(2714, 'row')).toBe('2,714 rows');
    expect(count(2, 'entry', 'entries')).toBe('2 entries');
  });
  it('writes bytes in binary units', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(1023)).toBe('1,023 B');
    expect(bytes(219136)).toBe('214 KiB');
    expect(bytes(1024 * 1024 - 1)).toBe('1 MiB');
    expect(bytes(1.2 * 1024 ** 3)).toBe('1.2 GiB');
  });
});

describe('times', () => {
  it('chooses the unit a person would', () => {
    expect(duration(0)).toBe('0 ms');
    expect(duration(0.02)).toBe('<0.1 ms');
    expect(duration(0.42)).toBe('0.4 ms');
    expect(duration(82)).toBe('82 ms');
    expect(duration(999.7)).toBe('1 s');
    expect(duration(1240)).toBe('1.24 s');
    expect(duration(59_960)).toBe('1 min 00 s');
    expect(duration(185_000)).toBe('3 min 05 s');
    expect(duration(8_040_000)).toBe('2 h 14 min');
  });
  it('says how long ago something was', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    expect(relativeTime('2026-11-21T09:59:59Z', now)).toBe('just now');
    expect(relativeTime('2026-11-21T09:59:20Z', now)).toBe('40 s ago');
    expect(relativeTime('2026-11-21T09:55:00Z', now)).toBe('5 min ago');
    expect(relativeTime('2026-11-20T09:00:00Z', now)).toBe('yesterday');
    expect(relativeTime('never', now)).toBe('never');
  });
  it('writes the exact moment in UTC', () => {
    expect(exactTime('2026-11-21T10:44:07.406Z')).toBe('21 Nov 2026 10:44:07.406 UTC');
  });
});

describe('long text', () => {
  it('is cut in the middle and never longer than asked', () => {
    expect(shortId('0193aaaabbbb7c4e')).toBe('0193…7c4e');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const cut = middle(text, max);
        expect(Array.from(cut).length).toBeLessThanOrEqual(Math.max(max, 1));
        if (Array.from(text).length <= max) expect(cut).toBe(text);
      }),
    );
  });
  it('finds the file name in paths of any system', () => {
    expect(fileName('/home/a/airports.csv')).toBe('airports.csv');
    expect(fileName('C:\\data\\airports.csv')).toBe('airports.csv');
  });
});
