import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarEdges, calendarPart, calendarStart, intervals, roundWidth } from './intervals.ts';

describe('intervals of round width', () => {
  test('have a width of 1, 2 or 5 times a power of ten', () => {
    expect(roundWidth(0.03)).toBeCloseTo(0.05);
    expect(roundWidth(1)).toBe(1);
    expect(roundWidth(23)).toBe(50);
  });

  test('hold every value between the extremes, and are never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.integer({ min: 2, max: 80 }),
        fc.boolean(),
        (low, span, most, whole) => {
          const high = low + span;
          const { start, width, count } = intervals(low, high, most, whole);
          expect(count).toBeLessThanOrEqual(most);
          expect(start).toBeLessThanOrEqual(low + width * 1e-6);
          expect(start + width * count).toBeGreaterThanOrEqual(high - width * 1e-6);
          if (whole) expect(width).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });

  test('one value has one interval', () => {
    expect(intervals(7, 7, 50, true)).toEqual({ start: 7, width: 1, count: 1 });
  });

  test('values so close to 0 that nothing lies between them have one as well', () => {
    expect(intervals(-5e-324, 0, 50, false)).toEqual({ start: -0.5, width: 1, count: 1 });
  });
});

describe('parts of the calendar', () => {
  const at = Date.UTC;

  test('are chosen so that a span holds few enough', () => {
    expect(calendarPart(at(2012, 0, 1), at(2015, 11, 31), 120, true)).toBe('month');
    expect(calendarPart(at(1880, 0, 1), at(2016, 0, 1), 120, true)).toBe('decade');
    expect(calendarPart(at(2020, 0, 1), at(2020, 0, 1, 1), 120, true)).toBe('day');
  });

  test('begin where people begin them', () => {
    const time = at(2026, 7, 19, 13, 45, 12);
    const starts = (['minute', 'day', 'week', 'month', 'quarter', 'decade'] as const).map((part) =>
      new Date(calendarStart(time, part)).toISOString().slice(0, 16),
    );
    expect(starts).toEqual([
      '2026-08-19T13:45',
      '2026-08-19T00:00',
      '2026-08-17T00:00',
      '2026-08-01T00:00',
      '2026-07-01T00:00',
      '2020-01-01T00:00',
    ]);
  });

  test('have edges that ascend and hold the span', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5e13, max: 5e13 }),
        fc.integer({ min: 0, max: 5e12 }),
        fc.integer({ min: 3, max: 200 }),
        (low, span, most) => {
          const edges = calendarEdges(low, low + span, calendarPart(low, low + span, most, false));
          expect(edges[0]).toBeLessThanOrEqual(low);
          expect(edges.at(-1)).toBeGreaterThan(low + span);
          expect(edges.every((edge, index) => index === 0 || edge > edges[index - 1]!)).toBe(true);
          expect(edges.length).toBeLessThanOrEqual(most + 3);
        },
      ),
    );
  });
});
