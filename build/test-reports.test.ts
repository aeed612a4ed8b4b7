import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlaywrightReport, readUnitReport, summary } from './test-reports.ts';

const written = (report: unknown): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'voike-report-')), 'report.json');
  writeFileSync(file, JSON.stringify(report));
  return file;
};

const unitReport = (testResults: unknown[]) => written({ numPassedTests: 4, numPendingTests: 1, testResults });

test('a failed unit test is named with its file and the first lines of its message', () => {
  const one = { status: 'failed', fullName: 'a list is sorted', failureMessages: ['expected 1\n\nto be 2'] };
  const results = [{ name: '/project/lists/sort.test.ts', status: 'failed', message: '', assertionResults: [one] }];
  const outcome = readUnitReport('/project', unitReport(results), 1);
  expect(outcome.failedFiles).toEqual([join('lists', 'sort.test.ts')]);
  expect(summary([['unit', outcome]])).toBe(
    `FAILED: unit, ${join('lists', 'sort.test.ts')}: a list is sorted\n    expected 1\n    to be 2\nunit      4 passed, 1 failed, 1 skipped\n4 passed, 1 failed, 1 skipped`,
  );
});

test('a file that does not load, and a runner that ends badly, are failures too', () => {
  const broken = [{ name: '/project/a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }];
  expect(readUnitReport('/project', unitReport(broken), 1).failed).toEqual([
    { name: 'a.test.ts', message: 'no such module' },
  ]);
  expect(readUnitReport('/project', unitReport([]), 0).failed).toHaveLength(1);
  expect(readUnitReport('/project', '/project/missing.json', 0).failed).toHaveLength(1);
});

test('a browser test that needed its second try is named, one that failed twice is a failure', () => {
  const spec = (title: string, status: string) => ({
    title,
    file: 'browser/runs.spec.ts',
    line: 7,
    tests: [{ status, results: [{ error: { message: 'not visible' } }] }],
  });
  const suites = [
    { specs: [spec('a', 'flaky')], suites: [{ specs: [spec('b', 'unexpected'), spec('c', 'expected')] }] },
  ];
  const outcome = readPlaywrightReport(written({ stats: { expected: 1, flaky: 1, skipped: 0 }, suites }), 1);
  expect(outcome).toEqual({
    passed: 2,
    failed: [{ name: 'browser/runs.spec.ts:7: b', message: 'not visible' }],
    skipped: 0,
    secondTry: ['browser/runs.spec.ts:7: a'],
  });
});
