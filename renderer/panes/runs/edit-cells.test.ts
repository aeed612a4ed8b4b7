import { expect, test } from 'vitest';
import { cellText, cellValue } from './edit-cells.ts';

test('a cell that nobody touched means what it meant', () => {
  for (const [value, type] of [
    [41, 'BIGINT'],
    ['12345678901234567890', 'HUGEINT'],
    [1.5, 'DOUBLE'],
    [true, 'BOOLEAN'],
    ['', 'VARCHAR'],
    ['a b', 'VARCHAR'],
    ['2026-11-27', 'DATE'],
    [null, 'BIGINT'],
    [[1, 2], 'BIGINT[]'],
  ] as const) {
    expect(cellValue(cellText(value), type)).toEqual(value);
  }
});

test('what does not fit stays text, for the node to say what is wrong', () => {
  expect(cellValue('many', 'BIGINT')).toBe('many');
  expect(cellValue('1.5', 'BIGINT')).toBe('1.5');
  expect(cellValue('maybe', 'BOOLEAN')).toBe('maybe');
  expect(cellValue('[1', 'BIGINT[]')).toBe('[1');
});
