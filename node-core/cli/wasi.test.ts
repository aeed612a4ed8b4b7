/** `voike wasi run`, as a process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CAT, CLOCK, open } from '../vvm/wasi/testing.ts';
import { voike } from './testing.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-wasi-'));
  writeFileSync(join(folder, 'cat.wasm'), CAT);
  writeFileSync(join(folder, 'read.wasm'), open('in.txt'));
  writeFileSync(join(folder, 'clock.wasm'), CLOCK);
  writeFileSync(join(folder, 'names.txt'), 'Ann\nBob\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (file: string, ...args: string[]) =>
  voike(['wasi', 'run', join(folder, file), ...args], { env: { VOIKE_DATA: join(folder, 'data') } });

it('gives what a job wrote, and ends with its exit code', async () => {
  const ran = await run('cat.wasm', '--stdin', join(folder, 'names.txt'), '--', 'one', '-2');
  expect(ran).toMatchObject({ code: 3, stdout: 'Ann\nBob\n' });
  const read = await run('read.wasm', '--file', `in.txt=${join(folder, 'names.txt')}`, '--json');
  expect(read.json()).toMatchObject({ exitCode: 0, stdout: 'Ann\nBob\n' });
});

it('names the capability that a job was refused', async () => {
  const refused = await run('clock.wasm');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('--grant time');
  expect((await run('clock.wasm', '--grant', 'time')).code).toBe(0);
});
