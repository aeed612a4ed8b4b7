import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createPublicKey, verify } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSecret, newSecret, sha256 } from './hash.ts';
import { openNodeKey } from './node-key.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'voike-key-'))));
afterEach(() => rmSync(directory, { recursive: true }));

describe('the node key', () => {
  it('is made once, kept private, and signs what its public key verifies', () => {
    const identity = join(directory, 'identity');
    const key = openNodeKey(identity, { create: true });
    const again = openNodeKey(identity, { create: false });
    expect(again.publicKey).toEqual(key.publicKey);
    if (process.platform !== 'win32') expect(statSync(join(identity, 'node-key.pem')).mode & 0o777).toBe(0o600);
    const message = Buffer.from('checkpoint');
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.publicKey).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, message, publicKey, again.sign(message))).toBe(true);
  });

  it('is not replaced when it got lost or was damaged', () => {
    expect(() => openNodeKey(directory, { create: false })).toThrow(
      expect.objectContaining({ code: 'node-key-missing' }),
    );
    writeFileSync(join(directory, 'node-key.pem'), 'not a key');
    expect(() => openNodeKey(directory, { create: true })).toThrow(
      expect.objectContaining({ code: 'node-key-unreadable' }),
    );
    expect(readFileSync(join(directory, 'node-key.pem'), 'utf8')).toBe('not a key');
  });
});

describe('hashes and secrets', () => {
  it('hashes text as UTF-8', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('é')).toBe(sha256(Buffer.from([0xc3, 0xa9])));
  });

  it('knows a secret by its hash', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(isSecret(secret, sha256(secret))).toBe(true);
    expect(isSecret(newSecret(), sha256(secret))).toBe(false);
    expect(isSecret(secret, '')).toBe(false);
  });
});
