import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../crypto/hash.ts';
import {
  type ReadHash,
  appendLeaf,
  consistencyProof,
  inclusionProof,
  rangeAt,
  rangeRoot,
  rootAt,
  treeHasher,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

const hasher = treeHasher(sha256);

/** RFC 9162, section 2.1.1, word for word, as the other side of the comparisons. */
function naiveRoot(leaves: string[]): string {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0]!;
  const k = naiveSplit(leaves.length);
  return hasher.node(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
function naiveSplit(n: number): number {
  return 2 ** Math.ceil(Math.log2(n) - 1);
}
/** PATH(m, D_n) */
function naivePath(m: number, leaves: string[]): string[] {
  if (leaves.length === 1) return [];
  const k = naiveSplit(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}
/** SUBPROOF(m, D_n, b) */
function naiveSubproof(m: number, leaves: string[], b: boolean): string[] {
  if (m === leaves.length) return b ? [] : [naiveRoot(leaves)];
  const k = naiveSplit(leaves.length);
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), b), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

/** Appends leaves and keeps the completed subtrees' hashes as the ledger's table does. */
function grow(leaves: string[]) {
  const range = { size: 0, peaks: [] as string[] };
  const rows: string[][] = [];
  const roots = [rangeRoot(hasher, range)];
  for (const leaf of leaves) {
    rows.push(appendLeaf(hasher, range, leaf));
    roots.push(rangeRoot(hasher, range));
  }
  let reads = 0;
  const read: ReadHash = (level, index) => {
    reads++;
    const hash = rows[(index + 1) * 2 ** level - 1]?.[level];
    if (hash === undefined) throw new Error(`no hash ${level}/${index}`);
    return hash;
  };
  return { roots, read, reads: () => reads };
}

const SIZE = 130;
const leaves = Array.from({ length: SIZE }, (_, n) => hasher.leaf(`leaf ${n}`));
const log = grow(leaves);

describe('the tree', () => {
  it('has the known roots of the eight well-known leaves of Certificate Transparency', () => {
    const known = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const { roots } = grow(known.map((hex) => hasher.leaf(Buffer.from(hex, 'hex'))));
    expect(roots).toEqual([
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]);
  });

  it('has the roots of the RFC’s own definition, appended one by one or read from stored hashes', () => {
    for (let n = 0; n <= SIZE; n++) {
      const naive = naiveRoot(leaves.slice(0, n));
      expect(log.roots[n]).toBe(naive);
      expect(rootAt(hasher, log.read, n)).toBe(naive);
      expect(rangeRoot(hasher, rangeAt(log.read, n))).toBe(naive);
    }
  });

  it('hashes text as its UTF-8 bytes, with either SHA-256', () => {
    const inBrowser = treeHasher((data) =>
      bytesToHex(nobleSha256(typeof data === 'string' ? utf8ToBytes(data) : data)),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(hasher.leaf(text)).toBe(hasher.leaf(Buffer.from(text)));
        expect(inBrowser.node(inBrowser.leaf(text), leaves[0]!)).toBe(hasher.node(hasher.leaf(text), leaves[0]!));
      }),
    );
  });
});

describe('inclusion', () => {
  it('is proven for every leaf of every tree up to 130 leaves, by the proof of the RFC', () => {
    for (let n = 1; n <= SIZE; n++) {
      const of = leaves.slice(0, n);
      for (let m = 0; m < n; m++) {
        const proof = inclusionProof(hasher, log.read, m, n);
        if (proof.join() !== naivePath(m, of).join()) throw new Error(`PATH(${m}, ${n}) is another`);
        if (!verifyInclusion(hasher, leaves[m]!, m, n, proof, log.roots[n]!))
          throw new Error(`(${m}, ${n}) does not verify`);
      }
    }
  });

  it('is not proven by anything else', () => {
    const size = fc.integer({ min: 1, max: SIZE });
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), fc.nat(), (n, pick, other, at) => {
        const m = pick % n;
        const proof = inclusionProof(hasher, log.read, m, n);
        const root = log.roots[n]!;
        const verify = (leaf: string, seq: number, of: number, path: string[], under: string) =>
          verifyInclusion(hasher, leaf, seq, of, path, under);
        const otherLeaf = other % SIZE;
        expect(verify(leaves[otherLeaf]!, m, n, proof, root)).toBe(otherLeaf === m);
        if (otherLeaf !== m) expect(verify(leaves[m]!, otherLeaf, n, proof, root)).toBe(false);
        expect(verify(leaves[m]!, m, n, [...proof, leaves[0]!], root)).toBe(false);
        if (proof.length > 0) {
          expect(verify(leaves[m]!, m, n, proof.slice(1), root)).toBe(false);
          const i = at % proof.length;
          expect(verify(leaves[m]!, m, n, proof.with(i, hasher.leaf('forged')), root)).toBe(false);
          expect(verify(leaves[m]!, m, n, proof.with(i, 'no hash'), root)).toBe(false);
        }
        for (const bad of [-1, n, 0.5, NaN, 2 ** 60]) expect(verify(leaves[m]!, bad, n, proof, root)).toBe(false);
      }),
    );
  });
});

describe('consistency', () => {
  it('is proven between any two trees up to 130 leaves, by the proof of the RFC', () => {
    for (let n = 1; n <= SIZE; n++) {
      const of = leaves.slice(0, n);
      for (let m = 1; m <= n; m++) {
        const proof = consistencyProof(hasher, log.read, m, n);
        if (proof.join() !== naiveSubproof(m, of, true).join()) throw new Error(`PROOF(${m}, ${n}) is another`);
        if (!verifyConsistency(hasher, m, n, proof, log.roots[m]!, log.roots[n]!))
          throw new Error(`(${m}, ${n}) does not verify`);
      }
    }
    expect(verifyConsistency(hasher, 0, 5, [], log.roots[0]!, log.roots[5]!)).toBe(true);
  });

  it('is not proven by anything else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZE }), fc.nat(), fc.nat(), (n, pick, at) => {
        const m = 1 + (pick % (n - 1));
        const proof = consistencyProof(hasher, log.read, m, n);
        const verify = (from: number, to: number, path: string[], first: string, second: string) =>
          verifyConsistency(hasher, from, to, path, first, second);
        const [first, second] = [log.roots[m]!, log.roots[n]!];
        const forged = hasher.leaf('forged');
        expect(verify(m, n, proof, forged, second)).toBe(false);
        expect(verify(m, n, proof, first, forged)).toBe(false);
        expect(verify(m, n, proof.with(at % proof.length, forged), first, second)).toBe(false);
        expect(verify(m, n, proof.slice(0, -1), first, second)).toBe(false);
        expect(verify(m, n, [...proof, forged], first, second)).toBe(false);
        expect(verify(n, m, proof, second, first)).toBe(false);
      }),
    );
  });
});

it('takes a number of reads that grows with the logarithm of the log', () => {
  const size = 100_000;
  const large = grow(Array.from({ length: size }, (_, n) => sha256(String(n))));
  for (const [m, n] of [
    [0, size],
    [size - 1, size],
    [65_535, 99_999],
    [12_345, 77_777],
  ] as const) {
    for (const prove of [inclusionProof, consistencyProof]) {
      const before = large.reads();
      prove(hasher, large.read, m || 1, n);
      expect(large.reads() - before).toBeLessThan(4 * Math.log2(size));
    }
  }
});
