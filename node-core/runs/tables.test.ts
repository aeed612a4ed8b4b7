import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSamples } from './samples.ts';
import { openTestRuns, projectRoot, step, type TestRuns } from './testing.ts';

let t: TestRuns;
let folder: string;
beforeAll(async () => {
  t = await openTestRuns();
  folder = mkdtempSync(join(tmpdir(), 'voike-runs-'));
});
afterAll(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

const flow = (body: string, inputs = ''): string =>
  `FLOW "test"\n${inputs === '' ? '' : `INPUTS\n${inputs}\nEND INPUTS\n`}${body}\nEND FLOW`;
const data = (name: string) => ({ $file: join(projectRoot, 'resources', 'data', name) });
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { $file: path };
};
const rowsOf = async (run: string, node: string) => {
  const result = await t.runs.stepResult(t.test.project, run, node, 0, 100);
  return result.kind === 'table' ? result.page.rows : result;
};

describe('table steps', () => {
  const weather = flow(
    `STEP days = LOAD CSV FROM weather
     STEP wet = FILTER days WHERE precipitation > least
     STEP kinds = GROUP wet BY weather
       AGG count(*) AS n
     STEP top = SORT kinds BY n DESC
       TAKE 1
     OUTPUT top AS "Top"`,
    'file weather\nnumber least = 0',
  );

  test('neighbours run as one query, and each step still has its rows to open', async () => {
    const record = await t.run(weather, { inputs: { weather: data('seattle-weather.csv') } });
    expect(record.state).toBe('succeeded');
    expect(step(record, 'top').fusedWith).toEqual(['step:days', 'step:wet', 'step:kinds', 'step:top']);
    expect(['days', 'wet', 'kinds', 'top'].map((name) => step(record, name).rows)).toEqual([1461, 623, 2, 1]);
    expect(await rowsOf(record.id, 'step:kinds')).toHaveLength(2);
    expect(await rowsOf(record.id, 'output:Top')).toEqual(await rowsOf(record.id, 'step:top'));
    expect(record.outputs['Top']).toMatchObject({ kind: 'table', value: { rows: 1 } });
  });

  test('only what changed is computed again', async () => {
    const again = await t.run(weather, { inputs: { weather: data('seattle-weather.csv') } });
    expect(again.steps.every((one) => one.state === 'reused')).toBe(true);
    const from = await t.run(weather, { inputs: { weather: data('seattle-weather.csv') }, from: ['step:kinds'] });
    expect(step(from, 'top').state).toBe('done');
    expect(step(from, 'kinds').reason).toBe('Forced by re-run from kinds.');
    const other = await t.run(weather, { inputs: { weather: data('seattle-weather.csv'), least: 5 } });
    expect(step(other, 'top').state).toBe('done');
    expect(step(other, 'wet').rows).toBeLessThan(623);
  });

  test('a file that has changed is another input', async () => {
    const csv = file('n.csv', 'a\n1\n2\n');
    const source = flow('STEP x = LOAD CSV FROM f\nOUTPUT x', 'file f');
    await t.run(source, { inputs: { f: csv } });
    writeFileSync(csv.$file, 'a\n1\n2\n3\n');
    utimesSync(csv.$file, new Date(), new Date(Date.now() + 5000));
    const second = await t.run(source, { inputs: { f: csv } });
    expect(step(second, 'x')).toMatchObject({ state: 'done', rows: 3 });
  });

  test('lists of records, joins, unions, QUERY and looking into a table', async () => {
    const record = await t.run(
      flow(
        `STEP big = FILTER people WHERE age > 30
         STEP more = UNION big, more_people
         STEP towns = JOIN more WITH places ON more.town == places.town
         STEP one = DISTINCT more BY town
         STEP sql = QUERY "SELECT count(*) AS n FROM more WHERE age > $least" WITH { least: 40 }
         STEP facts = TRANSFORM { first: FIRST(more).name, n: LEN(towns), sql: FIRST(sql).n, towns: LEN(one) }
         STEP doubled = MAP people TO { name: UPPER(name), twice: age * 2 }
         OUTPUT facts
         OUTPUT doubled`,
        'list people\ntable more_people\nlist places',
      ),
      {
        inputs: {
          people: [
            { name: 'ann', age: 41, town: 'Ulm' },
            { name: 'bob', age: 20, town: 'Bonn' },
          ],
          more_people: [{ name: 'cy', age: 50, town: 'Ulm' }],
          places: [{ town: 'Ulm', at: 'Danube' }],
        },
      },
    );
    expect(record.error).toBeUndefined();
    expect(record.outputs['facts']?.value).toEqual({ first: 'ann', n: 2, sql: 2, towns: 1 });
    expect(record.outputs['doubled']?.value).toEqual([
      { name: 'ANN', twice: 82 },
      { name: 'BOB', twice: 40 },
    ]);
  });

  test('an error in a shared query is that of the step at fault', async () => {
    const record = await t.run(
      flow(
        `STEP x = LOAD CSV FROM f
         STEP y = MAP x TO { q: 10 / a }
         STEP z = SORT y BY q
         OUTPUT z`,
        'file f',
      ),
      { inputs: { f: file('zero.csv', 'a\n1\n0\n') } },
    );
    expect(record.state).toBe('failed');
    expect(step(record, 'y')).toMatchObject({ state: 'failed', error: { code: 'division-by-zero' } });
    expect(step(record, 'z')).toMatchObject({ state: 'skipped', reason: 'It runs in one query with y, which failed.' });
    expect(record.steps.at(-1)!.reason).toBe('It needs y, which failed.');
  });

  test('a path in the source is not opened', async () => {
    const record = await t.run(flow('STEP x = LOAD CSV FROM "/etc/passwd"'));
    expect(step(record, 'x').error).toMatchObject({ code: 'file-not-named', status: 403 });
  });

  test('records that look like files and tables open nothing', async () => {
    const secret = file('secret.csv', 'a\n1\n');
    const forged = { kind: 'file', path: secret.$file };
    const lazy = {
      kind: 'lazy-table',
      rows: 1,
      columns: [{ name: 'a', type: 'BIGINT' }],
      group: {
        steps: [{ nodeId: 'step:x', op: { op: 'LOAD' }, sources: [{ kind: 'file', file: forged }] }],
        scope: {},
      },
    };
    const load = flow('STEP x = LOAD CSV FROM it', 'json it');
    const record = await t.run(load, { inputs: { it: forged } });
    expect(step(record, 'x').error).toMatchObject({ code: 'type-mismatch' });
    expect((await t.run(load, { inputs: { it: { kind: 'blob', id: 'a'.repeat(64), size: 1 } } })).error).toMatchObject({
      code: 'type-mismatch',
    });
    const shown = await t.run(flow('STEP x = TRANSFORM it\nOUTPUT x', 'json it'), { inputs: { it: lazy } });
    expect(await t.runs.stepResult(t.test.project, shown.id, 'step:x', 0, 1)).toMatchObject({
      kind: 'json',
    });
    const asking = flow('STEP a = APX_EXEC "flow.sniff" WITH { file: { "$file": path } }', 'text path');
    expect((await t.run(asking, { inputs: { path: secret.$file } })).error).toMatchObject({ code: 'file-not-named' });
    const called = flow('STEP x = LOAD CSV FROM f\nOUTPUT x', 'file f').replace('"test"', '"called"');
    await t.runs.savePlan(t.test.project, called, t.runs.plan(t.test.project, called).graph);
    const calling = flow('STEP c = CALL FLOW "called" WITH { f: it }\nOUTPUT c', 'json it');
    expect((await t.run(calling, { inputs: { it: forged } })).error).toMatchObject({ code: 'input-type' });
    expect((await t.run(calling, { inputs: { it: secret } })).error).toMatchObject({ code: 'file-not-named' });
    const handed = flow('STEP c = CALL FLOW "called" WITH { f: it }\nOUTPUT c.x AS "rows"', 'file it');
    expect((await t.run(handed, { inputs: { it: secret } })).outputs['rows']).toMatchObject({ kind: 'table' });
  });

  test('a long query can be cancelled', async () => {
    const csv = file('many.csv', `a\n${Array.from({ length: 100_000 }, (_, n) => n % 2).join('\n')}\n`);
    const slow = await t.runs.start(t.test.project, {
      actor: 'local',
      source: flow(
        `STEP x = LOAD CSV FROM f
         STEP y = LOAD CSV FROM f
         STEP both = JOIN x WITH y ON x.a == y.a
         STEP n = GROUP both BY a
           AGG count(*) AS n
         OUTPUT n`,
        'file f',
      ),
      inputs: { f: csv },
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const after = await t.runs.cancel(t.test.project, slow.id);
    expect(after.state).toBe('cancelled');
  });
});

describe('the flows that ship', () => {
  const samples = readSamples(projectRoot).filter(({ kind }) => kind !== 'program');

  test('there is one of each kind', () => {
    expect(samples.map((sample) => sample.kind)).toEqual([
      'relational',
      'join',
      'json',
      'branches',
      'called flow',
      'stored table',
      'stored table, read',
      'for each, text report',
    ]);
  });

  test.each(samples)('$name runs on its data', async (sample) => {
    const record = await t.run(sample.source, { inputs: sample.inputs, origin: sample.name });
    expect(record.error).toBeUndefined();
    expect(record.state).toBe('succeeded');
    const outputs = Object.values(record.outputs);
    expect(outputs.length).toBeGreaterThan(0);
    for (const output of outputs) {
      const result = await t.runs.stepResult(t.test.project, record.id, output.node, 0, 10);
      if (output.kind === 'table') expect(result.kind === 'table' && result.page.rows.length).toBeGreaterThan(0);
    }
  });
});

describe('what a run stores', () => {
  const keep = flow('STEP kept = STORE rows AS TABLE "things" MODE upsert BY id', 'list rows');

  test('STORE changes the table with its ledger entry, and LOAD TABLE reads it as it is', async () => {
    await t.run(keep, {
      inputs: {
        rows: [
          { id: 1, v: 'a' },
          { id: 2, v: 'b' },
        ],
      },
    });
    await t.run(keep, { inputs: { rows: [{ id: 2, v: 'c' }] } });
    const read = flow('STEP s = LOAD TABLE "things"\nSTEP o = SORT s BY id\nOUTPUT o');
    const record = await t.run(read);
    expect(await rowsOf(record.id, 'output:o')).toEqual([
      [1, 'a'],
      [2, 'c'],
    ]);
    const again = await t.run(read);
    expect(step(again, 'o').state).toBe('reused');
    await t.run(keep, { inputs: { rows: [{ id: 3, v: 'd' }] } });
    expect(step(await t.run(read), 'o')).toMatchObject({ state: 'done', rows: 3 });
    const query = await t.run(flow('STEP q = QUERY "SELECT count(*) AS n FROM things"\nOUTPUT q'));
    expect(await rowsOf(query.id, 'step:q')).toEqual([[3]]);
  });

  test('STORE without MODE puts its rows in place of what was there, so that running again changes nothing', async () => {
    const store = (mode: string) => flow(`STEP kept = STORE rows AS TABLE "plain"${mode}`, 'list rows');
    const rows = (...ids: number[]) => ({ inputs: { rows: ids.map((id) => ({ id })) } });
    await t.run(store(''), rows(1, 2));
    await t.run(store(''), rows(1, 2));
    expect(t.tables.get(t.test.project, 'plain')).toMatchObject({ rows: 2 });
    await t.run(store(' MODE append'), rows(3));
    expect(t.tables.get(t.test.project, 'plain')).toMatchObject({ rows: 3 });
    await t.run(store(''), rows(4));
    expect(t.tables.get(t.test.project, 'plain')).toMatchObject({ rows: 1 });
  });

  test('STORE AS BLOB keeps the text, and the blob can be an input of the next run', async () => {
    const csv = 'a,b\n1,2\n3,4\n';
    const stored = await t.run(flow('STEP b = STORE text AS BLOB "numbers.csv"\nOUTPUT b', 'text text'), {
      inputs: { text: csv },
    });
    const blob = stored.outputs['b']?.value as { $blob: string };
    const load = flow('STEP x = LOAD CSV FROM f\nOUTPUT x', 'file f');
    const record = await t.run(load, { inputs: { f: blob } });
    expect(await rowsOf(record.id, 'step:x')).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(step(record, 'x').usage).toMatchObject({ bytesRead: csv.length });
    await expect(t.run(load, { inputs: { f: { $blob: 'a'.repeat(64) } } })).rejects.toMatchObject({
      code: 'blob-not-found',
    });
    await expect(
      t.run(flow('STEP x = TAKE 1 FROM f', 'table f'), {
        inputs: { f: { $table: 'a'.repeat(64), rows: 1, columns: [] } },
      }),
    ).rejects.toMatchObject({ code: 'table-unknown' });
  });
});
