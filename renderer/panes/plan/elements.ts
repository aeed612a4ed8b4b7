/** The drawing as nodes and edges of React Flow. Pure. */
import type { FlowType } from '../../../node-core/flow/types/type.ts';
import type { Drawing, DrawnNode } from './drawing.ts';
import { edgeId, frameOf, type Layout } from './elk-graph.ts';
import type { FrameFlowNode, GroupFlowNode } from './Groups.tsx';
import type { InputFlowNode, OutputFlowNode } from './Pills.tsx';
import type { PlanFlowEdge } from './PlanEdge.tsx';
import type { StepFlowNode } from './StepCard.tsx';

export type PlanFlowNode = StepFlowNode | InputFlowNode | OutputFlowNode | GroupFlowNode | FrameFlowNode;

/** Names of our own: React Flow dresses its built-in `input` and `output`. */
const KINDS = { step: 'plan-step', input: 'plan-input', output: 'plan-output', group: 'plan-group' } as const;

export interface Elements {
  nodes: PlanFlowNode[];
  edges: PlanFlowEdge[];
}

export function elementsOf(drawing: Drawing, layout: Layout): Elements {
  const nodes: PlanFlowNode[] = [];
  for (const group of drawing.frames) {
    const box = frameOf(group.members, layout);
    if (box === undefined) continue;
    const { x, y, width, height } = box;
    const measured = { width, height };
    const position = { x, y };
    nodes.push({ id: group.id, type: 'plan-frame', position, width, height, measured, zIndex: -1, data: { group } });
  }
  const types = new Map<string, FlowType>();
  for (const node of drawing.nodes) {
    if (node.kind !== 'group') types.set(node.id, node.type);
    const box = layout.nodes.get(node.id);
    if (box === undefined) continue;
    const { x, y, width, height } = box;
    nodes.push({
      id: node.id,
      type: KINDS[node.kind],
      position: { x, y },
      width,
      height,
      measured: { width, height },
      className: 'nopan',
      // The card inside is the option; a description of the wrapper would make it a child of the list.
      domAttributes: { 'aria-roledescription': undefined },
      data: { node },
    } as PlanFlowNode);
  }
  const edges: PlanFlowEdge[] = [];
  for (const edge of drawing.edges) {
    const id = edgeId(edge);
    const line = layout.edges.get(id);
    const from = layout.nodes.get(edge.from);
    const to = layout.nodes.get(edge.to);
    if (line === undefined || from === undefined || to === undefined) continue;
    edges.push({
      id,
      type: 'plan',
      source: edge.from,
      target: edge.to,
      // Its name for screen readers stands inside, where it changes with a run.
      ariaRole: 'presentation',
      domAttributes: { 'aria-roledescription': undefined },
      // React Flow leaves the attribute out for null, and its type forgets to say so.
      ariaLabel: null as unknown as string,
      data: { ...line, order: edge.kind === 'order', from, to, type: types.get(edge.from) },
    });
  }
  return { nodes, edges };
}

export function nodeOf(drawing: Drawing, id: string): DrawnNode | undefined {
  return drawing.nodes.find((node) => node.id === id);
}
