import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallContext } from '../operations/operation.ts';
import { createRegistry } from '../operations/registry.ts';
import { type TestProject, openTestProject } from '../projects/testing.ts';
import { ledgerOperations } from './operations.ts';
import { type Sha256, treeHasher, verifyConsistency, verifyInclusion } from './proof/merkle.ts';
import { openCheckpoint, parseVerifierKey, webCryptoVerify } from './proof/note.ts';
import { verifyLog } from './proof/verify.ts';

/** As the workbench does it: no node module. */
const browserSha256: Sha256 = (data) => bytesToHex(nobleSha256(typeof data === 'string' ? utf8ToBytes(data) : data));
const browserHasher = treeHasher(browserSha256);

let test: TestProject;
beforeEach(async () => void (test = await openTestProject()));
afterEach(() => test.close());

const call = (name: string, input: unknown = {}): Promise<any> => {
  const context: CallContext<'project'> = {
    project: test.project,
    actor: 'local',
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
  };
  return createRegistry([ledgerOperations(test.projects)]).call(name, context, input);
};
const append = (count: number, kind = 'thing.made') =>
  test.project.write((tx) => {
    for (let n = 0; n < count; n++) tx.append(kind, { n, name: `Ünïcode ${n}` }, { actor: 'local' });
  });
const seqs = (page: { entries: { seq: number }[] }) => page.entries.map((e) => e.seq);

it('lists the newest entries first, page by page', async () => {
  await append(9);
  const first = await call('ledger.recent', { limit: 4 });
  expect(seqs(first)).toEqual([9, 8, 7, 6]);
  const second = await call('ledger.recent', { limit: 4, before: first.next });
  const third = await call('ledger.recent', { limit: 4, before: second.next });
  expect([...seqs(second), ...seqs(third)]).toEqual([5, 4, 3, 2, 1, 0]);
  expect(third.next).toBeUndefined();
  expect(first.size).toBe(10);
});

it('filters by kind, by the beginning of kinds, and by text', async () => {
  await append(2, 'run.start');
  await append(2, 'run.step');
  await append(2, 'runs.other');
  expect(seqs(await call('ledger.recent', { kind: 'run.step' }))).toEqual([4, 3]);
  expect(seqs(await call('ledger.recent', { kind: 'run.' }))).toEqual([4, 3, 2, 1]);
  expect(seqs(await call('ledger.recent', { kind: 'run.', limit: 2, before: 3 }))).toEqual([2, 1]);
  expect(seqs(await call('ledger.recent', { text: 'ÜNïCODE 1' }))).toEqual([6, 4, 2]);
  expect(seqs(await call('ledger.recent', { text: '%' }))).toEqual([]);
  expect((await call('ledger.kinds')).kinds).toEqual([
    { kind: 'project.create', count: 1 },
    { kind: 'run.start', count: 2 },
    { kind: 'run.step', count: 2 },
    { kind: 'runs.other', count: 2 },
  ]);
  await append(1, 'run.start');
  expect((await call('ledger.kinds')).kinds[1]).toEqual({ kind: 'run.start', count: 3 });
});

it('filters by time', async () => {
  await append(3);
  const { entries } = await call('ledger.recent');
  const newest = entries[0].time as string;
  expect(seqs(await call('ledger.recent', { since: newest }))).toContain(3);
  expect(seqs(await call('ledger.recent', { until: newest }))).not.toContain(3);
  expect(seqs(await call('ledger.recent', { since: '2100-01-01' }))).toEqual([]);
  await expect(call('ledger.recent', { since: 'yesterday' })).rejects.toMatchObject({ code: 'invalid-input' });
});

it('gives an entry with a proof that anybody can check', async () => {
  await append(20);
  const { entry, leaf, checkpoint, proof } = await call('ledger.get', { id: 7 });
  expect(entry).toMatchObject({ seq: 7, kind: 'thing.made', payload: { n: 6 } });
  const key = parseVerifierKey(browserSha256, checkpoint.key as string)!;
  const opened = await openCheckpoint(checkpoint.note as string, key, webCryptoVerify);
  expect(opened).toEqual({ checkpoint: { origin: key.name, size: 21, root: checkpoint.root as string } });
  expect(browserHasher.leaf(leaf as string)).toBe(entry.hash);
  expect(
    verifyInclusion(browserHasher, entry.hash as string, 7, 21, proof as string[], checkpoint.root as string),
  ).toBe(true);
  await expect(call('ledger.get', { id: 999 })).rejects.toMatchObject({ code: 'entry-not-found', status: 404 });
});

it('proves that it only grew', async () => {
  await append(5);
  const before = await call('ledger.checkpoint');
  await append(8);
  const { from, to, fromRoot, toRoot, proof } = await call('ledger.consistencyProof', { from: before.size });
  expect(fromRoot).toBe(before.root);
  expect(
    verifyConsistency(
      browserHasher,
      from as number,
      to as number,
      proof as string[],
      fromRoot as string,
      toRoot as string,
    ),
  ).toBe(true);
  const included = await call('ledger.inclusionProof', { seq: 3, size: 6 });
  expect(included.root).toBe(before.root);
  expect(
    verifyInclusion(
      browserHasher,
      included.leafHash as string,
      3,
      6,
      included.proof as string[],
      included.root as string,
    ),
  ).toBe(true);
  for (const [name, input] of [
    ['inclusionProof', { seq: 6, size: 6 }],
    ['inclusionProof', { seq: 0, size: 100 }],
    ['consistencyProof', { from: 100 }],
    ['checkpoint', { covering: 100 }],
  ] as const) {
    await expect(call(`ledger.${name}`, input)).rejects.toMatchObject({ hint: expect.any(String) as string });
  }
});

it('gives a browser all it needs to verify the log by itself', async () => {
  await append(2500);
  const { note, key, size } = await call('ledger.checkpoint');
  async function* leaves() {
    for (let start = 0; start < size; start += 1000)
      yield (await call('ledger.entries', { start, limit: 1000 })).leaves as string[];
  }
  const report = await verifyLog({ sha256: browserSha256, key, leaves: leaves(), checkpoints: [{ note }] });
  expect(report).toMatchObject({ ok: true, size: 2501 });
});

it('verifies itself, also while entries come', async () => {
  await append(3000);
  const verifying = call('ledger.verify');
  for (let i = 0; i < 10; i++) await append(1);
  expect(await verifying).toMatchObject({ ok: true, size: 3001, checkpoints: expect.any(Number) as number });
  expect(await call('ledger.verify')).toMatchObject({ ok: true, size: 3011 });
});

it('keeps few checkpoints under steady writing, and always the newest', async () => {
  for (let i = 0; i < 50; i++) await append(1);
  const { checkpoints } = await call('ledger.checkpoints');
  expect(checkpoints[0].size).toBe(51);
  expect(checkpoints.length).toBeLessThan(10);
});

it('tells the watchers what was appended, and the checkpoint over it', async () => {
  const seen: string[] = [];
  test.events.subscribe(test.project.id, undefined, (event) => {
    if (event.type === 'ledger.appended')
      seen.push(`${event.size}: ${event.entries.map((e) => `${e.seq} ${e.kind}`).join(', ')}`);
    if (event.type === 'ledger.checkpoint') seen.push(event.note.split('\n')[1]!);
  });
  await append(2);
  expect(seen).toEqual(['3: 1 thing.made, 2 thing.made', '3']);
});
