/** An edge of the plan: the curve that the layout made, and after a run the rows that went along it. */
import type { Edge, EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { thousands } from '../../ui/format.ts';
import { usePlanView } from './plan-view.ts';

export type PlanFlowEdge = Edge<{ path: string; label: { x: number; y: number }; order: boolean }, 'plan'>;

export const PlanEdge = memo(function PlanEdge({ id, source, target, data }: EdgeProps<PlanFlowEdge>) {
  const rows = usePlanView((view) => {
    const step = view.steps.get(source);
    return step === undefined || step.state === 'failed' ? undefined : step.rows;
  });
  const running = usePlanView((view) => view.steps.get(target)?.state === 'running');
  if (data === undefined) return null;
  const text = rows === undefined ? '' : thousands(rows);
  const width = text.length * 6.6 + 20;
  return (
    <g className="plan-edge" data-order={data.order} data-running={running}>
      <path id={id} d={data.path} markerEnd="url(#plan-arrow)" />
      {text === '' || data.order ? null : (
        <g className="plan-edge-rows" transform={`translate(${data.label.x},${data.label.y})`}>
          <title>{`${text} rows`}</title>
          <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
          <text textAnchor="middle" y={4}>
            {text}
          </text>
        </g>
      )}
    </g>
  );
});
