/** The content hash of a plan: what it means, without where and how it is written. Browser-safe. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

type Atom = string | number | boolean | null;

const NOT_MEANING: ReadonlySet<string> = new Set(['range', 'wordRange', 'fnRange', 'typeRange', 'help']);

/**
 * SHA-256 (hex) of the canonical JSON (RFC 8785) of a list of atoms that spells `value`: `{` and `[` with the number of
 * members, then the members (keys in code unit order). A flat list, so that no depth of nesting is too much for it.
 * Ranges, help texts and properties that are undefined are left out.
 */
export function meaningHash(value: unknown): string {
  const atoms: Atom[] = [];
  spell(value, atoms);
  // Of a flat list of well-formed texts and finite numbers, JSON.stringify gives the canonical form, and much sooner.
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(atoms))));
}

/** The atoms that spell a value; see {@link meaningHash}. */
export function spell(value: unknown, atoms: Atom[]): void {
  if (Array.isArray(value)) {
    atoms.push('[', value.length);
    for (const item of value) spell(item, atoms);
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Record<string, unknown>;
    const keys = Object.keys(record).filter((key) => record[key] !== undefined && !NOT_MEANING.has(key));
    keys.sort();
    atoms.push('{', keys.length);
    for (const key of keys) {
      atoms.push(key);
      spell(record[key], atoms);
    }
  } else if (typeof value === 'string') {
    atoms.push("'", value.toWellFormed());
  } else if (typeof value === 'number') {
    atoms.push(Number.isFinite(value) ? value : String(value));
  } else {
    atoms.push(value === undefined ? null : (value as boolean | null));
  }
}
