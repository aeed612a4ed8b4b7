/** The card of a step. It listens only to its own step, so a run of many steps repaints only what changed. */
import type { Node, NodeProps } from '@xyflow/react';
import { CircleX, Combine, ShieldCheck, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import type { StepNode } from '../../../node-core/flow/plan/graph.ts';
import { StateIcon, stateFace } from '../../ui/StateIcon.tsx';
import { BreakpointMark } from './debug-marks.tsx';
import { useOffset } from './drag.ts';
import { elementId } from './element-ids.ts';
import { intent, outcome } from './facts.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { InPorts, OutPort } from './Ports.tsx';
import { percent, shapeText, workText } from './shape.ts';
import { hopText, useHop } from './trace.ts';

export type StepFlowNode = Node<{ node: StepNode }, 'plan-step'>;

export const StepCard = memo(function StepCard({ data }: NodeProps<StepFlowNode>) {
  const { node } = data;
  const step = usePlanView((view) => view.steps.get(node.id));
  const share = usePlanView((view) => view.shares.get(node.id));
  const mistake = usePlanView((view) => view.mistakes.get(node.id));
  const slow = usePlanView((view) => view.slowest?.nodes.has(node.id) === true);
  const said = usePlanView((view) =>
    step === undefined ? intent(node, view.source) : outcome(node, step, (id) => view.steps.get(id)?.rows),
  );
  const selected = usePlanSelection((selection) => selection.nodes.has(node.id));
  const offset = useOffset(node.id);
  const hop = useHop(node.id);
  const state = step?.state;
  const others = step?.fusedWith?.filter((id) => id !== node.id).map((id) => id.replace(/^step:/, ''));
  const fused = others === undefined || others.length === 0 ? undefined : others.join(', ');
  const contract = node.contract.replace(/@.*/, '');
  const fact =
    hop === undefined || hop === null
      ? mistake?.severity === 'error' && state !== 'running'
        ? mistake.message
        : said
      : hopText(hop);
  const work = workText(step, share);
  const words = [
    node.name,
    contract,
    ...(node.dependsOn.length === 0 ? [] : [`reads ${node.dependsOn.map((id) => id.replace(/^\w+:/, '')).join(', ')}`]),
    ...(state === undefined ? [] : [stateFace(state).word]),
    ...(fact === '' ? [] : [fact]),
    ...(share === undefined ? [] : [`${percent(share)} of the run`]),
    ...(slow ? ['on the slowest path'] : []),
    ...(node.annotations.group === undefined ? [] : [`in group ${node.annotations.group}`]),
  ];
  const tip = [
    `${node.name}: ${shapeText(node.type)}`,
    ...(work === '' ? [] : [work]),
    ...(mistake === undefined ? [] : [mistake.message]),
    ...(fact.length > 30 && fact !== mistake?.message ? [fact] : []),
  ].join('\n');
  return (
    <div
      id={elementId(node.id)}
      role="option"
      aria-selected={selected}
      aria-label={words.join(', ')}
      className="plan-card"
      data-node={node.id}
      data-state={state}
      data-selected={selected}
      data-mistake={mistake?.severity}
      data-slow={slow}
      data-dim={hop === null}
      data-hop={hop !== undefined && hop !== null}
      data-tip={tip}
      style={{
        ['--state' as string]:
          mistake?.severity === 'error'
            ? 'var(--failed)'
            : state === undefined
              ? 'var(--hairline)'
              : stateFace(state).color,
        ...(offset === undefined ? {} : { transform: `translate(${offset.dx}px, ${offset.dy}px)` }),
      }}
    >
      <div className="plan-card-head">
        {mistake === undefined ? (
          state === undefined ? null : (
            <StateIcon state={state} size={14} />
          )
        ) : mistake.severity === 'error' ? (
          <CircleX size={14} className="plan-mistake" role="img" aria-label="has a mistake" />
        ) : (
          <TriangleAlert size={14} className="plan-warning" role="img" aria-label="has a warning" />
        )}
        <b>{node.name}</b>
        <BreakpointMark nodeId={node.id} />
        {node.effect ? (
          <span
            className="plan-mark"
            data-tip={`Has an effect${node.capability === undefined ? '' : `: ${node.capability}`}`}
          >
            <ShieldCheck size={12} role="img" aria-label="has an effect" />
          </span>
        ) : null}
        {fused === undefined ? null : (
          <span className="plan-mark" data-tip={`Ran in one query with ${fused}`}>
            <Combine size={12} role="img" aria-label="fused" />
          </span>
        )}
        <code>{contract}</code>
      </div>
      <p data-failed={state === 'failed' || mistake?.severity === 'error'}>{fact}</p>
      {share === undefined ? null : (
        <i className="plan-share" aria-hidden>
          <i style={{ width: `${Math.max(2, share * 100)}%` }} />
        </i>
      )}
      <InPorts id={node.id} />
      <OutPort id={node.id} />
    </div>
  );
});
