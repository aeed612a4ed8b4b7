/** Inputs, steps and outputs of the open plan. */
import { ChevronRight } from 'lucide-react';
import { revealRange } from '../../state/cursor.ts';
import { useDocuments } from '../../state/documents.ts';
import { type OutlineItem, useLanguage } from '../../state/language.ts';
import { selectNode, useSelection } from '../../state/selection.ts';
import { Section } from './Section.tsx';

export function Outline() {
  const outline = useLanguage((state) => state.outline);
  const documentId = useLanguage((state) => state.documentId);
  const activeId = useDocuments((state) => state.activeId);
  const selected = useSelection((state) => state.nodeId);
  if (activeId === undefined || documentId !== activeId) return null;
  const go = (item: OutlineItem): void => {
    if (item.nodeId !== undefined) selectNode(item.nodeId, { reveal: false });
    revealRange({ start: item.nameRange.start, end: item.nameRange.start }, { focus: false });
  };
  return (
    <Section title="Outline">
      {outline.length === 0 ? <div className="side-note">Inputs, steps and outputs appear here.</div> : null}
      <div className="side-scroll">
        {outline.slice(0, 500).map((item, at) => (
          <button
            key={`${item.nodeId ?? item.name}:${at}`}
            type="button"
            data-row
            className="side-row"
            aria-current={item.nodeId !== undefined && item.nodeId === selected}
            onClick={() => go(item)}
          >
            <ChevronRight style={{ width: 12, color: 'var(--text-3)' }} />
            <span className="cut">{item.name}</span>
            <small className="cut">{item.detail}</small>
          </button>
        ))}
      </div>
      {outline.length > 500 ? <div className="side-note">{outline.length - 500} more: use Go to anything.</div> : null}
    </Section>
  );
}
