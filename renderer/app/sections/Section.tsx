/** A part of a side view with a heading that folds. */
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { rowKeys } from '../../ui/index.ts';

export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const [folded, setFolded] = useState(false);
  return (
    <section className="side-section" style={folded ? { paddingBottom: 0 } : undefined}>
      <div className="side-head">
        <h2>
          <button type="button" className="side-fold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
            {title}
            {folded ? <ChevronRight size={12} style={{ marginLeft: 4 }} /> : null}
          </button>
        </h2>
        {actions}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys go from row to row, and rows have the focus */}
      {folded ? null : <div onKeyDown={rowKeys}>{children}</div>}
    </section>
  );
}
