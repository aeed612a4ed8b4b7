/** The bottom panel: results of the document's run, problems of its text, what runs said. */
import { PanelBottomClose } from 'lucide-react';
import { useLayout } from '../state/layout.ts';
import type { View } from '../state/views.ts';
import { IconButton, tabPanelProps, Tabs } from '../ui/index.ts';
import { keyLabel } from '../state/keys.ts';
import { LazyView } from './LazyView.tsx';
import { viewsIn } from './views.ts';

/** The badge of a view's tab. */
export function ViewBadge({ view }: { view: View }) {
  // A view has its badge or not for good: the order of hooks is the same at every call.
  return view.useBadge?.() ?? null;
}

export function Bottom() {
  const { bottomTab, showBottom, toggle } = useLayout();
  const views = viewsIn('bottom');
  const shown = views.find((view) => view.id === bottomTab) ?? views[0]!;
  const items = views.map((view) => ({
    id: view.id,
    label: view.title,
    ...(view.useBadge === undefined ? {} : { badge: <ViewBadge view={view} /> }),
  }));
  return (
    <section className="pane" aria-label="Results, problems and output">
      <div className="pane-bar">
        <Tabs name="bottom" items={items} selected={shown.id} onSelect={showBottom} />
        <div className="pane-side">
          <span id="bottom-slot" className="cut" />
          <IconButton label="Hide the panel" shortcut={keyLabel('Mod+J')} onClick={() => toggle('bottom')}>
            <PanelBottomClose />
          </IconButton>
        </div>
      </div>
      <div className="pane-body" key={shown.id} {...tabPanelProps('bottom', shown.id)}>
        <LazyView view={shown} />
      </div>
    </section>
  );
}
