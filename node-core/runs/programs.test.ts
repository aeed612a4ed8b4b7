import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recent } from '../ledger/read.ts';
import { assemble } from '../vasm/assemble.ts';
import { encode } from '../vasm/binary/encode.ts';
import { CAT, CLOCK, open } from '../vvm/wasi/testing.ts';
import { callsOnce } from './effects.ts';
import { openRunStore } from './records.ts';
import type { RunSpec } from './spec.ts';
import { openTestRuns, step, type TestRuns } from './testing.ts';

let t: TestRuns;
let folder: string;
beforeAll(async () => {
  t = await openTestRuns();
  folder = mkdtempSync(join(tmpdir(), 'voike-programs-'));
});
afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

const SUMS = `
model Line { name: String  amount: Int  note: String? }
func total(values: List<Int>) -> Int {
  var sum = 0
  for value in values { sum = sum + value }
  return sum
}
func largest(lines: List<Line>) -> Line {
  var best = lines[0]
  for line in lines { if line.amount > best.amount { best = line } }
  return best
}
func share(part: Int, whole: Int) -> Int { return part / whole }
`;
const LOGGING = `cap log
func main(name String) -> Int:
  LOAD name
  HOST log
  POP
  CONST 1
  RET
endfunc`;

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const flow = (steps: string, inputs = ''): string =>
  `FLOW "programs"\n${inputs === '' ? '' : `INPUTS\n${inputs}\nEND INPUTS\n`}${steps}\nEND FLOW\n`;
const run = (steps: string, inputs?: string, given?: Record<string, unknown>) =>
  t.run(flow(steps, inputs), {
    origin: join(folder, 'plan.flow'),
    ...(given === undefined ? {} : { inputs: given }),
  });

beforeEach(() => put('sums.flow', SUMS));

describe('a step that calls a program', () => {
  it('hands values of earlier steps over, and what comes back is read by later ones', async () => {
    const record = await run(`
      STEP lines = TRANSFORM [{ name: "a", amount: 3 }, { name: "b", amount: 8, note: "most" }]
      STEP best = CALL sums.largest(lines)
      STEP sum = RUN VASM "sums#total" WITH { values: [best.amount, 4] }
      OUTPUT { sum: sum, name: best.name, note: best.note } AS "all"`);
    expect(record.error).toBeUndefined();
    expect(record.outputs['all']!.value).toEqual({ sum: 12, name: 'b', note: 'most' });
  });

  it('takes a program as an input, in FLOW, VASM text and binary, and calls its only function', async () => {
    const text = 'func twice(n):\nLOAD n\nDUP\nADD\nRET\nendfunc';
    put('twice.vasm', text);
    put('twice.vasm.bin', encode(assemble(text).module!));
    put('twice.flow', 'func twice(n: Int) -> Int { return n + n }');
    for (const name of ['twice.vasm', 'twice.vasm.bin', 'twice.flow']) {
      const file = { $file: join(folder, name) };
      const record = await run(
        'STEP a = RUN VASM program WITH n = 21\nSTEP b = CALL twice(4) WITH { program: program }\nOUTPUT [a, b] AS "all"',
        'file program',
        { program: file },
      );
      expect(record.outputs['all']?.value, record.error?.detail).toEqual([42, 8]);
    }
  });

  it('hands the rows of a table over', async () => {
    put('rows.csv', 'name,amount\nx,5\ny,9\n');
    const record = await run(
      'STEP rows = LOAD CSV FROM data\nSTEP best = CALL sums.largest(rows)\nOUTPUT best.name AS "name"',
      'file data',
      { data: { $file: join(folder, 'rows.csv') } },
    );
    expect(record.outputs['name']?.value, record.error?.detail).toBe('y');
  });

  it('knows before what its function takes and gives, beside the flow and in files that are given', async () => {
    put('broken.flow', 'func f() -> Int {\n  return "x"\n}');
    const source = flow(
      'STEP a = CALL sums.total([1])\nSTEP b = RUN VASM program\nSTEP c = CALL nowhere.f()\nSTEP d = CALL broken.f()',
      'file program',
    );
    const given = new Map([['program', { kind: 'file' as const, path: join(folder, 'sums.flow') }]]);
    const ask = (actor: string) => t.runs.programs(source, join(folder, 'plan.flow'), given, { actor });
    const { paths, inputs } = await ask('local');
    expect(paths['sums']?.functions.map(({ name }) => name)).toEqual(['total', 'largest', 'share']);
    expect(inputs['program']).toEqual(paths['sums']);
    expect(paths['nowhere']?.problem).toBe('There is no program "nowhere".');
    expect(paths['broken']?.problem).toContain('broken.flow, line 2: ');
    // A key of a project has no files beside a flow.
    expect((await ask('key:1')).paths['sums']?.problem).toBe('There is no program "sums".');
    expect(() =>
      t.runs.plan(t.test.project, flow('STEP a = CALL sums.total(1)\nOUTPUT a'), { programs: { paths, inputs } }),
    ).toThrow('total takes List<Int> for "values", and this is a number.');
  });

  it('works inside IF and FOR EACH', async () => {
    const record = await run(`
      STEP each = FOR EACH n IN [1, 2, 3]: CALL sums.total([n, n]) PARALLEL 2
      STEP one = IF true THEN CALL sums.total([7]) ELSE TRANSFORM 0
      OUTPUT [each, one] AS "all"`);
    expect(record.outputs['all']?.value, record.error?.detail).toEqual([[2, 4, 6], 7]);
  });

  it('is reused for the same program and arguments, and runs again when one of them changed', async () => {
    const source = (n: number) => `STEP sum = CALL sums.total([${n}, 41])\nOUTPUT sum AS "sum"`;
    expect(step(await run(source(1)), 'sum').state).toBe('done');
    const again = step(await run(source(1)), 'sum');
    expect(again).toMatchObject({ state: 'reused', why: { code: 'reused' } });
    expect(step(await run(source(2)), 'sum').state).toBe('done');
    // Only what it is counts: a comment is not part of it.
    put('sums.flow', `// sums\n${SUMS}`);
    expect(step(await run(source(2)), 'sum').state).toBe('reused');
    put('sums.flow', SUMS.replace('var sum = 0', 'var sum = 100'));
    const changed = await run(source(2));
    expect(step(changed, 'sum')).toMatchObject({ state: 'done', why: { code: 'program-changed' } });
    expect(changed.outputs['sum']!.value).toBe(143);
  });

  it('fails with the trap and its place in the program, at the step in the plan', async () => {
    const record = await run('STEP part = CALL sums.share(1, 0)\nOUTPUT part AS "part"');
    const { error } = step(record, 'part');
    expect(error).toMatchObject({ code: 'vvm-trap', trap: 'division-by-zero', func: 'share' });
    const { sourceRange: at } = error as unknown as { sourceRange: { start: number; end: number } };
    expect(SUMS.slice(at.start, at.end)).toContain('part / whole');
    const source = flow('STEP part = CALL sums.share(1, 0)\nOUTPUT part AS "part"');
    expect(source.slice(error!.range!.start, error!.range!.end)).toBe('CALL sums.share(1, 0)');
  });

  it('keeps within the fuel that it is given, and within @timeout', async () => {
    put('endless.vasm', 'func main() -> Int:\nL:\nJMP L\nendfunc');
    const fuel = await run('STEP n = CALL main() WITH { program: "endless.vasm", fuel: 1000 }\nOUTPUT n AS "n"');
    expect(step(fuel, 'n').error).toMatchObject({ code: 'vvm-trap', trap: 'fuel' });
    const slow = await run('@timeout("50ms")\nSTEP n = RUN VASM "endless"\nOUTPUT n AS "n"');
    expect(step(slow, 'n').error?.code).toBe('step-timeout');
  });

  it('may use only what was decided about it', async () => {
    put('logging.vasm', LOGGING);
    const record = await run('STEP n = RUN VASM "logging" WITH name = "x"\nOUTPUT n AS "n"');
    expect(step(record, 'n')).toMatchObject({
      why: { code: 'impure' },
      reason: 'Ran: its program uses log.',
      error: { code: 'vvm-undecided', undecided: [{ capability: 'log' }] },
    });
  });

  it('has changed models, the ledger and blobs once, however often it is called for the same step', async () => {
    const things = t.programs.read(
      'once.flow',
      Buffer.from(`model Kept { id: Int  name: String }
      func keep(name: String) -> Int {
        ledger.append("kept", { "name": name })
        ledger.append("kept", { "name": name })
        let one = Kept { name }
        db.insert(one)
        return one.id
      }
      func count() -> Int { return db.count(Kept) }`),
    );
    await t.allow(things);
    const { project } = t.test;
    const spec = { id: 'run-1', durable: true } as RunSpec;
    const signal = new AbortController().signal;
    const stores = {
      storeOf: ({ db }: { db: typeof project.db }) => openRunStore(db),
      storeFor: () => openRunStore(project.db),
    };
    const kept = (): number => recent(t.test.ledger, { limit: 99, kind: 'program.kept' }).entries.length;
    const count = async () =>
      (await t.programs.call(things, { func: 'count', args: [] }, { project, actor: 'local' }, signal)).value;
    let called = 0;
    const call = (path: string, end: 'well' | 'crash') =>
      callsOnce(stores, project, spec).call(path, async (once) => {
        called += 1;
        const caller = { project, actor: 'local', once };
        const { value } = await t.programs.call(things, { func: 'keep', args: ['a'] }, caller, signal);
        if (end === 'crash') throw new Error('before the run has heard of it');
        return value as number;
      });
    await expect(call('step:a', 'crash')).rejects.toThrow('before the run');
    expect([kept(), await count(), called]).toEqual([2, 1, 1]);
    expect(await call('step:a', 'well')).toBe(1);
    expect([kept(), await count(), called]).toEqual([2, 1, 2]);
    // What has ended is not even called again.
    expect(await call('step:a', 'well')).toBe(1);
    expect(called).toBe(2);
    expect(await call('step:b', 'well')).toBe(2);
    expect([kept(), await count()]).toEqual([4, 2]);
  });

  it('runs a WebAssembly module as a job, with files of the run, and keeps its result', async () => {
    put('cat.wasm', CAT);
    put('read.wasm', open('in/names.txt'));
    put('names.txt', 'Ann\nBob\n');
    const again = () =>
      run(
        `STEP echo = RUN JOB "cat.wasm" WITH { args: ["x", 2], stdin: "hello" }
        STEP names = RUN JOB "read" WITH { files: { "in/names.txt": names_file } }
        OUTPUT [echo.stdout, echo.exitCode, names.stdout] AS "all"`,
        'file names_file',
        { names_file: { $file: join(folder, 'names.txt') } },
      );
    const record = await again();
    expect(record.outputs['all']?.value, record.error?.detail).toEqual(['hello', 3, 'Ann\nBob\n']);
    const second = await again();
    expect([step(second, 'echo').state, step(second, 'names').state]).toEqual(['reused', 'reused']);
    put('clock.wasm', CLOCK);
    const clock = step(await run('STEP c = RUN JOB "clock.wasm"\nOUTPUT c AS "c"'), 'c');
    expect(clock).toMatchObject({
      reason: 'Ran: its program uses time.',
      error: { code: 'wasi-refused', capability: 'time' },
    });
    const strange = step(await run('STEP c = RUN JOB "cat.wasm" WITH { argv: [1] }\nOUTPUT c AS "c"'), 'c');
    expect(strange.error?.code).toBe('type-mismatch');
  });

  it.each([
    ['CALL total(1)', 'program-not-named'],
    ['CALL nowhere.total(1)', 'program-not-found'],
    ['RUN VASM "../sums#total"', 'program-not-found'],
    ['RUN VASM "/etc/passwd"', 'program-not-found'],
    ['RUN VASM "plan"', 'program-unknown'],
    ['RUN VASM "broken"', 'program-has-errors'],
    // What the text does not say is seen when the step runs.
    ['RUN VASM CONCAT("sums#", "totals")', 'vvm-function-not-found'],
    ['RUN VASM CONCAT("sums#", "total") WITH { values: [1], n: 2 }', 'vvm-arguments'],
    ['CALL sums.total("x")', 'vvm-arguments'],
    ['CALL sums.total([1]) WITH { memory: 1 }', 'type-mismatch'],
    ['RUN VASM 12', 'type-mismatch'],
  ])('says what is wrong with %s', async (text, code) => {
    put('plan.flow', flow('OUTPUT 1 AS "one"'));
    put('broken.flow', 'func f() -> Int { return "x" }');
    const record = await run(`STEP n = ${text}\nOUTPUT n AS "n"`);
    expect(record.steps.find(({ name }) => name === 'n')?.error?.code ?? record.error).toBe(code);
  });

  it.each([
    ['RUN VASM "sums"', 'The program "sums" has no function main'],
    ['RUN VASM "sums#totals"', 'The program "sums" has no function "totals".'],
    ['RUN VASM "sums#total"', 'total needs "values"'],
    ['RUN VASM "sums#total" WITH { values: [1], n: 2 }', 'has no parameter "n"'],
    ['CALL sums.total(1)', 'total takes List<Int> for "values", and this is a number.'],
    ['CALL total([1], 2) WITH { program: given }', 'total takes one argument, and this is 2.'],
  ])('is refused before anything runs: %s', async (text, words) => {
    const given = { $file: join(folder, 'sums.flow') };
    await expect(run(`STEP n = ${text}\nOUTPUT n AS "n"`, 'file given', { given })).rejects.toMatchObject({
      code: 'flow-has-errors',
      message: expect.stringContaining(words) as string,
    });
  });
});
