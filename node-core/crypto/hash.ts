/** SHA-256 by node's own one-shot hash, and secrets that are kept as hashes. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** SHA-256 as 64 lower-case hex digits; text is hashed as UTF-8. `crypto.hash` is three times as fast with hex as with a Buffer. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** A new secret of 256 random bits, as 43 base64url characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Whether `secret` is the one whose SHA-256 (hex) was kept.
 *
 * A plain SHA-256 is right for our keys: slow, salted hashes (scrypt, argon2) protect passwords, because people choose
 * them from few; a key of 256 random bits cannot be guessed from its hash however fast hashing is, and it is checked
 * with every request. The comparison takes the same time wherever the difference is.
 */
export function isSecret(secret: string, keptHash: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(secret), 'hex'), Buffer.from(keptHash.padEnd(64, '0').slice(0, 64), 'hex'));
}
