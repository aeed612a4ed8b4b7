/** Broken FLOW, as `voike check`, `fmt`, `plan` and `run` meet it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { voike } from '../../node-core/cli/testing.ts';
import { createWorld, refused, type World } from './world.ts';

let world: World;
beforeAll(() => void (world = createWorld()));
afterAll(() => world.remove());

const GOOD = 'FLOW "Good"\nSTEP a = TRANSFORM { n: 1 }\nOUTPUT a.n AS "n"\nEND FLOW\n';
const SYNTAX = 'FLOW "Bad"\nSTEP a = TRANSFORM { n: (1 }\nOUTPUT a AS "a"\nEND FLOW\n';

describe('voike check', () => {
  it('gives scripts one entry a file, in order, with every diagnostic and its place', async () => {
    const files = {
      'good.flow': GOOD,
      'syntax.flow': SYNTAX,
      'names.flow': 'FLOW "Bad"\nSTEP a = TRANSFORM { n: nobody }\nOUTPUT a AS "a"\nEND FLOW\n',
      'types.flow': 'FLOW "Bad"\nSTEP a = TRANSFORM { n: 1 + true }\nOUTPUT a.m AS "m"\nEND FLOW\n',
      'operations.flow': 'FLOW "Bad"\nSTEP a = FILTR 1\nOUTPUT a AS "a"\nEND FLOW\n',
    };
    const paths = Object.entries(files).map(([name, text]) => world.file(name, text));
    const { code, stderr, json } = await voike(['check', ...paths, '--json']);
    expect([code, stderr]).toEqual([1, '']);
    const results = json<{ file: string; ok: boolean; diagnostics: { code: string }[] }[]>();
    expect(results.map(({ file, ok }) => [file, ok])).toEqual(paths.map((path, i) => [path, i === 0]));
    expect(results.map(({ diagnostics }) => diagnostics.map((one) => one.code))).toEqual([
      [],
      [expect.stringMatching(/^FLOW1/)],
      ['FLOW2001'],
      [expect.stringMatching(/^FLOW3/), expect.stringMatching(/^FLOW3/)],
      ['FLOW4001'],
    ]);
    expect(results[2]!.diagnostics[0]).toEqual({
      code: 'FLOW2001',
      severity: 'error',
      message: expect.stringContaining('"nobody"'),
      range: { start: { line: 2, column: 25, offset: 35 }, end: { line: 2, column: 31, offset: 41 } },
    });
  });

  it('says what is wrong with a file that is no FLOW at all, and what to do', async () => {
    const folder = join(world.folder, 'folder');
    mkdirSync(folder, { recursive: true });
    const binary = new Uint8Array(20_000).map((_, i) => (i * 7919) ^ (i >> 3));
    const program = 'model User { id: Int }\nfunc fib(n: Int) -> Int { return n }\n';
    const large = world.file('large.flow', 'STEP a = TRANSFORM { n: 1 }\n'.repeat(1_900_000));
    for (const [path, sentence] of [
      [world.file('empty.flow', ''), /FLOW1002 There is no plan here yet\. A plan begins with `FLOW "name"`/],
      [world.file('binary.flow', binary), /binary\.flow is not UTF-8 text\. Save it as UTF-8/],
      [
        world.file('wide.flow', Buffer.from(`\ufeff${GOOD}`, 'utf16le')),
        /wide\.flow is UTF-16 text[^]*Save it as UTF-8/,
      ],
      [world.file('zeros.flow', `\0\0${GOOD}`), /FLOW1006 `␀␀` means nothing in FLOW/],
      [world.file('program.flow', `${program}\nfunc broken() -> Int { }`), /program\.flow:\d+:\d+: error FLOW/],
      [world.file('open.flow', 'FLOW "x"\nSTEP a = TRANSFORM { n: "never closed }'), /This text is not closed/],
      [
        large,
        /large\.flow has 53,200,000 bytes; a FLOW file has at most 10,000,000\. If it is data, give it to a flow/,
      ],
      [folder, /folder is a folder, not a file\. Name a FLOW file in it/],
      [join(world.folder, 'nowhere.flow'), /There is no file .*nowhere\.flow\. Check the path/],
    ] as const) {
      await refused(['check', path], 1, sentence);
    }
  });

  it('does not hide the good files behind a bad one, and warnings are no errors', async () => {
    const good = world.file('good.flow', GOOD);
    const later = world.file('later.flow', 'FLOW "x"\nSTEP a = APX_EXEC "kernel.execute"\nOUTPUT a AS "a"\nEND FLOW\n');
    const { json } = await voike(['check', join(world.folder, 'nowhere.flow'), good, '--json']);
    expect(json()).toMatchObject([{ ok: false, diagnostics: [{ code: 'file-not-found' }] }, { ok: true }]);
    expect((await voike(['check', later])).code).toBe(0);
  });

  it('is used with files and known options only', async () => {
    await refused(['check'], 2, /missing required argument 'file'/);
    await refused(['check', '--frob', 'x'], 2, /unknown option '--frob'[^]*--help/);
    await refused(['chekc', 'x'], 2, /unknown command 'chekc'[^]*Did you mean check/);
  });

  it('is answered in JSON also when it is refused, where JSON was asked for', async () => {
    const wrong = await refused(['check', '--json'], 2, /missing required argument 'file'/);
    expect(wrong.json()).toMatchObject({
      error: { code: 'usage', detail: "missing required argument 'file'" },
    });
    const missing = await refused(['plan', join(world.folder, 'nowhere.flow'), '--json'], 1, /There is no file/);
    expect(missing.json()).toMatchObject({
      error: { code: 'file-not-found', hint: 'Check the path.' },
    });
    expect((await voike(['plan', join(world.folder, 'nowhere.flow')])).stdout).toBe('');
  });
});

describe('voike fmt and voike plan', () => {
  it('leave a broken file as it is', async () => {
    const path = world.file('syntax.flow', SYNTAX);
    await refused(['fmt', path], 1, /syntax\.flow:2:\d+: error FLOW1/);
    expect(readFileSync(path, 'utf8')).toBe(SYNTAX);
    const outcome = await refused(['plan', path, '--json'], 1, /FLOW1/);
    expect(outcome.json()).toMatchObject({ diagnostics: [{ severity: 'error', range: { start: { line: 2 } } }] });
    await refused(['plan', world.folder], 1, /is a folder, not a file/);
    await refused(['fmt', join(world.folder, 'nowhere.flow')], 1, /There is no file/);
  });
});

describe('voike run', () => {
  const PLAN = `FLOW "Inputs"
INPUTS
  text name
  number times = 2
  bool loud = false
  list extra (optional)
  file data (optional)
END INPUTS
STEP a = TRANSFORM { name: name, times: times, loud: loud, extra: extra }
OUTPUT a AS "a"
END FLOW
`;

  it('does not run what is broken, and says so to scripts in the form of a run', async () => {
    const path = world.file('syntax.flow', SYNTAX);
    const outcome = await refused(['run', path, '--data', world.data, '--json'], 1, /FLOW1/);
    expect(outcome.json()).toMatchObject({ runId: null, state: 'failed', outputs: {}, steps: [] });
    await refused(['run', world.folder, '--data', world.data], 1, /is a folder/);
    await refused(['run', '--data', world.data], 2, /There is nothing to run\.[^]*Name a FLOW file/);
  });

  it('answers missing, unknown and mistyped inputs with 2 and what is right', async () => {
    const plan = world.file('inputs.flow', PLAN);
    const run = (...inputs: string[]) => ['run', plan, '--data', world.data, ...inputs.flatMap((one) => ['-i', one])];
    for (const [inputs, sentence] of [
      [[], /The input "name" \(text\) is missing\.[^]*--input name=VALUE/],
      [['nmae=x'], /no input called "nmae"\.[^]*Its inputs are name, times, loud, extra, data/],
      [['name=x', 'times=many'], /"times" is a number, and "many" is none/],
      [['name=x', 'loud=perhaps'], /"loud" is true or false, and "perhaps" is neither/],
      [['name=x', 'extra={'], /"extra" must be JSON\.[^]*Write it like/],
      [['name=x', 'extra={"a":1}'], /"extra" takes a list/],
      [['name=x', `data=${world.folder}`], /is a folder; the input "data" is a file/],
      [['name=x', 'data=@/nowhere/at/all.csv'], /There is no file \/nowhere\/at\/all\.csv for the input "data"/],
      [['name'], /does not say which input it is\.[^]*--input name=value/],
    ] as const) {
      await refused(run(...inputs), 2, sentence);
    }
  });

  it('knows no run that is not there', async () => {
    await refused(['run', '--resume', 'nothing', '--data', world.data], 1, /There is no run "nothing"\.[^]*voike runs/);
  });
});

describe('voike call, ledger, status, serve and create project', () => {
  it('say what is wrong with their arguments', async () => {
    const data = ['--data', world.data];
    for (const [args, code, sentence] of [
      [['call', 'flow.nothing', ...data], 2, /no operation "flow\.nothing"/],
      [['call', 'flow.parse', ...data], 2, /flow\.parse: source: is missing/],
      [['call', 'flow.listRuns', 'limit=0', ...data], 2, /limit: must be at least 1/],
      [['call', 'flow.listRuns', '{', ...data], 2, /must be a JSON object\.[^]*Write it like/],
      [['ledger', 'get', '99999', ...data], 1, /The ledger has no entry 99999[^]*voike ledger/],
      [['ledger', 'get', 'x', ...data], 2, /must be a whole number/],
      [['status', ...data], 3, /No node is running[^]*voike serve/],
      [['status', '--node', 'nonsense'], 2, /"nonsense" is not the address of a node\.[^]*http:\/\/127/],
      [['runs', '--node', 'http://127.0.0.1:9', '--key', 'k'], 3, /127\.0\.0\.1:9/],
      [['serve', '--port', '99999', ...data], 2, /A port is a number from 0 to 65535/],
      [['create', 'project', '', ...data], 2, /projectName: must not be empty/],
      [['create', 'project', ...data], 2, /missing required argument 'name'/],
      [['tables', 'get', 'nothing', ...data], 1, /no table "nothing"/],
    ] as const) {
      await refused([...args], code, sentence);
    }
  });
});
