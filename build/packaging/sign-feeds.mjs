// Signs every update feed (`*.yml`) of a folder with the Ed25519 key in UPDATE_KEY (PKCS #8, PEM): base64 in `NAME.yml.sig`, as
// electron/updates.ts reads it. Prints the public key that belongs into the setting `updates.key`.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param {string} folder @param {string} pem @returns {string[]} the names of what was signed */
export function signFeeds(folder, pem) {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('UPDATE_KEY must be an Ed25519 key.');
  const feeds = readdirSync(folder).filter((name) => /^[\w-]+\.yml$/.test(name) && !name.startsWith('builder-'));
  for (const name of feeds)
    writeFileSync(join(folder, `${name}.sig`), sign(null, readFileSync(join(folder, name)), key).toString('base64'));
  return feeds;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pem = process.env['UPDATE_KEY'] ?? '';
  const signed = signFeeds(process.argv[2] ?? 'out/dist', pem);
  const raw = createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(-32);
  console.log(`Signed ${signed.join(', ') || 'nothing'}; the key is ${raw.toString('base64')}.`);
}
