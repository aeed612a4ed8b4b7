/** What is drawn over the canvas: an edge on its way to a port, the frame that selects, the note about a trace. */
import { X } from 'lucide-react';
import { endTrace, useLineage } from '../../state/lineage.ts';
import { IconButton } from '../../ui/index.ts';
import { useOverlay } from './gestures.ts';
import { useTrace } from './trace.ts';

export function GestureOverlay() {
  const { line, band, says } = useOverlay();
  return (
    <>
      {line === undefined ? null : (
        <svg className="plan-lead" aria-hidden>
          <path
            d={`M${line.x1},${line.y1} C${line.x1},${line.y1 + 40} ${line.x2},${line.y2 - 40} ${line.x2},${line.y2}`}
            markerEnd="url(#plan-arrow)"
          />
        </svg>
      )}
      {line === undefined || says === undefined ? null : (
        <div
          className="plan-says"
          data-open={says.open}
          role="status"
          style={{ left: line.x2 + 14, top: line.y2 + 14 }}
        >
          {says.text}
        </div>
      )}
      {band === undefined ? null : (
        <div className="plan-band" style={{ left: band.x, top: band.y, width: band.width, height: band.height }} />
      )}
    </>
  );
}

export function TraceNote() {
  const picked = useLineage((state) => state.picked);
  const { title, hops } = useTrace();
  if (picked === undefined) return null;
  return (
    <div className="plan-note plan-note-trace" role="status">
      <span>
        {title === undefined
          ? `Looking where ${picked.column} comes from…`
          : hops.size === 0
            ? `Where ${picked.column} comes from is not known before the text can be read.`
            : `Where ${title} comes from. Escape ends.`}
      </span>
      <IconButton label="End the trace" shortcut="Esc" onClick={endTrace}>
        <X />
      </IconButton>
    </div>
  );
}
