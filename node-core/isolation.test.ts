import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from './log/log.ts';
import { openNode, type VoikeNode } from './node.ts';
import type { Project } from './projects/project.ts';
import type { RunRecord } from './runs/schema.ts';

let node: VoikeNode;
let folder: string;
let owner: Project;
let other: Project;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voike-isolation-'));
  node = await openNode({ dataDir: folder, log: createLog({ level: 'silent' }) });
  owner = node.local().project;
  const made = await node.projects.create({ organizationName: 'other', projectName: 'other' }, 'test');
  const { apiKey } = await node.projects.createKey({ projectId: made.id, label: 'test' }, 'test');
  other = node.authenticate(apiKey)!.project;
});
afterAll(async () => {
  await node.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (project: Project, name: string, input: unknown, actor = 'key:test') =>
  node.call(name, { project, actor, signal: new AbortController().signal, log: node.log }, input);
const upload = async (project: Project, name: string, text: string) =>
  (await call(project, 'blobs.put', { name, body: Readable.from([Buffer.from(text)]) })) as { id: string };
const run = async (project: Project, source: string, inputs: Record<string, unknown> = {}) =>
  (await call(project, 'flow.execute', { source: `FLOW "t"\n${source}\nEND FLOW`, inputs })) as RunRecord;

/** A stored result of the owner's project, as a reference on the wire and in the form that it has inside the node. */
async function secrets() {
  const record = await run(owner, 'STEP rows = FILTER [{ word: "secret" }] WHERE true\nOUTPUT rows');
  const wire = record.outputs['rows']!.value as { $table: string; rows: number; columns: unknown[] };
  return { wire, forged: { kind: 'table', key: wire.$table, rows: wire.rows, columns: wire.columns } };
}

const READERS = [
  'STEP got = FILTER it WHERE true\nOUTPUT got',
  'STEP got = FILTER it.inner WHERE true\nOUTPUT got',
  'STEP got = TRANSFORM FIRST(it)\nOUTPUT got',
  'STEP got = TRANSFORM it\nSTEP all = FILTER got WHERE true\nOUTPUT all',
  'STEP got = QUERY "SELECT * FROM it"\nOUTPUT got',
  'STEP got = STORE it AS TABLE "mine"\nSTEP back = LOAD TABLE mine\nOUTPUT back',
  'STEP got = STORE it AS BLOB "mine"\nOUTPUT got',
  'STEP got = APX_EXEC "flow.execute" WITH { source: "FLOW \\"i\\"\\nINPUTS\\ntable t\\nEND INPUTS\\nSTEP r = FILTER t WHERE true\\nOUTPUT r\\nEND FLOW", inputs: { t: it } }\nOUTPUT got',
];

async function everythingOf(record: RunRecord): Promise<string> {
  const texts = [JSON.stringify(record)];
  for (const step of record.steps.filter((one) => one.state === 'done' || one.state === 'reused')) {
    const shown = await call(other, 'flow.stepResult', { id: record.id, step: step.id, offset: 0, limit: 10 }).catch(
      (error: unknown) => String(error),
    );
    texts.push(JSON.stringify(shown));
  }
  return texts.join('\n');
}

describe('projects are apart', () => {
  test('the owner reads its own result by its reference', async () => {
    const { wire } = await secrets();
    const record = await run(owner, 'INPUTS\ntable it\nEND INPUTS\nSTEP got = TRANSFORM FIRST(it)\nOUTPUT got', {
      it: wire,
    });
    expect(record.outputs['got']?.value).toEqual({ word: 'secret' });
  });

  test("no form of a reference opens another project's rows", async () => {
    const { wire, forged } = await secrets();
    for (const type of ['json', 'record', 'list', 'table']) {
      for (const reader of READERS) {
        for (const given of [wire, forged, [wire], [forged], { inner: forged }, { inner: wire }]) {
          const source = `INPUTS\n${type} it\nEND INPUTS\n${reader}`;
          const seen = await run(other, source, { it: given }).then(everythingOf, (error: unknown) => String(error));
          expect(seen, `${source} with ${JSON.stringify(given)}`).not.toContain('secret"');
        }
      }
    }
  });

  test('a forged reference in a file of records is a record', async () => {
    const { forged } = await secrets();
    const text = JSON.stringify([{ it: forged, also: { kind: 'file', path: '/etc/passwd' } }]);
    const { id } = await upload(other, 'forged.json', text);
    const record = await run(
      other,
      'INPUTS\nfile f\nEND INPUTS\nSTEP x = LOAD JSON FROM f\nSTEP one = TRANSFORM FIRST(x).it\nSTEP got = FILTER one WHERE true\nSTEP raw = TRANSFORM FIRST(x).also\nSTEP lines = LOAD CSV FROM raw\nOUTPUT got',
      { f: { $blob: id } },
    );
    expect(await everythingOf(record)).not.toMatch(/secret"|root:/);
    expect(record.steps.find((step) => step.name === 'lines')?.state).not.toBe('done');
  });

  test('a flow names no file by a default of its inputs', async () => {
    const record = await run(
      other,
      'INPUTS\nfile f = { kind: "file", path: "/etc/passwd" }\nEND INPUTS\nSTEP x = LOAD CSV FROM f\nOUTPUT x',
    ).catch((error: unknown) => String(error));
    expect(JSON.stringify(record)).not.toContain('root:');
    expect(JSON.stringify(record)).not.toContain('"state":"succeeded"');
  });

  test('keys that are no keys lead nowhere', async () => {
    const { forged } = await secrets();
    for (const key of ['../../../etc/passwd', `${'a'.repeat(63)}/`, '', '.'.repeat(64)]) {
      const record = await run(other, 'INPUTS\njson it\nEND INPUTS\nSTEP got = FILTER it WHERE true\nOUTPUT got', {
        it: { ...forged, key },
      });
      expect(await everythingOf(record)).not.toContain('secret"');
    }
  });

  test("another project's uploaded file is not looked into", async () => {
    const stored = await run(owner, 'STEP b = STORE "secretColumn\\n1\\n" AS BLOB "x"\nOUTPUT b');
    const id = (stored.outputs['b']!.value as { $blob: string }).$blob;
    await expect(call(other, 'flow.sniff', { file: { $blob: id } })).rejects.toMatchObject({ code: 'blob-not-found' });
    const planned = await call(other, 'flow.plan', {
      source: 'FLOW "t"\nINPUTS\nfile f\nEND INPUTS\nSTEP x = LOAD CSV FROM f\nOUTPUT x\nEND FLOW',
      inputs: { f: { $blob: id } },
    });
    expect(JSON.stringify(planned)).not.toContain('secretColumn');
    const record = await run(other, 'INPUTS\nfile f\nEND INPUTS\nSTEP x = LOAD CSV FROM f\nOUTPUT x', {
      f: { $blob: id },
    }).catch((error: unknown) => String(error));
    expect(JSON.stringify(record)).not.toContain('secretColumn');
  });
});

describe('references inside results', () => {
  test('are still references when the result is read back', async () => {
    const source =
      'STEP rows = FILTER [{ a: 1 }, { a: 2 }] WHERE a > 1\nSTEP box = TRANSFORM { inner: [rows], fake: { kind: "table", key: "x", rows: 1, columns: [] } }\nSTEP got = TRANSFORM LEN(box.inner[0])\nOUTPUT got';
    const first = await run(owner, source);
    expect(first.error).toBeUndefined();
    const again = await run(owner, `${source}\nSTEP more = FILTER box.inner[0] WHERE true\nOUTPUT more`);
    expect(again.steps.find((step) => step.name === 'box')?.state).toBe('reused');
    expect(again.outputs['more']).toMatchObject({ kind: 'table', value: { rows: 1 } });
  });
});

describe('files of this machine', () => {
  const LOADS = 'FLOW "reads"\nINPUTS\nfile f\nEND INPUTS\nSTEP x = LOAD CSV FROM f\nOUTPUT x\nEND FLOW';
  let path: string;
  beforeAll(() => {
    path = join(folder, 'private.csv');
    writeFileSync(path, 'secretColumn\nsecretValue\n');
  });
  const refused = { code: 'local-only', status: 403 };
  const start = (actor: string, more: Record<string, unknown> = {}) =>
    call(
      owner,
      'flow.execute',
      { source: LOADS, inputs: { f: { $file: path } }, ...more },
      actor,
    ) as Promise<RunRecord>;

  test('are read by their path for the person at it, and not for a key of the very same project', async () => {
    expect((await start('local')).state).toBe('succeeded');
    await expect(start('key:1')).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('The input "f" names a file of the node\'s machine by its path'),
      hint: expect.stringContaining('Upload'),
    });
  });

  test('tell a key not even whether they are there', async () => {
    const of = (file: string) => ({ source: LOADS, inputs: { f: { $file: file } } });
    for (const file of [path, join(folder, 'missing.csv')]) {
      await expect(call(owner, 'flow.execute', of(file))).rejects.toMatchObject(refused);
      await expect(call(owner, 'flow.plan', of(file))).rejects.toMatchObject(refused);
      await expect(call(owner, 'flow.programs', of(file))).rejects.toMatchObject(refused);
      await expect(call(owner, 'flow.sniff', { file: { $file: file } })).rejects.toMatchObject(refused);
      await expect(call(owner, 'flow.byExample', { file: { $file: file } })).rejects.toMatchObject(refused);
      await expect(
        call(owner, 'flow.lineage', { ...of(file), node: 'x', column: 'secretColumn' }),
      ).rejects.toMatchObject(refused);
    }
  });

  test('are not reached through a run of that person: not again, not with another source, not by an edit', async () => {
    const { id } = await start('local');
    await expect(call(owner, 'flow.rerun', { id })).rejects.toMatchObject(refused);
    const other = LOADS.replace('LOAD CSV FROM f', 'LOAD JSON FROM f');
    await expect(call(owner, 'flow.rerun', { id, source: other })).rejects.toMatchObject(refused);
    await expect(
      call(owner, 'flow.editRun', { id, edits: [{ step: 'x', file: { $file: path } }] }),
    ).rejects.toMatchObject(refused);
    const paused = await start('local', { breakpoints: ['x'] });
    await expect(call(owner, 'flow.continueRun', { id: paused.id })).rejects.toMatchObject(refused);
    await expect(call(owner, 'flow.continueRun', { id: paused.id }, 'local')).resolves.toBeDefined();
  });

  test('are not reached through a step that calls the node', async () => {
    const { id } = await start('local');
    const calls = (operation: string, input: string) =>
      `FLOW "calls"\nSTEP got = APX_EXEC "${operation}" WITH ${input}\nOUTPUT got\nEND FLOW`;
    for (const actor of ['key:1', 'local']) {
      const again = (await call(
        owner,
        'flow.execute',
        { source: calls('flow.rerun', `{ id: "${id}" }`) },
        actor,
      )) as RunRecord;
      expect(again.error?.code).toBe('local-only');
      const direct = (await call(
        owner,
        'flow.execute',
        { source: calls('flow.sniff', `{ file: { "$file": ${JSON.stringify(path)} } }`) },
        actor,
      )) as RunRecord;
      expect(direct.error?.code).toBe('file-not-named');
    }
  });

  test('are handed on by the steps of a run that was given them', async () => {
    const inner = LOADS.replaceAll('\n', '\\n').replaceAll('"', '\\"');
    const source = `FLOW "hands on"\nINPUTS\nfile f\nEND INPUTS\nSTEP got = APX_EXEC "flow.execute" WITH { source: "${inner}", inputs: { f: f } }\nOUTPUT got.state\nEND FLOW`;
    const record = (await call(
      owner,
      'flow.execute',
      { source, inputs: { f: { $file: path } } },
      'local',
    )) as RunRecord;
    expect(record.error).toBeUndefined();
    expect(Object.values(record.outputs)[0]?.value).toBe('succeeded');
  });

  test('beside a flow are called for the person at this machine alone', async () => {
    writeFileSync(join(folder, 'neighbour.flow'), 'FLOW "neighbour"\nOUTPUT "secretText" AS "t"\nEND FLOW');
    const request = {
      source: 'FLOW "caller"\nSTEP got = CALL FLOW "neighbour"\nOUTPUT got.t\nEND FLOW',
      origin: join(folder, 'caller.flow'),
    };
    const mine = (await call(owner, 'flow.execute', request, 'local')) as RunRecord;
    expect(JSON.stringify(mine.outputs)).toContain('secretText');
    const theirs = (await call(owner, 'flow.execute', request)) as RunRecord;
    expect(theirs.error?.code).toBe('flow-not-found');
    expect(JSON.stringify(theirs)).not.toContain(folder);
  });

  test('that ship with the program are read for everybody', async () => {
    const { samples } = (await call(other, 'flow.samples', {})) as {
      samples: { name: string; source: string; inputs: Record<string, unknown> }[];
    };
    const sample = samples.find((one) => one.name === 'demo/airports-by-state')!;
    const record = (await call(other, 'flow.execute', { source: sample.source, inputs: sample.inputs })) as RunRecord;
    expect(record.state).toBe('succeeded');
    const [name, given] = Object.entries(sample.inputs).find(([, value]) => JSON.stringify(value).includes('$file'))!;
    const out = { $file: `${(given as { $file: string }).$file}/../../../package.json` };
    await expect(
      call(other, 'flow.execute', { source: sample.source, inputs: { ...sample.inputs, [name]: out } }),
    ).rejects.toMatchObject(refused);
  });
});
