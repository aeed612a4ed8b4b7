import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { UpdateState } from './bridge.ts';
import { DEFAULTS, type ShellSettings } from './settings.ts';
import { createUpdates, feedFile, feedKey, type Updater, type UpdateParts } from './updates.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const feed = 'version: 2.0.0\nfiles:\n  - url: voike.AppImage\n    sha512: AAAA\n';

let settings: ShellSettings;
let served: Record<string, string>;
let log: string[];
beforeEach(() => {
  settings = { ...DEFAULTS, 'updates.url': 'https://updates.example/voike', 'updates.key': key };
  served = {
    'https://updates.example/voike/latest-linux.yml': feed,
    'https://updates.example/voike/latest-linux.yml.sig': sign(null, Buffer.from(feed), privateKey).toString('base64'),
  };
  log = [];
});

function updates(parts: Partial<UpdateParts> = {}, updater: Partial<Updater> = {}) {
  const states: UpdateState[] = [];
  const made = createUpdates({
    settings: () => settings,
    cannot: undefined,
    platform: 'linux',
    arch: 'x64',
    load: async () => {
      const loaded = {
        setFeedURL: ({ channel }: { channel: string }) => log.push(`feed ${channel}`),
        checkForUpdates: async () => ({
          isUpdateAvailable: true,
          updateInfo: { version: '2.0.0', files: [{ sha512: 'AAAA' }] },
        }),
        downloadUpdate: async () => log.push('download'),
        quitAndInstall: () => log.push('install'),
        on: () => undefined,
        ...updater,
      } as unknown as Updater;
      log.push('load');
      return loaded;
    },
    fetch: async (url) => {
      const text = served[url];
      if (text === undefined) throw new Error(`404 ${url}`);
      return Buffer.from(text);
    },
    confirm: async () => true,
    changed: (state) => states.push(state),
    ...parts,
  });
  return { made, states };
}

describe('updates', () => {
  test.each<[string, Partial<ShellSettings>, string]>([
    ['no address', { 'updates.url': '' }, 'No address'],
    ['an address that can be read on the way', { 'updates.url': 'http://updates.example/' }, 'https://'],
    ['no key', { 'updates.key': '' }, 'Ed25519'],
    ['a key of another kind', { 'updates.key': 'AAAA' }, 'Ed25519'],
  ])('are off with %s; nothing is fetched or loaded', async (_what, less, why) => {
    settings = { ...settings, ...less };
    const { made } = updates({ fetch: async () => expect.unreachable() });
    expect(made.state).toMatchObject({ state: 'off', why: expect.stringContaining(why) });
    expect(await made.check()).toMatchObject({ state: 'off' });
    expect(log).toEqual([]);
  });

  test('are found, downloaded and installed, each only after a question', async () => {
    const asked: string[] = [];
    const { made } = updates({ confirm: async (message) => asked.push(message) > 0 });
    expect(await made.check()).toMatchObject({ state: 'available', version: '2.0.0' });
    expect(log).toEqual(['load', 'feed latest']);
    await made.download();
    expect(made.state).toEqual({ state: 'downloaded', version: '2.0.0' });
    await made.install();
    expect(log).toEqual(['load', 'feed latest', 'download', 'install']);
    expect(asked).toEqual(['Download VOIKE Desktop 2.0.0?', 'Install VOIKE Desktop 2.0.0 now?']);
  });

  test('are not downloaded when the person says no', async () => {
    const { made } = updates({ confirm: async () => false });
    await made.check();
    await made.download();
    expect(log).not.toContain('download');
    expect(made.state.state).toBe('available');
  });

  test.each<[string, () => void, string]>([
    ['is not signed', () => delete served['https://updates.example/voike/latest-linux.yml.sig'], 'not signed'],
    [
      'was changed after it was signed',
      () => (served['https://updates.example/voike/latest-linux.yml'] += '#'),
      'not right',
    ],
    ['is signed by another key', () => (settings = { ...settings, 'updates.key': otherKey() }), 'not right'],
  ])('from a feed that %s are refused before the library is asked', async (_what, spoil, reason) => {
    spoil();
    const { made } = updates();
    expect(await made.check()).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) });
    expect(log).toEqual([]);
  });

  test('that the signature does not cover are refused', async () => {
    const { made } = updates(
      {},
      {
        checkForUpdates: async () => ({
          isUpdateAvailable: true,
          updateInfo: { version: '2.0.0', files: [{ sha512: 'BBBB' }] },
        }),
      },
    );
    expect(await made.check()).toMatchObject({ state: 'failed' });
    await made.download();
    expect(log).not.toContain('download');
  });

  test('are refused when only the notes of the signed feed name that version', async () => {
    const older = feed.replace('2.0.0', '1.0.0') + 'releaseNotes: soon comes 2.0.0\n';
    served['https://updates.example/voike/latest-linux.yml'] = older;
    served['https://updates.example/voike/latest-linux.yml.sig'] = sign(null, Buffer.from(older), privateKey).toString(
      'base64',
    );
    expect(await updates().made.check()).toMatchObject({ state: 'failed' });
  });

  test('are not downloaded when a feed that was spoilt meanwhile was read while the person was asked', async () => {
    let sha512 = 'AAAA';
    const { made } = updates(
      {
        async confirm() {
          sha512 = 'BBBB';
          expect(await made.check()).toMatchObject({ state: 'failed' });
          return true;
        },
      },
      {
        checkForUpdates: async () => ({
          isUpdateAvailable: true,
          updateInfo: { version: '2.0.0', files: [{ sha512 }] },
        }),
      },
    );
    expect(await made.check()).toMatchObject({ state: 'available' });
    await made.download();
    expect(log).not.toContain('download');
  });

  test('never go back to an older version, and download nothing by themselves', async () => {
    const asked: Updater[] = [];
    const { made } = updates(
      {},
      {
        async checkForUpdates(this: Updater) {
          asked.push(this);
          return { isUpdateAvailable: false, updateInfo: { version: '0.0.1', files: [] } };
        },
      },
    );
    expect(await made.check()).toMatchObject({ state: 'idle' });
    expect(asked[0]).toMatchObject({ allowDowngrade: false, autoDownload: false, autoInstallOnAppQuit: false });
  });

  test('come from the beta feed when that is chosen', async () => {
    settings = { ...settings, 'updates.channel': 'beta' };
    expect(await updates().made.check()).toMatchObject({ reason: expect.stringContaining('beta-linux.yml') });
  });
});

const otherKey = () =>
  generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64');

test('a key is taken raw or with its envelope', () => {
  expect(feedKey(otherKey())?.asymmetricKeyType).toBe('ed25519');
  expect(feedKey(key)?.asymmetricKeyType).toBe('ed25519');
});

test('the feed is named as the library names it', () => {
  expect(feedFile('latest', 'linux', 'x64')).toBe('latest-linux.yml');
  expect(feedFile('beta', 'linux', 'arm64')).toBe('beta-linux-arm64.yml');
  expect(feedFile('latest', 'win32', 'x64')).toBe('latest.yml');
  expect(feedFile('beta', 'darwin', 'arm64')).toBe('beta-mac.yml');
});
