import { describe, expect, it } from 'vitest';
import { rowFrom } from './rows.ts';

describe('rowFrom', () => {
  it('goes up and down, to the ends, and stops there', () => {
    expect(rowFrom('ArrowDown', -1, 3)).toBe(0);
    expect(rowFrom('ArrowDown', 2, 3)).toBe(2);
    expect(rowFrom('ArrowUp', 0, 3)).toBe(0);
    expect(rowFrom('Home', 2, 3)).toBe(0);
    expect(rowFrom('End', 0, 3)).toBe(2);
  });

  it('goes by pages where a page is known', () => {
    expect(rowFrom('PageDown', 5, 100, { page: 20 })).toBe(25);
    expect(rowFrom('PageUp', 5, 100, { page: 20 })).toBe(0);
    expect(rowFrom('PageDown', 5, 100)).toBeUndefined();
  });

  it('goes sideways and around where it is told to', () => {
    expect(rowFrom('ArrowRight', 2, 3, { horizontal: true, wrap: true })).toBe(0);
    expect(rowFrom('ArrowLeft', 0, 3, { horizontal: true, wrap: true })).toBe(2);
    expect(rowFrom('ArrowDown', 0, 3, { horizontal: true })).toBeUndefined();
  });

  it('leaves every other key alone, and a list without rows', () => {
    expect(rowFrom('a', 0, 3)).toBeUndefined();
    expect(rowFrom('ArrowDown', -1, 0)).toBeUndefined();
  });
});
