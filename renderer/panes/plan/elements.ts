/** The drawing as what can be drawn: nodes of React Flow, and edges. Made once a layout; what of it is in the page, shown.ts says. Pure. */
import type { FlowType } from '../../../node-core/flow/types/type.ts';
import type { Drawing, DrawnNode } from './drawing.ts';
import { type Box, type DrawnEdge, edgeId, edgeLine, frameOf, type Layout } from './elk-graph.ts';
import type { FrameFlowNode, GroupFlowNode } from './Groups.tsx';
import type { InputFlowNode, OutputFlowNode } from './Pills.tsx';
import type { StepFlowNode } from './StepCard.tsx';

export type PlanFlowNode = StepFlowNode | InputFlowNode | OutputFlowNode | GroupFlowNode | FrameFlowNode;

/** Names of our own: React Flow dresses its built-in `input` and `output`. */
const KINDS = { step: 'plan-step', input: 'plan-input', output: 'plan-output', group: 'plan-group' } as const;

/** An edge with all that its drawing needs. */
export interface EdgeElement extends DrawnEdge {
  id: string;
  source: string;
  target: string;
  /** Whether it only says which comes first. */
  order: boolean;
  from: Box;
  to: Box;
  /** What flows along it. */
  type: FlowType | undefined;
  /** Around the path. */
  bounds: Box;
}

export interface NodeElement {
  id: string;
  node: DrawnNode;
  box: Box;
  flow: PlanFlowNode;
}

export interface Elements {
  frames: { box: Box; flow: PlanFlowNode }[];
  nodes: NodeElement[];
  edges: EdgeElement[];
}

export function elementsOf(drawing: Drawing, layout: Layout): Elements {
  const frames: Elements['frames'] = [];
  for (const group of drawing.frames) {
    const box = frameOf(group.members, layout);
    if (box !== undefined)
      frames.push({ box, flow: { ...placed(group.id, box), type: 'plan-frame', zIndex: -1, data: { group } } });
  }
  const types = new Map<string, FlowType>();
  const nodes: NodeElement[] = [];
  for (const node of drawing.nodes) {
    if (node.kind !== 'group') types.set(node.id, node.type);
    const box = layout.nodes.get(node.id);
    if (box === undefined) continue;
    const flow = {
      ...placed(node.id, box),
      type: KINDS[node.kind],
      className: 'nopan',
      // The card inside is the option; a description of the wrapper would make it a child of the list.
      domAttributes: { 'aria-roledescription': undefined },
      data: { node },
    } as PlanFlowNode;
    nodes.push({ id: node.id, node, box, flow });
  }
  const edges: EdgeElement[] = [];
  for (const edge of drawing.edges) {
    const id = edgeId(edge);
    const line = layout.edges.get(id);
    const from = layout.nodes.get(edge.from);
    const to = layout.nodes.get(edge.to);
    if (line === undefined || from === undefined || to === undefined) continue;
    edges.push({
      ...line,
      id,
      source: edge.from,
      target: edge.to,
      order: edge.kind === 'order',
      from,
      to,
      type: types.get(edge.from),
      bounds: pathBounds(line.path),
    });
  }
  return { frames, nodes, edges };
}

function placed(id: string, { x, y, width, height }: Box) {
  return { id, position: { x, y }, width, height, measured: { width, height } };
}

/** The box around a path of lines and cubic curves: a curve never leaves the box around its control points. */
function pathBounds(path: string): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [, x, y] of path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)) {
    left = Math.min(left, Number(x));
    right = Math.max(right, Number(x));
    top = Math.min(top, Number(y));
    bottom = Math.max(bottom, Number(y));
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The line of an edge while some of the nodes are moved. */
export function lineOf(
  edge: EdgeElement,
  moving: { ids: ReadonlySet<string>; dx: number; dy: number } | undefined,
): DrawnEdge {
  if (moving === undefined || (!moving.ids.has(edge.source) && !moving.ids.has(edge.target))) return edge;
  const moved = (box: Box, id: string): Box =>
    moving.ids.has(id) ? { ...box, x: box.x + moving.dx, y: box.y + moving.dy } : box;
  return edgeLine(moved(edge.from, edge.source), moved(edge.to, edge.target));
}
