/** The commands that work on a node: with one of their own, and with one that runs. Real processes, real data directories. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { voike } from './testing.ts';

let folder: string;
let data: string;
let plan: string;
const running = new Set<ChildProcess>();

const PLAN = `FLOW "Greeting"
INPUTS
  text name
  number times = 2
  list extra (optional)
END INPUTS
STEP all = TRANSFORM { name: name, times: times, extra: extra }
STEP text = OUTPUT_TEXT "Hello " + name AS "greeting"
OUTPUT all AS "all"
END FLOW
`;
const SLOW = 'FLOW "Slow"\nSTEP first = TRANSFORM { n: 1 }\nSTEP wait = WAIT "60s"\nOUTPUT first.n AS "n"\nEND FLOW\n';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-node-'));
  data = join(folder, 'data');
  plan = join(folder, 'plan.flow');
  writeFileSync(plan, PLAN);
});
afterEach(async () => {
  for (const child of running) {
    endGroup(child);
    await new Promise((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(0),
    );
  }
  running.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** Ends a wrapper and the node behind it, whichever of them still runs. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
  child.kill('SIGKILL');
}

/** Starts `voike serve` through the wrapper that people use, and waits for its link. */
async function startNode(
  args: string[] = ['--port', '0'],
): Promise<{ url: string; link: string; child: ChildProcess }> {
  const wrapper = fileURLToPath(new URL('../../build/voike.mjs', import.meta.url));
  const child = spawn(process.execPath, [wrapper, 'serve', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the node behind the wrapper ends with it, however the test ends.
    detached: true,
  });
  running.add(child);
  const link = await new Promise<string>((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += String(chunk);
        const found = /http:\S+#launch=\S+/.exec(text);
        if (found !== null) resolve(found[0]);
      });
    }
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  return { url: new URL(link).origin, link, child };
}
const stop = (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM') =>
  new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
    child.kill(signal);
  });

describe('voike run', () => {
  it('runs a plan on a node of its own and gives scripts the outputs', async () => {
    const result = await voike(['run', plan, '--data', data, '--input', 'name=Ada', '-i', 'extra=[1,2]', '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.json()).toMatchObject({
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      state: 'succeeded',
      outputs: { greeting: 'Hello Ada', all: { name: 'Ada', times: 2, extra: [1, 2] } },
      steps: expect.arrayContaining([expect.objectContaining({ id: 'step:all', state: 'done' })]),
    });
  });

  it('takes inputs from files and from stdin', async () => {
    const name = join(folder, 'name.txt');
    writeFileSync(name, 'Grace');
    const fromFile = await voike(['run', plan, '--data', data, '--input', `name=@${name}`, '--json']);
    expect(fromFile.json().outputs.greeting).toBe('Hello Grace');
    const piped = await voike(['run', plan, '--data', data, '--input', 'name=@-', '--json'], { stdin: 'Edsger' });
    expect(piped.json().outputs.greeting).toBe('Hello Edsger');
    const at = await voike(['run', plan, '--data', data, '--input', 'name=@@home', '--json']);
    expect(at.json().outputs.greeting).toBe('Hello @home');
  });

  it('answers wrong inputs with 2 and says what is right', async () => {
    for (const [args, words] of [
      [[], /input "name" \(text\) is missing/],
      [['--input', 'nome=x'], /no input called "nome"[^]*name, times, extra/],
      [['--input', 'name=x', '--input', 'times=many'], /"times" is a number/],
      [['--input', 'name=x', '--input', 'extra=[1'], /"extra" must be JSON/],
      [['--input', 'name=@/nowhere'], /no file \/nowhere/],
      [['--input', 'name'], /does not say which input/],
    ] as const) {
      const { code, stderr } = await voike(['run', plan, '--data', data, ...args]);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toMatch(words);
    }
  });

  it('does not run a source with errors, and gives 1 with the diagnostics', async () => {
    writeFileSync(plan, PLAN.replace('+ name', '+ nobody'));
    const result = await voike(['run', plan, '--data', data, '--input', 'name=x', '--json']);
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      runId: null,
      state: 'failed',
      diagnostics: [{ code: 'FLOW2001', range: { start: { line: 8 } } }],
    });
  });

  it('gives 1 when a step fails, and says which and why', async () => {
    writeFileSync(
      plan,
      'FLOW "Fails"\nSTEP a = TRANSFORM { n: 1 }\nSTEP stop = ERROR "No harbour today"\nOUTPUT a.n AS "n"\nEND FLOW\n',
    );
    const { code, stderr } = await voike(['run', plan, '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/stop: No harbour today/);
    expect(stderr).toMatch(/voike run --rerun/);
  });

  it('cancels at Ctrl-C and says what is kept', async () => {
    writeFileSync(plan, SLOW);
    await startNode();
    const command = voike(['run', plan, '--data', data], {
      env: { VOIKE_PROGRESS: '1' },
      onOutput: (text, kill) => {
        if (text.includes('wait')) kill('SIGINT');
      },
    });
    const { code, stderr } = await command;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /Cancelling …[^]*Run [0-9a-f-]{36} cancelled; the results of 2 of 3 steps are kept\.[^]*voike run --rerun/,
    );
  });

  it('ends when somebody else cancels the run', async () => {
    writeFileSync(plan, SLOW);
    await startNode();
    const command = voike(['run', plan, '--data', data]);
    let runId = '';
    while (runId === '') {
      const listed = (await voike(['runs', 'list', '--data', data, '--json'])).json<{ id: string; state: string }[]>();
      runId = listed.find(({ state }) => state === 'running')?.id ?? '';
    }
    expect((await voike(['runs', 'cancel', runId, '--data', data, '--json'])).json()).toMatchObject({
      state: 'cancelled',
    });
    expect(await command).toMatchObject({ code: 1, stderr: expect.stringContaining(`Run ${runId} cancelled`) });
  });

  it('goes on with a run whose node was killed', async () => {
    writeFileSync(plan, SLOW.replace('"60s"', '"3s"'));
    const { child } = await startNode();
    const inner = await voike(['run', plan, '--data', data, '--detach', '--json']);
    const { runId } = inner.json();
    const endpoint = JSON.parse(readFileSync(join(data, 'endpoint.json'), 'utf8')) as { pid: number };
    process.kill(endpoint.pid, 'SIGKILL');
    await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(0)));
    // What the crash left behind is no node: the command opens the directory itself.
    const listed = (await voike(['runs', '--data', data, '--json'])).json();
    expect(listed).toMatchObject([{ id: runId, state: 'interrupted' }]);
    const resumed = await voike(['run', '--resume', runId, '--data', data, '--json']);
    expect(resumed.json()).toMatchObject({ runId, state: 'succeeded', outputs: { n: 1 } });
    expect(resumed.code).toBe(0);
  });

  it('does a step again with --from-step and reuses those before', async () => {
    writeFileSync(
      plan,
      'FLOW "Two"\nSTEP a = TRANSFORM { n: 1 }\nSTEP b = TRANSFORM { n: a.n + 1 }\nOUTPUT b.n AS "n"\nEND FLOW\n',
    );
    expect((await voike(['run', plan, '--data', data, '--from-step', 'b'])).code).toBe(2);
    await voike(['run', plan, '--data', data]);
    const again = (await voike(['run', plan, '--data', data, '--from-step', 'b', '--json'])).json();
    expect(again.steps.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual(
      expect.arrayContaining([
        ['step:a', 'reused'],
        ['step:b', 'done'],
      ]),
    );
  });
});

describe('tables', () => {
  const CSV = 'city,people\n' + Array.from({ length: 1500 }, (_, i) => `c${i},${i}\n`).join('');
  const FLOW = `FLOW "Cities"
INPUTS
  file cities
END INPUTS
STEP load = LOAD CSV FROM cities
STEP large = FILTER load WHERE people >= 10
STEP kept = STORE large AS TABLE "large" MODE replace
OUTPUT large AS "large"
END FLOW
`;

  it('come to people as aligned text and to scripts with columns, rows and whether there are more', async () => {
    writeFileSync(plan, FLOW);
    const csv = join(folder, 'cities.csv');
    writeFileSync(csv, CSV);
    const first = await voike(['run', plan, '--data', data, '--input', `cities=@${csv}`, '--json']);
    expect(first.json().outputs.large).toMatchObject({
      columns: [{ name: 'city' }, { name: 'people', type: 'BIGINT' }],
      total: 1490,
      truncated: true,
    });
    expect(first.json().outputs.large.rows).toHaveLength(1000);
    const all = await voike(['run', plan, '--data', data, '--input', `cities=@${csv}`, '--json', '--limit', '5000']);
    expect(all.json().outputs.large).toMatchObject({ truncated: false });
    expect(all.json().outputs.large.rows).toHaveLength(1490);
    const people = await voike(['run', plan, '--data', data, '--input', `cities=${csv}`, '--limit', '2']);
    expect(people.stdout).toBe('city  people\n----  ------\nc10       10\nc11       11\n');
    expect(people.stderr).toMatch(/load +LOAD_CSV@1\.0 +reused[^]*2 of 1,490 rows/);
    expect((await voike(['tables', '--data', data])).stdout).toMatch(/large +1,490 +city, people/);
    expect(
      (await voike(['tables', 'get', 'large', '--data', data, '--json', '--limit', '3', '--offset', '1489'])).json(),
    ).toMatchObject({
      rows: [['c1499', 1499]],
      total: 1490,
      truncated: false,
    });
    expect(await voike(['tables', 'get', 'nothing', '--data', data])).toMatchObject({ code: 1 });
  });

  it('are read from stdin, which a running node gets as an upload', async () => {
    writeFileSync(plan, FLOW);
    const alone = await voike(['run', plan, '--data', data, '--input', 'cities=@-', '--json'], { stdin: CSV });
    expect(alone.json()).toMatchObject({ state: 'succeeded', outputs: { large: { total: 1490 } } });
    await startNode();
    const served = await voike(['run', plan, '--data', data, '--input', 'cities=@-', '--json'], { stdin: CSV });
    expect(served.json()).toMatchObject({ state: 'succeeded', outputs: { large: { total: 1490 } } });
  });
});

describe('voike serve', () => {
  it('prints a link that opens the workbench, keeps its keys to its owner, and stops in order', async () => {
    const { url, link, child } = await startNode();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const opened = await fetch(`${url}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ launch: link.split('#launch=')[1] }),
    });
    expect(opened.status).toBe(200);
    const endpoint = join(data, 'endpoint.json');
    if (process.platform !== 'win32') expect(statSync(endpoint).mode & 0o777).toBe(0o600);
    expect((await voike(['status', '--data', data, '--json'])).json()).toMatchObject({ status: 'ok', url });
    expect(await stop(child, 'SIGINT')).toBe(0);
    expect(existsSync(endpoint)).toBe(false);
  });

  it('serves the same project to the command line', async () => {
    await startNode();
    const { runId } = (await voike(['run', plan, '--data', data, '--input', 'name=Ada', '--json'])).json();
    expect((await voike(['runs', 'get', runId, '--data', data, '--json'])).json()).toMatchObject({
      runId,
      outputs: { greeting: 'Hello Ada' },
    });
    expect((await voike(['call', 'flow.listRuns', 'limit=1', '--data', data])).json().runs).toHaveLength(1);
    const people = await voike(['runs', '--data', data]);
    expect(people.stdout).toContain(runId);
  });

  it('refuses a directory that has a node, and a port that is taken, with 3 and a sentence', async () => {
    const { url } = await startNode();
    const second = await voike(['serve', '--data', data, '--port', '0']);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(url);
    const taken = await voike(['serve', '--data', `${data}2`, '--port', new URL(url).port]);
    expect(taken.code).toBe(3);
    expect(taken.stderr).toMatch(/^voike: Port \d+ on 127\.0\.0\.1 is in use by another program\.\n.*--port/);
  });
});

describe('voike status', () => {
  it('gives 3 when no node runs, and for an address where none is', async () => {
    expect(await voike(['status', '--data', data])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('voike serve'),
    });
    expect(await voike(['runs', '--node', 'http://127.0.0.1:9', '--key', 'k'])).toMatchObject({ code: 3 });
    expect(await voike(['runs', '--node', 'nonsense'])).toMatchObject({ code: 2 });
  });
});

describe('voike runs free', () => {
  it('says what would go, lets it go with --yes, and keeps the rule', async () => {
    const { runId } = (await voike(['run', plan, '--data', data, '--input', 'name=Ada', '--json'])).json();
    const rule = ['--keep-runs', '0', '--keep-days', '0'];
    const said = (await voike(['runs', 'free', ...rule, '--data', data, '--json'])).json();
    expect(said).toMatchObject({ runs: 1, done: false, rule: { runs: 0, days: 0 } });
    expect((await voike(['runs', 'free', ...rule, '--yes', '--data', data])).stdout).toMatch(/^Let go: \d+ results/);
    expect((await voike(['runs', 'free', '--data', data, '--json'])).json()).toMatchObject({
      results: 0,
      rule: { runs: 0, days: 0 },
    });
    expect((await voike(['runs', 'pin', runId, '--data', data, '--json'])).json()).toEqual({ runId, pinned: true });
  });
});

describe('voike ledger', () => {
  it('shows the entries of a run and verifies them', async () => {
    const { runId } = (await voike(['run', plan, '--data', data, '--input', 'name=Ada', '--json'])).json();
    const { entries } = (await voike(['ledger', 'recent', '--data', data, '--kind', 'run.start', '--json'])).json();
    expect(entries).toMatchObject([{ kind: 'run.start', actor: 'local', payload: { run: runId } }]);
    expect((await voike(['ledger', 'get', '0', '--data', data])).json()).toMatchObject({ entry: { seq: 0 } });
    expect((await voike(['ledger', 'verify', '--data', data, '--json'])).json()).toMatchObject({ ok: true });
    expect((await voike(['ledger', 'verify', '--data', data])).stdout).toMatch(/^The ledger is intact: \d+ entries/);
    expect((await voike(['ledger', 'checkpoint', '--data', data])).stdout).toMatch(/^voike\.node\/.*\n\d+\n/);
  });
});

describe('voike create project', () => {
  it('makes a project with a key that opens it, on the node that runs', async () => {
    const { url } = await startNode();
    const { code, stdout } = await voike(['create', 'project', 'Harbour', '--data', data]);
    expect(code).toBe(0);
    const key = stdout.trim();
    const runs = await voike(['runs', '--node', url, '--key', key, '--json']);
    expect(runs).toMatchObject({ code: 0, stdout: '[]\n' });
    // By its path the node would refuse the file to a key: the command uploads it.
    const csv = join(folder, 'harbours.csv');
    writeFileSync(csv, 'harbour\nEmden\n');
    writeFileSync(plan, 'FLOW "f"\nINPUTS\nfile cities\nEND INPUTS\nSTEP x = LOAD CSV FROM cities\nEND FLOW\n');
    const loaded = await voike(['run', plan, '--node', url, '--key', key, '--input', `cities=@${csv}`, '--json']);
    expect(loaded.json()).toMatchObject({ state: 'succeeded' });
    expect(await voike(['create', 'project', 'Harbour', '--data', data])).toMatchObject({ code: 1 });
    expect(await voike(['runs', '--node', url, '--key', `${key}x`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not known'),
    });
  });
});

describe('voike keys', () => {
  it('makes, lists and revokes keys of the project of this machine', async () => {
    const { url } = await startNode();
    const made = await voike(['keys', 'create', 'web shop', '--role', 'clerk', '--data', data]);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('shown only now') });
    const withKey = ['runs', '--node', url, '--key', made.stdout.trim(), '--json'];
    expect(await voike(withKey)).toMatchObject({ code: 0, stdout: '[]\n' });
    expect((await voike(['keys', '--data', data])).stdout).toMatch(/web shop +clerk/);
    expect(await voike(['keys', 'revoke', 'web shop', '--data', data])).toMatchObject({ code: 0 });
    expect(await voike(withKey)).toMatchObject({ code: 1, stderr: expect.stringContaining('not known') });
    expect(await voike(['keys', 'revoke', 'web shop', '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key "web shop"'),
    });
  });

  it('says which projects there are when it is given another name', async () => {
    await voike(['create', 'project', 'Harbour', '--data', data]);
    expect((await voike(['keys', '--project', 'Harbour', '--data', data, '--json'])).json()).toMatchObject({
      keys: [{ label: 'first key' }],
    });
    expect(await voike(['keys', '--project', 'Haven', '--data', data])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no project "Haven"[^]*Harbour \(/),
    });
  });
});

describe('voike call', () => {
  it('calls any operation, and says what it takes', async () => {
    const parsed = await voike(['call', 'flow.parse', '-', '--data', data], {
      stdin: JSON.stringify({ source: PLAN }),
    });
    expect(parsed.json()).toMatchObject({ ok: true });
    expect((await voike(['call', 'flow.execute', '--help'])).stdout).toMatch(/POST \/flow\/execute[^]*Input/);
    expect((await voike(['call', '--list'])).stdout).toMatch(/ledger\.verify/);
    expect(await voike(['call', 'flow.pars', '--data', data])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('flow.parse'),
    });
    expect(await voike(['call', 'flow.parse', '[1]', '--data', data])).toMatchObject({ code: 2 });
  });
});
