/** Two people, or two windows, ask for the same run at once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recent } from '../ledger/read.ts';
import { openTestRuns, step, type TestRuns } from './testing.ts';

let t: TestRuns;
beforeEach(async () => {
  t = await openTestRuns();
});
afterEach(() => t.close());

const source = `FLOW "test"
STEP a = TRANSFORM 1
STEP b = TRANSFORM a + 1
STEP c = STORE [{ n: b }] AS TABLE "kept" MODE APPEND
OUTPUT b
END FLOW`;
const entries = (kind: string): number => recent(t.test.ledger, { limit: 100, kind }).entries.length;

test('a paused run that two let go at once goes on once', async () => {
  const { id } = await t.run(source, { control: { breakpoints: ['b'] } });
  const asked = await Promise.allSettled([
    t.runs.continueRun(t.test.project, id, {}, 'local'),
    t.runs.continueRun(t.test.project, id, {}, 'local'),
  ]);
  for (const one of asked) if (one.status === 'fulfilled' && 'ended' in one.value) await one.value.ended;
  expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'run-running' } });
  expect(await t.runs.get(t.test.project, id)).toMatchObject({ state: 'succeeded' });
  expect([entries('run.continue'), entries('run.finish'), entries('table.')]).toEqual([1, 1, 1]);
});

test('an edit that arrives while the run is let go is in what goes on, or is refused', async () => {
  const { id } = await t.run(source, { control: { breakpoints: ['b'] } });
  const edit = t.runs.edit(t.test.project, id, [{ step: 'b', input: 'a', value: 10 }], 'local');
  const went = t.runs.continueRun(t.test.project, id, {}, 'local');
  const [edited, gone] = await Promise.allSettled([edit, went]);
  if (gone.status === 'fulfilled' && 'ended' in gone.value) await gone.value.ended;
  const record = await t.runs.get(t.test.project, id);
  const isIn = record.outputs['b']?.value === 11;
  expect({ edited: edited.status === 'fulfilled', shown: (record.edits ?? []).length > 0 }).toEqual({
    edited: isIn,
    shown: isIn,
  });
  expect(step(record, 'b').state).toBe('done');
});

test('a run that is cancelled while it is let go is cancelled', async () => {
  const { id } = await t.run(source.replace('STEP b', 'STEP w = WAIT "300ms"\nSTEP b'), {
    control: { breakpoints: ['b', 'w'] },
  });
  const cancelled = t.runs.cancel(t.test.project, id);
  const went = t.runs.continueRun(t.test.project, id, {}, 'local');
  const [first, gone] = await Promise.allSettled([cancelled, went]);
  if (gone.status === 'fulfilled' && 'ended' in gone.value) await gone.value.ended;
  expect(first).toMatchObject({ status: 'fulfilled', value: { state: 'cancelled' } });
  expect(await t.runs.get(t.test.project, id)).toMatchObject({ state: 'cancelled' });
});

test('a run that is cancelled just as it comes to rest is cancelled', async () => {
  const run = await t.runs.start(t.test.project, { actor: 'local', source, control: { breakpoints: ['b'] } });
  // By the time it is asked, the run has nothing under way and writes that it stands still.
  for (;;) {
    const now = await t.runs.get(t.test.project, run.id);
    if (step(now, 'b').state === 'paused') break;
    await new Promise(setImmediate);
  }
  expect(await t.runs.cancel(t.test.project, run.id)).toMatchObject({ state: 'cancelled' });
  await run.ended;
  expect(await t.runs.get(t.test.project, run.id)).toMatchObject({ state: 'cancelled' });
});
