/** The packaged Linux program, as `npm run dist` makes it: what is in it, how it is closed, and that it works. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { pageOf } from '../support/devtools.ts';
import { root } from '../support/node.ts';

const dist = join(root, 'out', 'dist');
const unpacked = join(dist, 'linux-unpacked');
const resources = join(unpacked, 'resources');
const executable = join(unpacked, 'voike-desktop');
const deb = () => join(dist, readdirSync(dist).find((name) => name.endsWith('.deb')) ?? 'no.deb');

/** The most that the download may be. */
const BUDGET = 140_000_000;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Names of the files in an archive: its header is JSON behind four 32-bit numbers (Electron's asar format). */
function archived(file: string): string[] {
  const bytes = readFileSync(file);
  const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString()) as Entry;
  const names: string[] = [];
  const visit = (entry: Entry, path: string): void => {
    for (const [name, inner] of Object.entries(entry.files ?? {})) visit(inner, `${path}/${name}`);
    if (entry.files === undefined) names.push(path.slice(1));
  };
  visit(header, '');
  return names;
}
interface Entry {
  files?: Record<string, Entry>;
}

/** Starts a program, runs a sample in its page, and quits by closing the window. */
async function runsAFlow(program: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'voike-packaged-'));
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...sandbox, '--remote-debugging-port=0', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  try {
    const page = await pageOf(child);
    await page.until(`document.body?.innerText.includes('node ready')`);
    await page.evaluate(
      `[...document.querySelectorAll('button')].find((one) => one.innerText.includes('Airports by state')).click()`,
    );
    await page.until(`document.querySelector('.monaco-editor')?.innerText.includes('FLOW')`);
    await page.press('F5', 116);
    await page.until(`document.querySelector('[role=grid]')?.innerText.includes('AK')`);
    // The page is gone before it can answer.
    void page.evaluate('close()').catch(() => undefined);
    expect(await ended).toBe(0);
    expect(existsSync(join(dataDir, 'node.db'))).toBe(true);
  } finally {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

test('holds what is shipped and nothing of development, with natives of its own system alone', () => {
  const names = archived(join(resources, 'app.asar'));
  expect(names).toContain('out/electron/main.js');
  expect(names).toContain('out/renderer/index.html');
  const development = /\.(ts|tsx|map|md|test\.js)$|(^|\/)(test|tests|e2e|build|src|deps)\//;
  // What is said there of the samples' sources and licences must come with them.
  expect(names.filter((name) => development.test(name))).toEqual(['resources/data/SOURCES.md']);
  const packages = new Set(
    names.map((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1]).filter((name) => name !== undefined),
  );
  expect([...packages].toSorted()).toEqual([
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    '@duckdb/node-bindings-linux-x64',
    '@lydell/node-pty',
    '@lydell/node-pty-linux-x64',
    'better-sqlite3',
    'detect-libc',
  ]);
  const natives = filesBelow(join(resources, 'app.asar.unpacked')).filter((name) => /\.(node|so|dll|dylib)/.test(name));
  expect(natives.toSorted()).toEqual([
    'node_modules/@duckdb/node-bindings-linux-x64/duckdb.node',
    'node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so',
    'node_modules/@lydell/node-pty-linux-x64/pty.node',
    'node_modules/better-sqlite3/prebuilds/linux-x64.node',
  ]);
  expect(existsSync(join(resources, 'default_app.asar'))).toBe(false);
  expect(readdirSync(join(unpacked, 'locales'))).toEqual(['en-US.pak']);
  // No path of the machine that packed it.
  expect(readFileSync(join(resources, 'app.asar')).includes(root)).toBe(false);
});

test('names the licence of everything that is in it', () => {
  const licences = readFileSync(join(unpacked, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const name of [
    'react',
    'monaco-editor',
    'fastify',
    'better-sqlite3',
    '@duckdb/node-bindings-linux-x64',
    'elkjs',
  ])
    expect(licences, name).toContain(`\n${name} `);
  expect(existsSync(join(unpacked, 'LICENSES.chromium.html'))).toBe(true);
});

test('19. its fuses are set: no Node by environment, no inspector, no code outside its archive', async () => {
  const wire = await getCurrentFuseWire(executable);
  const on = (fuse: FuseV1Options) => wire[fuse] === FuseState.ENABLE;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    inspect: false,
    cookieEncryption: true,
    asarIntegrity: true,
    onlyAsar: true,
    fileProtocol: false,
  });
});

test('opens, runs a flow, and quits', async () => {
  await runsAFlow(executable);
});

test('is small enough to be fetched, and says what it is and what it opens', () => {
  expect(statSync(deb()).size).toBeLessThan(BUDGET);
  const control = execFileSync('dpkg-deb', ['--field', deb()], { encoding: 'utf8' });
  expect(control).toContain('Package: voike-desktop');
  expect(control).toContain('Architecture: amd64');
  expect(control).toMatch(/Depends: .*libgtk-3-0/);
  const entry = execFileSync(
    'sh',
    ['-c', `dpkg-deb --fsys-tarfile "$1" | tar -xO --wildcards './usr/share/applications/*.desktop'`, 'sh', deb()],
    { encoding: 'utf8' },
  );
  expect(entry).toContain('Name=VOIKE Desktop');
  expect(entry).toMatch(/MimeType=.*application\/x-voike-flow/);
  expect(entry).toMatch(/MimeType=.*x-scheme-handler\/voike/);
});

test('the .deb installs, starts, and removes without a trace', async () => {
  test.skip(process.getuid?.() !== 0, 'only root may install a package');
  const installed = () => spawnSync('dpkg', ['--status', 'voike-desktop']).status === 0;
  test.skip(installed(), 'the program is installed on this machine already, and a test may not take it away');
  try {
    // What it depends on is not this test's to install: the window opens with what is there.
    const done = spawnSync('dpkg', ['--force-depends', '--install', deb()], { encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    expect(existsSync('/usr/bin/voike-desktop')).toBe(true);
    await runsAFlow('/usr/bin/voike-desktop');
  } finally {
    spawnSync('dpkg', ['--purge', 'voike-desktop']);
  }
  expect(installed()).toBe(false);
  for (const left of [
    '/opt/VOIKE Desktop',
    '/usr/bin/voike-desktop',
    '/usr/share/applications/voike-desktop.desktop',
    '/usr/share/mime/packages/voike-desktop.xml',
    '/usr/share/icons/hicolor/256x256/apps/voike-desktop.png',
  ])
    expect(existsSync(left), left).toBe(false);
});
