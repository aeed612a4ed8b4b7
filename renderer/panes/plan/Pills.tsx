/** The pills of inputs and outputs. */
import type { Node, NodeProps } from '@xyflow/react';
import { FileBox, FileSpreadsheet, LogOut, SlidersHorizontal } from 'lucide-react';
import { memo } from 'react';
import type { InputNode, OutputNode } from '../../../node-core/flow/plan/graph.ts';
import { StateIcon, stateFace } from '../../ui/StateIcon.tsx';
import { inputText, literalText } from '../execute/form-values.ts';
import { useOffset } from './drag.ts';
import { elementId } from './element-ids.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { InPorts, OutPort } from './Ports.tsx';
import { shapeText, workText } from './shape.ts';
import { hopText, useHop } from './trace.ts';

export type InputFlowNode = Node<{ node: InputNode }, 'plan-input'>;
export type OutputFlowNode = Node<{ node: OutputNode }, 'plan-output'>;

function useFace(id: string) {
  const selected = usePlanSelection((selection) => selection.nodes.has(id));
  const mistake = usePlanView((view) => view.mistakes.get(id));
  const slow = usePlanView((view) => view.slowest?.nodes.has(id) === true);
  const offset = useOffset(id);
  const hop = useHop(id);
  return {
    selected,
    mistake,
    hop: hop ?? undefined,
    common: {
      id: elementId(id),
      role: 'option',
      'aria-selected': selected,
      'data-node': id,
      'data-selected': selected,
      'data-mistake': mistake?.severity,
      'data-slow': slow,
      'data-dim': hop === null,
      'data-hop': hop !== undefined && hop !== null,
      style: offset === undefined ? undefined : { transform: `translate(${offset.dx}px, ${offset.dy}px)` },
    },
  };
}

export const InputPill = memo(function InputPill({ data }: NodeProps<InputFlowNode>) {
  const { node } = data;
  const value = usePlanView((view) => {
    const given = view.inputs[node.name];
    return given === undefined ? literalText(node.default) : inputText(given, 60);
  });
  const { mistake, hop, common } = useFace(node.id);
  const isFile = node.inputType === 'file' || node.inputType === 'blob' || node.inputType === 'image';
  const missing = value === '' && !node.optional;
  const text = isFile && value !== '' ? value : value === '' ? node.name : `${node.name} = ${value}`;
  const tip = [
    `${node.inputType} ${node.name}${missing ? ': choose it in Execute' : value === '' ? '' : ` = ${value}`}`,
    ...(hop === undefined ? [] : [hopText(hop)]),
    ...(mistake === undefined ? [] : [mistake.message]),
  ];
  return (
    <div
      {...common}
      aria-label={`input ${node.name}, ${node.inputType}, ${missing ? 'not given yet' : value === '' ? 'not given' : value}${mistake === undefined ? '' : `, ${mistake.message}`}`}
      className="plan-pill"
      data-missing={missing}
      data-tip={tip.join('\n')}
    >
      {isFile ? (
        value === '' ? (
          <FileBox size={14} aria-hidden />
        ) : (
          <FileSpreadsheet size={14} aria-hidden />
        )
      ) : (
        <SlidersHorizontal size={13} aria-hidden />
      )}
      <span>{text}</span>
      <OutPort id={node.id} />
    </div>
  );
});

export const OutputPill = memo(function OutputPill({ data }: NodeProps<OutputFlowNode>) {
  const { node } = data;
  const step = usePlanView((view) => view.steps.get(node.id));
  const share = usePlanView((view) => view.shares.get(node.id));
  const { mistake, common } = useFace(node.id);
  const state = step?.state;
  const tip = [
    `output ${node.label}: ${shapeText(node.type)}`,
    ...(step === undefined ? [] : [workText(step, share)]),
    ...(mistake === undefined ? [] : [mistake.message]),
  ];
  return (
    <div
      {...common}
      aria-label={`output ${node.label}${state === undefined ? '' : `, ${stateFace(state).word}`}${mistake === undefined ? '' : `, ${mistake.message}`}`}
      className="plan-pill plan-pill-output"
      data-tip={tip.join('\n')}
    >
      {state === undefined ? <LogOut size={13} aria-hidden /> : <StateIcon state={state} size={14} />}
      <span>{node.label}</span>
      <InPorts id={node.id} />
    </div>
  );
});
