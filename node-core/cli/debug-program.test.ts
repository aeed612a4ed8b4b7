/** `voike debug`, as a process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { voike } from './testing.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-debug-'));
  writeFileSync(
    join(folder, 'fib.flow'),
    'func fib(n: Int) -> Int {\n  if n <= 1 { return n }\n  let a = fib(n - 1)\n  return a + fib(n - 2)\n}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('steps through a call by commands from stdin, and gives its value in the end', async () => {
  const { code, stdout, stderr } = await voike(['debug', join(folder, 'fib.flow'), 'fib', '5', '--break', '4'], {
    env: { VOIKE_DATA: join(folder, 'data') },
    stdin: 'c\nv\np a * 20\nw\nb 4\no\nx\n',
  });
  expect(code, stderr).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'fib, line 2 (start)',
    '  if n <= 1 { return n }',
    'fib, line 4 (breakpoint)',
    '  return a + fib(n - 2)',
    'n Int = 2',
    'a Int = 1',
    '20',
    'fib, line 4',
    'fib, line 3',
    'fib, line 3',
    'fib, line 3',
    'no breakpoint',
    'fib, line 3 (step)',
    '  let a = fib(n - 1)',
    '= 5',
    '',
  ]);
  // What it does not know it answers with what there is.
  expect(stderr).toContain('continue to the next breakpoint');
});
