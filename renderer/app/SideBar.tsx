/** The side bar: one side view, which is a component of its own or a stack of sections. */
import type { View } from '../state/views.ts';
import { LazyView } from './LazyView.tsx';
import { sectionsOf } from './views.ts';
import './side-bar.css';

export function SideBar({ view, overlay }: { view: View; overlay: boolean }) {
  const parts = view.load === undefined && view.component === undefined ? sectionsOf(view.id) : [view];
  return (
    <aside className={overlay ? 'side-bar overlay' : 'side-bar'} aria-label={view.title}>
      {parts.map((part) => (
        <LazyView key={part.id} view={part} lines={4} />
      ))}
    </aside>
  );
}
