/** Between the plan graph and ELK's layered layout: what is asked, and what the answer means for drawing. Pure. */
import type { ElkExtendedEdge, ElkNode, ElkPoint } from 'elkjs/lib/elk-api.js';
import type { PlanEdge, PlanGraph, PlanNode } from '../../../node-core/flow/plan/graph.ts';

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

export function sizeOf(node: PlanNode): { width: number; height: number } {
  if (node.kind === 'step') return CARD;
  // Inputs show a value that changes with the form: one width for all values keeps the layout still.
  if (node.kind === 'input')
    return {
      width: Math.max(node.type.kind === 'file' ? 176 : 132, pillWidth(`${node.name} = 100`)),
      height: PILL_HEIGHT,
    };
  return { width: Math.max(112, pillWidth(node.label) + 20), height: PILL_HEIGHT };
}

/** Two graphs with the same key look the same: only ids, sizes and edges count, not expressions or ranges. */
export function structureKey(graph: PlanGraph): string {
  const nodes = graph.nodes.map((node) => `${node.id}:${sizeOf(node).width}`);
  return `${nodes.join('\n')}\n\n${graph.edges.map(edgeId).join('\n')}`;
}

/** Nodes from which on the layout is made for speed: straight edges, one sweep against crossings (2,000 nodes: under a second). */
const BIG = 240;

/** The question to ELK: top-down layers, the source's order kept where it costs no crossing, curves around the cards. */
export function toElk(graph: PlanGraph): ElkNode {
  const big = graph.nodes.length > BIG;
  const known = new Map(graph.nodes.map((node) => [node.id, node]));
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
      ...(big
        ? {
            'elk.edgeRouting': 'POLYLINE',
            'elk.layered.layering.strategy': 'LONGEST_PATH_SOURCE',
            'elk.layered.crossingMinimization.greedySwitch.type': 'OFF',
            'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
            'elk.layered.thoroughness': '1',
            'elk.layered.spacing.nodeNodeBetweenLayers': '44',
          }
        : {
            'elk.edgeRouting': 'SPLINES',
            'elk.layered.edgeRouting.splines.mode': 'CONSERVATIVE',
            'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
            'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
          }),
    },
    children: graph.nodes.map((node) => {
      const { width, height } = sizeOf(node);
      return { id: node.id, width, height };
    }),
    edges: graph.edges
      .filter((edge) => known.has(edge.from) && known.has(edge.to))
      .map((edge): ElkExtendedEdge => {
        const id = edgeId(edge);
        const from = known.get(edge.from);
        const counted =
          !big && edge.kind === 'data' && from?.kind === 'step' && (from.relational || from.type.kind === 'table');
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
  for (const child of answer.children ?? []) {
    nodes.set(child.id, { x: child.x ?? 0, y: child.y ?? 0, width: child.width ?? 0, height: child.height ?? 0 });
  }
  const edges = new Map<string, DrawnEdge>();
  for (const edge of answer.edges ?? []) {
    const section = edge.sections?.[0];
    if (section === undefined) continue;
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    const label = edge.labels?.[0];
    edges.set(edge.id, {
      path:
        section.bendPoints !== undefined && answer.layoutOptions?.['elk.edgeRouting'] === 'POLYLINE'
          ? linePath(points)
          : splinePath(points),
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
