/** Inputs, steps and outputs of the open plan. */
import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
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
const Row = memo(function Row({ item }: { item: OutlineItem }) {
  const selected = useSelection((state) => item.nodeId !== undefined && item.nodeId === state.nodeId);
  return (
    <button type="button" data-row className="side-row" aria-current={selected} onClick={() => go(item)}>
      <ChevronRight style={{ width: 12, color: 'var(--text-3)' }} />
      <span className="cut">{item.name}</span>
      <small className="cut">{item.detail}</small>
    </button>
  );
});

export function Outline() {
  const outline = useLanguage((state) => state.outline);
  const documentId = useLanguage((state) => state.documentId);
  const activeId = useDocuments((state) => state.activeId);
  if (activeId === undefined || documentId !== activeId) return null;
  return (
    <Section title="Outline">
      {outline.length === 0 ? <div className="side-note">Inputs, steps and outputs appear here.</div> : null}
      <div className="side-scroll">
        {outline.slice(0, 500).map((item, at) => (
          <Row key={`${item.nodeId ?? item.name}:${at}`} item={item} />
        ))}
      </div>
      {outline.length > 500 ? <div className="side-note">{outline.length - 500} more: use Go to anything.</div> : null}
    </Section>
  );
}
