/** The commands around writing flows: diff, lineage, new, and the operations behind them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { voike } from './testing.ts';

let folder: string;
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-authoring-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OLD =
  'FLOW "x"\nINPUTS\n  file f\nEND INPUTS\n\nSTEP rows =\n  LOAD CSV FROM f\n\nSTEP top =\n  SORT rows BY n\n\nOUTPUT top AS "Top"\nEND FLOW\n';
const NEW = OLD.replace('BY n', 'BY n DESC').replaceAll('rows', 'all');
const CSV = 'city,n\nA,1\nB,2\n';

describe('voike diff', () => {
  it('says what differs by structure, with the exit codes of diff', async () => {
    const [old, fresh] = [file('old.flow', OLD), file('new.flow', NEW)];
    expect(await voike(['diff', old, old])).toMatchObject({ code: 0, stdout: '' });
    expect(await voike(['diff', old, file('spaced.flow', OLD.replaceAll('\n\n', '\n'))])).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(await voike(['diff', old, fresh])).toMatchObject({
      code: 1,
      stdout: '~ step all: renamed from rows\n~ step top: sort by: n → n DESC\n',
    });
    const piped = await voike(['diff', '-', fresh, '--json'], { stdin: OLD });
    expect(piped.code).toBe(1);
    expect(piped.json()).toMatchObject({
      same: false,
      nodes: [{ differences: ['renamed'] }, { differences: ['changed'], parts: [{ id: 'by' }] }],
    });
    expect(await voike(['diff', old, join(folder, 'none.flow')])).toMatchObject({ code: 2, stdout: '' });
    expect((await voike(['diff', old, file('broken.flow', 'FLOW "x"\nSTEP')])).stderr).toContain('has mistakes');
  });
});

describe('voike lineage', () => {
  it('follows a column by its name alone, without a node', async () => {
    const plan = file('plan.flow', OLD);
    const { code, stdout } = await voike(['lineage', plan, 'top.city']);
    expect(code).toBe(0);
    expect(stdout).toContain('top.city ← rows.city   same: SORT');
    expect(stdout).toContain('Top.city: Given out as "Top".');
    expect((await voike(['lineage', plan, 'rows.n', '--json'])).json()).toMatchObject({
      uses: [{ node: 'step:top', decides: 'the order of rows' }],
    });
    expect(await voike(['lineage', plan, 'nothing.n'])).toMatchObject({ code: 2 });
  });

  it('knows the columns of the files that are given', async () => {
    const plan = file('plan.flow', OLD);
    const args = ['lineage', plan, 'top.city', '--data', join(folder, 'data'), '--input', `f=@${file('f.csv', CSV)}`];
    expect((await voike(args)).stdout).toContain('text (VARCHAR)');
    const wrong = await voike([...args.slice(0, 2), 'top.town', ...args.slice(3)]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('has no column "town"');
  });
});

describe('voike new', () => {
  it.each([
    ['cities.csv', CSV, 'LOAD CSV FROM cities\n', 'city  text (VARCHAR)'],
    [
      'cities.tsv',
      CSV.replaceAll(',', '\t'),
      'LOAD CSV FROM cities OPTIONS { delimiter: "\\t" }\n',
      'n     number (BIGINT)',
    ],
    ['cities.json', '[{"city":"A","n":1}]', 'LOAD JSON FROM cities\n', 'city  text (VARCHAR)'],
    ['cities.ndjson', '{"city":"A","n":1}\n{"city":"B","n":2}\n', 'LOAD NDJSON FROM cities\n', 'n     number (BIGINT)'],
  ])(
    'makes a flow that loads %s and runs',
    async (name, text, load, column) => {
      const data = file(name, text);
      const output = join(folder, `${name}.flow`);
      const made = await voike(['new', data, '-o', output, '--data', join(folder, 'data')]);
      expect(made).toMatchObject({ code: 0, stdout: '' });
      expect(made.stderr).toContain(`wrote ${output}`);
      const flow = readFileSync(output, 'utf8');
      expect(flow).toContain(load);
      expect(flow).toContain(column);
      const run = await voike(['run', output, '--input', `cities=@${data}`, '--json', '--data', join(folder, 'data')]);
      expect(run.json().outputs.Cities.rows[0]).toEqual(['A', 1]);
      expect(await voike(['new', data, '-o', output])).toMatchObject({ code: 2 });
    },
    60_000,
  );

  it('reads Parquet, prints the flow, and says what is wrong', async () => {
    const csv = file('wide.csv', CSV);
    const plan = file(
      'wide.flow',
      'FLOW "w"\nINPUTS\n  file f\nEND INPUTS\nSTEP a = LOAD CSV FROM f\nSTEP k = STORE a AS TABLE "wide" MODE replace\nEND FLOW\n',
    );
    const data = join(folder, 'data');
    expect((await voike(['run', plan, '--input', `f=@${csv}`, '--data', data])).code).toBe(0);
    const parquet = join(folder, 'wide.parquet');
    expect((await voike(['tables', 'export', 'wide', '-o', parquet, '--data', data])).code).toBe(0);
    const { code, stdout } = await voike(['new', parquet, '--data', data]);
    expect(code).toBe(0);
    expect(stdout).toContain('LOAD PARQUET FROM wide\n');
    expect(stdout).toContain('#   city  text (VARCHAR)');
    expect(await voike(['new', join(folder, 'none.csv')])).toMatchObject({ code: 2 });
  });
});

describe('the operations', () => {
  it('edit a source step by step, all or none', async () => {
    const call = async (input: unknown) =>
      voike(['call', 'flow.edit', '-', '--data', join(folder, 'data')], { stdin: JSON.stringify(input) });
    const edits = [
      {
        kind: 'insert',
        item: 'FILTER',
        name: 'good',
        where: { place: 'edge', from: 'step:rows', to: 'step:top' },
        values: { where: 'n > 1' },
      },
      { kind: 'comment', node: 'step:good', text: 'Only some' },
    ];
    const { source, select } = (await call({ source: OLD, edits })).json();
    expect(source).toContain('# Only some\nSTEP good =\n  FILTER rows WHERE n > 1\n');
    expect(source).toContain('SORT good BY n');
    expect(select).toEqual(['step:good']);
    expect(
      (await call({ source: OLD, edits: [...edits, { kind: 'rename', node: 'step:top', name: 'rows' }] })).json(),
    ).toEqual({
      ok: false,
      reason: 'There is already a step called "rows".',
      edit: 2,
    });
    expect((await call({ source: OLD, edits: [{ kind: 'explode' }] })).code).toBe(2);
    const linked = await voike(['call', 'flow.lineage', '-', '--data', join(folder, 'data')], {
      stdin: JSON.stringify({ source: OLD, node: 'top', column: 'n' }),
    });
    expect(linked.json()).toMatchObject({ of: { node: 'step:top', column: 'n' } });
    const differ = await voike(['call', 'flow.diff', '-', '--data', join(folder, 'data')], {
      stdin: JSON.stringify({ old: OLD, new: NEW }),
    });
    expect(differ.json()).toMatchObject({ same: false });
  });
});
