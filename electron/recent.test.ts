import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecentFiles } from './recent.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-recent-'));
  file = join(folder, 'recent.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function open() {
  const system: string[] = [];
  const recent = openRecentFiles(
    file,
    { addRecentDocument: (path) => system.push(path), clearRecentDocuments: () => void (system.length = 0) },
    () => undefined,
  );
  return { recent, system };
}

test('the newest stands first, once, and the list is there after a restart', async () => {
  const { recent, system } = open();
  for (const path of ['/a.flow', '/b.flow', '/a.flow']) recent.add(path);
  expect(recent.list()).toEqual([
    { path: '/a.flow', name: 'a.flow' },
    { path: '/b.flow', name: 'b.flow' },
  ]);
  expect(system).toEqual(['/a.flow', '/b.flow', '/a.flow']);
  await expect.poll(() => open().recent.list().length).toBe(2);
});

test('at most 20 are kept; clearing clears the system as well', () => {
  const { recent, system } = open();
  for (let at = 0; at < 30; at++) recent.add(`/${at}.flow`);
  expect(recent.list()).toHaveLength(20);
  expect(recent.has('/29.flow')).toBe(true);
  expect(recent.has('/9.flow')).toBe(false);
  recent.clear();
  expect(recent.list()).toEqual([]);
  expect(system).toEqual([]);
});

test('a damaged list is an empty one', () => {
  writeFileSync(file, '[1, 2');
  expect(open().recent.list()).toEqual([]);
});
