/**
 * An inclusion proof (RFC 9162, section 2.1.3) drawn as a small tree: the path from the entry up to the root, beside
 * it the proof's hashes, and of a long proof only both ends. Geometry only; checking is the proof code's. Pure.
 */

export interface TreeNode {
  id: string;
  /** `root` and `path` are computed here from the entry; `given` are the proof's hashes; `gap` stands for left-out levels. */
  role: 'root' | 'path' | 'given' | 'entry' | 'gap';
  label: string;
  /** The whole hash, for the tooltip and for copying. */
  hash?: string;
  /** Centre, in pixels. */
  x: number;
  y: number;
}
export interface TreeEdge {
  from: string;
  to: string;
  /** On the way from the entry to the root. */
  onPath: boolean;
}
export interface ProofTree {
  nodes: TreeNode[];
  edges: TreeEdge[];
  width: number;
  height: number;
}

/** One level of the proof, from the entry up. */
export interface ProofLevel {
  /** Hash that the proof gives. */
  sibling: string;
  /** Which side the sibling is on. */
  side: 'left' | 'right';
  /** Hash of the two together, lower-case hex. */
  parent: string;
}

/**
 * Which side the proof's hashes stand on, from the entry up: the walk of RFC 9162, 2.1.3.2, without the hashing.
 * @param index of the leaf, from 0
 * @param size leaves in the tree
 */
export function proofSides(index: number, size: number): ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = [];
  let fn = index;
  let sn = size - 1;
  while (sn > 0) {
    if (fn % 2 === 1 || fn === sn) {
      sides.push('left');
      // An entry at the right edge has no sibling on the levels where the tree is not full: they are passed over.
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      sides.push('right');
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sides;
}

const ROW = 52;
const HALF = 62;
export const TREE_NODE = { width: 84, height: 26 } as const;

/** @param shown levels drawn; of a longer proof the middle is folded into one "n levels" box */
export function proofTree(entry: { label: string; hash: string }, levels: readonly ProofLevel[], shown = 5): ProofTree {
  const nodes: TreeNode[] = [];
  const edges: TreeEdge[] = [];
  const short = (hash: string) => `${hash.slice(0, 4)}…${hash.slice(-2)}`;
  // From the root down: that is how it is drawn.
  const down = levels.toReversed();
  const folded = down.length > shown;
  const head = folded ? down.slice(0, shown - 2) : down;
  const tail = folded ? down.slice(down.length - 2) : [];

  let x = 0;
  let y = 0;
  let above: string | undefined;
  const rootHash = down[0]?.parent ?? entry.hash;
  const place = (id: string, role: TreeNode['role'], label: string, hash?: string) => {
    nodes.push({ id, role, label, x, y, ...(hash === undefined ? {} : { hash }) });
    if (above !== undefined) edges.push({ from: above, to: id, onPath: true });
    above = id;
  };

  if (down.length === 0) {
    place('entry', 'entry', entry.label, entry.hash);
  } else {
    place('root', 'root', `root ${short(rootHash)}`, rootHash);
  }
  const walk = (part: readonly ProofLevel[], start: number) => {
    part.forEach((level, i) => {
      const at = start + i;
      const parent = above!;
      const px = x;
      y += ROW;
      // The sibling goes to its own side, the path to the other.
      const sign = level.side === 'left' ? -1 : 1;
      // The upper levels spread wider, as a tree does.
      const spread = HALF * (at === 0 ? 1.25 : 1);
      const given = `given${at}`;
      nodes.push({
        id: given,
        role: 'given',
        label: short(level.sibling),
        hash: level.sibling,
        x: px + sign * spread,
        y,
      });
      edges.push({ from: parent, to: given, onPath: false });
      x = px - sign * spread;
      const below = down[at + 1];
      if (below === undefined) place('entry', 'entry', entry.label, entry.hash);
      else place(`path${at + 1}`, 'path', short(below.parent), below.parent);
    });
  };
  walk(head, 0);
  if (folded) {
    const left = down.length - head.length - tail.length;
    // The last path box drawn above stands for the top of the fold; the box below says how much is left out.
    y += ROW * 0.8;
    place('gap', 'gap', left === 1 ? '1 level' : `${left} levels`);
    y += ROW * 0.8;
    const below = tail[0]!;
    place(`path${down.length - 2}`, 'path', short(below.parent), below.parent);
    walk(tail, down.length - 2);
  }

  const left = Math.min(...nodes.map((node) => node.x)) - TREE_NODE.width / 2 - 8;
  const right = Math.max(...nodes.map((node) => node.x)) + TREE_NODE.width / 2 + 8;
  for (const node of nodes) {
    node.x -= left;
    node.y += TREE_NODE.height / 2 + 4;
  }
  return { nodes, edges, width: right - left, height: y + TREE_NODE.height + 8 };
}
