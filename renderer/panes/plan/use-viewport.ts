/** Where the canvas looks: fitted until the person moves it, then left alone but for what they go to. */
import { getViewportForBounds, useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { layoutBounds, type Layout } from './elk-graph.ts';
import { usePlanSelection } from './plan-selection.ts';

/** Smaller than this nothing can be read. */
const LEGIBLE = 0.3;
/** The furthest that one may go away. */
export const FURTHEST = 0.04;

export interface ViewControl {
  /** The person has taken the view over. */
  moved: () => void;
  fit: () => void;
  zoom: (by: 1 | -1) => void;
  /** Brings a node or an edge into view when it is outside, and leaves the view alone when it is not. */
  show: (id: string) => void;
  /** The same for where the keyboard went. */
  goTo: (id: string) => void;
}

/** The part of the window that the canvas has. */
function roomOf(pane: RefObject<HTMLDivElement | null>): DOMRect | undefined {
  return pane.current?.getBoundingClientRect();
}

export function useViewport(pane: RefObject<HTMLDivElement | null>, layout: Layout, ready: boolean): ViewControl {
  const flow = useReactFlow();
  const taken = useRef(false);
  const now = useRef(layout);
  now.current = layout;

  const control = useMemo(() => {
    /** The whole plan in the middle of the room; React Flow's own fit knows only what is an element. */
    const fitWhole = (least: number): void => {
      const room = roomOf(pane);
      const bounds = layoutBounds(now.current);
      if (room === undefined || bounds.width === 0) return;
      void flow.setViewport(getViewportForBounds(bounds, room.width, room.height, least, 1, 0.08));
    };
    const control: ViewControl & { begin: () => void } = {
      begin: () => {
        const room = roomOf(pane);
        const { nodes, width, height } = now.current;
        const first = nodes.values().next().value;
        if (room === undefined || first === undefined) return;
        if (width * LEGIBLE <= room.width && height * LEGIBLE <= room.height) fitWhole(LEGIBLE);
        // More than can be read at once: its beginning.
        else
          void flow.setViewport({
            x: room.width / 2 - (first.x + first.width / 2) * 0.6,
            y: 24 - first.y * 0.6,
            zoom: 0.6,
          });
      },
      moved: () => {
        taken.current = true;
      },
      fit: () => {
        taken.current = false;
        fitWhole(FURTHEST);
      },
      zoom: (by) => {
        taken.current = true;
        void (by === 1 ? flow.zoomIn() : flow.zoomOut());
      },
      goTo: (id) => {
        taken.current = true;
        control.show(id);
      },
      show: (id) => {
        const label = now.current.edges.get(id)?.label;
        const box =
          now.current.nodes.get(id) ??
          (label === undefined ? undefined : { x: label.x - 20, y: label.y - 20, width: 40, height: 40 });
        const room = roomOf(pane);
        if (box === undefined || room === undefined) return;
        const { x, y, zoom } = flow.getViewport();
        const left = box.x * zoom + x;
        const top = box.y * zoom + y;
        const outside =
          left < 0 || top < 0 || left + box.width * zoom > room.width || top + box.height * zoom > room.height;
        if (outside)
          void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
            zoom: Math.max(zoom, 0.6),
            duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120,
          });
      },
    };
    return control;
  }, [flow, pane]);

  // A resize refits what nobody has moved; a new layout only when something of it would be out of sight.
  useEffect(() => {
    if (!ready || pane.current === null) return;
    const refit = (): void => {
      const id = [...usePlanSelection.getState().nodes].at(-1);
      if (!taken.current) control.begin();
      // What is selected stays in sight when a panel takes room away.
      else if (id !== undefined) control.show(id);
    };
    refit();
    const observer = new ResizeObserver(refit);
    observer.observe(pane.current);
    return () => observer.disconnect();
  }, [control, pane, ready]);
  useEffect(() => {
    const room = pane.current?.getBoundingClientRect();
    if (!ready || room === undefined || taken.current) return;
    const { x, y, zoom } = flow.getViewport();
    for (const box of layout.nodes.values()) {
      const seen =
        box.x * zoom + x >= 0 &&
        box.y * zoom + y >= 0 &&
        (box.x + box.width) * zoom + x <= room.width &&
        (box.y + box.height) * zoom + y <= room.height;
      if (seen) continue;
      control.begin();
      return;
    }
  }, [control, flow, layout, pane, ready]);

  // The cursor in the text moves through steps: what it stands in should be seen here.
  useEffect(() => {
    if (!ready) return;
    return usePlanSelection.subscribe((selection) => {
      const id = [...selection.nodes].at(-1);
      if (taken.current && id !== undefined && selection.nodes.size === 1) control.show(id);
    });
  }, [control, ready]);
  return control;
}
