import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type KeyStore, openSecrets } from './secrets.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voike-secrets-'));
  file = join(folder, 'secrets.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Turns each byte around, and refuses what it did not make. */
const store: KeyStore = {
  isEncryptionAvailable: () => true,
  encryptString: (text) => Buffer.concat([Buffer.from([7]), Buffer.from(text).map((byte) => byte ^ 255)]),
  decryptString(bytes) {
    if (bytes[0] !== 7) throw new Error('not mine');
    return Buffer.from(bytes.subarray(1).map((byte) => byte ^ 255)).toString();
  },
};

test('a key is kept encrypted, readable by its owner alone, and given back until it is removed', async () => {
  const secrets = openSecrets(file, store);
  await Promise.all([secrets.keep('lab', 'voike_secret_1'), secrets.keep('office', 'voike_secret_2')]);
  expect(readFileSync(file, 'utf8')).not.toContain('voike_secret');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  expect(await openSecrets(file, store).read('lab')).toBe('voike_secret_1');
  await secrets.remove('lab');
  expect(await secrets.read('lab')).toBeNull();
  expect(await secrets.read('office')).toBe('voike_secret_2');
});

test.each<[string, Partial<KeyStore>]>([
  ['without a key store', { isEncryptionAvailable: () => false }],
  ['with a store that only veils', { getSelectedStorageBackend: () => 'basic_text' }],
])('%s nothing is written', async (_what, less) => {
  const secrets = openSecrets(file, { ...store, ...less });
  await expect(secrets.keep('lab', 'x')).rejects.toThrow('no key store');
  expect(existsSync(file)).toBe(false);
});

test('what another account encrypted, and a damaged file, read as nothing', async () => {
  writeFileSync(file, JSON.stringify({ lab: Buffer.from('other').toString('base64') }));
  expect(await openSecrets(file, store).read('lab')).toBeNull();
  writeFileSync(file, '{');
  expect(await openSecrets(file, store).read('lab')).toBeNull();
});
