/** Where edges begin and end on a card: the plus below it, and while an edge is dragged the ports above it. */
import { memo } from 'react';
import { portState, useConnecting } from './connect.ts';

const NO_PORTS: never[] = [];

/** A click adds a step here, a drag leads an edge to a port. The keyboard has A and C. */
export const OutPort = memo(function OutPort({ id }: { id: string }) {
  return (
    <span className="plan-out nopan" aria-hidden data-out={id} data-tip="Click to add a step here, drag to connect">
      +
    </span>
  );
});

/** The ports of a card while an edge is dragged: open ones light up, closed ones say why. */
export function InPorts({ id }: { id: string }) {
  const dragging = useConnecting((state) => state.from);
  const ports = useConnecting((state) => state.ports.get(id) ?? NO_PORTS);
  if (dragging === undefined || ports.length === 0) return null;
  return (
    <span className="plan-ports" aria-hidden>
      {ports.map(({ port, may }) => (
        <span
          key={port.id}
          className="plan-port"
          data-port={port.id}
          data-port-of={id}
          data-open={may.ok}
          data-says={may.ok ? `${port.label}: ${portState(port)}` : may.reason}
        >
          <i />
          {ports.length > 1 ? port.label : null}
        </span>
      ))}
    </span>
  );
}
