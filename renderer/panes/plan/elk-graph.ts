/** Between the drawing of a plan and ELK's layered layout: what is asked, and what the answer means for drawing. Pure. */
import type { ElkExtendedEdge, ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js';
import type { PlanEdge } from '../../../node-core/flow/plan/graph.ts';
import type { DrawnNode, Drawing } from './drawing.ts';

/** Pixels. A step's card has one size, so that the layout does not depend on what a run says about it. */
export const CARD = { width: 204, height: 62 } as const;
export const PILL_HEIGHT = 28;
/** Room for "1,234,567" beside an edge; kept free before a run too, so that the graph stands still when counts arrive. */
const EDGE_LABEL = { width: 64, height: 18 } as const;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface DrawnEdge {
  /** An SVG path of cubic curves. */
  path: string;
  /** The middle of the label; where there is none, the middle of the curve. */
  label: { x: number; y: number };
}
export interface Layout {
  /** {@link structureKey} of the graph that was laid out. */
  key: string;
  nodes: Map<string, Box>;
  edges: Map<string, DrawnEdge>;
  width: number;
  height: number;
}

export function edgeId(edge: PlanEdge): string {
  return `${edge.from}→${edge.to}${edge.kind === 'order' ? ' (order)' : ''}`;
}

/** Width of a pill that holds `text` in the 12 px UI face; a little generous, because the layout runs in a worker without fonts. */
export function pillWidth(text: string): number {
  return Math.max(72, Math.min(220, Math.ceil(text.length * 6.9) + 44));
}

export function sizeOf(node: DrawnNode): { width: number; height: number } {
  if (node.kind === 'step' || node.kind === 'group') return CARD;
  // Inputs show a value that changes with the form: one width for all values keeps the layout still.
  if (node.kind === 'input')
    return {
      width: Math.max(node.type.kind === 'file' ? 176 : 132, pillWidth(`${node.name} = 100`)),
      height: PILL_HEIGHT,
    };
  return { width: Math.max(112, pillWidth(node.label) + 20), height: PILL_HEIGHT };
}

/** Two drawings with the same key look the same: only ids, sizes, edges, frames and pins count, not expressions or ranges. */
export function structureKey(drawing: Drawing): string {
  const nodes = drawing.nodes.map((node) => `${node.id}:${sizeOf(node).width}`);
  const frames = drawing.frames.map((frame) => `${frame.id}:${frame.members.join(',')}`);
  const pins = [...drawing.pins].map(([id, { x, y }]) => `${id}@${x},${y}`);
  return [nodes, drawing.edges.map(edgeId), frames, pins].map((part) => part.join('\n')).join('\n\n');
}

/** More nodes than this are laid out by layered.ts: ELK would take seconds. */
export const BIG = 240;

/** Room of a frame around its steps: its name stands at the top. */
export const FRAME = { top: 30, side: 14, bottom: 14 } as const;

/**
 * The question to ELK: top-down layers, the source's order kept where it costs no crossing, curves around the cards. The
 * steps of a group stand together.
 */
export function toElk(drawing: Drawing): ElkNode {
  const known = new Map(drawing.nodes.map((node) => [node.id, node]));
  const framed = new Map<string, string>();
  for (const frame of drawing.frames) for (const member of frame.members) framed.set(member, frame.id);
  const leaf = (node: DrawnNode): ElkNode => ({ id: node.id, ...sizeOf(node) });
  const frames = new Map<string, ElkNode>();
  const children: ElkNode[] = [];
  for (const node of drawing.nodes) {
    const id = framed.get(node.id);
    if (id === undefined) {
      children.push(leaf(node));
      continue;
    }
    let frame = frames.get(id);
    if (frame === undefined) {
      const { top, side, bottom } = FRAME;
      const padding = `[top=${top},left=${side},bottom=${bottom},right=${side}]`;
      frame = { id, layoutOptions: { 'elk.padding': padding }, children: [] };
      frames.set(id, frame);
      children.push(frame);
    }
    frame.children!.push(leaf(node));
  }
  return {
    id: 'plan',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'DOWN',
      'elk.layered.spacing.nodeNodeBetweenLayers': '18',
      'elk.layered.spacing.edgeNodeBetweenLayers': '10',
      'elk.spacing.nodeNode': '28',
      'elk.spacing.edgeNode': '18',
      'elk.spacing.edgeEdge': '14',
      'elk.spacing.componentComponent': '48',
      'elk.spacing.edgeLabel': '2',
      'elk.padding': '[top=16,left=16,bottom=16,right=16]',
      'elk.json.shapeCoords': 'ROOT',
      'elk.json.edgeCoords': 'ROOT',
      ...(frames.size === 0 ? {} : { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' }),
      'elk.edgeRouting': 'SPLINES',
      'elk.layered.edgeRouting.splines.mode': 'CONSERVATIVE',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
    },
    children,
    edges: drawing.edges
      .filter((edge) => known.has(edge.from) && known.has(edge.to))
      .map((edge): ElkExtendedEdge => {
        const id = edgeId(edge);
        const from = known.get(edge.from);
        const counted =
          edge.kind === 'data' && from?.kind === 'step' && (from.relational || from.type.kind === 'table');
        return {
          id,
          sources: [edge.from],
          targets: [edge.to],
          ...(counted
            ? {
                labels: [
                  {
                    id: `${id}#rows`,
                    text: '0',
                    ...EDGE_LABEL,
                    layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' },
                  },
                ],
              }
            : {}),
        };
      }),
  };
}

/** ELK's answer as boxes and SVG paths. */
export function fromElk(answer: ElkNode, key: string): Layout {
  const nodes = new Map<string, Box>();
  const boxes = (children: readonly ElkNode[]): void => {
    for (const { id, x = 0, y = 0, width = 0, height = 0, children: inside } of children) {
      if (inside === undefined || inside.length === 0) nodes.set(id, { x, y, width, height });
      else boxes(inside);
    }
  };
  boxes(answer.children ?? []);
  const edges = new Map<string, DrawnEdge>();
  for (const edge of answer.edges ?? []) {
    const section = edge.sections?.[0];
    if (section === undefined) continue;
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    const label = edge.labels?.[0];
    edges.set(edge.id, {
      path: splinePath(points),
      label:
        label?.x === undefined || label.y === undefined
          ? middle(points)
          : { x: label.x + (label.width ?? 0) / 2, y: label.y + (label.height ?? 0) / 2 },
    });
  }
  return { key, nodes, edges, width: answer.width ?? 0, height: answer.height ?? 0 };
}

/**
 * ELK's splines as an SVG path. With SPLINES routing the bend points are the control points of joined cubic curves
 * (two controls and a joint, again and again); what does not come out as cubics is drawn as straight lines.
 */
export function splinePath(points: ElkPoint[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  const n = (value: number) => Math.round(value * 100) / 100;
  let path = `M${n(start.x)},${n(start.y)}`;
  if (rest.length % 3 === 0 && rest.length > 0) {
    for (let i = 0; i < rest.length; i += 3) {
      const [a, b, c] = [rest[i]!, rest[i + 1]!, rest[i + 2]!];
      path += ` C${n(a.x)},${n(a.y)} ${n(b.x)},${n(b.y)} ${n(c.x)},${n(c.y)}`;
    }
    return path;
  }
  return linePath(points);
}

function linePath(points: ElkPoint[]): string {
  const n = (value: number) => Math.round(value * 100) / 100;
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${n(point.x)},${n(point.y)}`).join(' ');
}

function middle(points: ElkPoint[]): ElkPoint {
  const first = points[0] ?? { x: 0, y: 0 };
  const last = points.at(-1) ?? first;
  return { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 };
}

/** The curve of an edge that no layout has routed: from the middle below a node to the middle above another. */
export function edgeLine(from: Box, to: Box): DrawnEdge {
  return curve(from.x + from.width / 2, from.y + from.height, to.x + to.width / 2, to.y);
}

/** A vertical curve between two points, with the place of its label. */
export function curve(sx: number, sy: number, tx: number, ty: number): DrawnEdge {
  const bend = Math.max(24, Math.min(90, Math.abs(ty - sy) / 2));
  const n = (value: number) => Math.round(value * 100) / 100;
  return {
    path: `M${n(sx)},${n(sy)} C${n(sx)},${n(sy + bend)} ${n(tx)},${n(ty - bend)} ${n(tx)},${n(ty)}`,
    label: { x: (sx + tx) / 2, y: (sy + ty) / 2 },
  };
}

/** A layout with the nodes that the text places (`@at`) where it places them. */
export function withPins(layout: Layout, drawing: Drawing): Layout {
  if (drawing.pins.size === 0) return layout;
  const nodes = new Map(layout.nodes);
  const moved = new Set<string>();
  for (const [id, { x, y }] of drawing.pins) {
    const box = nodes.get(id);
    if (box === undefined || (box.x === x && box.y === y)) continue;
    nodes.set(id, { ...box, x, y });
    moved.add(id);
  }
  if (moved.size === 0) return layout;
  const edges = new Map(layout.edges);
  for (const edge of drawing.edges) {
    if (!moved.has(edge.from) && !moved.has(edge.to)) continue;
    const from = nodes.get(edge.from);
    const to = nodes.get(edge.to);
    if (from !== undefined && to !== undefined) edges.set(edgeId(edge), edgeLine(from, to));
  }
  return { ...layout, nodes, edges };
}

/** The box around all nodes of a layout: pins may lie anywhere. */
export function layoutBounds(layout: Layout): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of layout.nodes.values()) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return right < left
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

/** The frame around an open group, as wide as its steps and its name need. */
export function frameOf(members: readonly string[], layout: Layout): Box | undefined {
  const boxes = members.flatMap((id) => layout.nodes.get(id) ?? []);
  if (boxes.length === 0) return undefined;
  const left = Math.min(...boxes.map((box) => box.x)) - FRAME.side;
  const top = Math.min(...boxes.map((box) => box.y)) - FRAME.top;
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + FRAME.side;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + FRAME.bottom;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Where an arrow key leads from a card: the nearest node in that direction, sideways distance counting more. */
export function neighbour(
  layout: Layout,
  from: string,
  direction: 'up' | 'down' | 'left' | 'right',
): string | undefined {
  const here = layout.nodes.get(from);
  if (here === undefined) return layout.nodes.keys().next().value;
  const cx = here.x + here.width / 2;
  const cy = here.y + here.height / 2;
  let best: string | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const [id, box] of layout.nodes) {
    if (id === from) continue;
    const dx = box.x + box.width / 2 - cx;
    const dy = box.y + box.height / 2 - cy;
    const along = direction === 'up' ? -dy : direction === 'down' ? dy : direction === 'left' ? -dx : dx;
    const across = direction === 'up' || direction === 'down' ? Math.abs(dx) * 2 : Math.abs(dy) * 4;
    if (along < 8) continue;
    const cost = along + across;
    if (cost < bestCost) {
      bestCost = cost;
      best = id;
    }
  }
  return best;
}
