/** The syntax tree of the open plan; follows the cursor, and the cursor follows it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, ListTree } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { LineIndex } from '../../../node-core/flow/syntax/lines.ts';
import { revealRange, useCursor } from '../../state/cursor.ts';
import { useActiveTab } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { EmptyState, Skeleton } from '../../ui/index.ts';
import './ast.css';
import { pathAt, type TreeNode, treeOf, visibleRows } from './tree.ts';

const ROW = 20;

export function AstPane() {
  const file = useActiveTab();
  const { ast, documentId, source } = useLanguage();
  const root = useMemo(() => (ast === undefined ? undefined : treeOf(ast)), [ast]);
  if (file === undefined) return null;
  if (root === undefined || documentId !== file.id) return <Skeleton lines={8} />;
  if (root.children().length === 0 && root.detail === '') {
    return (
      <EmptyState icon={<ListTree />} title="Nothing to show yet">
        The tree grows as you type: inputs, steps, operations, expressions.
      </EmptyState>
    );
  }
  return <Tree key={file.id} root={root} source={source} />;
}

/** The lines of a node: `13`, `13–17`. */
function place(lines: LineIndex, { range }: TreeNode): string {
  const first = lines.position(range.start).line;
  const last = lines.position(range.end).line;
  return first === last ? String(first) : `${first}–${last}`;
}

function Tree({ root, source }: { root: TreeNode; source: string }) {
  const { cursorOffset, source: mover } = useCursor();
  const lines = useMemo(() => new LineIndex(source), [source]);
  const path = useMemo(() => pathAt(root, cursorOffset), [root, cursorOffset]);
  /** What the person opened or closed; everything else is open along the way to the cursor. */
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  /** The row of the keyboard while the person moves in the tree; undefined: the cursor's. */
  const [own, setOwn] = useState<string>();
  const rows = useMemo(() => {
    const onPath = new Set(path);
    return visibleRows(root, (node, depth) => chosen.get(node.id) ?? (depth === 0 || onPath.has(node.id)));
  }, [root, path, chosen]);
  useEffect(() => {
    if (mover === 'editor') setOwn(undefined);
  }, [cursorOffset, mover]);

  const activeId = own ?? path.findLast((id) => rows.some((row) => row.node.id === id));
  const active = rows.findIndex((row) => row.node.id === activeId);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by the compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, virtual]);

  const expand = (node: TreeNode, open: boolean): void => setChosen((now) => new Map(now).set(node.id, open));
  const go = (node: TreeNode): void => {
    setOwn(node.id);
    revealRange(node.range);
  };
  const keys = (event: KeyboardEvent): void => {
    const row = rows[active];
    if (row === undefined) return;
    const to = (at: number): void => {
      const next = rows[Math.max(0, Math.min(rows.length - 1, at))];
      if (next !== undefined) go(next.node);
    };
    switch (event.key) {
      case 'ArrowDown':
        to(active + 1);
        break;
      case 'ArrowUp':
        to(active - 1);
        break;
      case 'Home':
        to(0);
        break;
      case 'End':
        to(rows.length - 1);
        break;
      case 'PageDown':
        to(active + 15);
        break;
      case 'PageUp':
        to(active - 15);
        break;
      case 'ArrowRight':
        if (row.expanded) to(active + 1);
        else if (row.hasChildren) {
          setOwn(row.node.id);
          expand(row.node, true);
        }
        break;
      case 'ArrowLeft':
        if (row.expanded) {
          setOwn(row.node.id);
          expand(row.node, false);
        } else to(rows.findLastIndex((other, at) => at < active && other.depth < row.depth));
        break;
      case 'Enter':
        revealRange(row.node.range, { focus: true });
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className="ast"
      role="tree"
      tabIndex={0}
      aria-label="Syntax tree"
      aria-activedescendant={active >= 0 ? `ast-${active}` : undefined}
      onKeyDown={keys}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          const { node } = row;
          const Chevron = row.expanded ? ChevronDown : ChevronRight;
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree has the focus and answers the keys
            <div
              key={node.id}
              id={`ast-${item.index}`}
              className="ast-row"
              role="treeitem"
              tabIndex={-1}
              aria-level={row.depth + 1}
              aria-posinset={row.position}
              aria-setsize={row.siblings}
              aria-expanded={row.hasChildren ? row.expanded : undefined}
              aria-selected={item.index === active}
              style={{ transform: `translateY(${item.start}px)`, paddingLeft: 8 + row.depth * 14 }}
              onClick={() => go(node)}
              onDoubleClick={() => revealRange(node.range, { focus: true })}
            >
              {row.hasChildren ? (
                <Chevron
                  aria-hidden="true"
                  onClick={(event) => {
                    event.stopPropagation();
                    expand(node, !row.expanded);
                  }}
                />
              ) : (
                <i />
              )}
              {node.role === '' ? null : <span className="ast-role">{node.role}</span>}
              <span className="ast-kind" data-op={/^[A-Z_]+$/.test(node.kind)}>
                {node.kind}
              </span>
              <span className="ast-detail" data-kind={node.kind}>
                {node.detail}
              </span>
              <span className="ast-place tabular">{place(lines, node)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
