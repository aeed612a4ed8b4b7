import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from '../errors/problem.ts';
import type { EngineName, Job } from './job.ts';
import { load } from './load.ts';
import { createRunner, type Runner } from './pool.ts';
import { runJob } from './run-job.ts';
import { countTypesIn } from './wasm/types.ts';

let runner: Runner | undefined;
afterEach(async () => {
  await runner?.close();
  runner = undefined;
});

const start = (threads: number): Runner => (runner = createRunner(threads));
const jobOf = (module: string, more: Partial<Job> = {}): Job => ({
  module,
  func: 'main',
  args: [],
  fuel: 1e12,
  depth: 10_000,
  engine: 'wasm',
  grants: [],
  ...more,
});
const run = (job: Job, project = 'a', actor = 'x', ms = 60_000, signal = new AbortController().signal) =>
  runner!.run(job, { ms, turn: { project, actor } }, signal);
const code = (ran: Promise<unknown>): Promise<unknown> =>
  ran.then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? error.code : error),
  );

const ENDLESS = jobOf('func main() -> Int:\nL:\nJMP L\nendfunc');
const ONE = jobOf('func main() -> Int:\nCONST 1\nRET\nendfunc');
/** Gives its argument after so many turns. */
const LOOP = (n: number): Job =>
  jobOf(
    `func main(n) -> Int:\nlocal i\nCONST 0\nSTORE i\nL:\nLOAD i\nCONST 1\nADD\nSTORE i\nLOAD i\nCONST 300000\nCMPLT\nJMP_IF L\nLOAD n\nRET\nendfunc`,
    { args: [n] },
  );

describe('the threads of the VVM', () => {
  it('let one project have its turn while another floods them', async () => {
    start(2);
    // A call of the other project runs for all that time, so that it gets no thread beyond the usual number: all wait for one.
    const stop = new AbortController();
    const busy = code(run(ENDLESS, 'b', 'x', 600_000, stop.signal));
    const order: string[] = [];
    const flood = Array.from({ length: 30 }, (_, n) => run(LOOP(n), 'a').then(() => order.push(`a${n}`)));
    const other = run(ONE, 'b').then(() => order.push('b'));
    await Promise.all([...flood, other]);
    stop.abort();
    await busy;
    // What ran when it came, and one turn of the other, may be before it.
    expect(order.indexOf('b')).toBeLessThan(3);
  });

  it('let one caller have its turn while another of the project floods them', async () => {
    start(1);
    const order: string[] = [];
    const flood = Array.from({ length: 30 }, (_, n) => run(LOOP(n), 'a', 'x').then(() => order.push(`x${n}`)));
    const other = run(ONE, 'a', 'y').then(() => order.push('y'));
    await Promise.all([...flood, other]);
    expect(order.indexOf('y')).toBeLessThan(3);
  });

  it('let a project call while another keeps all of them busy without an end', async () => {
    start(2);
    const stop = new AbortController();
    const endless = [1, 2, 3, 4].map(() => code(run(ENDLESS, 'a', 'x', 600_000, stop.signal)));
    expect((await run(ONE, 'b')).value).toBe(1);
    expect((await run(ONE, 'c')).value).toBe(1);
    stop.abort();
    expect(await Promise.all(endless)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });

  it('refuse a project whose calls fill its queue, and no other', async () => {
    start(1);
    const stop = new AbortController();
    const many = Array.from({ length: 1_001 }, () => code(run(ENDLESS, 'a', 'x', 600_000, stop.signal)));
    expect(await code(run(ENDLESS, 'a'))).toBe('vvm-busy');
    expect((await run(ONE, 'b')).value).toBe(1);
    stop.abort();
    expect(new Set(await Promise.all(many))).toEqual(new Set(['cancelled']));
  });

  it('take up what another thread compiled, with the same traps and places', async () => {
    start(2);
    const source = `func main(n) -> Int:\n  CONST 10\n  LOAD n\n  DIV\n  RET\nendfunc`;
    const job = (n: number): Job => jobOf(source, { args: [n] });
    const trap = async (): Promise<unknown> => {
      const error = await run(job(0)).then(
        () => undefined,
        (reason: Problem) => reason,
      );
      return { ...error!.more, message: error!.message };
    };
    const first = await trap();
    expect(first).toMatchObject({ trap: 'division-by-zero', at: 2, line: 4, fuelUsed: 4 });
    // The first thread is kept busy, so that the next call comes to another.
    const stop = new AbortController();
    const busy = code(run(ENDLESS, 'b', 'x', 600_000, stop.signal));
    expect(await trap()).toEqual(first);
    expect(await run(job(5))).toMatchObject({ value: 2, engine: 'wasm' });
    stop.abort();
    await busy;
  });

  it.each<[EngineName, number]>([
    ['wasm', 80],
    ['interpreter', 24],
  ])('keep a module within its budget of memory, in the %s', async (engine, lists) => {
    start(1);
    const grow = (budget: string): Job =>
      jobOf(
        `module "m" 1.0.0\n${budget}\nexport func main(n) -> Int:\nlocal all List<List<Int>>\nlocal one List<Int>\nlocal i\nNEW List<List<Int>>\nSTORE all\nO:\nNEW List<Int>\nSTORE one\nCONST 0\nSTORE i\nL:\nLOAD one\nLOAD i\nLOAD i\nSET\nLOAD i\nCONST 1\nADD\nSTORE i\nLOAD i\nCONST 100000\nCMPLT\nJMP_IF L\nLOAD all\nLOAD all\nLEN\nLOAD one\nSET\nLOAD all\nLEN\nLOAD n\nCMPLT\nJMP_IF O\nLOAD all\nLEN\nRET\nendfunc`,
        { args: [lists], engine },
      );
    // More than 64 MB in all, where a thread for that budget has 48: an Int of the interpreter takes four times the room.
    expect((await run(grow(''))).value).toBe(lists);
    expect(await code(run(grow('budget memory=20000000')))).toBe('vvm-memory');
    expect((await run({ ...grow('budget memory=20000000'), args: [3] })).value).toBe(3);
    expect((await run(ONE)).value).toBe(1);
  });

  it('lets no single value grow past what a small thread can be stopped at', async () => {
    start(1);
    const one = jobOf(
      `module "m" 1.0.0\nbudget memory=1000000\nexport func main() -> Int:\nlocal one List<Bool>\nNEW List<Bool>\nSTORE one\nL:\nLOAD one\nLOAD one\nLEN\nCONST true\nSET\nJMP L\nendfunc`,
    );
    const error = await run(one).then(
      () => undefined,
      (reason: Problem) => reason,
    );
    expect(error).toMatchObject({ code: 'vvm-trap', more: { trap: 'memory' } });
  });

  it('end the deepest calls of large frames with a trap that has its place', async () => {
    start(1);
    const each = (write: (n: number) => string): string => Array.from({ length: 500 }, (_, n) => write(n)).join('\n');
    const stores = each((n) => `LOAD n\nCONST ${n}\nADD\nSTORE a${n}`);
    const sum = each((n) => `LOAD a${n}\nADD`);
    const deep = `func main(n) -> Int:\n${each((n) => `local a${n}`)}\n${stores}\nLOAD n\nCONST 1\nADD\nCALL main\n${sum}\nRET\nendfunc`;
    const error = await run(jobOf(deep, { args: [0] })).then(
      () => undefined,
      (reason: Problem) => reason,
    );
    const block = 500 * 4 + 4 + 500 * 2 + 1;
    expect(error?.more).toMatchObject({ trap: 'depth', func: 'main', at: 2003, fuelUsed: 10_000 * block });
  });

  it('run in the interpreter what V8 has no room for', () => {
    const job = jobOf(
      // A type that no random module of this process has had: V8 keeps those that it knows.
      'func main() -> Int:\nNEW List<List<List<List<List<List<List<List<Int?>>>>>>>>\nLEN\nRET\nendfunc',
    );
    const before = new Int32Array([699_999]);
    countTypesIn(before);
    try {
      const ended = runJob(job, load(job.module), { ask: () => undefined });
      expect(ended).toMatchObject({ kind: 'finished', finished: { value: 0, engine: 'interpreter' } });
      expect(before[0]).toBe(699_999);
      countTypesIn(new Int32Array(1));
      expect(runJob(job, load(job.module), { ask: () => undefined })).toMatchObject({ finished: { engine: 'wasm' } });
    } finally {
      countTypesIn(new Int32Array(1));
    }
  });
});
