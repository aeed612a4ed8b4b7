/** `voike vasm run`, as a process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assemble } from '../vasm/assemble.ts';
import { encode } from '../vasm/binary.ts';
import { FIB } from '../vasm/testing.ts';
import { voike } from './testing.ts';

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

it('grants nothing that the command line does not name', async () => {
  const { code, stdout, stderr } = await run('hello.vasm', 'greet', 'Ann', '[4, 5]');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/asks for log, which it was not granted\. \(greet, instruction 1, line 5\)/);
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

it('calls a function of a program, which `voike run` compiles first', async () => {
  const program = (file: string, ...args: string[]) =>
    voike(['run', join(folder, file), ...args], { env: { VOIKE_DATA: join(folder, 'data') } });
  expect(await program('program.flow', 'fib', '20')).toMatchObject({ code: 0, stdout: '6765\n' });
  expect(await program('program.flow', 'greet', 'Ann', '--grant', 'log')).toMatchObject({
    code: 0,
    stdout: 'Hello, Ann!\n',
  });
  expect((await program('program.flow', 'greet', 'Ann')).stderr).toMatch(/log, which it was not granted/);
  expect((await program('program.flow')).stderr).toMatch(/say which of its functions to call\.\n\s+It has fib, greet/);
  expect((await program('plan.flow', 'fib')).stderr).toMatch(/A plan takes no arguments/);
});
