import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonRows } from './json-rows.ts';
import { flowPath, openedTo, searchJson } from './json-search.ts';

const value = { name: 'Deep', inner: { list: [1, { name: 'deeper', 'odd key': null }], 'a/b~c': true } };

test('keys and values are found in any case, in the order of the tree', () => {
  expect(searchJson(value, 'DEEP').paths).toEqual(['/name', '/inner/list/1/name']);
  expect(searchJson(value, 'name').paths).toEqual(['/name', '/inner/list/1/name']);
  expect(searchJson(value, 'true').paths).toEqual(['/inner/a~1b~0c']);
  expect(searchJson(value, '')).toEqual({ paths: [], more: false });
  expect(searchJson([1, 1, 1], '1', 2)).toEqual({ paths: ['/0', '/1'], more: true });
});

test('a value nested deeper than the stack goes is searched', () => {
  let deep: unknown = 'needle';
  for (let at = 0; at < 50_000; at++) deep = [deep];
  expect(searchJson(deep, 'needle').paths).toHaveLength(1);
});

test('what is found is in the tree once everything above it is open', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.string({ maxLength: 2 }), (text, wanted) => {
      const root = JSON.parse(text) as unknown;
      for (const path of searchJson(root, wanted, 20).paths)
        expect(jsonRows(root, openedTo(path, new Set())).some((row) => row.path === path)).toBe(true);
    }),
  );
});

test('a place is written as FLOW writes it', () => {
  expect(flowPath('/inner/list/1/name', value)).toBe('inner.list[1].name');
  expect(flowPath('/inner/list/1/odd key', value)).toBe('inner.list[1]["odd key"]');
  expect(flowPath('/inner/a~1b~0c', value)).toBe('inner["a/b~c"]');
  expect(flowPath('/0', [1])).toBe('[0]');
});
