/** `voike test`, run as a command. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { junit } from './junit.ts';
import { voike } from './testing.ts';

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-cli-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const test = (args: string[], options = {}) => voike(['test', '--data', join(folder, 'data'), ...args], options);

const SUM = 'func sum(a: Int, b: Int) -> Int { return a + b }\n';
const GOOD = `${SUM}test "adds" { expect sum(1, 2) == 3 }\ntest "adds <none> & \\"all\\"" { expect sum(0, 0) == 0 }\n`;
const BAD = `${SUM}test "adds" {\n  expect sum(1, 2) == 4\n}\n`;

/** Reads XML with a parser that takes nothing wrong: elements with their attributes and their text, in order. */
function xml(text: string): { name: string; attributes: Record<string, string>; text: string }[] {
  const sax = createRequire(import.meta.url)('sax');
  const parser = sax.parser(true);
  const found: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: typeof found = [];
  parser.onopentag = (node: { name: string; attributes: Record<string, string> }) => {
    open.push({ name: node.name, attributes: node.attributes, text: '' });
    found.push(open.at(-1)!);
  };
  parser.ontext = (piece: string) => open.at(-1) && (open.at(-1)!.text += piece);
  parser.onclosetag = () => void open.pop();
  parser.onerror = (error: Error) => {
    throw error;
  };
  parser.write(text).close();
  return found;
}

describe('voike test', () => {
  it('gives 0 when all pass, and 1 with what stood on both sides when one does not', async () => {
    const good = file('good.flow', GOOD);
    const bad = file('bad.flow', BAD);
    const passed = await test([good]);
    expect(passed).toMatchObject({ code: 0 });
    expect(passed.stdout).toMatch(/passed {2}adds \(\d+ ms\)/);
    expect(passed.stderr).toMatch(/2 passed, 0 failed \(/);
    const failed = await test([good, bad, '--junit', join(folder, 'report.xml')]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain(
      `          This does not hold.\n          ${bad}:3:10\n          sum(1, 2) == 4\n          left   3\n          right  4\n`,
    );
    expect(failed.stderr).toMatch(/2 passed, 1 failed \(/);

    const read = xml(readFileSync(join(folder, 'report.xml'), 'utf8'));
    expect(read[0]).toMatchObject({
      name: 'testsuites',
      attributes: { tests: '3', failures: '1', errors: '0', time: expect.stringMatching(/^\d+\.\d{3}$/) as string },
    });
    expect(read.filter(({ name }) => name === 'testcase').map(({ attributes }) => attributes['name'])).toEqual([
      'adds',
      'adds <none> & "all"',
      'adds',
    ]);
    expect(read.find(({ name }) => name === 'failure')).toMatchObject({
      attributes: { type: 'vvm-trap', message: 'This does not hold.' },
      text: `${bad}:3:10\nsum(1, 2) == 4\nleft   3\nright  4`,
    });
  });

  it('runs what the filter names, says so when that is nothing, and tests the other files beside a broken one', async () => {
    const good = file('good.flow', GOOD);
    const broken = file('broken.flow', 'test "a" { expect missing == 1 }\n');
    const one = await test([good, '--filter', 'NONE', '--json']);
    expect(one.json()).toMatchObject({ passed: 1, failed: 0, skipped: 1, files: [{ file: good }] });
    const none = await test([good, '--filter', 'nothing']);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('No test was run.') as string });
    const both = await test([broken, join(folder, 'not-there.flow'), good]);
    expect(both.code).toBe(1);
    expect(both.stderr).toContain(`${broken}:1:19: error FLOW2101`);
    expect(both.stdout).toContain('not tested: There is no file');
    expect(both.stderr).toContain('2 passed, 0 failed');
    const plan = await test([file('plan.flow', 'FLOW "p"\nEND FLOW\n')]);
    expect(plan).toMatchObject({ code: 1, stdout: expect.stringContaining('is a plan') as string });
  });

  it('runs again when a file changes, until it is stopped', async () => {
    const watched = file('watched.flow', BAD);
    let state = 0;
    const { code, stderr } = await test([watched, '--watch'], {
      onOutput(text: string, kill: (signal: NodeJS.Signals) => void) {
        const waits = text.split('Waiting for a change').length - 1;
        if (state === 0 && waits === 1) {
          state = 1;
          writeFileSync(watched, BAD.replace('== 4', '== 3'));
        } else if (state === 1 && waits >= 2 && text.includes('1 passed')) {
          state = 2;
          kill('SIGINT');
        }
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/0 passed, 1 failed[^]*1 passed, 0 failed/);
  });
});

it('a report in XML takes any text', () => {
  const nasty = 'a\u0000\u001f<&>"\'\ud800 😀\n]]>';
  const report = {
    tests: [
      {
        title: nasty,
        passed: false,
        line: 1,
        ms: 1.25,
        log: [nasty],
        failure: { code: nasty, message: nasty, source: nasty },
      },
    ],
    passed: 0,
    failed: 1,
    skipped: 0,
    ms: 2,
  };
  const read = xml(
    junit(
      [
        { file: nasty, report },
        { file: 'b', problem: { code: 'x', message: nasty } },
      ],
      '2026-01-01',
    ),
  );
  const shown = 'a\ufffd\ufffd<&>"\'\ufffd 😀\n]]>';
  expect(read.find(({ name }) => name === 'testcase')!.attributes['name']).toBe(shown);
  expect(read.find(({ name }) => name === 'system-out')!.text).toBe(shown);
  expect(read.find(({ name }) => name === 'error')!.attributes['message']).toBe(shown);
  expect(read[0]!.attributes['errors']).toBe('1');
});
