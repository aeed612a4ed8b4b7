/**
 * Checkpoints as C2SP tlog-checkpoint, in the form of C2SP signed-note with Ed25519 signatures. Browser-safe.
 *
 *     voike.node/<project id>
 *     <size>
 *     <base64 of the root hash>
 *
 *     — voike.node/<project id> <base64 of key hash (4 bytes) and signature (64 bytes)>
 */
import type { Sha256 } from './merkle.ts';

export interface Checkpoint {
  origin: string;
  /** How many entries it covers. */
  size: number;
  /** Root hash, lower-case hex. */
  root: string;
}

export interface NoteSignature {
  name: string;
  /** First four bytes of SHA-256(name || 0x0A || 0x01 || public key), hex. */
  keyHash: string;
  signature: Uint8Array;
}

export interface SignedNote {
  /** What is signed: everything up to the blank line, with its newline. */
  text: string;
  signatures: NoteSignature[];
}

/** A verifier key, `name+hash+base64(0x01 || public key)`, taken apart. */
export interface VerifierKey {
  name: string;
  keyHash: string;
  /** 32 bytes, Ed25519. */
  publicKey: Uint8Array;
}

/** Checks an Ed25519 signature (RFC 8032). See {@link webCryptoVerify}. */
export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

const ED25519 = 0x01;
const encoder = new TextEncoder();

/** The text of a checkpoint, ready to be signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(fromHex(root))}\n`;
}

/** The checkpoint that a note's text says, or undefined when it is none. Lines after the third are extensions and are left alone. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, root, ...rest] = text.split('\n');
  if (!origin || root === undefined || rest.length === 0 || rest.at(-1) !== '') return undefined;
  if (!/^(0|[1-9]\d{0,15})$/.test(size!) || !Number.isSafeInteger(Number(size))) return undefined;
  const hash = fromBase64(root);
  if (hash?.length !== 32) return undefined;
  return { origin, size: Number(size), root: toHex(hash) };
}

/** Key hash of an Ed25519 key as signed-note defines it, hex. */
export function keyHash(sha256: Sha256, name: string, publicKey: Uint8Array): string {
  const head = encoder.encode(`${name}\n`);
  const bytes = new Uint8Array(head.length + 1 + publicKey.length);
  bytes.set(head);
  bytes[head.length] = ED25519;
  bytes.set(publicKey, head.length + 1);
  return sha256(bytes).slice(0, 8);
}

/** A verifier key as text: what is given to those who check. */
export function formatVerifierKey(sha256: Sha256, name: string, publicKey: Uint8Array): string {
  return `${name}+${keyHash(sha256, name, publicKey)}+${toBase64(withType(publicKey))}`;
}

/** Takes a verifier key apart; undefined when it is malformed, of another algorithm, or its hash is not that of its key. */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey | undefined {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text);
  if (!match) return undefined;
  const bytes = fromBase64(match[3]!);
  if (bytes?.length !== 33 || bytes[0] !== ED25519) return undefined;
  const publicKey = bytes.slice(1);
  const hash = keyHash(sha256, match[1]!, publicKey);
  return hash === match[2] ? { name: match[1]!, keyHash: hash, publicKey } : undefined;
}

/** The whole note: the text, a blank line, one signature line. `text` must end in a newline. */
export function formatNote(text: string, signature: NoteSignature): string {
  const bytes = new Uint8Array(4 + signature.signature.length);
  bytes.set(fromHex(signature.keyHash));
  bytes.set(signature.signature, 4);
  return `${text}\n— ${signature.name} ${toBase64(bytes)}\n`;
}

/** Takes a note apart, strictly; undefined when it is malformed. Says nothing about whether its signatures are right. */
export function parseNote(note: string): SignedNote | undefined {
  // Control characters other than newline are forbidden in a note.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed()) return undefined;
  const blank = note.lastIndexOf('\n\n');
  if (blank <= 0 || !note.endsWith('\n')) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of note.slice(blank + 2, -1).split('\n')) {
    const match = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
    const bytes = match ? fromBase64(match[2]!) : undefined;
    if (!match || !bytes || bytes.length < 5) return undefined;
    signatures.push({ name: match[1]!, keyHash: toHex(bytes.subarray(0, 4)), signature: bytes.slice(4) });
  }
  return { text: note.slice(0, blank + 1), signatures };
}

export type NoteFault = 'bad-checkpoint' | 'wrong-key' | 'bad-signature';

/** The checkpoint in `note` when `key` signed it, else what is wrong with it. */
export async function openCheckpoint(
  note: string,
  key: VerifierKey,
  verify: VerifySignature,
): Promise<{ checkpoint: Checkpoint } | { fault: NoteFault; checkpoint?: Checkpoint }> {
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpoint(parsed.text);
  if (!parsed || !checkpoint) return { fault: 'bad-checkpoint' };
  const own = parsed.signatures.find((one) => one.name === key.name && one.keyHash === key.keyHash);
  if (!own) return { fault: 'wrong-key', checkpoint };
  if (own.signature.length !== 64 || !(await verify(key.publicKey, encoder.encode(parsed.text), own.signature))) {
    return { fault: 'bad-signature', checkpoint };
  }
  return { checkpoint };
}

/** {@link VerifySignature} by WebCrypto: Node 24, and browsers that have Ed25519. */
export const webCryptoVerify: VerifySignature = async (publicKey, message, signature) => {
  const own = (bytes: Uint8Array) => new Uint8Array(bytes);
  const key = await crypto.subtle.importKey('raw', own(publicKey), { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, key, own(signature), own(message));
};

function withType(publicKey: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(publicKey.length + 1);
  bytes[0] = ED25519;
  bytes.set(publicKey, 1);
  return bytes;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Strict: undefined for anything that {@link toBase64} would not have written. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
