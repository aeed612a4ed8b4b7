import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUICK, FAILING, openTestSchedules, type TestSchedules } from './testing.ts';

let s: TestSchedules;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voike-watched-'));
  s = await openTestSchedules();
});
afterEach(async () => {
  await s.close();
  rmSync(folder, { recursive: true, force: true });
});

const project = () => s.t.test.project;
const history = (id: string) => s.schedules.history(project(), id, { limit: 100 }).firings.toReversed();
const states = (id: string) => history(id).map((one) => one.state);
const again = async () => {
  const { dataDir } = s.t.test;
  await s.stop();
  s = await openTestSchedules(undefined, dataDir);
};

describe('files', () => {
  const LINES = 'FLOW "Lines"\nINPUTS\n file rows\nEND INPUTS\nSTEP t = LOAD CSV FROM rows\nOUTPUT t AS "t"\nEND FLOW';
  const watching = async (more: object = {}) =>
    s.schedules.create(
      project(),
      { source: LINES, trigger: { kind: 'file', path: folder, match: '*.csv', ...more } },
      'local',
    );
  const settled = async (id: string, count: number) => {
    await expect.poll(() => states(id).filter((one) => one !== 'running' && one !== 'waiting').length).toBe(count);
  };
  const causes = (id: string) => history(id).map((one) => one.cause.replace(`${folder}/`, ''));

  it('sees that a folder is gone and is back, however its path was written', async () => {
    const { id } = await watching({ path: `${folder}/./` });
    await s.schedules.idle();
    const trouble = () => s.schedules.get(project(), id).trouble;
    rmSync(folder, { recursive: true });
    await expect.poll(trouble).toContain('is not there');
    mkdirSync(folder);
    await expect.poll(trouble).toBeUndefined();
    writeFileSync(join(folder, 'one.csv'), 'a\n1\n');
    await settled(id, 1);
  });

  it('runs with each file that comes or changes, once it stays as it is', async () => {
    writeFileSync(join(folder, 'old.csv'), 'a\n1\n');
    const { id } = await watching();
    await s.schedules.idle();
    writeFileSync(join(folder, 'one.csv'), 'a\n1\n');
    writeFileSync(join(folder, 'notes.txt'), 'no');
    writeFileSync(join(folder, '.hidden.csv'), 'no');
    writeFileSync(join(folder, 'two.csv'), 'a\n1\n2\n');
    await settled(id, 2);
    expect([states(id), causes(id).toSorted()]).toEqual([
      ['succeeded', 'succeeded'],
      ['one.csv changed', 'two.csv changed'],
    ]);
    writeFileSync(join(folder, 'old.csv'), 'a\n1\n2\n3\n');
    await settled(id, 3);
    const run = await s.t.runs.get(project(), history(id).at(-1)!.run!);
    expect(run.outputs['t']!.value).toMatchObject({ rows: 3 });
  });

  it('what changed while the node was not running is caught up, what did not is not run again', async () => {
    writeFileSync(join(folder, 'same.csv'), 'a\n1\n');
    const { id } = await watching();
    await s.schedules.idle();
    const { dataDir } = s.t.test;
    await s.stop();
    writeFileSync(join(folder, 'new.csv'), 'a\n1\n');
    s = await openTestSchedules(undefined, dataDir);
    await settled(id, 1);
    expect(causes(id)).toEqual(['new.csv changed']);
    await again();
    await s.schedules.idle();
    expect(causes(id)).toEqual(['new.csv changed']);
  });

  it('follows no links that lie in the folder', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'voike-elsewhere-'));
    writeFileSync(join(elsewhere, 'secret.csv'), 'a\n1\n');
    const { id } = await watching();
    await s.schedules.idle();
    symlinkSync(join(elsewhere, 'secret.csv'), join(folder, 'link.csv'));
    writeFileSync(join(folder, 'real.csv'), 'a\n1\n');
    await settled(id, 1);
    expect(causes(id)).toEqual(['real.csv changed']);
    rmSync(elsewhere, { recursive: true });
  });

  it('says that a folder is gone', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const { id } = await watching({ path: inner });
    await s.schedules.idle();
    renameSync(inner, join(folder, 'moved'));
    // And that it is back, with what is in it by then.
    const back = async () => {
      mkdirSync(inner);
      writeFileSync(join(inner, 'back.csv'), 'a\n1\n');
      await settled(id, 1);
      expect([causes(id), s.schedules.get(project(), id).trouble]).toEqual([['inner/back.csv changed'], undefined]);
    };
    await expect.poll(() => s.schedules.get(project(), id).trouble).toBe(`The folder ${inner} is not there.`);
    await back();
  });

  it('watches one file', async () => {
    const path = join(folder, 'only.csv');
    writeFileSync(path, 'a\n1\n');
    const { id } = await watching({ path, match: undefined });
    await s.schedules.idle();
    writeFileSync(join(folder, 'other.csv'), 'a\n1\n');
    utimesSync(path, new Date(), new Date(Date.now() - 5000));
    await settled(id, 1);
    expect(causes(id)).toEqual(['only.csv changed']);
  });
});

describe('events', () => {
  const on = (event: string, of?: string, source = QUICK.replace('Quick', 'After')) =>
    s.schedules.create(
      project(),
      { source, trigger: { kind: 'event', event, ...(of === undefined ? {} : { of }) } },
      'local',
    );
  const done = async () => {
    // An entry is looked at when it is committed, which the end of a run does not wait for: what is written after it does. And once
    // more for what that set off.
    for (let n = 0; n < 3; n++) {
      await project().write(() => undefined);
      await s.schedules.idle();
    }
  };

  it('runs when another flow has failed, and only then', async () => {
    const { id } = await on('run.failed', 'Bad');
    await s.t.run(QUICK);
    await s.t.run(FAILING.replace('"Bad"', '"Worse"'));
    await done();
    expect(states(id)).toEqual([]);
    await s.t.run(FAILING);
    await done();
    expect([states(id), history(id)[0]!.cause]).toEqual([
      ['succeeded'],
      expect.stringMatching(/^run\.failed, ledger entry \d+$/),
    ]);
  });

  it('gives what happened to the input called event', async () => {
    const { id } = await on(
      'run.succeeded',
      'Quick',
      'FLOW "Told"\nINPUTS\n json event\nEND INPUTS\nOUTPUT event.kind AS "kind"\nEND FLOW',
    );
    await s.t.run(QUICK);
    await done();
    const run = await s.t.runs.get(project(), history(id)[0]!.run!);
    expect(run.outputs['kind']!.value).toBe('run.finish');
  });

  it('runs when a table changes, but not by what its own run stores', async () => {
    const STORE =
      'FLOW "Store"\nINPUTS\n list rows = [{ a: 1 }]\nEND INPUTS\nSTEP s = FILTER rows WHERE a > 0\nSTEP k = STORE s AS TABLE "t" MODE append\nOUTPUT k AS "k"\nEND FLOW';
    const { id } = await on('table.changed', 't', STORE.replace('"Store"', '"Own"'));
    await s.t.run(STORE.replace('"t"', '"other"'));
    await done();
    expect(states(id)).toEqual([]);
    await s.t.run(STORE);
    await done();
    await done();
    expect(states(id)).toEqual(['succeeded']);
  });

  it('one run for each entry, none lost when the node was gone in between, none twice', async () => {
    const { id } = await on('thing.made');
    const make = (n: number) => project().write((tx) => void tx.append('thing.made', { n }));
    await Promise.all([make(1), make(2)]);
    await done();
    expect(states(id)).toEqual(['succeeded', 'succeeded']);
    const { dataDir } = s.t.test;
    await s.schedules.close();
    // The node is on its way out: nobody looks any more.
    await make(3);
    await s.t.close({ keep: true });
    s = await openTestSchedules(undefined, dataDir);
    await done();
    expect(states(id)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    await again();
    await done();
    expect(states(id)).toHaveLength(3);
  });

  it('two that set one another off come to an end', async () => {
    const flow = (name: string) => QUICK.replace('Quick', name);
    const a = await on('run.succeeded', 'B', flow('A'));
    const b = await on('run.succeeded', 'A', flow('B'));
    await s.t.run(flow('A'));
    for (let n = 0; n < 30; n++) await done();
    const all = [...history(a.id), ...history(b.id)];
    expect(all.filter((one) => one.state === 'succeeded')).toHaveLength(8);
    expect(all.filter((one) => one.state === 'skipped').map((one) => one.reason)).toEqual([
      '8 schedules set one another off to get here: they go round in a circle.',
    ]);
  });

  it('what happens while it is paused does not count', async () => {
    const { id } = await on('run.succeeded', 'Quick');
    await s.schedules.enable(project(), id, false, 'local');
    await s.t.run(QUICK);
    await done();
    await s.schedules.enable(project(), id, true, 'local');
    await done();
    expect(states(id)).toEqual([]);
    await s.t.run(QUICK);
    await done();
    expect(states(id)).toEqual(['succeeded']);
  });
});

describe('files of this machine are named by the person at this machine', () => {
  const WITH_FILE = 'FLOW "F"\nINPUTS\n file f\nEND INPUTS\nOUTPUT f AS "f"\nEND FLOW';
  const every = { kind: 'every', every: '1h' } as const;
  it.each([
    ['a watched file', () => ({ source: QUICK, trigger: { kind: 'file', path: folder } as const })],
    ['a flow by its path', () => ({ path: join(folder, 'x.flow'), trigger: every })],
    ['an input by path', () => ({ source: WITH_FILE, inputs: { f: { $file: join(folder, 'x') } }, trigger: every })],
    [
      'an input by path, deep inside',
      () => ({ source: WITH_FILE, inputs: { f: { a: [{ $file: '/x' }] } }, trigger: every }),
    ],
  ])('%s', async (_what, definition) => {
    writeFileSync(join(folder, 'x.flow'), QUICK);
    writeFileSync(join(folder, 'x'), '1');
    for (const actor of ['key:someone', 'run:r/step:s', 'admin', 'node'])
      await expect(s.schedules.create(project(), definition(), actor)).rejects.toMatchObject({
        code: 'schedule-local',
      });
  });

  it('and nobody else gives such a schedule another flow, or starts it', async () => {
    const { id } = await s.schedules.create(
      project(),
      { source: QUICK, trigger: { kind: 'file', path: folder } },
      'local',
    );
    const key = 'key:someone';
    await expect(s.schedules.update(project(), id, { source: FAILING }, key)).rejects.toMatchObject({
      code: 'schedule-local',
    });
    await expect(s.schedules.runNow(project(), id, key)).rejects.toMatchObject({ code: 'schedule-local' });
    await s.schedules.enable(project(), id, false, key);
    await expect(s.schedules.enable(project(), id, true, key)).rejects.toMatchObject({ code: 'schedule-local' });
  });

  it('a key may keep a flow as text', async () => {
    const made = await s.schedules.create(
      project(),
      { source: QUICK, trigger: every, origin: '/etc/x.flow' },
      'key:someone',
    );
    expect([made.enabled, made.origin]).toEqual([true, undefined]);
  });

  it('a flow by its path is read anew each time', async () => {
    const path = join(folder, 'x.flow');
    writeFileSync(path, QUICK);
    const { id } = await s.schedules.create(project(), { path, trigger: every }, 'local');
    writeFileSync(path, QUICK.replace('Quick', 'Newer'));
    const firing = await s.schedules.runNow(project(), id, 'local');
    await s.schedules.idle();
    expect((await s.t.runs.get(project(), firing.run!)).name).toBe('Newer');
    rmSync(path);
    await s.schedules.runNow(project(), id, 'local');
    await s.schedules.idle();
    expect(history(id).at(-1)).toMatchObject({ state: 'failed', error: { code: 'file-not-found' } });
  });
});
