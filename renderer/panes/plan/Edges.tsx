/** The edges that are elements, in one drawing below the cards. */
import { ViewportPortal } from '@xyflow/react';
import type { MouseEvent } from 'react';
import type { EdgeElement } from './elements.ts';
import { PlanEdge } from './PlanEdge.tsx';

export interface EdgeEvents {
  onEdgeClick: (event: MouseEvent, id: string) => void;
  onEdgeContextMenu: (event: MouseEvent, id: string) => void;
}

export function Edges({ edges, events }: { edges: readonly EdgeElement[]; events: EdgeEvents }) {
  const told = (tell: (event: MouseEvent, id: string) => void) => (event: MouseEvent) => {
    const id = event.target instanceof Element ? event.target.closest('[data-edge]')?.getAttribute('data-edge') : null;
    if (id !== null && id !== undefined) tell(event, id);
  };
  return (
    <ViewportPortal>
      <svg
        className="plan-edges"
        role="presentation"
        onClick={told(events.onEdgeClick)}
        onContextMenu={told(events.onEdgeContextMenu)}
      >
        {edges.map((edge) => (
          <PlanEdge key={edge.id} edge={edge} />
        ))}
      </svg>
    </ViewportPortal>
  );
}
