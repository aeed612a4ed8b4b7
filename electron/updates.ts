/**
 * Updates from a feed that the person names in the settings. Off unless an address and a key are there. The feed
 * (`latest-linux.yml`, `beta.yml`, …) must carry an Ed25519 signature in a file beside it (`.sig`, base64); it names
 * each package with its SHA-512, which the download is held to. On Windows and macOS the system's own signature is checked on
 * top by the library. Nothing is downloaded or installed before a native dialog was answered.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { UpdateState } from './bridge.ts';
import type { ShellSettings } from './settings.ts';

/** electron-updater's updater, as far as it is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowPrerelease: boolean;
  allowDowngrade: boolean;
  disableWebInstaller: boolean;
  channel: string | null;
  setFeedURL(options: { provider: 'generic'; url: string; channel: string }): void;
  checkForUpdates(): Promise<{
    isUpdateAvailable: boolean;
    updateInfo: { version: string; files: { sha512?: string }[]; releaseNotes?: unknown };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
  on(event: 'download-progress', listener: (progress: { percent: number }) => void): unknown;
}

export interface UpdateParts {
  settings(): ShellSettings;
  /** Why this way of running cannot update itself; undefined when it can. */
  cannot: string | undefined;
  platform: NodeJS.Platform;
  arch: string;
  load(): Promise<Updater>;
  /** The bytes at an address; rejects when there are none. */
  fetch(url: string): Promise<Uint8Array>;
  confirm(message: string, detail: string, yes: string): Promise<boolean>;
  changed(state: UpdateState): void;
}

/** DER of an Ed25519 SubjectPublicKeyInfo before its 32 bytes (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 public key, raw or as SubjectPublicKeyInfo, in base64. */
export function feedKey(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text.trim(), 'base64');
  const der = bytes.length === 32 ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes;
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The name of the feed that electron-updater reads for a channel. */
export function feedFile(channel: string, platform: NodeJS.Platform, arch: string): string {
  if (platform === 'win32') return `${channel}.yml`;
  if (platform === 'darwin') return `${channel}-mac.yml`;
  return `${channel}-linux${arch === 'x64' ? '' : `-${arch}`}.yml`;
}

/** Addresses are https, or loopback for a feed on this machine. */
function usableUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text.endsWith('/') ? text : `${text}/`);
  const loopback = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || loopback ? url : undefined;
}

export function createUpdates(parts: UpdateParts) {
  let state: UpdateState | undefined;
  let updater: Promise<Updater> | undefined;
  const become = (next: UpdateState): UpdateState => {
    state = next;
    parts.changed(next);
    return next;
  };

  /** What the settings ask for, or why updates are off. */
  function feed(): { url: URL; key: KeyObject; channel: string } | string {
    const settings = parts.settings();
    if (parts.cannot !== undefined) return parts.cannot;
    if (settings['updates.url'].trim() === '') return 'No address of updates is set.';
    const url = usableUrl(settings['updates.url'].trim());
    if (url === undefined) return 'The address of updates must begin with https://.';
    const key = feedKey(settings['updates.key']);
    if (key === undefined) return 'The key of updates must be an Ed25519 public key in base64.';
    return { url, key, channel: settings['updates.channel'] === 'beta' ? 'beta' : 'latest' };
  }

  async function prepared(url: URL, channel: string): Promise<Updater> {
    updater ??= parts.load().then((made) => {
      made.on('download-progress', ({ percent }) => {
        if (state?.state === 'downloading') become({ ...state, percent: Math.round(percent) });
      });
      return made;
    });
    const made = await updater;
    made.autoDownload = false;
    made.autoInstallOnAppQuit = false;
    made.disableWebInstaller = true;
    made.setFeedURL({ provider: 'generic', url: url.href, channel });
    made.channel = channel;
    made.allowPrerelease = channel === 'beta';
    // Naming a channel allows older versions in this library; an older version is never an update.
    made.allowDowngrade = false;
    return made;
  }

  /** The text of the feed when its signature is right. */
  async function signedFeed(url: URL, channel: string, key: KeyObject): Promise<string> {
    const name = feedFile(channel, parts.platform, parts.arch);
    const text = await parts.fetch(new URL(name, url).href);
    const signature = await parts.fetch(new URL(`${name}.sig`, url).href).catch(() => {
      throw new Error(`The update feed ${name} is not signed.`);
    });
    if (!verify(null, text, key, Buffer.from(Buffer.from(signature).toString('utf8').trim(), 'base64')))
      throw new Error(`The signature of the update feed ${name} is not right: nothing from it is used.`);
    return Buffer.from(text).toString('utf8');
  }

  const failed = (error: unknown): UpdateState =>
    become({ state: 'failed', reason: error instanceof Error ? error.message.split('\n')[0]! : String(error) });

  return {
    get state(): UpdateState {
      const asked = feed();
      if (typeof asked === 'string') return { state: 'off', why: asked };
      return state ?? { state: 'idle' };
    },

    async check(): Promise<UpdateState> {
      const asked = feed();
      if (typeof asked === 'string') return become({ state: 'off', why: asked });
      if (state?.state === 'checking' || state?.state === 'downloading') return state;
      become({ state: 'checking' });
      try {
        const { url, key, channel } = asked;
        const text = await signedFeed(url, channel, key);
        const found = await (await prepared(url, channel)).checkForUpdates();
        if (found === null || !found.isUpdateAvailable)
          return become({ state: 'idle', checked: new Date().toISOString() });
        const { version, files, releaseNotes } = found.updateInfo;
        // The library read the feed for itself: what it will download must be what the signature covers.
        const covered = files.length > 0 && files.every(({ sha512 }) => Boolean(sha512) && text.includes(sha512!));
        // The line itself: the number may stand in the notes of an older, rightly signed feed.
        if (!covered || /^version:[ \t]*['"]?([^'"\s]+)/m.exec(text)?.[1] !== version)
          throw new Error('The update feed changed while it was read. Try again.');
        return become({
          state: 'available',
          version,
          ...(typeof releaseNotes === 'string' ? { notes: releaseNotes } : {}),
        });
      } catch (error) {
        return failed(error);
      }
    },

    async download(): Promise<void> {
      const asked = feed();
      if (state?.state !== 'available' || typeof asked === 'string' || updater === undefined) return;
      const found = state;
      const { version } = found;
      if (!(await parts.confirm(`Download VOIKE Desktop ${version}?`, `It comes from ${asked.url.host}.`, 'Download')))
        return;
      // While the person thought about it, a window may have looked again: the library then holds what nobody checked.
      if (state !== found) return;
      become({ state: 'downloading', version, percent: 0 });
      try {
        await (await updater).downloadUpdate();
        become({ state: 'downloaded', version });
      } catch (error) {
        failed(error);
      }
    },

    async install(): Promise<void> {
      const ready = state;
      if (ready?.state !== 'downloaded' || updater === undefined) return;
      const detail = 'The program ends, is replaced, and starts again. What you typed is kept.';
      if ((await parts.confirm(`Install VOIKE Desktop ${ready.version} now?`, detail, 'Install')) && state === ready)
        (await updater).quitAndInstall();
    },
  };
}
