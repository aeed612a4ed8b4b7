import { describe, expect, it } from 'vitest';
import { conditionRows, conditionText } from './condition.ts';

describe('a condition as rows of a form', () => {
  it('reads comparisons that are joined with AND, and writes them back', () => {
    const text = 'country == "USA" AND latitude > 30 AND CONTAINS(name, "x") AND state IN ["TX", "CA"]';
    const rows = conditionRows(text)!;
    expect(rows.map((row) => row.operator)).toEqual(['==', '>', 'contains', 'IN']);
    expect(rows[0]).toEqual({ left: 'country', operator: '==', right: '"USA"' });
    expect(conditionText(rows)).toBe(text);
  });

  it('has no rows for anything else, so that it is written as text', () => {
    for (const text of ['a == 1 OR b == 2', '!done', 'active', 'a == ', 'LEN(a)', 'a == 1 STEP'])
      expect(conditionRows(text)).toBeUndefined();
  });

  it('keeps brackets and calls on either side as they are written', () => {
    expect(conditionRows('UPPER(country) != (most + 1)')).toEqual([
      { left: 'UPPER(country)', operator: '!=', right: '(most + 1)' },
    ]);
  });

  it('begins empty where something is still to be filled in', () => {
    expect(conditionRows('_')).toEqual([]);
    expect(conditionText([])).toBe('_');
  });
});
