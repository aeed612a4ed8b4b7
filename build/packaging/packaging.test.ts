import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { controlFile, readFpmArguments } from './fpm.mjs';
import { icns, ico } from './icons.ts';
import { packageOf } from './licences.ts';
import { closure, type Lock } from './lock.ts';
import { signFeeds } from './sign-feeds.mjs';
import { type Machine, readOrders, whatIsMissing } from './requirements.ts';

const linux = { platform: 'linux' as const, arch: 'x64' };

describe('what is ordered', () => {
  test('is the usual for this system without arguments', () => {
    expect(readOrders([], linux)).toEqual([{ platform: 'linux', arch: 'x64', targets: ['AppImage', 'deb', 'rpm'] }]);
  });

  test('is one order for each system and each processor', () => {
    expect(readOrders(['--linux', 'deb', '--win', '--x64', '--arm64'], linux)).toEqual([
      { platform: 'linux', arch: 'x64', targets: ['deb'] },
      { platform: 'linux', arch: 'arm64', targets: ['deb'] },
      { platform: 'win32', arch: 'x64', targets: ['nsis', 'portable'] },
      { platform: 'win32', arch: 'arm64', targets: ['nsis', 'portable'] },
    ]);
    expect(readOrders(['--dir'], linux)).toEqual([{ platform: 'linux', arch: 'x64', targets: ['dir'] }]);
  });

  test.each([
    [['--linux', 'nsis'], 'There is no target nsis'],
    [['deb'], 'npm run dist -- --linux deb'],
    [['--fast'], '"--fast" is not known'],
  ])('%j is refused with what to write', (args, sentence) => {
    expect(() => readOrders(args, linux)).toThrow(sentence);
  });
});

describe('what packaging needs', () => {
  const machine = (more: Partial<Machine>): Machine => ({
    platform: 'linux',
    has: () => false,
    reaches: async () => false,
    environment: {},
    ...more,
  });
  const runtime = { dist: '/electron', version: '45.0.0' };
  const order = (...targets: string[]) => ({ platform: 'linux' as const, arch: 'x64' as const, targets });

  test('without a network the runtime is named as missing, with the two ways out', async () => {
    const [sentence, ...more] = await whatIsMissing(order('dir'), undefined, machine({}));
    expect(more).toEqual([]);
    expect(sentence).toContain('ELECTRON_OVERRIDE_DIST_PATH');
    expect(sentence).toContain('ELECTRON_MIRROR');
  });

  test('a folder, an archive and a .deb need no network where the runtime and dpkg-deb are', async () => {
    const there = machine({ has: (command) => command === 'dpkg-deb', reaches: async () => expect.unreachable() });
    expect(await whatIsMissing(order('dir', 'deb', 'tar.gz'), runtime, there)).toEqual([]);
  });

  test.each([
    ['AppImage', 'AppImage runtime'],
    ['rpm', 'rpmbuild is not installed'],
    ['dmg', 'only be made on a Mac'],
  ])('%s says what it lacks', async (target, sentence) => {
    expect((await whatIsMissing(order(target), runtime, machine({}))).join('\n')).toContain(sentence);
  });

  test('a mirror is asked instead of the usual place', async () => {
    const asked: string[] = [];
    const there = machine({
      environment: { ELECTRON_MIRROR: 'https://mirror.example/' },
      reaches: async (address) => asked.push(address) > 0,
    });
    expect(await whatIsMissing(order('dir'), undefined, there)).toEqual([]);
    expect(asked).toEqual(['https://mirror.example/']);
  });
});

test('the closure of a package is what it needs at the versions of the lock file, nested ones included, and no more', () => {
  const lock: Lock = {
    packages: {
      'node_modules/a': { version: '1.0.0', dependencies: { b: '^2' }, optionalDependencies: { 'a-linux': '1' } },
      'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '1' } },
      'node_modules/a-linux': { version: '1.0.0', dev: true },
      'node_modules/b': { version: '1.0.0' },
      'node_modules/c': { version: '1.0.0' },
      'node_modules/d': { version: '1.0.0' },
    },
  };
  const { manifest, lock: made } = closure(lock, ['a'], { name: 'x', version: '1.0.0' });
  expect(manifest.dependencies).toEqual({ a: '1.0.0' });
  expect(Object.keys(made.packages)).toEqual([
    '',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/a-linux',
  ]);
  expect(JSON.stringify(made)).not.toContain('dev');
  expect(() => closure(lock, ['z'], { name: 'x', version: '1' })).toThrow('z is not in the lock file');
});

test.each([
  ['/p/node_modules/react/index.js', 'react'],
  ['/p/node_modules/@xyflow/react/dist/index.js?commonjs-proxy', '@xyflow/react'],
  ['/p/node_modules/a/node_modules/@b/c/x.js', 'a/node_modules/@b/c'],
  ['\0/p/node_modules/pino/pino.js?x', 'pino'],
  ['/p/renderer/main.tsx', undefined],
])('%s is code of %s', (id, name) => {
  expect(packageOf('/p', id)).toBe(name);
});

describe('icons', () => {
  const pictures = new Map([
    [16, Buffer.from('small')],
    [256, Buffer.from('larger one')],
    [512, Buffer.from('largest')],
  ]);

  test('an .ico lists each picture up to 256 pixels with its place', () => {
    const file = ico(pictures);
    expect([file.readUInt16LE(2), file.readUInt16LE(4)]).toEqual([1, 2]);
    expect(file.readUInt8(6)).toBe(16);
    expect(file.readUInt8(22)).toBe(0);
    const [length, at] = [file.readUInt32LE(22 + 8), file.readUInt32LE(22 + 12)];
    expect(file.subarray(at, at + length).toString()).toBe('larger one');
  });

  test('an .icns says its own length, and that of each picture', () => {
    const file = icns(pictures);
    expect(file.subarray(0, 4).toString()).toBe('icns');
    expect(file.readUInt32BE(4)).toBe(file.length);
    const types: string[] = [];
    for (let at = 8; at < file.length; at += file.readUInt32BE(at + 4))
      types.push(file.subarray(at, at + 4).toString());
    expect(types).toEqual(['ic13', 'ic08', 'ic14', 'ic09']);
  });
});

describe('a .deb without fpm', () => {
  const args = [
    '-s', 'dir', '--force', '-t', 'deb', '-d', 'libgtk-3-0', '-d', 'libnss3', '--deb-recommends', 'libx', '--deb-compression', 'xz',
    '--architecture', 'amd64', '--name', 'voike-desktop', '--version', '1.0.0', '--maintainer', 'V <v@v.invalid>',
    '--description', 'A workbench\n with more', '/out/linux-unpacked/=/opt/VOIKE Desktop',
  ]; // prettier-ignore

  test('takes the arguments that fpm is given', () => {
    const { options, paths } = readFpmArguments(args);
    expect(options.get('-d')).toEqual(['libgtk-3-0', 'libnss3']);
    expect(paths[0]).toEqual({ from: '/out/linux-unpacked/', to: '/opt/VOIKE Desktop' });
    expect(() => readFpmArguments(['--deb-systemd', 'x'])).toThrow('--deb-systemd is not known');
  });

  test('says in its control file what it needs and how large it is', () => {
    expect(controlFile(readFpmArguments(args).options, 42)).toBe(
      [
        'Package: voike-desktop',
        'Version: 1.0.0',
        'Architecture: amd64',
        'Maintainer: V <v@v.invalid>',
        'Installed-Size: 42',
        'Depends: libgtk-3-0, libnss3',
        'Recommends: libx',
        'Section: devel',
        'Priority: optional',
        'Description: A workbench',
        ' with more',
        '',
      ].join('\n'),
    );
  });
});

test('each update feed gets a signature of its own, and nothing else does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-feeds-'));
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  for (const name of ['latest-linux.yml', 'beta.yml', 'builder-debug.yml', 'voike.deb'])
    writeFileSync(join(folder, name), `name: ${name}`);
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(signFeeds(folder, pem).toSorted()).toEqual(['beta.yml', 'latest-linux.yml']);
  const signature = Buffer.from(readFileSync(join(folder, 'beta.yml.sig'), 'utf8'), 'base64');
  expect(verify(null, readFileSync(join(folder, 'beta.yml')), publicKey, signature)).toBe(true);
  rmSync(folder, { recursive: true });
});
