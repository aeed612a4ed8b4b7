/** What a view shows in the bar above it, beside the tabs: `<ViewBar>…</ViewBar>` anywhere inside the view. */
import { createContext, type ReactNode, useContext } from 'react';
import { createPortal } from 'react-dom';

/** The element of the bar; null while the view has none (in a narrow place, or in the background). */
export const ViewBarContext = createContext<HTMLElement | null>(null);

export function ViewBar({ children }: { children: ReactNode }) {
  const bar = useContext(ViewBarContext);
  return bar === null ? null : createPortal(children, bar);
}
