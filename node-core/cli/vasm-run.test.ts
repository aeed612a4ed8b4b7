/** `voike vasm run`, as a process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assemble } from '../vasm/assemble.ts';
import { encode } from '../vasm/binary/encode.ts';
import { FIB } from '../vasm/testing.ts';
import { MAIN, voike } from './testing.ts';

const HELLO = `module "hello" 1.0.0
cap log
export func greet(name String, numbers List<Int>) -> Int:
  LOAD name
  HOST log
  POP
  LOAD numbers
  CONST 1
  GET
  RET
endfunc`;

const PROGRAM = `func fib(n: Int) -> Int {
  if n <= 1 { return n }
  return fib(n - 1) + fib(n - 2)
}
func greet(name: String) -> String {
  log("asked")
  return "Hello, \${name}!"
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-vasm-'));
  writeFileSync(join(folder, 'fib.vasm'), FIB);
  writeFileSync(join(folder, 'fib.vasm.bin'), encode(assemble(FIB).module!));
  writeFileSync(join(folder, 'hello.vasm'), HELLO);
  writeFileSync(join(folder, 'program.flow'), PROGRAM);
  writeFileSync(join(folder, 'plan.flow'), 'FLOW "A plan"\n\nEND FLOW\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (file: string, ...args: string[]) =>
  voike(['vasm', 'run', join(folder, file), ...args], { env: { VOIKE_DATA: join(folder, 'data') } });

it('prints the value of a text and of a binary module, and beside it what it took', async () => {
  for (const file of ['fib.vasm', 'fib.vasm.bin']) {
    const { code, stdout, stderr } = await run(file, 'fib', '15');
    expect([code, stdout]).toEqual([0, '610\n']);
    expect(stderr).toMatch(/^Int, 19,726 fuel, /);
  }
  expect((await run('fib.vasm', 'fib', '15', '--engine', 'wasm')).stderr).toMatch(/^Int, 19,726 fuel, /);
});

it('gives value, fuel, time and what was logged as JSON', async () => {
  const ended = await run('hello.vasm', 'greet', 'Ann', '[4, 5]', '--grant', 'log', '--json');
  expect(ended.json()).toMatchObject({ value: 5, type: 'Int', fuelUsed: 39, ms: expect.any(Number), log: ['Ann'] });
});

it('grants nothing that neither the command line names nor somebody decided', async () => {
  const { code, stdout, stderr } = await run('hello.vasm', 'greet', 'Ann', '[4, 5]');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/"hello" wants to write lines for whoever calls it; nobody has decided about that\./);
  expect((await run('hello.vasm', 'greet', 'Ann', '[4, 5]', '--grant', 'time')).stderr).toMatch(
    /asks for log, which it was not granted\. \(greet, instruction 1, line 5\)/,
  );
});

it('says a trap with its place, after what was logged, and fails', async () => {
  const { code, stderr } = await run('hello.vasm', 'greet', 'Ann', '[4]', '--grant', 'log');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^log: Ann\nvoike: The index is outside\. \(greet, instruction 5, line 9\)/);
  expect((await run('fib.vasm', 'fib', '30', '--fuel', '100')).stderr).toMatch(/The fuel is used up/);
});

it('says what an argument should have been', async () => {
  const { code, stderr } = await run('hello.vasm', 'greet', 'Ann', 'x');
  expect(code).toBe(2);
  expect(stderr).toMatch(/The argument numbers of greet: List<Int> is written as JSON/);
  expect(stderr).toMatch(/It is greet\(name String, numbers List<Int>\)/);
});

it('goes by what was decided about a file, also in its next version', async () => {
  const file = join(folder, 'decided.flow');
  writeFileSync(file, PROGRAM);
  const voikeHere = (...args: string[]) => voike(args, { env: { VOIKE_DATA: join(folder, 'data') } });
  expect((await voikeHere('grants', 'set', file, '--always')).stderr).toMatch(
    /decided may from now on write lines for whoever calls it \(log\)/,
  );
  expect((await voikeHere('run', file, 'greet', 'Ann')).stdout).toBe('Hello, Ann!\n');
  writeFileSync(file, PROGRAM.replace('Hello', 'Welcome').replace('log("asked")', 'log("asked ${time.now()}")'));
  // Only what is new is asked about.
  expect((await voikeHere('run', file, 'greet', 'Ann')).stderr).toMatch(/"decided" wants to read the clock; nobody/);
  await voikeHere('grants', 'set', file, 'time', '--never');
  expect((await voikeHere('run', file, 'greet', 'Ann')).stderr).toMatch(/asks for time, which it is never to have/);
  expect((await voikeHere('grants', 'list', file, '--json')).json()).toHaveLength(2);
  expect((await voikeHere('grants', 'forget', file)).stderr).toMatch(/^Forgotten: log, time\./);
  expect((await voikeHere('grants')).stderr).toMatch(/^Nothing was decided/);
});

it('asks the person at the terminal', async () => {
  const file = join(folder, 'asks.flow');
  writeFileSync(file, PROGRAM);
  const ask = async (answer: string): Promise<string> => {
    const terminal = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', MAIN, 'run', file, 'greet', 'Ann'],
      {
        env: { ...process.env, NO_COLOR: '1', VOIKE_DATA: join(folder, 'data') },
        cols: 200,
      },
    );
    let text = '';
    terminal.onData((data) => {
      text += data;
      if (data.includes('[no] ')) terminal.write(`${answer}\r`);
    });
    await new Promise((resolve) => terminal.onExit(resolve));
    return text;
  };
  expect(await ask('once')).toMatch(/"asks" wants to write lines .* once, always, never, no [^]*Hello, Ann!/);
  expect(await ask('')).toMatch(/nobody has decided about that/);
  expect(await ask('always')).toMatch(/Hello, Ann!/);
  // It is not asked again.
  expect(await ask('never')).toMatch(/^log: asked/);
});

it('calls a function of a program, which `voike run` compiles first', async () => {
  const program = (file: string, ...args: string[]) =>
    voike(['run', join(folder, file), ...args], { env: { VOIKE_DATA: join(folder, 'data') } });
  expect(await program('program.flow', 'fib', '20')).toMatchObject({ code: 0, stdout: '6765\n' });
  expect(await program('program.flow', 'greet', 'Ann', '--grant', 'log')).toMatchObject({
    code: 0,
    stdout: 'Hello, Ann!\n',
  });
  expect((await program('program.flow', 'greet', 'Ann')).stderr).toMatch(/wants to write lines for whoever calls it/);
  expect((await program('program.flow')).stderr).toMatch(/say which of its functions to call\.\n\s+It has fib, greet/);
  expect((await program('plan.flow', 'fib')).stderr).toMatch(/A plan takes no arguments/);
});
