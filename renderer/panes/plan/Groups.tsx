/** Groups of steps: one card while collapsed, a frame around the steps while open. */
import type { Node, NodeProps } from '@xyflow/react';
import { Boxes, ChevronDown } from 'lucide-react';
import { memo } from 'react';
import { count } from '../../ui/format.ts';
import { StateIcon, stateFace } from '../../ui/StateIcon.tsx';
import type { GroupCard as Card, Group } from './drawing.ts';
import { useOffset } from './drag.ts';
import { elementId } from './element-ids.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { percent } from './shape.ts';
import { useTrace } from './trace.ts';
import type { StepState } from '../../../node-core/runs/schema.ts';

export type GroupFlowNode = Node<{ node: Card }, 'plan-group'>;
export type FrameFlowNode = Node<{ group: Group }, 'plan-frame'>;

const WORST: StepState[] = ['failed', 'running', 'cancelled', 'skipped', 'waiting', 'done', 'reused'];

export const GroupCard = memo(function GroupCard({ data }: NodeProps<GroupFlowNode>) {
  const { node } = data;
  // The cursor may stand in one of its steps.
  const selected = usePlanSelection(({ nodes }) => nodes.has(node.id) || node.members.some((id) => nodes.has(id)));
  const state = usePlanView((view) => {
    const states = new Set(node.members.map((id) => view.steps.get(id)?.state));
    return WORST.find((one) => states.has(one));
  });
  const share = usePlanView((view) => {
    const shares = node.members.flatMap((id) => view.shares.get(id) ?? []);
    return shares.length === 0 ? undefined : shares.reduce((sum, one) => sum + one, 0);
  });
  const mistakes = usePlanView(
    (view) => node.members.filter((id) => view.mistakes.get(id)?.severity === 'error').length,
  );
  const dim = useTrace((trace) => trace.title !== undefined && !node.members.some((id) => trace.hops.has(id)));
  const slow = usePlanView((view) => view.slowest?.nodes.has(node.id) === true);
  const offset = useOffset(node.id);
  const fact = [
    count(node.members.length, 'step'),
    ...(mistakes === 0 ? [] : [`${count(mistakes, 'step')} with mistakes`]),
    ...(share === undefined ? [] : [`${percent(share)} of the run`]),
  ].join(' · ');
  return (
    <div
      id={elementId(node.id)}
      role="option"
      aria-selected={selected}
      aria-label={`group ${node.name}, collapsed, ${fact}${state === undefined ? '' : `, ${stateFace(state).word}`}`}
      className="plan-card plan-card-group"
      data-node={node.id}
      data-group={node.name}
      data-selected={selected}
      data-dim={dim}
      data-slow={slow}
      data-tip={`${node.members.map((id) => id.replace(/^step:/, '')).join(', ')}\nDouble click opens it`}
      style={{
        ['--state' as string]: state === undefined ? 'var(--hairline)' : stateFace(state).color,
        ...(offset === undefined ? {} : { transform: `translate(${offset.dx}px, ${offset.dy}px)` }),
      }}
    >
      <div className="plan-card-head">
        {state === undefined ? <Boxes size={14} aria-hidden /> : <StateIcon state={state} size={14} />}
        <b>{node.name}</b>
        <code>group</code>
      </div>
      <p data-failed={mistakes > 0}>{fact}</p>
    </div>
  );
});

/** Its title moves the whole group, and collapses it. By keyboard: the group key on any of its steps. */
export const GroupFrame = memo(function GroupFrame({ data }: NodeProps<FrameFlowNode>) {
  const { group } = data;
  // All of its steps move together or none: the first tells for all.
  const offset = useOffset(group.id);
  return (
    <div
      className="plan-frame"
      aria-hidden
      style={offset === undefined ? undefined : { transform: `translate(${offset.dx}px, ${offset.dy}px)` }}
    >
      <span className="plan-frame-title nopan" data-frame={group.name}>
        <span className="plan-frame-fold" data-fold={group.name} data-tip="Collapse the group">
          <ChevronDown size={14} />
        </span>
        {group.name}
      </span>
    </div>
  );
});
