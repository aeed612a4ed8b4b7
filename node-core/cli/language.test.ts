/** The commands that need no node: check, fmt, plan, and how wrong usage is answered. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { voike } from './testing.ts';

let folder: string;
const file = (name: string, text: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = 'FLOW "Good"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a.n AS "n"\nEND FLOW\n';
const BAD = 'FLOW "Bad"\nSTEP a = TRANSFORM { n: missing }\nOUTPUT a AS "n"\nEND FLOW\n';

describe('voike check', () => {
  it('knows the programs beside a plan', async () => {
    file('sums.flow', 'func total(values: List<Int>) -> Int { return values.length }');
    const plan = file('calls.flow', 'FLOW "x"\nSTEP n = CALL sums.total(1)\nOUTPUT n\nEND FLOW\n');
    const { code, stdout } = await voike(['check', plan]);
    expect([code, stdout]).toEqual([1, expect.stringContaining('total takes List<Int> for "values"')]);
    expect((await voike(['plan', plan])).code).toBe(1);
  });

  it('gives 0 for files in order and 1 for one with an error, and says where', async () => {
    expect(await voike(['check', file('good.flow', GOOD)])).toMatchObject({ code: 0, stdout: '' });
    const bad = file('bad.flow', BAD);
    const { code, stdout } = await voike(['check', bad]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${bad}:2:25: error FLOW2001 `);
    expect(stdout).toContain(`    STEP a = TRANSFORM { n: missing }\n${' '.repeat(4 + 24)}^^^^^^^\n`);
  });

  it('gives scripts an array with one element a file', async () => {
    const result = await voike([
      'check',
      file('good.flow', GOOD),
      file('bad.flow', BAD),
      join(folder, 'none.flow'),
      '--json',
    ]);
    expect(result.code).toBe(1);
    const [good, bad, none] = result.json();
    expect(good).toMatchObject({ ok: true, diagnostics: [] });
    expect(bad).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'FLOW2001',
          severity: 'error',
          range: { start: { line: 2, column: 25, offset: 35 }, end: { line: 2, column: 32, offset: 42 } },
        },
      ],
    });
    expect(none).toMatchObject({ ok: false, diagnostics: [{ code: 'file-not-found' }] });
  });

  it('reads stdin, and says so when a file is not text', async () => {
    const piped = await voike(['check', '-', '--json'], { stdin: BAD });
    expect(piped.json()).toMatchObject([{ file: '<stdin>', ok: false }]);
    const binary = await voike(['check', file('bin.flow', Uint8Array.of(0xff, 0xfe, 0, 1)), '--json']);
    expect(binary.json()).toMatchObject([{ ok: false, diagnostics: [{ code: 'file-not-text' }] }]);
  });
});

describe('voike plan', () => {
  it('prints the graph for scripts and a table for people', async () => {
    const path = file('good.flow', GOOD);
    expect((await voike(['plan', path, '--json'])).json()).toMatchObject({
      v: 1,
      name: 'Good',
      nodes: [{ id: 'step:a' }, { id: 'output:n' }],
    });
    expect((await voike(['plan', path])).stdout).toMatch(/STEP\s+WHAT\s+READS[^]*TRANSFORM@1\.0/);
    const bad = await voike(['plan', file('bad.flow', BAD), '--json']);
    expect(bad.code).toBe(1);
    expect(bad.json().diagnostics).toHaveLength(1);
  });
});

describe('voike fmt', () => {
  const UGLY = 'flow "Good"\n# why\nstep a=transform {n:1}\n  output a.n as "n"\nend flow';

  it('formats in place, once', async () => {
    const path = file('ugly.flow', UGLY);
    expect((await voike(['fmt', path, '--check'])).code).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(UGLY);
    expect((await voike(['fmt', path])).code).toBe(0);
    const formatted = readFileSync(path, 'utf8');
    expect(formatted).not.toBe(UGLY);
    expect(formatted).toContain('# why');
    expect((await voike(['fmt', path, '--check'])).code).toBe(0);
    expect((await voike(['fmt', '-'], { stdin: UGLY })).stdout).toBe(formatted);
    expect((await voike(['fmt', path, '--json'])).json()).toEqual([{ file: path, changed: false, ok: true }]);
  });

  it('leaves a file with syntax errors as it is', async () => {
    const text = 'FLOW "x"\nSTEP = = (\nEND FLOW';
    const path = file('broken.flow', text);
    const { code, stderr } = await voike(['fmt', path]);
    expect(code).toBe(1);
    expect(stderr).toContain('FLOW1');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('the command line', () => {
  it('answers wrong usage with 2 and a sentence, never with a stack', async () => {
    for (const args of [
      ['nonsense'],
      ['check'],
      ['check', '--nonsense', 'x'],
      ['run'],
      ['serve', '--port', 'abc'],
      ['ledger', 'get', 'x'],
      [],
    ]) {
      const { code, stdout, stderr } = await voike(args);
      expect([args, code]).toEqual([args, 2]);
      expect(stdout + stderr).not.toMatch(/\n\s+at /);
      expect((stdout + stderr).length).toBeGreaterThan(20);
    }
  });

  it('has help with examples for every command', async () => {
    const help = await voike(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Exit codes');
    expect((await voike(['run', '--help'])).stdout).toContain('$ voike run top.flow --input');
    expect((await voike(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('shows where a failure was only to whoever asks', async () => {
    const quiet = await voike(['plan', join(folder, 'none.flow')]);
    expect(quiet).toMatchObject({ code: 1, stdout: '' });
    expect(quiet.stderr).toMatch(/^voike: There is no file .*none\.flow\.\n\s+Check the path\.\n$/);
    expect((await voike(['plan', join(folder, 'none.flow')], { env: { VOIKE_DEBUG: '1' } })).stderr).toMatch(
      /\n\s+at /,
    );
  });
});

describe('a file that holds a program', () => {
  const PROGRAM = '// one\nfunc add(a: Int, b: Int) -> Int { return a + b }\n';
  it('is checked as one', async () => {
    expect(await voike(['check', file('program.flow', PROGRAM)])).toMatchObject({ code: 0, stdout: '' });
    const wrong = file('wrong.flow', PROGRAM.replace('a + b', 'a + c'));
    const { code, stdout } = await voike(['check', wrong]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${wrong}:2:46: error FLOW2101 `);
  });
  it('is formatted as one', async () => {
    const path = file('untidy.flow', PROGRAM);
    expect(await voike(['fmt', path])).toMatchObject({ code: 0 });
    expect(readFileSync(path, 'utf8')).toBe('// one\nfunc add(a: Int, b: Int) -> Int {\n  return a + b\n}\n');
    const broken = file('broken-program.flow', 'func add( {\n');
    expect(await voike(['fmt', broken])).toMatchObject({ code: 1 });
    expect(readFileSync(broken, 'utf8')).toBe('func add( {\n');
  });
});
