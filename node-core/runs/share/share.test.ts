import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { recent } from '../../ledger/read.ts';
import type { StreamedOutput } from '../../operations/operation.ts';
import type { RunRecord } from '../schema.ts';
import { openTestRuns, step, type TestRuns } from '../testing.ts';
import { BLOCK, padded, readTar, tarHeader } from './tar.ts';

let here: TestRuns;
let there: TestRuns;
beforeEach(async () => {
  here = await openTestRuns();
  there = await openTestRuns();
});
afterEach(async () => {
  await here.close();
  await there.close();
});

const signal = new AbortController().signal;
const people = [
  { name: 'ann', age: 41, born: '1984-01-02' },
  { name: 'bob', age: 20, born: null },
];
const source = `FLOW "shared"
INPUTS
  table people
  text secret
END INPUTS
STEP grown = FILTER people WHERE age > 10
STEP sorted = SORT grown BY age
STEP facts = TRANSFORM { n: LEN(sorted), said: "ü" }
@sensitive
STEP hidden = TRANSFORM secret
STEP text = OUTPUT_TEXT "there are " + facts.n
OUTPUT sorted AS "People"
END FLOW`;

async function bytesOf(output: StreamedOutput, range?: { start: number; end: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of output.open(range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function exported(run?: RunRecord): Promise<{ run: RunRecord; bytes: Buffer; output: StreamedOutput }> {
  const made = run ?? (await here.run(source, { inputs: { people, secret: 'sesame' } }));
  const output = await here.runs.export(here.test.project, made.id, 'local', signal);
  return { run: made, output, bytes: await bytesOf(output) };
}

async function* inPieces(bytes: Uint8Array, length = 7000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const take = (bytes: Uint8Array) => there.runs.import(there.test.project, inPieces(bytes), 'local', signal);

/** The parts of a file, to be changed and put together again. */
async function partsOf(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  const parts = new Map<string, Buffer>();
  for await (const entry of readTar(inPieces(bytes))) {
    const pieces: Uint8Array[] = [];
    for await (const piece of entry.bytes) pieces.push(new Uint8Array(piece));
    parts.set(entry.name, Buffer.concat(pieces));
  }
  return parts;
}

function whole(parts: Map<string, Uint8Array>): Buffer {
  const all: Uint8Array[] = [];
  for (const [name, bytes] of parts)
    all.push(tarHeader(name, bytes.length), bytes, new Uint8Array(padded(bytes.length) - bytes.length));
  return Buffer.concat([...all, new Uint8Array(2 * BLOCK)]);
}

describe('a shared run', () => {
  test('is opened by another node with its steps, results, events and proof', async () => {
    const { run, bytes, output } = await exported();
    expect(bytes.length).toBe(output.size);
    expect(output.name).toMatch(/^shared-[0-9a-f]{6}\.voikerun$/);
    expect(await bytesOf(output, { start: 500, end: 1600 })).toHaveLength(1101);
    const { id, imported } = await take(bytes);
    expect(imported).toMatchObject({ run: run.id, verified: true, key: here.test.ledger.verifierKey });
    const record = await there.runs.get(there.test.project, id);
    expect(record).toMatchObject({ name: 'shared', state: 'succeeded', imported: { run: run.id } });
    expect(record.steps.map((one) => [one.name, one.state, one.rows])).toEqual(
      run.steps.map((one) => [one.name, one.state, one.rows]),
    );
    for (const name of ['step:grown', 'step:sorted', 'step:facts', 'step:text', 'output:People']) {
      expect(await there.runs.stepResult(there.test.project, id, name, 0, 10), name).toEqual(
        await here.runs.stepResult(here.test.project, run.id, name, 0, 10),
      );
    }
    expect(record.outputs['People']).toMatchObject({ kind: 'table', value: { rows: 2 } });
    expect((await there.runs.events(there.test.project, id, 0, 1000)).events).toEqual(
      (await here.runs.events(here.test.project, run.id, 0, 1000)).events,
    );
    expect(recent(there.test.ledger, { limit: 1, kind: 'run.import' }).entries[0]!.payload).toMatchObject({
      run: id,
      of: run.id,
      verified: true,
    });
  });

  test('leaves @sensitive results out and says so', async () => {
    const { bytes } = await exported();
    const parts = await partsOf(bytes);
    const values = [...parts].filter(([name]) => name.startsWith('values/'));
    expect(values.some(([, value]) => value.includes('sesame'))).toBe(false);
    const { id, imported } = await take(bytes);
    expect(imported.leftOut).toEqual([{ step: 'step:hidden', why: 'Its result is @sensitive.' }]);
    expect(step(await there.runs.get(there.test.project, id), 'hidden')).not.toHaveProperty('resultKey');
  });

  test('is not used for other runs, and does not go on', async () => {
    const { bytes } = await exported();
    const { id } = await take(bytes);
    const own = await there.run(source, { inputs: { people, secret: 'x' } });
    expect(own.steps.some((one) => one.state === 'reused')).toBe(false);
    expect(step(own, 'facts').why).toEqual({ code: 'first' });
    const { project } = there.test;
    await expect(there.runs.edit(project, id, [{ step: 'facts', value: {} }], 'local')).rejects.toMatchObject({
      code: 'run-imported',
    });
    await expect(there.runs.export(project, id, 'local', signal)).rejects.toMatchObject({ code: 'run-imported' });
    const again = await (await there.runs.rerun(project, id, { actor: 'local', from: ['facts'] })).ended;
    expect(again).toMatchObject({ state: 'succeeded', rerunOf: id });
    // What is computed now is this node's own; nothing of it is the file's.
    const theirs = new Set((await there.runs.get(project, id)).steps.map((one) => one.resultKey));
    expect(again.steps.some((one) => one.resultKey !== undefined && theirs.has(one.resultKey))).toBe(false);
  });

  test('a run that stands before a step is shared as it stands; one under way is not', async () => {
    const paused = await here.run(source, {
      inputs: { people, secret: 's' },
      control: { breakpoints: ['facts'] },
    });
    const { bytes } = await exported(paused);
    const { id } = await take(bytes);
    expect(step(await there.runs.get(there.test.project, id), 'facts').state).toBe('cancelled');
    const running = await here.runs.start(here.test.project, {
      actor: 'local',
      source: 'FLOW "w" STEP a = WAIT "1h" END FLOW',
    });
    await expect(here.runs.export(here.test.project, running.id, 'local', signal)).rejects.toMatchObject({
      code: 'run-running',
    });
    await here.runs.cancel(here.test.project, running.id);
  });

  test('names no folder of the machine that it is from', async () => {
    const { writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const path = join(here.test.dataDir, 'rows.csv');
    writeFileSync(path, 'a\n1\n');
    const run = await here.run('FLOW "f" INPUTS file f END INPUTS STEP x = LOAD CSV FROM f OUTPUT x END FLOW', {
      inputs: { f: { $file: path } },
      origin: path,
    });
    const { bytes } = await exported(run);
    expect(bytes.includes(Buffer.from(here.test.dataDir))).toBe(false);
    const { id } = await take(bytes);
    expect((await there.runs.get(there.test.project, id)).inputs).toEqual({ f: { $file: 'rows.csv' } });

    // Not in what went wrong either.
    const wrong = await here.runs.start(here.test.project, {
      actor: 'local',
      source:
        'FLOW "f" INPUTS file f END INPUTS STEP w = WAIT "100ms" STEP x = IF w == none THEN LOAD CSV FROM f OUTPUT x END FLOW',
      inputs: { f: { $file: path } },
      origin: path,
    });
    writeFileSync(path, 'a\n1\n2\n');
    const failed = await wrong.ended;
    expect(failed.error?.detail).toContain(path);
    const shared = await exported(failed);
    expect(shared.bytes.includes(Buffer.from(here.test.dataDir))).toBe(false);
    const received = await there.runs.get(there.test.project, (await take(shared.bytes)).id);
    expect(received.error?.detail).toContain('rows.csv');
  });
});

describe('a file that was changed', () => {
  test('anywhere is refused, or is the same run', async () => {
    const { bytes, run } = await exported();
    const before = there.runs;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at]! ^= by;
        let taken: Awaited<ReturnType<typeof take>>;
        try {
          taken = await take(changed);
        } catch (error) {
          expect((error as { code: string }).code).toMatch(/^import-/);
          return;
        }
        // Only bytes that mean nothing were changed: padding.
        expect(taken.imported.verified).toBe(true);
        const record = await before.get(there.test.project, taken.id);
        expect(record.steps.map((one) => one.rows)).toEqual(run.steps.map((one) => one.rows));
      }),
      { numRuns: 60 },
    );
  });

  test('and made whole again is not what the sender signed', async () => {
    const { bytes } = await exported();
    const parts = await partsOf(bytes);
    const [name] = [...parts.keys()].filter((one) => one.endsWith('.json') && one.startsWith('values/'));
    const forged = Buffer.from('{"n":3}');
    parts.set(name!, forged);
    const manifest = JSON.parse(parts.get('run.json')!.toString()) as {
      files: { name: string; size: number; sha256: string }[];
    };
    const listed = manifest.files.find((file) => file.name === name)!;
    listed.size = forged.length;
    listed.sha256 = createHash('sha256').update(forged).digest('hex');
    parts.set('run.json', Buffer.from(JSON.stringify(manifest)));
    await expect(take(whole(parts))).rejects.toMatchObject({ code: 'import-tampered' });
    parts.delete('ledger.json');
    const { imported } = await take(whole(parts));
    expect(imported).toMatchObject({ verified: false, fault: 'It carries no part of a ledger.' });
  });

  test('in its list, its order or its parts is refused in words', async () => {
    const { bytes } = await exported();
    const change = async (edit: (manifest: Record<string, any>, parts: Map<string, Buffer>) => void) => {
      const parts = await partsOf(bytes);
      const manifest = JSON.parse(parts.get('run.json')!.toString()) as Record<string, any>;
      parts.delete('ledger.json');
      edit(manifest, parts);
      return take(
        whole(
          new Map([
            ['run.json', Buffer.from(JSON.stringify(manifest))],
            ...[...parts].filter(([name]) => name !== 'run.json'),
          ]),
        ),
      );
    };
    await expect(change((manifest) => (manifest['version'] = 2))).rejects.toMatchObject({ code: 'import-newer' });
    await expect(change((manifest) => (manifest['files'][0].name = '../../x'))).rejects.toMatchObject({
      code: 'import-broken',
    });
    await expect(change((manifest) => manifest['files'].push(manifest['files'][0]))).rejects.toMatchObject({
      code: 'import-broken',
    });
    await expect(change((manifest) => (manifest['files'][1].size = 9e15))).rejects.toMatchObject({
      code: 'import-too-large',
    });
    await expect(change((manifest) => (manifest['steps'][0].result = 'values/none.json'))).rejects.toMatchObject({
      code: 'import-broken',
    });
    await expect(change((manifest) => (manifest['run'].state = 'running'))).rejects.toThrow('/run/state');
    await expect(change((_, parts) => parts.delete('events.ndjson'))).rejects.toMatchObject({ code: 'import-damaged' });
    await expect(
      change((manifest, parts) => {
        const table = manifest['files'].find((file: { name: string }) => file.name.startsWith('tables/'));
        const fake = Buffer.from('PAR1 this is no table PAR1');
        parts.set(table.name, fake);
        table.size = fake.length;
        table.sha256 = createHash('sha256').update(fake).digest('hex');
      }),
    ).rejects.toMatchObject({ code: 'import-damaged' });
    await expect(
      change(
        (manifest) => (manifest['files'].find((file: { name: string }) => file.name.startsWith('tables/')).rows = 99),
      ),
    ).rejects.toThrow('other rows or columns');
    await expect(take(Buffer.from('hello'))).rejects.toMatchObject({ code: 'import-broken' });
    await expect(take(Buffer.alloc(0))).rejects.toMatchObject({ code: 'import-broken' });
    expect((await there.runs.list(there.test.project, { limit: 10 })).runs).toEqual([]);
  });
});
