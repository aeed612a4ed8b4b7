import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recent } from '../ledger/read.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { openTestRuns, step, type TestRuns } from './testing.ts';
import type { RunRecord } from './schema.ts';

let t: TestRuns;
beforeEach(async () => {
  t = await openTestRuns();
});
afterEach(() => t.close());

const flow = (body: string, inputs = ''): string =>
  `FLOW "test"\n${inputs === '' ? '' : `INPUTS\n${inputs}\nEND INPUTS\n`}${body}\nEND FLOW`;
const states = (record: RunRecord) => Object.fromEntries(record.steps.map((one) => [one.name, one.state]));
const go = async (id: string, how: { mode?: 'continue' | 'step'; step?: string } = {}): Promise<RunRecord> => {
  const run = await t.runs.continueRun(t.test.project, id, how, 'local');
  if ('ended' in run) return run.ended;
  return t.runs.get(t.test.project, id);
};
const kinds = (prefix: string): string[] =>
  recent(t.test.ledger, { limit: 100, kind: prefix })
    .entries.map((entry) => entry.kind)
    .toReversed();

const people = [
  { name: 'ann', age: 41 },
  { name: 'bob', age: 20 },
  { name: 'cy', age: 55 },
];
const tables = flow(
  `STEP old = FILTER people WHERE age > 30
   STEP twice = MAP old TO { name: name, age: age * 2 }
   STEP top = SORT twice BY age DESC
   STEP side = TRANSFORM 1
   OUTPUT top AS "Top"`,
  'table people',
);

describe('run to here', () => {
  test('runs only what the step needs, and says that it ended there', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { until: ['twice'] } });
    expect(record).toMatchObject({ state: 'succeeded', until: ['step:twice'], stepsTotal: 2, stepsDone: 2 });
    expect(states(record)).toEqual({ old: 'done', twice: 'done', top: 'skipped', side: 'skipped', Top: 'skipped' });
    expect(step(record, 'top')).toMatchObject({
      why: { code: 'not-needed' },
      reason: 'Not needed: the run was asked to end at twice.',
    });
    expect(recent(t.test.ledger, { limit: 1, kind: 'run.finish' }).entries[0]!.payload).toMatchObject({
      until: ['step:twice'],
    });
    expect(await t.runs.get(t.test.project, record.id)).toMatchObject({ until: ['step:twice'] });
    const whole = await t.run(tables, { inputs: { people } });
    expect(whole.state).toBe('succeeded');
    await expect(t.run(tables, { inputs: { people }, control: { until: ['nowhere'] } })).rejects.toMatchObject({
      code: 'step-not-found',
    });
  });

  test('needs also the effects that must come before', async () => {
    const record = await t.run(
      flow(
        `STEP put = STORE people AS TABLE "kept"
         STEP read = LOAD TABLE "kept"
         STEP late = STORE read AS TABLE "later"`,
        'table people',
      ),
      { inputs: { people }, control: { until: ['read'] } },
    );
    expect(states(record)).toEqual({ put: 'done', read: 'done', late: 'skipped' });
  });
});

describe('breakpoints', () => {
  test('a run stops before the step with what it reads on view, goes on, and costs nothing meanwhile', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['step:top'] } });
    expect(record).toMatchObject({ state: 'paused', pausedAt: ['step:top'] });
    expect(states(record)).toEqual({ old: 'done', twice: 'done', top: 'paused', side: 'done', Top: 'waiting' });
    const [input] = await t.runs.stepInputs(t.test.project, record.id, 'step:top');
    expect(input).toMatchObject({ name: 'twice', from: 'step:twice', kind: 'table', rows: 2 });
    const page = await t.runs.stepResult(t.test.project, record.id, 'step:top', 1, 1, 'twice');
    expect(page).toMatchObject({ kind: 'table', page: { rows: [['cy', 110]], total: 2 } });

    const ended = await go(record.id);
    expect(ended).toMatchObject({ id: record.id, state: 'succeeded', pausedAt: [] });
    expect(ended.outputs['Top']).toMatchObject({ kind: 'table', value: { rows: 2 } });
    expect(kinds('run.').filter((kind) => kind !== 'run.step')).toEqual([
      'run.start',
      'run.paused',
      'run.continue',
      'run.finish',
    ]);
    await expect(t.runs.continueRun(t.test.project, record.id, {}, 'local')).rejects.toMatchObject({
      code: 'run-not-paused',
    });
  });

  test('other branches go on, and each of several steps can be let go by itself', async () => {
    const source = flow(`STEP a = TRANSFORM 1
      STEP b = TRANSFORM a + 1
      STEP c = TRANSFORM a + 2
      STEP d = TRANSFORM b + c
      STEP e = TRANSFORM 5
      OUTPUT d`);
    const record = await t.run(source, { control: { breakpoints: ['b', 'c'] } });
    expect(states(record)).toMatchObject({ a: 'done', b: 'paused', c: 'paused', d: 'waiting', e: 'done' });
    const next = await go(record.id, { step: 'c' });
    expect(states(next)).toMatchObject({ b: 'paused', c: 'done', d: 'waiting' });
    await expect(t.runs.continueRun(t.test.project, record.id, { step: 'c' }, 'local')).rejects.toMatchObject({
      code: 'step-not-paused',
    });
    expect((await go(record.id)).outputs['d']?.value).toBe(5);
  });

  test('stepping goes from step to step, also inside of what would be one query', async () => {
    let record = await t.run(tables, { inputs: { people }, control: { stepping: true } });
    const seen: string[][] = [];
    while (record.state === 'paused') {
      seen.push(record.pausedAt!);
      record = await go(record.id, { mode: 'step' });
    }
    expect(seen).toEqual([
      ['step:old', 'step:side'],
      ['step:twice', 'step:side'],
      ['step:top', 'step:side'],
      ['step:side'],
    ]);
    expect(record.state).toBe('succeeded');
  });

  test('a run under way is paused on demand, and breakpoints change while it runs', async () => {
    const source = flow(`STEP w = WAIT "20ms"
      STEP a = IF w == none THEN TRANSFORM 1
      STEP b = TRANSFORM a
      STEP c = TRANSFORM b`);
    const run = await t.runs.start(t.test.project, { actor: 'local', source });
    await t.runs.pause(t.test.project, run.id, 'local');
    expect((await run.ended).pausedAt).toEqual(['step:a']);
    await t.runs.setBreakpoints(t.test.project, run.id, ['c'], 'local');
    const again = await go(run.id);
    expect(again.pausedAt).toEqual(['step:c']);
    await t.runs.setBreakpoints(t.test.project, run.id, [], 'local');
    const ended = await go(run.id);
    expect(ended.state).toBe('succeeded');
    await expect(t.runs.setBreakpoints(t.test.project, run.id, ['c'], 'local')).rejects.toMatchObject({
      code: 'run-finished',
    });
    await expect(t.runs.pause(t.test.project, run.id, 'local')).rejects.toMatchObject({ code: 'run-finished' });
  });

  test('a step is let go while another branch still runs', async () => {
    const source = flow(`STEP a = TRANSFORM 1
      STEP b = TRANSFORM a + 1
      STEP w = WAIT "1h"`);
    const run = await t.runs.start(t.test.project, { actor: 'local', source, control: { breakpoints: ['b'] } });
    const stepIs = (state: string) =>
      new Promise<void>((resolve) => {
        const stop = t.test.events.subscribe(t.test.project.id, undefined, (event) => {
          if (event.type !== 'step.changed' || event.step.id !== 'step:b' || event.step.state !== state) return;
          stop();
          resolve();
        });
      });
    await stepIs('paused');
    expect((await t.runs.get(t.test.project, run.id)).state).toBe('running');
    const done = stepIs('done');
    await t.runs.continueRun(t.test.project, run.id, {}, 'local');
    await done;
    expect((await t.runs.cancel(t.test.project, run.id)).state).toBe('cancelled');
  });

  test('a paused run is there after a restart, at the same place, and can be cancelled', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    const { dataDir } = t.test;
    await t.close({ keep: true });
    t = await openTestRuns({ dataDir });
    expect(await t.runs.recover(t.test.project)).toEqual([]);
    expect(await t.runs.get(t.test.project, record.id)).toMatchObject({
      state: 'paused',
      pausedAt: ['step:top'],
      breakpoints: ['step:top'],
    });
    expect((await go(record.id)).state).toBe('succeeded');
    const other = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    const cancelled = await t.runs.cancel(t.test.project, other.id);
    expect(cancelled).toMatchObject({ state: 'cancelled' });
    expect(step(cancelled, 'top').state).toBe('cancelled');
    expect(await verifyLedger(t.test.project.db, t.test.ledger.verifierKey)).toMatchObject({ ok: true });
  });
});

describe('editing', () => {
  test('what a paused step reads is replaced, for that step alone, and the run goes on with it', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    const edit = await t.runs.edit(
      t.test.project,
      record.id,
      [{ step: 'top', input: 'twice', rows: [{ name: 'zoe', age: 1 }] }],
      'local',
    );
    expect(edit).toEqual({ run: record.id, started: undefined });
    const paused = await t.runs.get(t.test.project, record.id);
    expect(paused).toMatchObject({
      state: 'paused',
      edits: [{ step: 'step:top', input: 'twice', by: 'local', rows: 1 }],
    });
    expect(await t.runs.stepInputs(t.test.project, record.id, 'top')).toMatchObject([{ rows: 1, editedBy: 'local' }]);
    const ended = await go(record.id);
    expect(step(ended, 'top')).toMatchObject({
      state: 'done',
      rows: 1,
      editedInputs: ['twice'],
      reason: 'Ran on an edited input: twice, by local.',
    });
    expect(step(ended, 'twice').rows).toBe(2);
    expect(recent(t.test.ledger, { limit: 1, kind: 'run.edit' }).entries[0]).toMatchObject({
      actor: 'local',
      payload: { run: record.id, step: 'step:top', input: 'twice' },
    });
    // The plan without the edit finds nothing of it.
    const plain = await t.run(tables, { inputs: { people } });
    expect(step(plain, 'top').rows).toBe(2);
    expect(plain.edits).toBeUndefined();
  });

  test('a result is replaced before its step has run: the step does not run', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['old'] } });
    await t.runs.edit(t.test.project, record.id, [{ step: 'old', rows: [{ name: 'max', age: 7 }] }], 'local');
    const ended = await go(record.id);
    expect(step(ended, 'old')).toMatchObject({
      state: 'done',
      rows: 1,
      editedBy: 'local',
      why: { code: 'edited-output' },
    });
    expect(await t.runs.stepResult(t.test.project, ended.id, 'top', 0, 10)).toMatchObject({
      page: { rows: [['max', 14]] },
    });
  });

  test('from an ended run a new one goes on, keeping what does not depend on the edit', async () => {
    const source = flow(`STEP now = TRANSFORM NOW()
      STEP a = TRANSFORM { v: 1 }
      STEP b = TRANSFORM { v: a.v + 1, at: now }
      OUTPUT b`);
    const record = await t.run(source);
    const { run, started } = await t.runs.edit(t.test.project, record.id, [{ step: 'a', value: { v: 41 } }], 'key:x');
    const ended = await started!.ended;
    expect(ended).toMatchObject({ id: run, rerunOf: record.id, state: 'succeeded' });
    expect(step(ended, 'now')).toMatchObject({ state: 'reused', why: { code: 'kept', run: record.id } });
    expect(ended.outputs['b']?.value).toMatchObject({ v: 42 });
    expect(step(ended, 'a').editedBy).toBe('key:x');
    // A second edit stands beside the first; running it again from a step without edits takes neither.
    const second = await (
      await t.runs.edit(t.test.project, run, [{ step: 'b', input: 'now', value: 'later' }], 'local')
    ).started!.ended;
    expect(second.outputs['b']?.value).toEqual({ v: 42, at: 'later' });
    const plain = await (await t.runs.rerun(t.test.project, run, { actor: 'local', from: ['b'] })).ended;
    expect(plain.outputs['b']?.value).toMatchObject({ v: 2 });
  });

  test('values that do not fit are refused in words', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    const edit = (more: object) =>
      t.runs.edit(t.test.project, record.id, [{ step: 'top', input: 'twice', ...more }], 'local');
    await expect(edit({ rows: [{ name: 'x', age: 'old' }] })).rejects.toThrow(
      'Row 1, column "age": "old" is not a whole number.',
    );
    await expect(edit({ rows: [{ name: 'x' }] })).rejects.toThrow('Row 1 lacks the column "age".');
    await expect(edit({ rows: [{ name: 'x', age: 1, height: 2 }] })).rejects.toThrow('column "height"');
    await expect(edit({ value: 7 })).rejects.toThrow('is a table, and this is a number 7');
    await expect(edit({ value: 7, rows: [] })).rejects.toMatchObject({ code: 'edit-value' });
    await expect(edit({})).rejects.toMatchObject({ code: 'edit-value' });
    await expect(
      t.runs.edit(t.test.project, record.id, [{ step: 'top', input: 'people', rows: [] }], 'local'),
    ).rejects.toMatchObject({ code: 'input-not-read', hint: 'It reads twice.' });
    await expect(t.runs.edit(t.test.project, record.id, [{ step: 'side', value: 'one' }], 'local')).rejects.toThrow(
      'The result of side is a number, and this is the text "one".',
    );
    expect((await t.runs.get(t.test.project, record.id)).edits).toBeUndefined();
  });

  test('a run under way takes edits of steps that have not begun, and refuses others', async () => {
    const source = flow(`STEP w = WAIT "30ms"
      STEP a = IF w == none THEN TRANSFORM 1
      STEP b = TRANSFORM a`);
    const run = await t.runs.start(t.test.project, { actor: 'local', source });
    await t.runs.edit(t.test.project, run.id, [{ step: 'a', value: 9 }], 'local');
    await expect(t.runs.edit(t.test.project, run.id, [{ step: 'w', value: 1 }], 'local')).rejects.toMatchObject({
      code: 'step-begun',
    });
    const record = await run.ended;
    expect(await t.runs.stepResult(t.test.project, record.id, 'b', 0, 1)).toEqual({ kind: 'json', value: 9 });
    expect(record.edits).toHaveLength(1);
  });

  test('a file takes the place of a table, with its columns made to fit', async () => {
    const { writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const path = join(t.test.dataDir, 'rows.csv');
    writeFileSync(path, 'age,name\n3,kim\n4,lee\n');
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    await t.runs.edit(t.test.project, record.id, [{ step: 'top', input: 'twice', file: { $file: path } }], 'local');
    const ended = await go(record.id);
    expect(await t.runs.stepResult(t.test.project, ended.id, 'top', 0, 10)).toMatchObject({
      page: {
        rows: [
          ['lee', 4],
          ['kim', 3],
        ],
      },
    });
    writeFileSync(path, 'name\nkim\n');
    await expect(
      t.runs.edit(t.test.project, record.id, [{ step: 'top', input: 'twice', file: { $file: path } }], 'local'),
    ).rejects.toThrow('The file lacks the columns age.');
  });
});

describe('running again', () => {
  test('from a step with a changed flow, each step says why it ran', async () => {
    const record = await t.run(tables, { inputs: { people } });
    const changed = tables.replace('age > 30', 'age > 40').replace('STEP side', 'STEP more = TRANSFORM 2\n STEP side');
    const again = await (await t.runs.rerun(t.test.project, record.id, { actor: 'local', source: changed })).ended;
    expect(step(again, 'old')).toMatchObject({
      why: { code: 'config-changed', part: 'condition', before: 'age > 30', after: 'age > 40' },
      reason: 'Ran again: its condition changed (age > 30 -> age > 40).',
    });
    expect(step(again, 'twice').reason).toBe('Ran again: old gave another result.');
    expect(step(again, 'more').reason).toBe('Ran: the step is new in this flow.');
    expect(step(again, 'side').state).toBe('reused');
    const order = changed.replace('age DESC', 'name ASC');
    const third = await (await t.runs.rerun(t.test.project, again.id, { actor: 'local', source: order })).ended;
    expect(step(third, 'top').reason).toBe('Ran again: its order changed (age -> name).');
    expect(step(third, 'twice').reason).toBe('Ran again: it shares a query with top, which had to run.');
  });

  test('failed steps alone are tried again, in the same run', async () => {
    const record = await t.run(
      flow('STEP a = TRANSFORM NOW()\nSTEP b = TRANSFORM 1 / n\nSTEP c = TRANSFORM b', 'number n'),
      {
        inputs: { n: 0 },
      },
    );
    expect(record.state).toBe('failed');
    const before = await t.runs.stepResult(t.test.project, record.id, 'a', 0, 1);
    const again = await (await t.runs.retryFailed(t.test.project, record.id, 'local')).ended;
    expect(again).toMatchObject({ id: record.id, state: 'failed' });
    expect(await t.runs.stepResult(t.test.project, record.id, 'a', 0, 1)).toEqual(before);
    const fine = await t.run(flow('STEP a = TRANSFORM 1'));
    await expect(t.runs.retryFailed(t.test.project, fine.id, 'local')).rejects.toMatchObject({
      code: 'run-not-failed',
    });
  });
});

describe('what happened', () => {
  test('is kept in order, with pauses, edits, tries and times, and pages', async () => {
    const record = await t.run(tables, { inputs: { people }, control: { breakpoints: ['top'] } });
    await t.runs.edit(t.test.project, record.id, [{ step: 'top', input: 'twice', rows: [] }], 'local');
    await go(record.id);
    const { events } = await t.runs.events(t.test.project, record.id, 0, 1000);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at));
    const told = events
      .filter((event) => event.step === undefined || event.step === 'step:top')
      .map((event) => event.kind);
    expect(told).toEqual([
      'run.started',
      'step.paused',
      'run.paused',
      'step.edited',
      'run.continued',
      'step.started',
      'step.ended',
      'run.ended',
    ]);
    const page = await t.runs.events(t.test.project, record.id, 2, 3);
    expect(page.events).toEqual(events.slice(2, 5));
    expect(page.next).toBe(5);
  });

  test('a query says what it has used', async () => {
    const record = await t.run(tables, { inputs: { people } });
    expect(step(record, 'top').usage).toMatchObject({
      rowsRead: 2,
      bytesWritten: expect.any(Number),
      cpuMs: expect.any(Number),
    });
  });
});

describe('comparing', () => {
  test('two runs differ in inputs, text, rows and results', async () => {
    const a = await t.run(tables, { inputs: { people } });
    const b = await t.run(tables.replace('age > 30', 'age > 10'), {
      inputs: { people: [...people.slice(1), { name: 'ann', age: 42 }] },
    });
    const compared = await t.runs.compare(t.test.project, a.id, b.id);
    expect(compared.samePlan).toBe(false);
    expect(compared.inputs).toMatchObject([{ name: 'people', same: false }]);
    const byName = Object.fromEntries(compared.steps.map((one) => [one.name, one]));
    expect(byName['old']).toMatchObject({
      plan: 'changed',
      changes: [{ part: 'condition', a: 'age > 30', b: 'age > 10' }],
      result: 'different',
    });
    expect(byName['side']).toMatchObject({ plan: 'same', result: 'same' });
    expect(compared.outputs).toMatchObject([{ label: 'Top', result: 'different' }]);
    const signal = new AbortController().signal;
    const rows = await t.runs.compareRows(
      t.test.project,
      { a: a.id, b: b.id, step: 'step:top', by: ['name'], offset: 0, limit: 10 },
      signal,
    );
    expect(rows).toMatchObject({
      added: 1,
      removed: 0,
      changed: 1,
      same: 1,
      rows: [
        { change: 'changed', a: ['ann', 82], b: ['ann', 84] },
        { change: 'added', b: ['bob', 40] },
      ],
    });
    const whole = await t.runs.compareRows(
      t.test.project,
      { a: a.id, b: b.id, step: 'step:top', by: [], offset: 1, limit: 1 },
      signal,
    );
    expect(whole).toMatchObject({ added: 2, removed: 1, changed: 0, same: 1, rows: [{ change: 'added' }] });
    await expect(
      t.runs.compareRows(t.test.project, { a: a.id, b: b.id, step: 'top', by: ['zip'], offset: 0, limit: 1 }, signal),
    ).rejects.toThrow('Rows cannot be matched by "zip"');
    const same = await t.runs.compare(t.test.project, a.id, (await t.run(tables, { inputs: { people } })).id);
    expect(same.steps.every((one) => one.plan === 'same' && one.result === 'same')).toBe(true);
  });
});
