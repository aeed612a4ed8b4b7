/** The cards and pills of the plan. Each listens only to its own step, so a run of many steps repaints only what changed. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Combine, FileBox, FileSpreadsheet, LogOut, ShieldCheck, SlidersHorizontal } from 'lucide-react';
import { memo } from 'react';
import type { InputNode, OutputNode, StepNode } from '../../../node-core/flow/plan/graph.ts';
import { useSelection } from '../../state/selection.ts';
import { inputText, literalText } from '../execute/form-values.ts';
import { StateIcon, stateFace } from '../../ui/StateIcon.tsx';
import { intent, outcome } from './facts.ts';
import { usePlanView } from './plan-view.ts';

export type StepFlowNode = Node<{ node: StepNode }, 'plan-step'>;
export type InputFlowNode = Node<{ node: InputNode }, 'plan-input'>;
export type OutputFlowNode = Node<{ node: OutputNode }, 'plan-output'>;
export type PlanFlowNode = StepFlowNode | InputFlowNode | OutputFlowNode;

/** Where edges end; never seen, as edges are drawn as the layout has them. */
function Ends() {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

/** The element id of a node, for `aria-activedescendant`. */
export function elementId(nodeId: string): string {
  return `plan-${encodeURIComponent(nodeId)}`;
}

export const StepCard = memo(function StepCard({ data }: NodeProps<StepFlowNode>) {
  const { node } = data;
  const state = usePlanView((view) => view.steps.get(node.id)?.state);
  const fact = usePlanView((view) => {
    const step = view.steps.get(node.id);
    return step === undefined ? intent(node, view.source) : outcome(node, step, (id) => view.steps.get(id)?.rows);
  });
  const fused = usePlanView((view) => {
    const others = view.steps.get(node.id)?.fusedWith?.filter((id) => id !== node.id);
    return others === undefined || others.length === 0
      ? undefined
      : others.map((id) => id.replace(/^step:/, '')).join(', ');
  });
  const selected = useSelection((selection) => selection.nodeId === node.id);
  const contract = node.contract.replace(/@.*/, '');
  const word = state === undefined ? '' : `, ${stateFace(state).word}`;
  return (
    <div
      id={elementId(node.id)}
      role="option"
      aria-selected={selected}
      aria-label={`${node.name}, ${contract}${word}${fact === '' ? '' : `, ${fact}`}`}
      className="plan-card"
      data-state={state}
      data-selected={selected}
      style={{ ['--state' as string]: state === undefined ? 'var(--hairline)' : stateFace(state).color }}
    >
      <Ends />
      <div className="plan-card-head">
        {state === undefined ? null : <StateIcon state={state} size={14} />}
        <b data-tip={node.name.length > 16 ? node.name : undefined}>{node.name}</b>
        {node.effect ? (
          <span
            className="plan-mark"
            data-tip={`Has an effect${node.capability === undefined ? '' : `: ${node.capability}`}`}
          >
            <ShieldCheck size={12} aria-label="has an effect" />
          </span>
        ) : null}
        {fused === undefined ? null : (
          <span className="plan-mark" data-tip={`Ran in one query with ${fused}`}>
            <Combine size={12} aria-label="fused" />
          </span>
        )}
        <code data-tip={node.contract}>{contract}</code>
      </div>
      <p data-tip={fact.length > 30 ? fact : undefined} data-failed={state === 'failed'}>
        {fact}
      </p>
    </div>
  );
});

export const InputPill = memo(function InputPill({ data }: NodeProps<InputFlowNode>) {
  const { node } = data;
  const value = usePlanView((view) => {
    const given = view.inputs[node.name];
    return given === undefined ? literalText(node.default) : inputText(given, 60);
  });
  const selected = useSelection((selection) => selection.nodeId === node.id);
  const isFile = node.inputType === 'file' || node.inputType === 'blob' || node.inputType === 'image';
  const missing = value === '' && !node.optional;
  const text = isFile && value !== '' ? value : value === '' ? node.name : `${node.name} = ${value}`;
  return (
    <div
      id={elementId(node.id)}
      role="option"
      aria-selected={selected}
      aria-label={`input ${node.name}, ${node.inputType}, ${missing ? 'not given yet' : value === '' ? 'not given' : value}`}
      className="plan-pill"
      data-selected={selected}
      data-missing={missing}
      data-tip={
        isFile
          ? `${node.inputType} ${node.name}${missing ? ': choose it in Execute' : ''}`
          : text.length > 18
            ? text
            : undefined
      }
    >
      <Ends />
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
    </div>
  );
});

export const OutputPill = memo(function OutputPill({ data }: NodeProps<OutputFlowNode>) {
  const { node } = data;
  const state = usePlanView((view) => view.steps.get(node.id)?.state);
  const selected = useSelection((selection) => selection.nodeId === node.id);
  return (
    <div
      id={elementId(node.id)}
      role="option"
      aria-selected={selected}
      aria-label={`output ${node.label}${state === undefined ? '' : `, ${stateFace(state).word}`}`}
      className="plan-pill plan-pill-output"
      data-selected={selected}
      data-tip={node.label.length > 18 ? node.label : undefined}
    >
      <Ends />
      {state === undefined ? <LogOut size={13} aria-hidden /> : <StateIcon state={state} size={14} />}
      <span>{node.label}</span>
    </div>
  );
});
