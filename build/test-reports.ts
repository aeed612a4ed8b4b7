/** What the test runners wrote, read into one shape. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What came of a part of the tests. */
export interface Outcome {
  passed: number;
  failed: Failure[];
  skipped: number;
  /** Names of the tests that passed only at the second try. */
  secondTry: string[];
}

export interface Failure {
  /** File and title. */
  name: string;
  /** What the runner said, in colours perhaps. */
  message: string;
}

/** A part that did not come to its tests. */
export const failedPart = (name: string, message = ''): Outcome => ({
  passed: 0,
  failed: [{ name, message }],
  skipped: 0,
  secondTry: [],
});

interface UnitReport {
  numPassedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** Reads a JSON report of Vitest; `code` is what the runner ended with. */
export function readUnitReport(root: string, report: string, code: number): Outcome & { failedFiles: string[] } {
  if (!existsSync(report)) return { ...failedPart('the unit tests did not start'), failedFiles: [] };
  const { numPassedTests, numPendingTests, testResults }: UnitReport = JSON.parse(readFileSync(report, 'utf8'));
  const failed: Failure[] = [];
  const failedFiles: string[] = [];
  for (const { name, status, message, assertionResults } of testResults) {
    if (status !== 'failed') continue;
    const file = relative(root, name);
    failedFiles.push(file);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    for (const test of tests)
      failed.push({ name: `${file}: ${test.fullName}`, message: test.failureMessages.join('\n') });
    // A file that fails to load has no failed test of its own.
    if (tests.length === 0) failed.push({ name: file, message });
  }
  if (failed.length === 0 && (code !== 0 || testResults.length === 0))
    failed.push({ name: `the unit tests ended with ${code}`, message: '' });
  return { passed: numPassedTests, failed, skipped: numPendingTests, secondTry: [], failedFiles };
}

interface Suite {
  specs: {
    title: string;
    file: string;
    line: number;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
  suites?: Suite[];
}

/** Reads a JSON report of Playwright; `code` is what the runner ended with. */
export function readPlaywrightReport(report: string, code: number): Outcome {
  if (!existsSync(report)) return failedPart('the tests did not start');
  const { stats, suites }: { stats: { expected: number; flaky: number; skipped: number }; suites: Suite[] } =
    JSON.parse(readFileSync(report, 'utf8'));
  const failed: Failure[] = [];
  const secondTry: string[] = [];
  const visit = (suite: Suite): void => {
    for (const { title, file, line, tests } of suite.specs)
      for (const { status, results } of tests) {
        const name = `${file}:${line}: ${title}`;
        if (status === 'unexpected') failed.push({ name, message: results.at(-1)?.error?.message ?? '' });
        if (status === 'flaky') secondTry.push(name);
      }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of suites) visit(suite);
  if (failed.length === 0 && code !== 0) failed.push({ name: `the tests ended with ${code}`, message: '' });
  return { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped, secondTry };
}

/** The last lines of a run: sums of each part, and by name what failed and what needed a second try. */
export function summary(parts: [name: string, Outcome][]): string {
  const lines: string[] = [];
  for (const [part, { secondTry, failed }] of parts) {
    for (const name of secondTry) lines.push(`second try: ${part}, ${name}`);
    for (const { name, message } of failed) lines.push(`FAILED: ${part}, ${name}`, ...firstLines(message));
  }
  const sum = (of: (outcome: Outcome) => number) => parts.reduce((all, [, outcome]) => all + of(outcome), 0);
  const counts = (passed: number, failed: number, skipped: number) =>
    `${passed} passed, ${failed} failed, ${skipped} skipped`;
  for (const [part, { passed, failed, skipped }] of parts)
    lines.push(`${part.padEnd(9)} ${counts(passed, failed.length, skipped)}`);
  lines.push(
    counts(
      sum(({ passed }) => passed),
      sum(({ failed }) => failed.length),
      sum(({ skipped }) => skipped),
    ),
  );
  return lines.join('\n');
}

/** Enough of a message to know the cause where only the end of an output is kept. */
const MESSAGE_LINES = 20;

const firstLines = (message: string): string[] =>
  message
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, MESSAGE_LINES)
    .map((line) => `    ${line}`);
