import { expect, it } from 'vitest';
import { valueRows, valueWords } from './value-rows.ts';

it('makes a row for each value that is in view, and says it in a line', () => {
  const named = [
    { name: 'boxes', type: 'List<Box>', value: [{ id: 1, note: null }] },
    { name: 'later', note: 'not set yet' },
  ];
  const rows = valueRows(named, new Set(['boxes', 'boxes\n0']));
  expect(rows.map((row) => `${'  '.repeat(row.depth)}${row.name} ${valueWords(row)}`)).toEqual([
    'boxes [ 1 ]',
    '  0 { … }',
    '    id 1',
    '    note none',
    'later none',
  ]);
  expect(valueRows(named, new Set()).map(valueWords)).toEqual(['[{"id":1,"note":null}]', 'none']);
});
