import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestProject, type TestProject } from '../projects/testing.ts';
import { runsMigrations } from './migrations.ts';
import { openRunStore } from './records.ts';
import type { RunEvent } from './schema.ts';

const event = (seq: number): RunEvent => ({
  seq,
  time: '2026-01-02T03:04:05.678Z',
  kind: 'step.started',
  step: `step:s${seq}`,
});
const events = (count: number, from = 0): RunEvent[] => Array.from({ length: count }, (_, at) => event(from + at));

let test_: TestProject;

beforeEach(async () => {
  test_ = await openTestProject({ migrations: runsMigrations });
});

afterEach(() => test_.close());

const add = (run: string, some: readonly RunEvent[]): Promise<void> =>
  test_.project.write((tx) => openRunStore(tx.db).addEvents(run, some));
const store = () => openRunStore(test_.project.db);

test('events are read from any number on, however they were written', async () => {
  for (const [from, count] of [
    [0, 1],
    [1, 1200],
    [1201, 2],
  ] as const)
    await add('r', events(count, from));
  await add('other', events(3));
  expect(store().eventsOf('r')).toBe(1203);
  expect(store().eventsOf('none')).toBe(0);
  for (const [from, limit] of [
    [0, 5000],
    [0, 1],
    [1, 1],
    [499, 4],
    [700, 600],
    [1202, 10],
    [1203, 10],
  ] as const)
    expect(store().events('r', from, limit)).toEqual(events(1203).slice(from, from + limit));
  expect(store().events('none', 0, 10)).toEqual([]);
});

test('what is written twice is there once', async () => {
  await add('r', events(2));
  await add('r', events(2));
  await add('r', []);
  expect(store().events('r', 0, 10)).toEqual(events(2));
});

test('events of an older version, a row each, are still there', async () => {
  const { dataDir } = test_;
  test_.close();
  const before = runsMigrations.map((area) => ({ ...area, steps: area.steps.slice(0, 3) }));
  test_ = await openTestProject({ dataDir, migrations: before });
  await test_.project.write((tx) => {
    for (const one of events(4))
      tx.db.prepare('INSERT INTO run_event (run, seq, event) VALUES (?, ?, ?)').run('r', one.seq, JSON.stringify(one));
  });
  test_.close({ keep: true });
  test_ = await openTestProject({ dataDir, migrations: runsMigrations });
  expect(store().events('r', 1, 10)).toEqual(events(3, 1));
  expect(store().eventsOf('r')).toBe(4);
  await add('r', events(2, 4));
  expect(store().events('r', 0, 10)).toEqual(events(6));
});
