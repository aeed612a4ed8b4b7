import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proofSides, proofTree, TREE_NODE } from './proof-tree.ts';

/** The shape of the tree by its definition (RFC 9162, 2.1.1): split at the largest power of two below the size. */
function sidesByDefinition(index: number, size: number): ('left' | 'right')[] {
  if (size <= 1) return [];
  let k = 1;
  while (k * 2 < size) k *= 2;
  return index < k ? [...sidesByDefinition(index, k), 'right'] : [...sidesByDefinition(index - k, size - k), 'left'];
}

describe('the sides of a proof', () => {
  it('are those of the tree of RFC 9162', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.nat(), (size, at) => {
        expect(proofSides(at % size, size)).toEqual(sidesByDefinition(at % size, size));
      }),
    );
  });
});

describe('the drawing of a proof', () => {
  const levels = (n: number) =>
    Array.from({ length: n }, (_, i) => ({
      sibling: `${i}a`.padEnd(64, '0'),
      side: i % 3 === 0 ? ('left' as const) : ('right' as const),
      parent: `${i}b`.padEnd(64, '0'),
    }));

  it('shows every hash of a short proof, and both ends of a long one', () => {
    expect(
      proofTree({ label: '#3', hash: 'e'.repeat(64) }, levels(3)).nodes.filter((node) => node.role === 'given'),
    ).toHaveLength(3);
    const long = proofTree({ label: '#3', hash: 'e'.repeat(64) }, levels(20));
    expect(long.nodes.find((node) => node.role === 'gap')?.label).toBe('15 levels');
    expect(long.nodes.filter((node) => node.role === 'given')).toHaveLength(5);
  });
  it('has one root, one entry, no boxes over each other, and everything inside the picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (n) => {
        const tree = proofTree({ label: '#3', hash: 'e'.repeat(64) }, levels(n));
        expect(tree.nodes.filter((node) => node.role === 'entry')).toHaveLength(1);
        expect(tree.nodes.filter((node) => node.role === 'root')).toHaveLength(n === 0 ? 0 : 1);
        for (const [i, a] of tree.nodes.entries()) {
          expect(a.x - TREE_NODE.width / 2).toBeGreaterThanOrEqual(0);
          expect(a.x + TREE_NODE.width / 2).toBeLessThanOrEqual(tree.width);
          expect(a.y + TREE_NODE.height / 2).toBeLessThanOrEqual(tree.height);
          for (const b of tree.nodes.slice(i + 1)) {
            expect(Math.abs(a.x - b.x) >= TREE_NODE.width || Math.abs(a.y - b.y) >= TREE_NODE.height).toBe(true);
          }
        }
        const ids = new Set(tree.nodes.map((node) => node.id));
        expect(ids.size).toBe(tree.nodes.length);
        for (const edge of tree.edges) expect(ids.has(edge.from) && ids.has(edge.to)).toBe(true);
      }),
    );
  });
});
