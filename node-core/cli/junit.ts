/**
 * Test reports in the XML that JUnit made common, as build servers read it: `testsuites`, a `testsuite` a file, a `testcase` a
 * test, with `failure` in those that did not pass and `error` for a file that could not be tested. Browser-safe.
 */
import type { TestedFile } from './commands/test.ts';

/** @param time when the tests began, ISO 8601. */
export function junit(files: readonly TestedFile[], time: string): string {
  const sum = (of: (file: TestedFile) => number): number => files.reduce((all, file) => all + of(file), 0);
  const counts = (tests: number, failures: number, errors: number, ms: number): string =>
    `tests="${tests}" failures="${failures}" errors="${errors}" time="${seconds(ms)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="voike test" ${counts(
      sum(({ report }) => report?.tests.length ?? 0),
      sum(({ report }) => report?.failed ?? 0),
      sum(({ problem }) => (problem === undefined ? 0 : 1)),
      sum(({ report }) => report?.ms ?? 0),
    )}>`,
  ];
  for (const { file, report, problem } of files) {
    const { tests = [], failed = 0, ms = 0 } = report ?? {};
    const errors = problem === undefined ? 0 : 1;
    lines.push(
      `  <testsuite name="${escaped(file)}" ${counts(tests.length + errors, failed, errors, ms)} timestamp="${time}">`,
    );
    for (const test of tests) {
      const head = `    <testcase name="${escaped(test.title)}" classname="${escaped(file)}" file="${escaped(file)}" line="${test.line}" time="${seconds(test.ms)}"`;
      const { failure, log } = test;
      const inside = [
        ...(failure === undefined
          ? []
          : [
              `      <failure message="${escaped(failure.message)}" type="${escaped(failure.code)}">${escaped(details(file, failure))}</failure>`,
            ]),
        ...(log.length === 0 ? [] : [`      <system-out>${escaped(log.join('\n'))}</system-out>`]),
      ];
      if (inside.length === 0) lines.push(`${head}/>`);
      else lines.push(`${head}>`, ...inside, '    </testcase>');
    }
    if (problem !== undefined)
      lines.push(
        `    <testcase name="${escaped(file)}" classname="${escaped(file)}" time="0.000">`,
        `      <error message="${escaped(problem.message)}" type="${escaped(problem.code)}"/>`,
        '    </testcase>',
      );
    lines.push('  </testsuite>');
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

type Failure = NonNullable<NonNullable<TestedFile['report']>['tests'][number]['failure']>;

/** Where it failed, what stands there, and the values on its sides. */
export function details(file: string, failure: Failure): string {
  const { line, column, calledFrom, source, left, right, value } = failure;
  return [
    ...(line === undefined ? [] : [`${file}:${line}:${column}`]),
    ...(source === undefined ? [] : [oneLine(source)]),
    ...(calledFrom === undefined ? [] : [calledFrom]),
    ...(left === undefined ? [] : [`left   ${left}`]),
    ...(right === undefined ? [] : [`right  ${right}`]),
    ...(value === undefined ? [] : [`value  ${value}`]),
  ].join('\n');
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** Text in XML 1.0: what it has no form for (most control characters, halves of surrogate pairs) becomes U+FFFD. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are meant
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(
      /[&<>"'\n\r\t]/g,
      (one) =>
        ({
          '&': '&amp;',
          '<': '&lt;',
          '>': '&gt;',
          '"': '&quot;',
          "'": '&apos;',
          '\n': '&#10;',
          '\r': '&#13;',
          '\t': '&#9;',
        })[one]!,
    );
