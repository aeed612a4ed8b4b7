import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { cellText, columnWidth, isNumeric, typeWord } from './cells.ts';
import { timeline } from './timeline.ts';

const column = (name: string, type: string) => ({ name, type });

describe('cells', () => {
  it('groups the digits of amounts, not of years and keys', () => {
    expect(cellText(414513, column('flights', 'BIGINT'))).toBe('414,513');
    expect(cellText(1998, column('year', 'BIGINT'))).toBe('1998');
    expect(cellText(12345, column('customer_id', 'INTEGER'))).toBe('12345');
    expect(cellText('9007199254740993', column('n', 'HUGEINT'))).toBe('9,007,199,254,740,993');
  });
  it('writes fractions readably, however small or large', () => {
    const number = column('x', 'DOUBLE');
    expect(cellText(71.285448, number)).toBe('71.285448');
    expect(cellText(1234.5, number)).toBe('1,234.5');
    expect(cellText(0.00000123, number)).toBe('0.00000123');
    expect(cellText(-0.5, number)).toBe('-0.5');
  });
  it('says nothing for null, and keeps everything else', () => {
    expect(cellText(null, column('a', 'VARCHAR'))).toBeUndefined();
    expect(cellText(false, column('a', 'BOOLEAN'))).toBe('false');
    expect(cellText('two\nlines', column('a', 'VARCHAR'))).toBe('two ⏎ lines');
    expect(cellText({ a: 1 }, column('a', 'STRUCT(a INTEGER)'))).toBe('{"a":1}');
    expect(cellText('2024-01-02T03:04:05.000Z', column('t', 'TIMESTAMP'))).toBe('2024-01-02 03:04:05');
    expect(cellText('2024-01-02T03:04:05.250Z', column('t', 'TIMESTAMP WITH TIME ZONE'))).toBe(
      '2024-01-02 03:04:05.25',
    );
  });
  it('names types in the words of the language', () => {
    expect([typeWord('VARCHAR'), typeWord('BIGINT'), typeWord('BOOLEAN')]).toEqual(['text', 'bigint', 'bool']);
    expect([isNumeric('DECIMAL(18,3)'), isNumeric('UBIGINT'), isNumeric('BIGINT[]'), isNumeric('INTERVAL')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  it('leaves room for whole numbers as long as the table', () => {
    expect(columnWidth(column('id', 'BIGINT'), [0, 1, 2], 1_000_000)).toBeGreaterThanOrEqual(9 * 8);
    expect(columnWidth(column('id', 'VARCHAR'), ['x'.repeat(5000)], 10)).toBeLessThanOrEqual(360);
  });
});

describe('the timeline of a run', () => {
  const at = (ms: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + ms).toISOString();
  const step = (id: string, more: Partial<StepRecord>): StepRecord => ({
    id,
    name: id,
    contract: 'X@1.0',
    state: 'done',
    ...more,
  });
  it('puts steps where they ran, and keeps short ones visible and inside', () => {
    const spans = timeline(
      { createdAt: at(0), startedAt: at(0) },
      [
        step('a', { startedAt: at(0), ms: 100 }),
        step('b', { startedAt: at(100), ms: 100 }),
        step('c', { startedAt: at(200), ms: 0 }),
        step('d', {}),
      ],
      0,
    );
    expect(spans.get('a')).toEqual({ start: 0, width: 0.5 });
    expect(spans.get('b')).toEqual({ start: 0.5, width: 0.5 });
    const { start, width } = spans.get('c')!;
    expect(width).toBeGreaterThan(0);
    expect(start + width).toBeLessThanOrEqual(1);
    expect(spans.has('d')).toBe(false);
  });
  it('measures against the time of the whole run, also of what left no time', () => {
    const spans = timeline({ createdAt: at(0), ms: 1000 }, [step('a', { startedAt: at(0), ms: 100 })], 0);
    expect(spans.get('a')).toEqual({ start: 0, width: 0.1 });
  });
  it('lets what runs grow until now, and survives clocks that disagree', () => {
    const running = [step('a', { state: 'running', startedAt: at(50) })];
    expect(timeline({ createdAt: at(0) }, running, Date.parse(at(150))).get('a')!.width).toBeCloseTo(2 / 3);
    expect(timeline({ createdAt: at(100) }, [step('a', { startedAt: at(0), ms: 10 })], 0).get('a')!.start).toBe(0);
    expect(timeline({ createdAt: 'nonsense' }, running, 0).size).toBe(0);
  });
});
