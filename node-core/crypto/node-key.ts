/** The node's Ed25519 key pair (RFC 8032): what it signs checkpoints with, and who it is. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../errors/problem.ts';

export interface NodeKey {
  /** The raw public key, 32 bytes. */
  publicKey: Uint8Array;
  /** The raw signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * The key pair in `directory` (PKCS #8 PEM in `node-key.pem`, mode 0600, the directory 0700).
 *
 * @param create make one when there is none. A node that has signed before must not: with another key its own records
 * would look forged.
 * @throws Problem `node-key-missing`, `node-key-unreadable`.
 */
export function openNodeKey(directory: string, options: { create: boolean }): NodeKey {
  const path = join(directory, 'node-key.pem');
  if (!existsSync(path)) {
    if (!options.create) {
      throw new Problem(
        'node-key-missing',
        `The node's key ${path} is missing, but this data directory was signed with one.`,
        {
          status: 500,
          hint: 'Put the file back from a backup. A new key cannot vouch for the records that the old one signed.',
        },
      );
    }
    writePrivately(
      directory,
      path,
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    );
  }
  // A key that others can read is closed again rather than refused: it may come from a restored backup.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is a key of type ${key.asymmetricKeyType}`);
  } catch (cause) {
    throw new Problem('node-key-unreadable', `The node's key ${path} cannot be read: ${(cause as Error).message}.`, {
      status: 500,
      cause,
      hint: 'Put the file back from a backup, and check that this user may read it.',
    });
  }
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(x!, 'base64url')),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}

/** Written whole or not at all: to a file of its own, on to the disk, then renamed. */
function writePrivately(directory: string, path: string, text: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, path);
  if (process.platform === 'win32') return;
  // The name as well: the control database will say from now on that this key exists.
  const folder = openSync(directory, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
