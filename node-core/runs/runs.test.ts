import fc from 'fast-check';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeEvent } from './schema.ts';
import { recent } from '../ledger/read.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { operation } from '../operations/operation.ts';
import { openTestRuns, step, type TestRuns } from './testing.ts';

let written: string[] = [];
/** How many more calls of `thing.fail` fail. */
let failures = 0;

const operations = {
  'thing.make': operation({
    summary: 'Makes a thing',
    http: { method: 'POST', path: '/thing' },
    access: 'project',
    capability: 'thing.write',
    effect: 'write',
    input: Type.Object({ name: Type.String() }),
    output: Type.Object({ made: Type.String() }),
    async handler(context, { name }) {
      const made = await context.project.write((tx) => {
        written.push(name);
        tx.append('thing.make', { name });
        return name;
      });
      if (failures > 0) {
        failures -= 1;
        throw new Error('after the write');
      }
      return { made };
    },
  }),
  'thing.ask': operation({
    summary: 'Says something',
    http: { method: 'GET', path: '/thing' },
    access: 'project',
    capability: 'thing.read',
    effect: 'read',
    input: Type.Object({}),
    output: Type.Object({ n: Type.Integer() }),
    handler: () => ({ n: written.push('asked') }),
  }),
  'thing.own': operation({
    summary: "The owner's",
    http: { method: 'DELETE', path: '/thing' },
    access: 'admin',
    capability: 'thing.admin',
    effect: 'write',
    input: Type.Object({}),
    output: Type.Object({}),
    handler: () => ({}),
  }),
};

let t: TestRuns;
beforeEach(async () => {
  written = [];
  failures = 0;
  t = await openTestRuns({ operations });
});
afterEach(() => t.close());

const flow = (body: string, inputs = ''): string =>
  `FLOW "test"\n${inputs === '' ? '' : `INPUTS\n${inputs}\nEND INPUTS\n`}${body}\nEND FLOW`;

describe('a run', () => {
  test('computes steps in the order of what they read, and gives the outputs by label', async () => {
    const record = await t.run(
      flow(
        `STEP c = TRANSFORM { sum: a.v + b.v }
         STEP a = TRANSFORM { v: n }
         STEP b = TRANSFORM { v: a.v * 2 }
         STEP said = OUTPUT_TEXT "sum " + c.sum AS "Said"
         OUTPUT c AS "Sum"`,
        'number n',
      ),
      { inputs: { n: '7' } },
    );
    expect(record.state).toBe('succeeded');
    expect(record.outputs['Sum']?.value).toEqual({ sum: 21 });
    expect(record.outputs['Said']).toMatchObject({ kind: 'text', value: 'sum 21' });
    expect(record.stepsDone).toBe(record.stepsTotal);
  });

  test('an error ends what needs the step, not the rest, and leads to the source', async () => {
    const source = flow(`STEP a = TRANSFORM 1 / 0
      STEP b = TRANSFORM a
      STEP c = TRANSFORM 3`);
    const record = await t.run(source);
    expect(record.state).toBe('failed');
    expect(step(record, 'a')).toMatchObject({ state: 'failed', error: { code: 'division-by-zero' } });
    expect(step(record, 'b')).toMatchObject({ state: 'skipped', reason: 'It needs a, which failed.' });
    expect(step(record, 'c').state).toBe('done');
    const range = step(record, 'a').error!.range!;
    expect(source.slice(range.start, range.end)).toBe('1 / 0');
    expect(await t.runs.get(t.test.project, record.id)).toMatchObject({ state: 'failed', error: { step: 'step:a' } });
  });

  test('an output hands nothing of a @sensitive step on; a step that reads it may', async () => {
    const record = await t.run(
      flow(`@sensitive
        STEP secret = TRANSFORM { pin: 1234 }
        STEP told = TRANSFORM { known: secret.pin > 0 }
        OUTPUT secret AS "Secret"
        OUTPUT told AS "Told"`),
    );
    expect(record.outputs['Secret']?.value).toBeNull();
    expect(record.outputs['Told']?.value).toEqual({ known: true });
    for (const name of ['step:secret', 'output:Secret'])
      await expect(t.runs.storedResult(t.test.project, record.id, name)).rejects.toMatchObject({
        code: 'result-sensitive',
      });
  });

  test('branches: SWITCH takes the first case that is equal, IF without ELSE gives none', async () => {
    const record = await t.run(
      flow(
        `STEP a = SWITCH kind CASE "x", "y": TRANSFORM 1 CASE "z": ERROR "never" DEFAULT: TRANSFORM 2 END SWITCH
        STEP b = IF kind == "q" THEN TRANSFORM 1
        STEP c = FOR EACH i IN [1, 2, 3]: IF i > 1 THEN TRANSFORM i * a ELSE TRANSFORM 0
          PARALLEL 2
        OUTPUT { a: a, b: b, c: c } AS "all"`,
        'text kind',
      ),
      { inputs: { kind: 'y' } },
    );
    expect(record.outputs['all']?.value).toEqual({ a: 1, b: null, c: [0, 2, 3] });
  });

  test('what this node does not have is an error of that step only', async () => {
    const record = await t.run(flow('STEP a = RUN AGENT "j"\nSTEP b = TRANSFORM 1'));
    expect(step(record, 'a').error).toMatchObject({ code: 'operation-not-here' });
    expect(step(record, 'b').state).toBe('done');
  });

  test('inputs: missing, unknown and wrong ones are named before anything runs', async () => {
    const source = flow('STEP a = TRANSFORM n', 'number n\nbool sure = false\nfile f optional');
    await expect(t.run(source)).rejects.toMatchObject({ code: 'input-missing', more: { input: 'n' } });
    await expect(t.run(source, { inputs: { n: 1, m: 2 } })).rejects.toMatchObject({ code: 'input-unknown' });
    await expect(t.run(source, { inputs: { n: 'many' } })).rejects.toMatchObject({ code: 'input-type' });
    await expect(t.run(source, { inputs: { n: 1, f: '/etc/passwd' } })).rejects.toMatchObject({ code: 'input-type' });
    await expect(t.run(source, { inputs: { n: 1, f: { $file: '/no/such/file' } } })).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await expect(t.run(flow('STEP a = TRANSFORM nowhere'))).rejects.toMatchObject({
      code: 'flow-has-errors',
      status: 422,
    });
    expect((await t.runs.list(t.test.project, { limit: 10 })).runs).toEqual([]);
  });

  test('four steps that wait run beside each other, and a run can be cancelled while they do', async () => {
    const source = flow([1, 2, 3, 4].map((n) => `STEP w${n} = WAIT "1h"`).join('\n'));
    const run = await t.runs.start(t.test.project, { actor: 'local', source });
    const record = await t.runs.get(t.test.project, run.id);
    expect(record.steps.map((one) => one.state)).toEqual(['running', 'running', 'running', 'running']);
    const after = await t.runs.cancel(t.test.project, run.id);
    expect(after.state).toBe('cancelled');
    expect((await run.ended).steps.every((one) => one.state === 'cancelled')).toBe(true);
    await expect(t.runs.cancel(t.test.project, run.id)).rejects.toMatchObject({ code: 'run-finished' });
  });

  test('@timeout ends a step; @retry tries it again', async () => {
    failures = 2;
    const record = await t.run(
      flow(`@timeout("20ms")
        STEP slow = WAIT "1h"
        @retry(3, backoff="1ms")
        STEP made = APX_EXEC "thing.make" WITH { name: "x" }`),
    );
    expect(step(record, 'slow').error).toMatchObject({ code: 'step-timeout' });
    expect(step(record, 'made')).toMatchObject({ state: 'done', attempt: 3 });
    expect(written).toEqual(['x']);
  });

  test('a flow cannot call what is for the owner of the node', async () => {
    const record = await t.run(flow('STEP a = APX_EXEC "thing.own"'));
    expect(step(record, 'a').error).toMatchObject({ code: 'operation-forbidden' });
  });
});

describe('reuse', () => {
  const source = flow(
    'STEP a = TRANSFORM { v: n }\nSTEP b = TRANSFORM { v: a.v + 1 }\nSTEP t = TRANSFORM NOW()\nOUTPUT b',
    'number n',
  );

  test('an unchanged pure step is reused, with the reason in words; a changed input computes anew', async () => {
    const first = await t.run(source, { inputs: { n: 1 } });
    expect(step(first, 'a')).toMatchObject({ why: { code: 'first' }, reason: 'Ran: no earlier run has its result.' });
    const second = await t.run(source, { inputs: { n: 1 } });
    expect(step(second, 'a')).toMatchObject({
      state: 'reused',
      why: { code: 'reused', run: first.id },
      reason: `Reused from run …${first.id.slice(-6)}: same operation, same inputs.`,
    });
    expect(step(second, 't')).toMatchObject({
      state: 'done',
      why: { code: 'impure' },
      reason: 'Ran: NOW gives something else each time.',
    });
    expect(second.outputs['b']?.value).toEqual({ v: 2 });
    const third = await t.run(source, { inputs: { n: 2 } });
    expect(step(third, 'a')).toMatchObject({
      state: 'done',
      why: { code: 'input-changed', input: 'n', before: '1', after: '2' },
      reason: 'Ran again: the input n changed (1 -> 2).',
    });
    expect(step(third, 'b').reason).toBe('Ran again: a gave another result.');
  });

  test('from a step on everything is computed anew', async () => {
    await t.run(source, { inputs: { n: 1 } });
    const again = await t.run(source, { inputs: { n: 1 }, from: ['step:b'] });
    expect([step(again, 'a').state, again.steps[1]!.state, again.steps.at(-1)!.state]).toEqual([
      'reused',
      'done',
      'done',
    ]);
    const other = source.replace('"test"', '"other"');
    await t.run(other, { inputs: { n: 5 }, from: ['step:a'] });
    expect(step(await t.run(other, { inputs: { n: 5 } }), 'a').why).toMatchObject({ code: 'not-shared' });
    await expect(t.run(source, { inputs: { n: 1 }, from: ['step:zz'] })).rejects.toMatchObject({
      code: 'step-not-found',
    });
  });

  test('@nocache is never reused, @cache lets a step that asks the node be reused', async () => {
    const asking = flow('@nocache\nSTEP a = TRANSFORM 1\n@cache("1h")\nSTEP q = APX_EXEC "thing.ask"');
    await t.run(asking);
    const second = await t.run(asking);
    expect(step(second, 'a')).toMatchObject({ state: 'done', reason: 'Ran: @nocache.' });
    expect(step(second, 'q').state).toBe('reused');
    expect(written).toEqual(['asked']);
  });
});

describe('what is kept', () => {
  test('the ledger has the start, each step and the end, and verifies', async () => {
    const record = await t.run(flow('STEP a = TRANSFORM 1\nSTEP b = TRANSFORM a'));
    const entries = recent(t.test.ledger, { limit: 10, kind: 'run.' }).entries.toReversed();
    expect(entries.map((entry) => entry.kind)).toEqual(['run.start', 'run.step', 'run.step', 'run.finish']);
    expect(entries[0]!.payload).toMatchObject({ run: record.id, flow: 'test', plan: record.planHash });
    expect(entries[1]!.payload).toMatchObject({
      step: 'step:a',
      contract: 'TRANSFORM@1.0',
      result: step(record, 'a').resultKey,
    });
    expect(await verifyLedger(t.test.project.db, t.test.ledger.verifierKey)).toMatchObject({ ok: true });
  });

  test('the end of a run is written in the commit of its last result', async () => {
    const commits: string[][] = [];
    const watching = t.test.events.subscribe(t.test.project.id, undefined, (event) => {
      if (event.type === 'ledger.appended') commits.push(event.entries.map(({ kind }) => kind));
    });
    const record = await t.run('FLOW "x"\nSTEP a = TRANSFORM 1\nSTEP b = TRANSFORM a + 1\nOUTPUT b\nEND FLOW');
    watching();
    expect(record.state).toBe('succeeded');
    expect(commits).toEqual([['run.start', 'run.step'], ['run.step'], ['run.step', 'run.finish']]);
    const { events } = await t.runs.events(t.test.project, record.id, 0, 100);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.slice(-2).map(({ kind }) => kind)).toEqual(['step.ended', 'run.ended']);
    expect(events.at(-1)?.ms).toBe(record.ms);
  });

  test('who is told that a run was started finds it on the disk', async () => {
    const started = await t.runs.start(t.test.project, {
      actor: 'local',
      source: 'FLOW "f"\nSTEP pause = WAIT "1m"\nEND FLOW',
    });
    const stored = t.test.project.db.prepare('SELECT state FROM run WHERE id = ?').get(started.id);
    expect(stored).toMatchObject({ state: 'running' });
    await t.runs.cancel(t.test.project, started.id);
  });

  test('an interrupted run is found after a restart and goes on from what is stored', async () => {
    const source = flow(
      'STEP a = APX_EXEC "thing.make" WITH { name: "once" }\nSTEP w = WAIT "1h"\nSTEP b = TRANSFORM a.made\nOUTPUT b',
    );
    const run = await t.runs.start(t.test.project, { actor: 'local', source });
    const lastIsDone = async (): Promise<void> => {
      const stateOfLast = async () => step(await t.runs.get(t.test.project, run.id), 'b').state;
      await expect.poll(stateOfLast, { timeout: 30_000, interval: 5 }).toBe('done');
    };
    await lastIsDone();
    const { dataDir } = t.test;
    await t.close({ keep: true });
    t = await openTestRuns({ operations, dataDir });
    expect(await t.runs.recover(t.test.project)).toEqual([run.id]);
    expect((await t.runs.get(t.test.project, run.id)).state).toBe('interrupted');
    const resumed = await t.runs.resume(t.test.project, run.id, 'local');
    expect(resumed.id).toBe(run.id);
    await lastIsDone();
    await t.runs.cancel(t.test.project, run.id);
    const record = await resumed.ended;
    expect(step(record, 'a').state).toBe('done');
    expect(record.outputs['b']?.value).toBe('once');
    expect(written).toEqual(['once']);
  });

  test('events tell of the run and its steps, and a run of 2,000 steps does not flood them', async () => {
    const events: NodeEvent[] = [];
    t.test.events.subscribe(t.test.project.id, undefined, (event) => void events.push(event));
    await t.run(flow(Array.from({ length: 2000 }, (_, n) => `STEP s${n} = TRANSFORM ${n}`).join('\n')));
    const runs = events.filter((event) => event.type === 'run.changed').map((event) => event.run.state);
    expect(runs).toEqual(['running', 'succeeded']);
    expect(events.filter((event) => event.type === 'step.changed')).toHaveLength(2000);
  });

  test('runs of one project are not those of another', async () => {
    const record = await t.run(flow('STEP a = TRANSFORM 1'));
    const info = await t.test.projects.create({ organizationName: 'o', projectName: 'p' }, 'admin');
    const other = t.test.projects.open(info.id);
    await expect(t.runs.get(other, record.id)).rejects.toMatchObject({ code: 'run-not-found' });
    expect((await t.runs.list(other, { limit: 5 })).runs).toEqual([]);
  });

  test('lists page from the newest to the oldest', async () => {
    for (let n = 0; n < 5; n++) await t.run(flow(`STEP a = TRANSFORM ${n}`));
    const first = await t.runs.list(t.test.project, { limit: 3 });
    const rest = await t.runs.list(t.test.project, { limit: 3, cursor: first.next! });
    expect([...first.runs, ...rest.runs]).toHaveLength(5);
    expect(rest.next).toBeUndefined();
    const ids = [...first.runs, ...rest.runs].map((run) => run.id);
    expect(ids).toEqual(ids.toSorted().reverse());
  });
});

test('called flows: outputs come back by label, and a flow that calls itself ends with an error', async () => {
  const called = flow('STEP a = TRANSFORM { v: n + 1 }\nOUTPUT a AS "answer"', 'number n');
  const { graph } = t.runs.plan(t.test.project, called);
  const id = await t.runs.savePlan(t.test.project, called, graph);
  const record = await t.run(flow(`STEP c = CALL FLOW "${id}" WITH n = 41\nOUTPUT c.answer.v AS "v"`));
  expect(record.outputs['v']?.value).toBe(42);
  expect((await t.runs.list(t.test.project, { limit: 5 })).runs).toHaveLength(1);

  const endless = 'FLOW "endless"\nSTEP c = CALL FLOW "endless"\nEND FLOW';
  await t.runs.savePlan(t.test.project, endless, t.runs.plan(t.test.project, endless).graph);
  expect((await t.run(endless)).error).toMatchObject({ code: 'call-too-deep' });
  const out = await t.run(flow('STEP c = CALL FLOW "../package.json"'));
  expect(out.error).toMatchObject({ code: 'flow-not-found' });
});

test('any plan of computing steps gives what computing them one after another gives', async () => {
  const plan = fc.array(fc.tuple(fc.array(fc.nat(), { maxLength: 3 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 1,
    maxLength: 25,
  });
  await fc.assert(
    fc.asyncProperty(plan, fc.boolean(), fc.integer({ min: 1, max: 8 }), async (steps, durable, parallel) => {
      const expected: number[] = [];
      const lines = steps.map(([reads, constant], n) => {
        const from = n === 0 ? [] : reads.map((read) => read % n);
        expected.push(from.reduce((sum, read) => sum + expected[read]!, constant));
        return `STEP s${n} = TRANSFORM ${['0', ...from.map((read) => `s${read}`)].join(' + ')} + (${constant})`;
      });
      const outputs = steps.map((_, n) => `OUTPUT s${n} AS "o${n}"`);
      // Steps may stand in any order in the source.
      const record = await t.run(flow([...lines.toReversed(), ...outputs].join('\n')), { durable, parallel });
      expect(record.state).toBe('succeeded');
      expect(steps.map((_, n) => record.outputs[`o${n}`]?.value)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
