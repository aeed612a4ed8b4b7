import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../crypto/hash.ts';
import {
  checkpointText,
  formatNote,
  formatVerifierKey,
  fromBase64,
  keyHash,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  toBase64,
  toHex,
  webCryptoVerify,
} from './note.ts';

/** The example of the Go package golang.org/x/mod/sumdb/note, which signed-note was made from. */
const EXAMPLE_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const EXAMPLE_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const origin = 'voike.node/0198';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const rawKey = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
const verifierKey = parseVerifierKey(sha256, formatVerifierKey(sha256, origin, rawKey))!;
const root = sha256('some root');
const text = checkpointText({ origin, size: 42, root });
const note = formatNote(text, {
  name: origin,
  keyHash: keyHash(sha256, origin, rawKey),
  signature: sign(null, Buffer.from(text), privateKey),
});

describe('signed notes', () => {
  it('read and check a note that another program signed', async () => {
    const key = parseVerifierKey(sha256, EXAMPLE_KEY)!;
    const parsed = parseNote(EXAMPLE_NOTE)!;
    expect(parsed.signatures).toMatchObject([{ name: 'PeterNeumann', keyHash: key.keyHash }]);
    const { signature } = parsed.signatures[0]!;
    expect(await webCryptoVerify(key.publicKey, Buffer.from(parsed.text), signature)).toBe(true);
    expect(await webCryptoVerify(key.publicKey, Buffer.from(`${parsed.text} `), signature)).toBe(false);
    expect(formatNote(parsed.text, parsed.signatures[0]!)).toBe(EXAMPLE_NOTE);
    expect(formatVerifierKey(sha256, 'PeterNeumann', key.publicKey)).toBe(EXAMPLE_KEY);
  });

  it('carry a checkpoint and back', async () => {
    expect(await openCheckpoint(note, verifierKey, webCryptoVerify)).toEqual({
      checkpoint: { origin, size: 42, root },
    });
    expect(text).toBe(`voike.node/0198\n42\n${Buffer.from(root, 'hex').toString('base64')}\n`);
  });

  it('are refused when any one character is another', async () => {
    const others = ['A', 'b', '0', '=', '\n', ' ', '+', '—', '\u0001'];
    for (let i = 0; i < note.length; i++) {
      const other = others[i % others.length] === note[i] ? 'z' : others[i % others.length]!;
      const opened = await openCheckpoint(note.slice(0, i) + other + note.slice(i + 1), verifierKey, webCryptoVerify);
      expect([i, 'fault' in opened]).toEqual([i, true]);
    }
  });

  it('are refused when characters are missing or too many', async () => {
    for (let i = 0; i < note.length; i++) {
      expect(
        'fault' in (await openCheckpoint(note.slice(0, i) + note.slice(i + 1), verifierKey, webCryptoVerify)),
      ).toBe(true);
      expect('fault' in (await openCheckpoint(note.slice(0, i), verifierKey, webCryptoVerify))).toBe(true);
    }
    expect('fault' in (await openCheckpoint(`${note}\n`, verifierKey, webCryptoVerify))).toBe(true);
  });

  it('say that another key signed', async () => {
    const other = parseVerifierKey(sha256, EXAMPLE_KEY)!;
    expect(await openCheckpoint(note, other, webCryptoVerify)).toMatchObject({ fault: 'wrong-key' });
  });

  it('are found among the signatures of others', async () => {
    const [line] = EXAMPLE_NOTE.split('\n').slice(3);
    expect(await openCheckpoint(`${note}${line}\n`, verifierKey, webCryptoVerify)).toMatchObject({
      checkpoint: { size: 42 },
    });
  });
});

describe('what is malformed', () => {
  it('is no note, no checkpoint, no key', () => {
    for (const bad of [
      '',
      '\n',
      '\n\n',
      'x\n\n',
      'x\n\n— a\n',
      'x\n\n— a b\n',
      'x\n\n- a AAAAAAAA\n',
      'x\u0000\n\n— a AAAAAAAA\n',
      'x\n\n— a AAAAAAAA',
    ]) {
      expect(parseNote(bad)).toBeUndefined();
    }
    const b64 = toBase64(new Uint8Array(32));
    expect(parseCheckpoint(`o\n0\n${b64}\nextension\n`)).toEqual({ origin: 'o', size: 0, root: '0'.repeat(64) });
    for (const bad of [
      `o\n01\n${b64}\n`,
      `o\n-1\n${b64}\n`,
      `o\n1\nAAAA\n`,
      `o\n1\n${b64}`,
      `\n1\n${b64}\n`,
      `o\n1e3\n${b64}\n`,
      'o\n1\n',
    ]) {
      expect([bad, parseCheckpoint(bad)]).toEqual([bad, undefined]);
    }
    for (const bad of [
      '',
      'a+b',
      EXAMPLE_KEY.replace('c7', 'c8'),
      EXAMPLE_KEY.replace('Peter', 'peter'),
      `${EXAMPLE_KEY}A`,
      EXAMPLE_KEY.replace('+AR', '+BR'),
    ]) {
      expect(parseVerifierKey(sha256, bad)).toBeUndefined();
    }
  });

  it('never makes the readers throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1+/=— \n\u0000\ud800'), maxLength: 80 }), (any) => {
        parseNote(any);
        parseCheckpoint(any);
        parseVerifierKey(sha256, any);
      }),
    );
  });
});

it('base64 is strict, and keeps every byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(toHex(fromBase64(toBase64(bytes))!)).toBe(toHex(bytes));
    }),
  );
  for (const bad of ['AB==', 'A', 'AA', 'AA= =', 'AA-_', ' AAAA']) expect(fromBase64(bad)).toBeUndefined();
});
