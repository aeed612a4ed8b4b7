/** The real updater in a real Electron, against a feed on this machine. */
import { spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { root } from '../support/node.ts';
import { electronExecutable } from '../support/shell.ts';

test.skip(process.platform !== 'linux', 'the feed of this test is one for Linux');

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const packageBytes = randomBytes(200_000);

let folder: string;
let served: Map<string, Buffer>;
let asked: string[];
let server: Server;
let url: string;

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voike-updater-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'voike-updater-test', version: '1.0.0', type: 'module', main: 'main.mjs' }),
  );
  writeFileSync(join(folder, 'main.mjs'), `import ${JSON.stringify(join(root, 'e2e/support/updater-app.ts'))};\n`);
  served = new Map();
  asked = [];
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    asked.push(path);
    const bytes = served.get(path);
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    join(folder, 'dev-app-update.yml'),
    `provider: generic\nurl: ${url}\nupdaterCacheDirName: voike-updater-test\n`,
  );
});

test.afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Serves a signed feed that offers the package as `version`. */
function offer(version: string): void {
  const sha512 = createHash('sha512').update(packageBytes).digest('base64');
  const feed = Buffer.from(
    `version: ${version}\nfiles:\n  - url: voike-desktop.deb\n    sha512: ${sha512}\n    size: ${packageBytes.length}\npath: voike-desktop.deb\nsha512: ${sha512}\nreleaseDate: '2026-01-01T00:00:00.000Z'\n`,
  );
  served.set('/latest-linux.yml', feed);
  served.set('/latest-linux.yml.sig', Buffer.from(sign(null, feed, privateKey).toString('base64')));
  served.set('/voike-desktop.deb', packageBytes);
}

/** Runs the program to its end; what it said, without the progress. */
async function update(): Promise<Record<string, unknown>[]> {
  const child = spawn(
    electronExecutable(),
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      folder,
      `--user-data-dir=${join(folder, 'user')}`,
      url,
      key,
    ],
    { env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') } },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code, text).toBe(0);
  return [...text.matchAll(/^state (.*)$/gm)]
    .map((line) => JSON.parse(line[1]!) as Record<string, unknown>)
    .filter(({ state, percent }) => state !== 'downloading' || percent === 0);
}

test('a newer version is offered, and downloaded only after the question', async () => {
  offer('2.0.0');
  expect(await update()).toEqual([
    { state: 'checking' },
    { state: 'available', version: '2.0.0' },
    { asked: 'Download VOIKE Desktop 2.0.0?' },
    { state: 'downloading', version: '2.0.0', percent: 0 },
    { state: 'downloaded', version: '2.0.0' },
  ]);
  expect(asked).toContain('/voike-desktop.deb');
  expect(readdirSync(join(folder, 'cache', 'voike-updater-test', 'pending'))).toContain('voike-desktop.deb');
});

test('a package that is not the one of the feed is thrown away', async () => {
  offer('2.0.0');
  const changed = Buffer.from(packageBytes);
  changed[1000] = changed[1000]! ^ 1;
  served.set('/voike-desktop.deb', changed);
  const states = await update();
  expect(states.at(-1)).toMatchObject({ state: 'failed', reason: expect.stringContaining('sha512') });
});

test('a feed that was changed on the way is not used at all', async () => {
  offer('2.0.0');
  served.set('/latest-linux.yml', Buffer.from(served.get('/latest-linux.yml')!.toString().replace('2.0.0', '3.0.0')));
  expect(await update()).toEqual([
    { state: 'checking' },
    { state: 'failed', reason: expect.stringContaining('signature') },
  ]);
  expect(asked).toEqual(['/latest-linux.yml', '/latest-linux.yml.sig']);
});

test('an older version is no update, however well it is signed', async () => {
  offer('0.9.0');
  expect(await update()).toEqual([{ state: 'checking' }, { state: 'idle', checked: expect.any(String) }]);
  expect(asked).not.toContain('/voike-desktop.deb');
});
