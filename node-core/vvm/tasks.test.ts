/** Tasks, in both engines, on a runner whose only thread is the caller's and on one with threads to spare: always the same end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import { assemble } from '../vasm/assemble.ts';
import { capabilitiesOf } from '../vasm/reach.ts';
import { verify } from '../vasm/verify.ts';
import { openTestCalls, type Ran, type TestCalls } from './host/testing.ts';

let alone: TestCalls;
let many: TestCalls;
beforeAll(async () => {
  [alone, many] = await Promise.all([openTestCalls(1), openTestCalls(3)]);
});
afterAll(() => Promise.all([alone.close(), many.close()]));

/** How it ends everywhere; what differs by nature (times) is left out. */
async function everywhere(text: string, args: unknown[] = [], grants: string[] = [], fuel = 1e9): Promise<Ran> {
  const ends: Ran[] = [];
  for (const test of [alone, many])
    for (const engine of ['interpreter', 'wasm'] as const) {
      const ran = await test.run(text, args, grants, { engine, fuel, ms: 20_000 });
      const { value, fuelUsed, trap, detail, log, code, func, at } = ran;
      ends.push({ value, fuelUsed, trap, detail, log, code, func, at });
    }
  for (const end of ends.slice(1)) expect(end).toEqual(ends[0]);
  return ends[0]!;
}

const FIB = `export func fib(n Int) -> Int:
LOAD n\nCONST 1\nCMPLE\nJMP_IF base
LOAD n\nCONST 1\nSUB\nCALL fib\nLOAD n\nCONST 2\nSUB\nCALL fib\nADD\nRET
base:\nLOAD n\nRET\nendfunc
`;
const program = (main: string, others = '', locals = ''): string =>
  `module "tasks" 1.0.0\n${others}\nexport func main() -> Int:\n${locals}\n${main}\nendfunc\n`;

describe('a task', () => {
  it('gives what its function gives, and costs the same wherever it ran', async () => {
    const both = program(
      'CONST 15\nHOST task.start:fib\nSTORE a\nCONST 12\nHOST task.start:fib\nSTORE b\nLOAD b\nHOST task.await:fib\nLOAD a\nHOST task.await:fib\nADD\nRET',
      FIB,
      'local a Int\nlocal b Int',
    );
    const ended = await everywhere(both);
    expect(ended.value).toBe(610 + 144);
    // What fib itself uses, and that of the instructions around it.
    const one = async (n: number) =>
      (await alone.run(program(`CONST ${n}\nCALL fib\nRET`, FIB), [])).fuelUsed as number;
    expect(ended.fuelUsed).toBe((await one(15)) - 3 + (await one(12)) - 3 + 12 + 2 * (200 + 50));
  });

  it('has copies of its arguments, and gives a copy', async () => {
    const push = 'LOAD l\nLOAD l\nLEN\nCONST 7\nSET';
    const others = `export func add(l List<Int>) -> List<Int>:\n${push}\nLOAD l\nRET\nendfunc`;
    const text = program(
      `NEW List<Int>\nSTORE l\n${push}\nLOAD l\nHOST task.start:add\nSTORE t\n${push}\n${push}
      LOAD t\nHOST task.await:add\nSTORE got\nLOAD got\nLEN\nCONST 10\nMUL\nLOAD l\nLEN\nADD\nRET`,
      others,
      'local l List<Int>\nlocal t Int\nlocal got List<Int>',
    );
    expect((await everywhere(text)).value).toBe(23);
  });

  it('that fails is a trap where it is awaited', async () => {
    const others = 'export func half(n Int) -> Int:\nCONST 1\nLOAD n\nDIV\nRET\nendfunc';
    expect(await everywhere(program('CONST 0\nHOST task.start:half\nHOST task.await:half\nRET', others))).toMatchObject(
      {
        trap: 'division-by-zero',
        func: 'main',
        at: 2,
        detail: expect.stringContaining('The task half ended: Divided by zero. (half, instruction 2)'),
      },
    );
  });

  it('that fails can be caught, with the fuel that it used', async () => {
    const others = `${FIB}export func bad(n Int) -> Int:\nLOAD n\nCALL fib\nPOP\nCONST "bad"\nTRAP\nendfunc
func tried() -> None:\nCONST 10\nHOST task.start:bad\nHOST task.await:bad\nPOP\nCONST none\nRET\nendfunc`;
    const ended = await everywhere(program('TRY tried\nPOP\nCONST 7\nRET', others));
    expect(ended.value).toBe(7);
    expect(ended.fuelUsed).toBeGreaterThan(1000);
  });

  it('has the fuel that its caller had left, and takes it from the caller', async () => {
    const others = 'export func loop() -> Int:\nL:\nJMP L\nendfunc';
    expect(
      await everywhere(program('HOST task.start:loop\nHOST task.await:loop\nRET', others), [], [], 5000),
    ).toMatchObject({ trap: 'fuel' });
    // Each could be paid alone, both cannot.
    const two = program(
      'CONST 12\nHOST task.start:fib\nSTORE a\nCONST 12\nHOST task.start:fib\nHOST task.await:fib\nLOAD a\nHOST task.await:fib\nADD\nRET',
      FIB,
      'local a Int',
    );
    expect(await everywhere(two, [], [], 9_000)).toMatchObject({ trap: 'fuel', func: 'main', at: 7 });
  });

  it('that nobody awaits ends with its call', async () => {
    const others = 'export func loop() -> Int:\nL:\nJMP L\nendfunc';
    expect((await everywhere(program('HOST task.start:loop\nPOP\nCONST 5\nRET', others))).value).toBe(5);
  });

  it('may start tasks itself, not without an end, and never waits for what nobody runs', async () => {
    const others = `export func down(n Int) -> Int:
LOAD n\nCONST 1\nCMPLT\nJMP_IF base\nLOAD n\nCONST 1\nSUB\nHOST task.start:down\nHOST task.await:down\nCONST 1\nADD\nRET
base:\nCONST 0\nRET\nendfunc`;
    const text = (n: number) => program(`CONST ${n}\nHOST task.start:down\nHOST task.await:down\nRET`, others);
    expect((await everywhere(text(4))).value).toBe(4);
    expect(await everywhere(text(1000))).toMatchObject({ trap: 'depth' });
  });

  it('is one of its call, awaited once, with a result of the type that is wanted', async () => {
    const others = `${FIB}export func text() -> String:\nCONST "x"\nRET\nendfunc`;
    for (const main of [
      'CONST 1\nHOST task.await:fib\nRET',
      'CONST 5\nHOST task.start:fib\nDUP\nHOST task.await:fib\nPOP\nHOST task.await:fib\nRET',
      'HOST task.start:text\nHOST task.await:fib\nRET',
    ])
      expect(await everywhere(program(main, others))).toMatchObject({ trap: 'failed', func: 'main' });
  });

  it('says what it says, and is refused what its call is refused', async () => {
    const others = 'cap log\nexport func say(n Int) -> Int:\nCONST "said"\nHOST log\nPOP\nLOAD n\nRET\nendfunc';
    const text = program('CONST 3\nHOST task.start:say\nCONST "main"\nHOST log\nPOP\nHOST task.await:say\nRET', others);
    expect(await everywhere(text, [], ['log'])).toMatchObject({ value: 3, log: ['main', 'said'] });
    const quiet = program('CONST 3\nHOST task.start:say\nHOST task.await:say\nRET', others);
    expect(await everywhere(quiet, [], [])).toMatchObject({ trap: 'refused' });
    expect(many.entries('vvm.refused').at(-1)).toMatchObject({ capability: 'log', func: 'main', at: 2 });
  });

  it('is begun by another thread where one is free, before anybody awaits it', async () => {
    const others = `cap ledger.append\nexport func note() -> Int:\nCONST "begun"\nCONST "null"\nHOST json.parse\nHOST ledger.append\nPOP\nCONST 1\nRET\nendfunc`;
    const stop = new AbortController();
    const ran = many.run(program('HOST task.start:note\nPOP\nL:\nJMP L', others), [], ['ledger.append'], {
      fuel: Number.MAX_SAFE_INTEGER,
      signal: stop.signal,
    });
    while (many.entries('program.begun').length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Problem('cancelled', 'Enough.'));
    expect(await ran).toMatchObject({ code: 'cancelled' });
  });

  it('that uses up the memory of its thread, or has not ended when its call must, ends with it', async () => {
    const others = `export func bomb() -> Int:\nlocal l List<List<String>>\nNEW List<List<String>>\nSTORE l
L:\nLOAD l\nLOAD l\nLEN\nCONST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\nCONST ""\nHOST string.split\nSET\nJMP L\nendfunc
export func loop() -> Int:\nL:\nJMP L\nendfunc`;
    const ends = (main: string, ms: number) =>
      Promise.all(
        [alone, many].map(async (test) => {
          const text = program(main, others).replace('1.0.0', '1.0.0\nbudget memory=16777216');
          const { code, trap } = await test.run(text, [], [], { ms, fuel: Number.MAX_SAFE_INTEGER });
          return code === 'vvm-trap' ? `vvm-${String(trap)}` : code;
        }),
      );
    expect(await ends('HOST task.start:bomb\nHOST task.await:bomb\nRET', 60_000)).toEqual(['vvm-memory', 'vvm-memory']);
    expect(await ends('HOST task.start:loop\nHOST task.await:loop\nRET', 200)).toEqual(['vvm-time', 'vvm-time']);
    // Threads are there again.
    expect((await many.run(program('CONST 5\nHOST task.start:fib\nHOST task.await:fib\nRET', FIB), [])).value).toBe(5);
  });

  it('floods of them are ended', async () => {
    const text = program('L:\nCONST 1\nHOST task.start:fib\nPOP\nJMP L', FIB);
    expect(await everywhere(text)).toMatchObject({ trap: 'host-calls' });
    // Started and awaited again and again they end with the fuel.
    const again = program('L:\nCONST 1\nHOST task.start:fib\nHOST task.await:fib\nPOP\nJMP L', FIB);
    expect(await everywhere(again, [], [], 100_000)).toMatchObject({ trap: 'fuel' });
  });
});

it('the verifier knows the functions of tasks, and what a call may need includes what its tasks may', () => {
  const refusal = (main: string, others = FIB) => {
    const { module, problems } = assemble(program(main, others));
    expect(problems).toEqual([]);
    const result = verify(module!);
    return 'refusals' in result ? result.refusals[0]!.message : undefined;
  };
  expect(refusal('CONST 1\nHOST task.start:nothing\nRET')).toMatch(/no exported function nothing/);
  expect(refusal('CONST 1\nHOST task.start:fib\nRET', FIB.replace('export ', ''))).toMatch(/no exported function fib/);
  expect(refusal('CONST "x"\nHOST task.start:fib\nRET')).toMatch(/takes 1 argument of other types/);
  expect(refusal('CONST "x"\nHOST task.await:fib\nRET')).toMatch(/takes 1 argument of other types/);
  const others = 'cap log\nexport func say() -> Int:\nCONST "a"\nHOST log\nPOP\nCONST 1\nRET\nendfunc';
  const { module } = assemble(program('HOST task.start:say\nRET', others));
  expect(capabilitiesOf(module!, 1)).toEqual(['log']);
});
