/** The inclusion proof as a small tree. */
import { copyText } from '../../ui/index.ts';
import { type ProofTree, TREE_NODE } from './proof-tree.ts';

export function ProofPicture({ tree, label, ok }: { tree: ProofTree; label: string; ok: boolean }) {
  const at = new Map(tree.nodes.map((node) => [node.id, node]));
  return (
    <svg
      className="proof"
      data-ok={ok}
      viewBox={`0 0 ${tree.width} ${tree.height}`}
      style={{ maxWidth: tree.width * 1.1, minWidth: tree.width * 0.8 }}
      role="img"
      aria-label={label}
    >
      {tree.edges.map((edge) => {
        const from = at.get(edge.from)!;
        const to = at.get(edge.to)!;
        return (
          <line
            key={`${edge.from}-${edge.to}`}
            data-path={edge.onPath}
            x1={from.x}
            y1={from.y + TREE_NODE.height / 2}
            x2={to.x}
            y2={to.y - TREE_NODE.height / 2}
          />
        );
      })}
      {tree.nodes.map((node) => (
        <g
          key={node.id}
          data-role={node.role}
          transform={`translate(${node.x},${node.y})`}
          data-tip={
            node.hash === undefined
              ? `${node.label} between are left out of the picture, not of the check`
              : `${node.hash}\n${ROLES[node.role]}`
          }
          onClick={() => {
            if (node.hash !== undefined) void copyText(node.hash, 'Hash copied');
          }}
        >
          <rect
            x={-TREE_NODE.width / 2}
            y={-TREE_NODE.height / 2}
            width={TREE_NODE.width}
            height={TREE_NODE.height}
            rx={4}
          />
          <text textAnchor="middle" y={4}>
            {node.label}
          </text>
        </g>
      ))}
    </svg>
  );
}

const ROLES = {
  root: 'computed here; the checkpoint says the same',
  path: 'computed here',
  given: 'given by the proof',
  entry: 'leaf hash of this entry, computed here',
  gap: '',
} as const;
