/**
 * The Merkle tree of RFC 9162 (section 2.1): hashes, roots, proofs. Browser-safe; the SHA-256 is the caller's. Hashes are
 * 64 lower-case hex digits throughout: they compare with `===`, and node's hash is fastest with hex.
 */

/** SHA-256 as 64 lower-case hex digits; text is hashed as UTF-8. */
export type Sha256 = (data: string | Uint8Array) => string;

export interface TreeHasher {
  /** The root of no leaves: SHA-256 of nothing. */
  readonly emptyRoot: string;
  /** SHA-256(0x00 || leaf) */
  leaf(leaf: string | Uint8Array): string;
  /** SHA-256(0x01 || left || right) */
  node(left: string, right: string): string;
}

/** RFC 9162, section 2.1.1, with the given SHA-256. */
export function treeHasher(sha256: Sha256): TreeHasher {
  const pair = new Uint8Array(65);
  pair[0] = 1;
  return {
    emptyRoot: sha256(''),
    leaf(leaf) {
      // U+0000 is the byte 0x00 in UTF-8.
      if (typeof leaf === 'string') return sha256(`\0${leaf}`);
      const prefixed = new Uint8Array(leaf.length + 1);
      prefixed.set(leaf, 1);
      return sha256(prefixed);
    },
    node(left, right) {
      decodeHex(left, pair, 1);
      decodeHex(right, pair, 33);
      return sha256(pair);
    },
  };
}

const DIGIT = new Uint8Array(128);
for (let i = 0; i < 16; i++) DIGIT['0123456789abcdef'.charCodeAt(i)] = i;

function decodeHex(hex: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < 32; i++) into[at + i] = (DIGIT[hex.charCodeAt(2 * i)]! << 4) | DIGIT[hex.charCodeAt(2 * i + 1)]!;
}

/** Whether `text` is a hash in our form. */
export function isHash(text: unknown): text is string {
  if (typeof text !== 'string' || text.length !== 64) return false;
  for (let i = 0; i < 64; i++) {
    const c = text.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) return false;
  }
  return true;
}

/** The right edge of a growing tree: all that is needed to append and to know the root. */
export interface CompactRange {
  size: number;
  /** Hashes of the complete subtrees that the leaves fall into, largest first: one for each bit of `size`. */
  peaks: string[];
}

/**
 * Appends a leaf to `range` and returns the hashes of the subtrees that it completed, from level 0 (the leaf itself) up.
 * Leaf n completes as many levels above 0 as n+1 is divisible by 2.
 */
export function appendLeaf(hasher: TreeHasher, range: CompactRange, leafHash: string): string[] {
  const completed = [leafHash];
  let hash = leafHash;
  // Not bit operations: these are 32 bits wide in JavaScript, and a log may grow further.
  for (let n = range.size; n % 2 === 1; n = (n - 1) / 2) {
    hash = hasher.node(range.peaks.pop()!, hash);
    completed.push(hash);
  }
  range.peaks.push(hash);
  range.size++;
  return completed;
}

/** The root over all leaves appended so far. */
export function rangeRoot(hasher: TreeHasher, range: CompactRange): string {
  let root = range.peaks.at(-1);
  if (root === undefined) return hasher.emptyRoot;
  for (let i = range.peaks.length - 2; i >= 0; i--) root = hasher.node(range.peaks[i]!, root);
  return root;
}

/** Reads the hash of the complete subtree `index` of `level`: of the leaves from `index * 2^level` on, `2^level` of them. */
export type ReadHash = (level: number, index: number) => string;

/** Root of the leaves from `from` to `to` (exclusive), from O(log n) stored hashes. `from` must start a subtree of the tree, as below. */
function subtreeRoot(hasher: TreeHasher, read: ReadHash, from: number, to: number): string {
  const count = to - from;
  const level = Math.log2(count);
  if (Number.isInteger(level) && 2 ** level === count) return read(level, from / count);
  const k = splitPoint(count);
  return hasher.node(subtreeRoot(hasher, read, from, from + k), subtreeRoot(hasher, read, from + k, to));
}

/** The largest power of two smaller than `count` (RFC 9162, section 2.1.1). */
function splitPoint(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

/** The root of the first `size` leaves. */
export function rootAt(hasher: TreeHasher, read: ReadHash, size: number): string {
  return size === 0 ? hasher.emptyRoot : subtreeRoot(hasher, read, 0, size);
}

/** The compact range of the first `size` leaves. */
export function rangeAt(read: ReadHash, size: number): CompactRange {
  const peaks: string[] = [];
  let from = 0;
  for (let rest = size; rest > 0;) {
    let count = 1;
    while (count * 2 <= rest) count *= 2;
    peaks.push(read(Math.round(Math.log2(count)), from / count));
    from += count;
    rest -= count;
  }
  return { size, peaks };
}

/** The inclusion proof of leaf `seq` in the tree of `size` leaves: PATH(m, D_n) of RFC 9162, section 2.1.3.1. `0 <= seq < size`. */
export function inclusionProof(hasher: TreeHasher, read: ReadHash, seq: number, size: number): string[] {
  const proof: string[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    if (seq < middle) {
      proof.push(subtreeRoot(hasher, read, middle, to));
      to = middle;
    } else {
      proof.push(subtreeRoot(hasher, read, from, middle));
      from = middle;
    }
  }
  return proof.reverse();
}

/** The consistency proof between the trees of `first` and `second` leaves: PROOF(m, D_n) of RFC 9162, section 2.1.4.1. `0 < first <= second`. */
export function consistencyProof(hasher: TreeHasher, read: ReadHash, first: number, second: number): string[] {
  const proof: string[] = [];
  let from = 0;
  let to = second;
  // Whether the subtree looked at is one that the holder of the first root has whole (the `b` of the RFC).
  let known = true;
  while (first !== to) {
    const middle = from + splitPoint(to - from);
    if (first <= middle) {
      proof.push(subtreeRoot(hasher, read, middle, to));
      to = middle;
    } else {
      proof.push(subtreeRoot(hasher, read, from, middle));
      from = middle;
      known = false;
    }
  }
  if (!known) proof.push(subtreeRoot(hasher, read, from, to));
  return proof.reverse();
}

/** RFC 9162, section 2.1.3.2: whether `proof` shows that the leaf is number `seq` of the `size` leaves under `root`. */
export function verifyInclusion(
  hasher: TreeHasher,
  leafHash: string,
  seq: number,
  size: number,
  proof: readonly string[],
  root: string,
): boolean {
  if (!isCount(seq) || !isCount(size) || seq >= size || !proof.every(isHash) || !isHash(leafHash)) return false;
  let fn = seq;
  let sn = size - 1;
  let hash = leafHash;
  for (const p of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = hasher.node(p, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      hash = hasher.node(hash, p);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && hash === root;
}

/** RFC 9162, section 2.1.4.2: whether `proof` shows that the tree of `first` leaves is the beginning of the one of `second`. */
export function verifyConsistency(
  hasher: TreeHasher,
  first: number,
  second: number,
  proof: readonly string[],
  firstRoot: string,
  secondRoot: string,
): boolean {
  if (!isCount(first) || !isCount(second) || first > second || !proof.every(isHash)) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  // Every tree begins with the empty one.
  if (first === 0) return proof.length === 0 && firstRoot === hasher.emptyRoot;
  const path = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  if (path.length === 0) return false;
  let fn = first - 1;
  let sn = second - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let firstHash = path[0]!;
  let secondHash = path[0]!;
  for (const c of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      firstHash = hasher.node(c, firstHash);
      secondHash = hasher.node(c, secondHash);
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      secondHash = hasher.node(secondHash, c);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && firstHash === firstRoot && secondHash === secondRoot;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && 2 ** Math.round(Math.log2(n)) === n;
}
