import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../crypto/hash.ts';
import { nodeVerify } from '../log.ts';
import { NO_PREV, leafText } from './leaf.ts';
import { appendLeaf, rangeRoot, treeHasher } from './merkle.ts';
import { checkpointText, formatNote, formatVerifierKey, keyHash } from './note.ts';
import { type LogFault, type StoredNote, verifyLog } from './verify.ts';

const hasher = treeHasher(sha256);
const origin = 'voike.node/0198';
const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, raw: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url') };
};
const key = newKey();
const verifierKey = formatVerifierKey(sha256, origin, key.raw);

interface Log {
  leaves: string[];
  checkpoints: StoredNote[];
}

/** A log of `size` entries with a checkpoint at each of `at`, and at its end. `from`: leaves to begin with. */
function makeLog(
  size: number,
  at: number[],
  options: { from?: string[]; by?: { privateKey: KeyObject; raw: Uint8Array }; word?: string } = {},
): Log {
  const { from = [], by = key, word = 'ünï "x"' } = options;
  const range = { size: 0, peaks: [] as string[] };
  const log: Log = { leaves: [], checkpoints: [] };
  let prev = NO_PREV;
  for (let seq = 0; seq < size; seq++) {
    const time = new Date(1_790_000_000_000 + seq * 5).toISOString();
    const leaf =
      from[seq] ??
      leafText({ v: 1, seq, time, kind: `kind.${seq % 3}`, actor: 'local', prev, payload: { n: seq, word } });
    prev = hasher.leaf(leaf);
    appendLeaf(hasher, range, prev);
    log.leaves.push(leaf);
    if (!at.includes(seq + 1) && seq + 1 !== size) continue;
    const text = checkpointText({ origin, size: range.size, root: rangeRoot(hasher, range) });
    const signature = sign(null, Buffer.from(text), by.privateKey);
    log.checkpoints.push({
      size: range.size,
      note: formatNote(text, { name: origin, keyHash: keyHash(sha256, origin, by.raw), signature }),
    });
  }
  return log;
}

const verify = (log: Log) =>
  verifyLog({
    sha256,
    key: verifierKey,
    verifySignature: nodeVerify,
    leaves: [log.leaves],
    checkpoints: log.checkpoints,
  });
const faultOf = async (log: Log): Promise<LogFault | undefined> => {
  const report = await verify(log);
  return report.ok ? undefined : report.problem;
};

/** A log of some length with some checkpoints, and a place in it. */
const logs = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }))
  .map(([size, at]) =>
    makeLog(
      size,
      at.filter((one) => one <= size),
    ),
  );
const logAndPlace = logs.chain((log) => fc.tuple(fc.constant(log), fc.nat(log.leaves.length - 1)));

describe('verifying a log', () => {
  it('finds a right log right, in batches of any length', async () => {
    await fc.assert(
      fc.asyncProperty(logs, fc.integer({ min: 1, max: 9 }), async (log, batch) => {
        async function* batches() {
          for (let i = 0; i < log.leaves.length; i += batch) yield log.leaves.slice(i, i + batch);
        }
        const progress: number[] = [];
        const report = await verifyLog({
          sha256,
          key: verifierKey,
          leaves: batches(),
          checkpoints: log.checkpoints,
          onProgress: (entries) => progress.push(entries),
        });
        expect(report).toMatchObject({ ok: true, size: log.leaves.length, checkpoints: log.checkpoints.length });
        expect(progress.at(-1)).toBe(log.leaves.length);
      }),
    );
    expect(await verify({ leaves: [], checkpoints: [] })).toEqual({
      ok: true,
      size: 0,
      root: sha256(''),
      checkpoints: 0,
    });
  });

  it('names the entry, whichever of its characters is another', async () => {
    const log = makeLog(9, [3, 6, 7]);
    const others = 'Ax0"{}:,\\ \u00e9\u0001';
    for (let seq = 0; seq < log.leaves.length; seq++) {
      const leaf = log.leaves[seq]!;
      for (let i = 0; i < leaf.length; i++) {
        const other = others[(i + seq) % others.length]! === leaf[i] ? '7' : others[(i + seq) % others.length]!;
        if (other === leaf[i]) continue;
        const changed = leaf.slice(0, i) + other + leaf.slice(i + 1);
        const fault = await faultOf({ ...log, leaves: log.leaves.with(seq, changed) });
        if (fault?.code !== 'changed' || fault.seq !== seq)
          throw new Error(`${seq}/${i} ${other}: ${JSON.stringify(fault)}`);
      }
    }
  });

  it('names the entry that is missing', async () => {
    await fc.assert(
      fc.asyncProperty(logAndPlace, async ([log, at]) => {
        const fault = await faultOf({ ...log, leaves: log.leaves.toSpliced(at, 1) });
        const last = at === log.leaves.length - 1;
        expect(fault).toMatchObject({ code: last ? 'truncated' : 'missing', seq: at });
      }),
    );
  });

  it('names the first entry that stands at another place', async () => {
    await fc.assert(
      fc.asyncProperty(logAndPlace, fc.nat(), async ([log, a], pick) => {
        const b = pick % log.leaves.length;
        fc.pre(a !== b);
        const swapped = log.leaves.with(a, log.leaves[b]!).with(b, log.leaves[a]!);
        expect(await faultOf({ ...log, leaves: swapped })).toMatchObject({ code: 'reordered', seq: Math.min(a, b) });
        const moved = log.leaves.toSpliced(a, 1).toSpliced(b, 0, log.leaves[a]!);
        expect(await faultOf({ ...log, leaves: moved })).toMatchObject({ code: 'reordered', seq: Math.min(a, b) });
      }),
    );
  });

  it('names where an entry was put in a second time', async () => {
    await fc.assert(
      fc.asyncProperty(logAndPlace, fc.nat(), async ([log, at], pick) => {
        const copied = log.leaves[pick % (at + 1)]!;
        const fault = await faultOf({ ...log, leaves: log.leaves.toSpliced(at + 1, 0, copied) });
        const last = at === log.leaves.length - 1;
        expect(fault).toMatchObject({ code: 'inserted', seq: at + 1 });
        expect(last || fault!.seq! < log.leaves.length).toBe(true);
      }),
    );
  });

  it('names where the end is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(logAndPlace, async ([log, at]) => {
        expect(await faultOf({ ...log, leaves: log.leaves.slice(0, at) })).toMatchObject({
          code: 'truncated',
          seq: at,
        });
      }),
    );
  });

  it('finds entries that were replaced by others with right links', async () => {
    await fc.assert(
      fc.asyncProperty(logAndPlace, async ([log, at]) => {
        const forged = makeLog(log.leaves.length, [], { from: log.leaves.slice(0, at), word: 'forged' });
        const fault = await faultOf({ ...log, leaves: forged.leaves });
        // The last checkpoint that covers none of the forged entries is the last thing that is known to be right.
        const right = Math.max(0, ...log.checkpoints.map(({ size }) => size!).filter((size) => size <= at));
        expect(['rewritten', 'changed']).toContain(fault?.code);
        expect(fault!.seq).toBeGreaterThanOrEqual(right);
      }),
    );
  });

  it('finds entries that no checkpoint covers', async () => {
    const log = makeLog(10, [4]);
    expect(await faultOf({ ...log, checkpoints: log.checkpoints.slice(0, 1) })).toMatchObject({
      code: 'not-signed',
      seq: 4,
    });
    expect(await faultOf({ ...log, checkpoints: [] })).toMatchObject({ code: 'not-signed', seq: 0 });
  });

  it('finds a checkpoint that was changed, forged, moved, or made by another key', async () => {
    const log = makeLog(10, [4, 7]);
    const forgery = makeLog(10, [4, 7], { by: newKey() });
    const withNote = (i: number, note: StoredNote) => ({ ...log, checkpoints: log.checkpoints.with(i, note) });
    const { note } = log.checkpoints[1]!;
    expect(await faultOf(withNote(1, { size: 7, note: note.replace('\n7\n', '\n8\n') }))).toMatchObject({
      code: 'bad-signature',
    });
    expect(await faultOf(withNote(1, { size: 7, note: 'nothing' }))).toMatchObject({
      code: 'bad-checkpoint',
      checkpoint: 7,
    });
    expect(await faultOf(withNote(1, { size: 8, note }))).toMatchObject({ code: 'bad-checkpoint', checkpoint: 7 });
    expect(await faultOf(withNote(1, log.checkpoints[0]!))).toMatchObject({ code: 'bad-checkpoint', checkpoint: 4 });
    expect(await faultOf(withNote(1, forgery.checkpoints[1]!))).toMatchObject({ code: 'wrong-key', checkpoint: 7 });
    expect(await verifyLog({ sha256, key: 'no key', leaves: [], checkpoints: [] })).toMatchObject({
      ok: false,
      problem: { code: 'bad-key' },
    });
  });

  it('finds a time that goes backwards', async () => {
    const early = leafText({
      v: 1,
      seq: 1,
      time: '2001-01-01T00:00:00.000Z',
      kind: 'k',
      actor: 'a',
      prev: hasher.leaf(makeLog(1, []).leaves[0]!),
      payload: {},
    });
    expect(await faultOf(makeLog(2, [], { from: [makeLog(1, []).leaves[0]!, early] }))).toMatchObject({
      code: 'time-order',
      seq: 1,
    });
  });

  it('does not throw, whatever it is given for a log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.array(fc.string()), async (leaves, notes) => {
        const fault = await faultOf({ leaves, checkpoints: notes.map((note) => ({ note })) });
        if (leaves.length > 0 || notes.length > 0) expect(fault).toBeDefined();
      }),
    );
  });
});
