import { lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { overHttp } from './connection.ts';
import { processHost } from './process-host.ts';
import { once } from './sources.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'voike-saving-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe.runIf(process.platform !== 'win32')('saving a file', () => {
  test('keeps a link, and writes the file behind it', async () => {
    writeFileSync(join(folder, 'real.flow'), 'old');
    symlinkSync('real.flow', join(folder, 'link.flow'));
    await processHost.saveFile(join(folder, 'link.flow'), once('new'));
    expect(lstatSync(join(folder, 'link.flow')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.flow'), 'utf8')).toBe('new');
    expect(readdirSync(folder).toSorted()).toEqual(['link.flow', 'real.flow']);
  });

  test('writes into a pipe or a device, and puts nothing in its place', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = await open(pipe, 'r+');
    await processHost.saveFile(pipe, once('through'));
    const { buffer, bytesRead } = await reader.read({ buffer: Buffer.alloc(100) });
    expect(buffer.subarray(0, bytesRead).toString()).toBe('through');
    await reader.close();
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(await processHost.saveFile('/dev/null', once('gone'))).toBe(4);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

test.each([
  ['..%2F..%2F.bashrc', 'bashrc'],
  ['%2Fhome%2Fada%2F.ssh%2Fauthorized_keys', 'authorized_keys'],
  ['C%3A%5CWindows%5Cevil.voikerun', 'evil.voikerun'],
  ['..', 'result'],
  ['%E0%A4%A', 'result'],
  ['Gr%C3%B6%C3%9Fe-0a1b2c.voikerun', 'Größe-0a1b2c.voikerun'],
])('the name %s that a node gives to a file stays in this folder, as %s', async (said, name) => {
  const never = () => Promise.reject(new Error('not asked for'));
  const connection = overHttp(
    {
      baseUrl: 'https://node.example',
      call: never,
      callAny: never,
      upload: never,
      send: never,
      get: async () =>
        new Response('x', { headers: { 'content-disposition': `attachment; filename*=UTF-8''${said}` } }),
    },
    false,
    async () => () => undefined,
  );
  expect((await connection.exportRun('r')).name).toBe(name);
});
