/** What the pointer is on where the canvas draws the nodes and edges: it becomes an element, which can be clicked and dragged. */
import { create } from 'zustand';
import type { Elements } from './elements.ts';
import type { Shown } from './shown.ts';

/** The id of a node or an edge. */
export const usePointed = create<{ id: string | undefined }>()(() => ({ id: undefined }));

/** Pixels of the canvas around an edge that count as the edge. */
const EDGE_WIDTH = 18;
let pen: CanvasRenderingContext2D | null | undefined;

export interface Found {
  kind: 'node' | 'edge';
  id: string;
}

/** The node or edge of a crowd at a point in the canvas' coordinates; undefined where elements answer for themselves. */
export function crowdAt(elements: Elements, shown: Shown, point: { x: number; y: number }): Found | undefined {
  if (shown.crowd.nodes) {
    const node = elements.nodes.findLast(
      ({ box }) =>
        point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height,
    );
    if (node !== undefined) return { kind: 'node', id: node.id };
  }
  if (!shown.crowd.edges) return undefined;
  pen ??= document.createElement('canvas').getContext('2d');
  if (pen === null) return undefined;
  pen.lineWidth = EDGE_WIDTH;
  for (const edge of elements.edges) {
    const { x, y, width, height } = edge.bounds;
    const inside =
      point.x >= x - EDGE_WIDTH &&
      point.x <= x + width + EDGE_WIDTH &&
      point.y >= y - EDGE_WIDTH &&
      point.y <= y + height + EDGE_WIDTH;
    if (inside && pen.isPointInStroke(new Path2D(edge.path), point.x, point.y)) return { kind: 'edge', id: edge.id };
  }
  return undefined;
}

export function pointAt(id: string | undefined): void {
  if (usePointed.getState().id !== id) usePointed.setState({ id });
}
