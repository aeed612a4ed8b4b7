import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recent } from '../ledger/read.ts';
import { keeps } from './retention.ts';
import { openTestRuns, step, type TestRuns } from './testing.ts';

let t: TestRuns;
beforeEach(async () => {
  t = await openTestRuns();
});
afterEach(() => t.close());

const NONE = { runs: 0, days: 0 };
const FLOW = `FLOW "Kept"
INPUTS
  list rows
  number most = 2
END INPUTS
STEP old = FILTER rows WHERE n > 0
STEP top = TAKE most FROM old
STEP facts = TRANSFORM { n: LEN(top) }
OUTPUT top AS "Top"
END FLOW`;
const rows = [{ n: 1 }, { n: 2 }, { n: 3 }];
const run = (most: number) => t.run(FLOW, { inputs: { rows, most } });
const letGo = (rule = NONE) => t.runs.letGo(t.test.project, rule, 'local');
const top = (id: string) => t.runs.stepResult(t.test.project, id, 'step:top', 0, 10);
const parquet = () =>
  readdirSync(join(t.test.dataDir, 'blobs', 'tables'), { recursive: true }).filter((name) =>
    String(name).endsWith('.parquet'),
  );

describe('which runs keep their results', () => {
  const now = Date.parse('2026-02-01T00:00:00Z');
  const row = { state: 'succeeded', created_at: '2026-01-01T00:00:00Z', pinned: null, imported: null } as const;
  test('the newest of each flow, and those of the last days', () => {
    expect(keeps(row, 1, { runs: 2, days: 0 }, now)).toBe('newest');
    expect(keeps(row, 2, { runs: 2, days: 0 }, now)).toBeUndefined();
    expect(keeps(row, 2, { runs: 2, days: 32 }, now)).toBe('recent');
  });
  test('those that can go on, are pinned or shared, or came out of a file', () => {
    for (const state of ['running', 'paused', 'interrupted'])
      expect(keeps({ ...row, state }, 9, NONE, now)).toBe('goes-on');
    expect(keeps({ ...row, pinned: 'shared' }, 9, NONE, now)).toBe('pinned');
    expect(keeps({ ...row, imported: '{}' }, 9, NONE, now)).toBe('imported');
    expect(keeps({ ...row, state: 'failed' }, 9, NONE, now)).toBeUndefined();
  });
});

describe('letting results go', () => {
  test('says before what goes, frees exactly that, and leaves the steps and the ledger', async () => {
    const a = await run(1);
    const before = parquet().length;
    const said = await t.runs.retention(t.test.project, NONE);
    expect(said).toMatchObject({ runs: 1, keptRuns: 0 });
    expect(said.bytes).toBeGreaterThan(0);
    expect(await top(a.id)).toMatchObject({ kind: 'table' });
    expect(parquet()).toHaveLength(before);

    expect(await letGo()).toEqual(said);
    expect(parquet()).toHaveLength(0);
    const after = await t.runs.get(t.test.project, a.id);
    expect(after).toMatchObject({ state: 'succeeded', letGo: expect.any(String), outputs: {} });
    expect(after.steps.map(({ name, state }) => [name, state])).toEqual(
      a.steps.map(({ name, state }) => [name, state]),
    );
    await expect(top(a.id)).rejects.toMatchObject({ code: 'result-let-go', status: 410 });
    expect(recent(t.test.ledger, { limit: 1 }).entries[0]).toMatchObject({
      kind: 'results.let-go',
      payload: { rule: NONE, runs: 1, results: said.results, bytes: said.bytes },
    });
    expect(await t.runs.retention(t.test.project)).toMatchObject({ rule: NONE, runs: 0, results: 0, bytes: 0 });
  });

  test('what a run that stays has in common with one that goes, stays', async () => {
    const a = await run(1);
    const b = await run(2);
    expect(step(b, 'old').state).toBe('reused');
    await letGo({ runs: 1, days: 0 });
    expect(await top(b.id)).toMatchObject({ page: { total: 2 } });
    expect(await t.runs.stepResult(t.test.project, b.id, 'step:old', 0, 10)).toMatchObject({ page: { total: 3 } });
    await expect(top(a.id)).rejects.toMatchObject({ code: 'result-let-go' });
  });

  test('run again, it is computed anew, and says so; from one of its steps it does not go on', async () => {
    const a = await run(1);
    await letGo();
    await expect(t.runs.rerun(t.test.project, a.id, { actor: 'local', from: ['step:facts'] })).rejects.toMatchObject({
      code: 'results-let-go',
    });
    const again = await (await t.runs.rerun(t.test.project, a.id, { actor: 'local' })).ended;
    expect(again.state).toBe('succeeded');
    expect(step(again, 'facts')).toMatchObject({ state: 'done', why: { code: 'let-go' } });
    expect(step(again, 'facts').reason).toContain('was let go');
    expect(await top(again.id)).toMatchObject({ page: { total: 1 } });
  });

  test('a pinned run and a shared one keep theirs until nobody asks for it', async () => {
    const a = await run(1);
    const b = await run(2);
    await t.runs.pin(t.test.project, a.id, true, 'local');
    await t.runs.export(t.test.project, b.id, 'local', new AbortController().signal);
    expect(await t.runs.retention(t.test.project, NONE)).toMatchObject({ runs: 0, keptRuns: 2, results: 0 });
    expect((await t.runs.get(t.test.project, b.id)).pinned).toBe('shared');
    await t.runs.pin(t.test.project, a.id, false, 'local');
    expect(await letGo()).toMatchObject({ runs: 1, keptRuns: 1 });
    expect(await top(b.id)).toMatchObject({ page: { total: 2 } });
  });

  test('results that a stored table or another run has been made of are not missed', async () => {
    const a = await run(3);
    const ref = a.outputs['Top']!.value as { $table: string };
    const b = await t.run('FLOW "Other"\nINPUTS\ntable t\nEND INPUTS\nSTEP s = SORT t BY n DESC\nOUTPUT s\nEND FLOW', {
      inputs: { t: ref },
    });
    await t.runs.pin(t.test.project, b.id, true, 'local');
    await letGo();
    const again = await (await t.runs.rerun(t.test.project, b.id, { actor: 'local' })).ended;
    expect(again.state).toBe('succeeded');
  });

  test('waits for nobody: while a run is under way it is refused', async () => {
    const { id } = await t.runs.start(t.test.project, {
      actor: 'local',
      source: 'FLOW "w"\nSTEP a = WAIT "1m"\nEND FLOW',
    });
    await expect(letGo()).rejects.toMatchObject({ code: 'runs-under-way', status: 409 });
    await t.runs.cancel(t.test.project, id);
    expect(await letGo()).toMatchObject({ results: 0 });
  });

  test('files that a crash left are removed when the project is next used', async () => {
    const a = await run(1);
    const key = (a.outputs['Top']!.value as { $table: string }).$table;
    // As it stands between the commit and the removal of the files.
    await t.test.project.write((tx) => {
      tx.db.exec('DELETE FROM step_result');
      tx.db.prepare('INSERT INTO result_dropped (key) VALUES (?)').run(key);
    });
    const { dataDir } = t.test;
    const file = join(dataDir, 'blobs', 'tables', t.test.project.id, key.slice(0, 2), `${key}.parquet`);
    expect(existsSync(file)).toBe(true);
    await t.close({ keep: true });
    t = await openTestRuns({ dataDir });
    await t.runs.recover(t.test.project);
    expect(existsSync(file)).toBe(false);
    expect(t.test.project.db.prepare('SELECT count(*) FROM result_dropped').pluck().get()).toBe(0);
  });
});
