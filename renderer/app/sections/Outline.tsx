/** Inputs, steps and outputs of the open plan, or the declarations of the open program. */
import { ChevronRight } from 'lucide-react';
import { memo, useMemo } from 'react';
import { revealRange } from '../../state/cursor.ts';
import { useDocuments } from '../../state/documents.ts';
import { type OutlineItem, useLanguage } from '../../state/language.ts';
import { selectNode, useSelection } from '../../state/selection.ts';
import { Section } from './Section.tsx';

function go(item: OutlineItem): void {
  if (item.nodeId !== undefined) selectNode(item.nodeId, { reveal: false });
  revealRange({ start: item.nameRange.start, end: item.nameRange.start }, { focus: false });
}

/** Listens for its own selection: of hundreds of rows only two are drawn anew when another is selected. */
const Row = memo(function Row({ item, depth }: { item: OutlineItem; depth: number }) {
  const selected = useSelection((state) => item.nodeId !== undefined && item.nodeId === state.nodeId);
  return (
    <button
      type="button"
      data-row
      className={depth === 0 ? 'side-row' : 'side-row side-row-inner'}
      aria-current={selected}
      onClick={() => go(item)}
    >
      <ChevronRight style={{ width: 12, color: 'var(--text-3)' }} />
      <span className="cut">{item.name}</span>
      <small className="cut">{item.detail}</small>
    </button>
  );
});

/** Fields, cases and routes stand below what they belong to. */
const withChildren = (outline: readonly OutlineItem[], depth = 0): { item: OutlineItem; depth: number }[] =>
  outline.flatMap((item) => [{ item, depth }, ...withChildren(item.children ?? [], depth + 1)]);

export function Outline() {
  const outline = useLanguage((state) => state.outline);
  const documentId = useLanguage((state) => state.documentId);
  const activeId = useDocuments((state) => state.activeId);
  const rows = useMemo(() => withChildren(outline), [outline]);
  if (activeId === undefined || documentId !== activeId) return null;
  return (
    <Section title="Outline">
      {rows.length === 0 ? <div className="side-note">What the text declares appears here.</div> : null}
      <div className="side-scroll">
        {rows.slice(0, 500).map(({ item, depth }, at) => (
          <Row key={`${item.nodeId ?? item.name}:${at}`} item={item} depth={depth} />
        ))}
      </div>
      {rows.length > 500 ? <div className="side-note">{rows.length - 500} more: use Go to anything.</div> : null}
    </Section>
  );
}
