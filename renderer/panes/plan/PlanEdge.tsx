/** An edge of the plan: the curve that the layout made, after a run the rows that went along it, a plus to insert a step. */
import { memo } from 'react';
import { thousands } from '../../ui/format.ts';
import { useMoving } from './drag.ts';
import { edgeElementId } from './element-ids.ts';
import { type EdgeElement, lineOf } from './elements.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { shapeText, workText } from './shape.ts';
import { useTrace } from './trace.ts';

const nameOf = (id: string): string => id.replace(/^\w+:/, '');

export const PlanEdge = memo(function PlanEdge({ edge }: { edge: EdgeElement }) {
  const { id, source, target, order } = edge;
  const step = usePlanView((view) => view.steps.get(source));
  const share = usePlanView((view) => view.shares.get(source));
  const running = usePlanView((view) => view.steps.get(target)?.state === 'running');
  const slow = usePlanView((view) => view.slowest?.edges.has(id) === true);
  const selected = usePlanSelection((selection) => selection.edge === id);
  const traced = useTrace((trace) => (trace.title === undefined ? undefined : trace.edges.has(id)));
  const moving = useMoving((now) => (now.ids.has(source) || now.ids.has(target) ? now : undefined));
  const line = lineOf(edge, moving);
  const rows = step === undefined || step.state === 'failed' ? undefined : step.rows;
  const text = rows === undefined || order ? '' : thousands(rows);
  const width = text.length * 6.6 + 20;
  const shape = edge.type === undefined ? '' : shapeText(edge.type);
  const work = workText(step, share);
  const says = order
    ? `${nameOf(target)} comes after ${nameOf(source)}: both use the same table`
    : [`${nameOf(source)} → ${nameOf(target)}: ${shape}`, ...(work === '' ? [] : [work])].join('\n');
  const label = order
    ? `order, ${nameOf(source)} before ${nameOf(target)}`
    : [
        `edge from ${nameOf(source)} to ${nameOf(target)}`,
        ...(shape === '' ? [] : [shape.split('\n')[0]!]),
        ...(work === '' ? [] : [work]),
      ].join(', ');
  return (
    <g
      id={edgeElementId(id)}
      className="plan-edge"
      role="option"
      aria-selected={selected}
      aria-label={label}
      data-edge={id}
      data-order={order}
      data-running={running}
      data-slow={slow}
      data-selected={selected}
      data-dim={traced === false}
      data-traced={traced === true}
      data-tip={says}
    >
      <path className="plan-edge-hit" d={line.path} />
      <path className="plan-edge-line" d={line.path} markerEnd="url(#plan-arrow)" />
      {text === '' ? null : (
        <g className="plan-edge-rows" transform={`translate(${line.label.x},${line.label.y})`}>
          <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
          <text textAnchor="middle" y={4}>
            {text}
          </text>
        </g>
      )}
      {order ? null : (
        <g
          className="plan-edge-add"
          aria-hidden
          data-add-edge={id}
          data-tip="Insert a step here"
          transform={`translate(${line.label.x + (text === '' ? 0 : width / 2 + 12)},${line.label.y})`}
        >
          <circle r={9} />
          <path d="M-4,0 H4 M0,-4 V4" />
        </g>
      )}
    </g>
  );
});
