/**
 * Keys of other nodes, encrypted with the system's key store (Keychain, DPAPI, Secret Service) by Electron's safeStorage.
 * The file beside the settings holds ciphertext alone. Where the system has no key store nothing is written: a key that
 * is only veiled is worse than one that is asked for again.
 */
import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { writeWhole } from './files.ts';

/** Electron's safeStorage, as far as it is used. */
export interface KeyStore {
  isEncryptionAvailable(): boolean;
  /** Linux only: `basic_text` is a password that everybody knows. */
  getSelectedStorageBackend?(): string;
  encryptString(text: string): Buffer;
  decryptString(bytes: Buffer): string;
}

const stored = Compile(Type.Record(Type.String(), Type.String()));

export function openSecrets(file: string, store: KeyStore) {
  let last: Promise<unknown> = Promise.resolve();
  const read = async (): Promise<Record<string, string>> => {
    try {
      const found: unknown = JSON.parse(await readFile(file, 'utf8'));
      return stored.Check(found) ? found : {};
    } catch {
      return {};
    }
  };
  /** One change after the other, readable by the person alone. */
  const change = (work: (all: Map<string, string>) => void): Promise<void> => {
    const done = last.then(async () => {
      const all = new Map(Object.entries(await read()));
      work(all);
      await writeWhole(file, `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`, 0o600);
    });
    last = done.catch(() => undefined);
    return done;
  };
  const usable = () =>
    store.isEncryptionAvailable() && !['basic_text', 'unknown'].includes(store.getSelectedStorageBackend?.() ?? '');
  return {
    /** @throws when the system has no key store */
    async keep(connection: string, secret: string): Promise<void> {
      if (!usable())
        throw new Error('This system has no key store (Keychain, Secret Service, …), so the key is not kept on disk.');
      await change((all) => all.set(connection, store.encryptString(secret).toString('base64')));
    },
    /** Null when there is none, or when it was encrypted by another account or machine. */
    async read(connection: string): Promise<string | null> {
      await last;
      const kept = (await read())[connection];
      if (kept === undefined || !usable()) return null;
      try {
        return store.decryptString(Buffer.from(kept, 'base64'));
      } catch {
        return null;
      }
    },
    remove: (connection: string): Promise<void> => change((all) => all.delete(connection)),
  };
}
