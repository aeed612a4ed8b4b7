import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCrashReports } from './crashes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-crashes-'));
  mkdirSync(join(folder, 'completed'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (name: string, seconds: number) => {
  const path = join(folder, 'completed', name);
  writeFileSync(path, 'MDMP');
  utimesSync(path, seconds, seconds);
  return path;
};

test('reports are listed with the newest first, and deleted with what is kept about them', async () => {
  const [old] = [report('a.dmp', 1000), report('b.dmp', 2000)];
  const meta = report('a.meta', 1000);
  const reports = createCrashReports(folder);
  expect(await reports.list()).toEqual([
    { id: 'b.dmp', time: '1970-01-01T00:33:20.000Z', size: 4 },
    { id: 'a.dmp', time: '1970-01-01T00:16:40.000Z', size: 4 },
  ]);
  await reports.remove(['a.dmp']);
  expect(existsSync(old)).toBe(false);
  expect(existsSync(meta)).toBe(false);
  expect(await reports.list()).toHaveLength(1);
});

test('a name that leads elsewhere deletes nothing', async () => {
  const path = report('../kept.dmp.txt', 1);
  await createCrashReports(join(folder, 'completed')).remove(['../kept.dmp.txt']);
  expect(existsSync(path)).toBe(true);
});

test('the newest 20 are kept; no folder is no reports', async () => {
  for (let at = 0; at < 25; at++) report(`${at}.dmp`, at);
  const reports = createCrashReports(folder);
  expect(await reports.list()).toHaveLength(20);
  expect(existsSync(join(folder, 'completed', '4.dmp'))).toBe(false);
  expect(await createCrashReports(join(folder, 'none')).list()).toEqual([]);
});
