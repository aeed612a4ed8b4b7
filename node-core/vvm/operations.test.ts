import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import type { NodeEvent } from '../runs/schema.ts';
import { openNode, type VoikeNode } from '../node.ts';
import { assemble } from '../vasm/assemble.ts';
import { encode } from '../vasm/binary/encode.ts';
import { FIB } from '../vasm/testing.ts';
import type { Finished } from './job.ts';

let node: VoikeNode;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-vvm-'));
  node = await openNode({ dataDir });
});
afterAll(async () => {
  await node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const call = (name: string, input: unknown, signal = new AbortController().signal) =>
  node.call(name, { ...node.local(), signal, log: node.log }, input);
const run = (text: string, func: string, more: object = {}, signal?: AbortSignal) =>
  call('vvm.run', { text, func, ...more }, signal) as Promise<Finished>;
async function problem(ran: Promise<unknown>): Promise<Problem> {
  const error = await ran.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error(`It ended with ${String(error)}.`);
  return error;
}
const refusals = async (): Promise<number> =>
  ((await call('ledger.recent', { kind: 'vvm.refused' })) as { entries: unknown[] }).entries.length;
const entries = async (): Promise<number> =>
  ((await call('ledger.recent', { limit: 1 })) as { entries: { seq: number }[] }).entries[0]?.seq ?? -1;

const LOGGING = `module "m" 1.0.0
cap log
export func main(name String) -> Int:
  CONST "hello "
  LOAD name
  ADD
  HOST log
  POP
  CONST 5
  RET
endfunc`;
const body = (code: string, locals = ''): string => `func main() -> Int:\n${locals}\n${code}\nendfunc`;
const ENDLESS = body('L:\nJMP L');

describe('vvm.run', () => {
  it('calls a function of a text, and of its binary form', async () => {
    const expected = { value: 55, type: 'Int', fuelUsed: 89 * 6 + 88 * 14, log: [], module: { name: 'main' } };
    expect(await run(FIB, 'fib', { args: ['10'] })).toMatchObject(expected);
    const binary = Buffer.from(encode(assemble(FIB).module!)).toString('base64');
    const ran = (await call('vvm.run', { binary, func: 'fib', args: [10] })) as Finished;
    expect(ran).toMatchObject(expected);
    expect(ran.module.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says what is wrong with a text, with where', async () => {
    expect(await problem(run('func main():\nLODE 1\nendfunc', 'main'))).toMatchObject({
      code: 'vasm-text',
      message: expect.stringContaining('Line 2, column 1'),
    });
  });

  it('says where a module trapped', async () => {
    const trapped = await problem(run(body('CONST 1\nCONST 0\nDIV\nRET'), 'main'));
    expect(trapped).toMatchObject({
      code: 'vvm-trap',
      message: 'Divided by zero. (main, instruction 2, line 5)',
      more: { trap: 'division-by-zero', func: 'main', at: 2, line: 5, fuelUsed: 4 },
    });
  });

  it('says the same of both engines', async () => {
    for (const [text, func, more] of [
      [FIB, 'fib', { args: [12] }],
      [body('CONST 1\nCONST 0\nDIV\nRET'), 'main', {}],
      [body('CALL main\nRET'), 'main', {}],
      [ENDLESS, 'main', { fuel: 1000 }],
      [LOGGING, 'main', { args: ['you'], grants: [] }],
      [LOGGING, 'main', { args: ['you'] }],
      [LOGGING, 'main', { args: ['you'], grants: ['log'] }],
    ] as const) {
      const ended = (engine: string) =>
        run(text, func, { ...more, engine }).then(
          ({ engine: ran, ...finished }) => (expect(ran).toBe(engine), { ...finished, ms: 0 }),
          (error: unknown) => (error instanceof Problem ? error.toJSON() : error),
        );
      expect(await ended('wasm')).toEqual(await ended('interpreter'));
    }
  });

  it('gives no more fuel and time than the module asks for', async () => {
    const loop = (budget: string) => `module "m" 1.0.0\nbudget ${budget}\nexport ${ENDLESS}`;
    expect((await problem(run(loop('fuel=1000'), 'main'))).more).toMatchObject({ trap: 'fuel', fuelUsed: 1000 });
    expect((await problem(run(loop('time=50'), 'main'))).message).toBe('It ran for more than 50 ms and was ended.');
  });

  it('grants nothing by itself: what is refused is a trap and stands on the ledger', async () => {
    const before = await refusals();
    const refused = await problem(run(LOGGING, 'main', { args: ['you'], grants: [] }));
    expect(refused).toMatchObject({
      code: 'vvm-trap',
      message: 'The program "m" asks for log, which it was not granted. (main, instruction 3, line 7)',
      more: { trap: 'refused', log: [] },
    });
    const { entries: recent } = (await call('ledger.recent', { kind: 'vvm.refused' })) as {
      entries: { payload: unknown }[];
    };
    expect(recent.length).toBe(before + 1);
    expect(recent[0]!.payload).toMatchObject({ module: { name: 'm' }, func: 'main', at: 3, capability: 'log' });
  });

  it('hands out the lines of a module that may log, and makes no entry of it', async () => {
    const before = await entries();
    expect(await run(LOGGING, 'main', { args: ['you'], grants: ['log'] })).toMatchObject({
      value: 5,
      log: ['hello you'],
    });
    expect(await entries()).toBe(before);
  });

  it('goes by what was decided about the module, and asks about what was not', async () => {
    const text = LOGGING.replace('"m"', '"decided"');
    const told: NodeEvent[] = [];
    const stop = node.events.subscribe(node.projects.local.id, undefined, (event) => void told.push(event));
    const before = await entries();
    const asked = await problem(run(text, 'main', { args: ['you'], origin: '/home/ann/hello.vasm' }));
    expect(asked).toMatchObject({
      code: 'vvm-undecided',
      status: 403,
      message: 'The program "decided" wants to write lines for whoever calls it; nobody has decided about that.',
      more: { undecided: [{ capability: 'log', words: 'write lines for whoever calls it' }], granted: [], denied: [] },
    });
    expect(await entries()).toBe(before);
    const { module } = asked.more as { module: object };
    const decide = (decision: string) =>
      call('grants.set', { module, origin: '/home/ann/hello.vasm', decisions: [{ capability: 'log', decision }] });
    await decide('always');
    expect((await run(text, 'main', { args: ['you'] })).log).toEqual(['hello you']);
    await decide('never');
    expect((await problem(run(text, 'main', { args: ['you'] }))).message).toMatch(/log, which it is never to have\./);
    // A call may still be given it by whoever calls.
    expect((await run(text, 'main', { args: ['you'], grants: ['log'] })).log).toEqual(['hello you']);
    stop();
    const types = told.map(({ type }) => type).filter((type) => !type.startsWith('ledger.'));
    expect(types.join(' ').replaceAll('vvm.', '')).toBe(
      'started asked ended grants.changed started log ended grants.changed started refused ended started log ended',
    );
    expect(told.filter(({ type }) => type === 'vvm.refused')[0]).toMatchObject({
      capability: 'log',
      func: 'main',
      module,
    });
    const { entries: recent } = (await call('ledger.recent', { limit: 3 })) as { entries: { kind: string }[] };
    expect(recent.map(({ kind }) => kind)).toEqual(['vvm.refused', 'grant.set', 'grant.set']);
  });

  it('knows what can be granted', async () => {
    expect((await problem(run(FIB, 'fib', { args: [1], grants: ['os.exec'] }))).code).toBe('vvm-grant-unknown');
  });
});

/** Others are in http/hostile.test.ts. */
describe('a hostile module', () => {
  it('that never ends is ended by its time, in both engines', async () => {
    for (const engine of ['interpreter', 'wasm'])
      expect((await problem(run(ENDLESS, 'main', { ms: 100, engine, fuel: 2 ** 52 }))).code).toBe('vvm-time');
  });

  it('that never ends can be cancelled, and the node answers meanwhile', async () => {
    const stop = new AbortController();
    let ended = false;
    const ran = problem(run(ENDLESS, 'main', { ms: 600_000, fuel: Number.MAX_SAFE_INTEGER }, stop.signal));
    void ran.finally(() => (ended = true));
    for (let i = 0; i < 20; i++) expect(await call('node.health', {})).toMatchObject({ status: 'ok' });
    await run(FIB, 'fib', { args: [1], ms: 600_000 });
    expect(ended).toBe(false);
    stop.abort();
    expect((await ran).code).toBe('cancelled');
  });
});

describe('a program', () => {
  const SOURCE = `func half(n: Int, by: Int) -> Int {
  log("halving \${n}")
  return n / by
}
func pairs() -> List<Int> { return [1, 2] }
`;
  const runSource = (func: string, more: object) =>
    call('vvm.run', { source: SOURCE, file: 'half.flow', func, engine: 'wasm', ...more }) as Promise<Finished>;

  it('is compiled and runs', async () => {
    expect(await runSource('half', { args: ['10', 2], grants: ['log'] })).toMatchObject({
      value: 5,
      type: 'Int',
      log: ['halving 10'],
    });
  });

  it('says in which line it trapped, and the range of it', async () => {
    const trapped = await problem(runSource('half', { args: [10, 0], grants: ['log'] }));
    expect(trapped).toMatchObject({
      message: 'Divided by zero. (half, line 3, column 10 of half.flow)',
      more: { trap: 'division-by-zero', line: 3, column: 10, func: 'half', log: ['halving 10'] },
    });
    expect(SOURCE.slice(trapped.range!.start, trapped.range!.end)).toBe('n / by');
  });

  it('says what called the function that trapped, past what the compiler made, in both engines the same', async () => {
    const source = `func half(n: Int) -> Int { return 100 / n }
func named() -> Int {
  return [1, 0].map(half).length
}
func written() -> Int {
  try {
    let n = [1, 0].filter(n =>
      half(n) > 1)
    return n.length
  } catch problem { fail problem }
}
func cut() -> Int {
  return [1].slice(0, 9).length
}
func deep(n: Int) -> Int { if n == 0 { return half(0) } return deep(n - 1) + 1 }
func outer() -> Int { return named() +
  written() }`;
    for (const engine of ['wasm', 'interpreter']) {
      const said = async (func: string, args: unknown[] = []) =>
        (await problem(call('vvm.run', { source, file: 'a.flow', func, args, engine }))).message;
      expect(await said('outer')).toBe(
        'Divided by zero. (half, line 1, column 35 of a.flow, called from named in line 3, from outer in line 16)',
      );
      expect(await said('cut')).toBe('The index is outside. (cut, line 13, column 10 of a.flow)');
      expect(await said('deep', [50])).toBe(
        'Divided by zero. (half, line 1, column 35 of a.flow, called from deep in line 15, from deep in line 15, from deep in line 15, …)',
      );
      expect(await said('written')).toMatch(/^Divided by zero\./);
    }
  });

  it('starts tasks, and takes what they give', async () => {
    const source = `func fib(n: Int) -> Int { if n < 2 { return n } return fib(n - 1) + fib(n - 2) }
      func f(n: Int) -> List<Int> {
        let tasks = range(0, n).map(i => spawn fib(i))
        return tasks.map(t => await t)
      }
      func g() -> String { try { let t = spawn broken() await t } catch problem { return problem } return "no" }
      func broken() { fail "on purpose" }`;
    const run = (func: string, args: unknown[]) => call('vvm.run', { source, func, args }) as Promise<Finished>;
    expect((await run('f', [8])).value).toEqual([0, 1, 1, 2, 3, 5, 8, 13]);
    expect((await run('g', [])).value).toMatch(/on purpose/);
  });

  it('with mistakes is refused with all of them', async () => {
    const refused = await problem(call('vvm.run', { source: 'func f() -> Int { return nothing }', func: 'f' }));
    expect(refused.code).toBe('flow-has-errors');
    expect(refused.more['diagnostics']).toHaveLength(1);
  });

  it('is given in one form only', async () => {
    expect((await problem(call('vvm.run', { source: SOURCE, text: FIB, func: 'fib' }))).code).toBe('invalid-input');
  });
});
