import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '../../errors/problem.ts';
import { openNode, type VoikeNode } from '../../node.ts';
import { limitMemory } from './memory-limit.ts';
import { CAT, CLOCK, command, ENDLESS, GROW, open, SOCKET, STRANGE, TALK } from './testing.ts';

let node: VoikeNode;
let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-wasi-'));
  node = await openNode({ dataDir });
});
afterAll(async () => {
  await node.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const call = (name: string, input: unknown, signal = new AbortController().signal) =>
  node.call(name, { ...node.local(), signal, log: node.log }, input);
const run = (module: Uint8Array, more: object = {}, signal?: AbortSignal) =>
  call('wasi.run', { binary: Buffer.from(module).toString('base64'), ...more }, signal) as Promise<{
    exitCode: number;
    stdout: string;
  }>;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
async function problem(ran: Promise<unknown>): Promise<Problem> {
  const error = await ran.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error(`It ended with ${String(error)}.`);
  return error;
}

describe('a WASI job', () => {
  it('has its arguments and stdin, and gives what it wrote and its exit code', async () => {
    const stdin = 'héllo\n'.repeat(2_000);
    expect(await run(CAT, { args: ['a', 'b'], stdin })).toMatchObject({ exitCode: 3, stdout: stdin, stderr: '' });
  });

  it('reads the files that it was given, and nothing else', async () => {
    const files = { 'data/a.txt': base64('inside') };
    expect(await run(open('data/a.txt'), { files })).toMatchObject({ exitCode: 0, stdout: 'inside' });
    expect(await run(open('data/../data/./a.txt'), { files })).toMatchObject({ exitCode: 0, stdout: 'inside' });
    expect(await run(open('/data/a.txt'), { files })).toMatchObject({ exitCode: 0, stdout: 'inside' });
    expect((await run(open('b.txt'), { files })).exitCode).toBe(44);
    for (const path of ['../etc/passwd', 'data/../../etc/passwd', '..'])
      expect((await run(open(path), { files })).exitCode, path).toBe(76);
    // Of a real path the folder knows nothing.
    expect((await run(open('/etc/passwd'), { files })).exitCode).toBe(44);
    // With the right to write it cannot be opened.
    expect((await run(open('data/a.txt', 66n), { files })).exitCode).toBe(76);
    expect((await problem(run(CAT, { files: { '../a': '' } }))).code).toBe('invalid-input');
  });

  it('is refused the clock unless it was granted, by name, on the ledger', async () => {
    const refused = await problem(run(CLOCK, { grants: ['random'] }));
    expect(refused).toMatchObject({ code: 'wasi-refused', more: { capability: 'time' } });
    expect(refused.hint).toContain('--grant time');
    expect((await problem(run(CLOCK))).code).toBe('wasi-refused');
    const { entries } = (await call('ledger.recent', { kind: 'vvm.refused' })) as { entries: unknown[] };
    expect(entries).toHaveLength(2);
    expect(await run(CLOCK, { grants: ['time'] })).toMatchObject({ exitCode: 0, module: { capabilities: ['time'] } });
  });

  it('is ended when its time is over, when it is cancelled, and when it writes without an end', async () => {
    expect((await problem(run(ENDLESS, { ms: 200 }))).code).toBe('wasi-time');
    const stop = new AbortController();
    const ran = problem(run(ENDLESS, {}, stop.signal));
    setTimeout(() => stop.abort(new Problem('cancelled', 'Stop.')), 100);
    expect((await ran).code).toBe('cancelled');
    expect((await problem(run(TALK))).code).toBe('wasi-output');
  });

  it('has 256 MB of memory and no more', async () => {
    expect((await run(GROW)).exitCode).toBe(1);
  });

  it('has no sockets', async () => {
    expect((await run(SOCKET)).exitCode).toBe(52);
  });

  it('ends by a trap of its own with what it wrote before', async () => {
    const trap = command([], (body) => void body.op(0x00));
    expect(await problem(run(trap))).toMatchObject({ code: 'wasi-trap', more: { stdout: '' } });
  });

  it('must be a command of WASI preview 1', async () => {
    expect((await problem(run(STRANGE))).message).toContain('env.system');
    expect((await problem(run(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)))).message).toContain('_start');
    expect((await problem(run(Uint8Array.of(1, 2, 3)))).code).toBe('wasi-bad-module');
    expect((await problem(run(CAT.slice(0, 60)))).code).toBe('wasi-bad-module');
  });

  it('gets a maximum for its memory, also where it has one', () => {
    const module = (...limits: number[]): Uint8Array =>
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, limits.length + 1, 1, ...limits);
    expect(limitMemory(module(0, 1), 16)).toEqual(Buffer.from(module(1, 1, 16)));
    expect(limitMemory(module(1, 1, 2), 16)).toEqual(Buffer.from(module(1, 1, 2)));
    expect(limitMemory(module(1, 1, 99), 16)).toEqual(Buffer.from(module(1, 1, 16)));
    expect(() => limitMemory(module(0, 17), 16)).toThrow(/may have 1 MB/);
  });
});
