/**
 * Which nodes and edges are elements of the page. Some hundred elements are as much as a browser moves and zooms without
 * falling behind, so a crowd in view is drawn on a canvas (Backdrop.tsx) but for what is pointed at or chosen; and new
 * elements come a few a frame, with the canvas in their place until then. Pure.
 */
import type { Elements } from './elements.ts';
import type { Box } from './elk-graph.ts';

/** So many in view are a crowd, until there are fewer than the second number. */
const CROWD = [140, 100] as const;
/** The same where nothing can be read anyway. */
const FAR_CROWD = [40, 30] as const;
const LEGIBLE = 0.3;
/** New elements a frame. */
const MOST_NEW = 30;
/** Share of the view that elements may lie outside of it, so that small moves change nothing. */
const MARGIN = 0.25;

export interface Shown {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  /** Whether the nodes in view are too many to be elements; the edges. */
  crowd: { nodes: boolean; edges: boolean };
  /** Whether more are to come in the next frame. */
  more: boolean;
}

export const NOTHING_SHOWN: Shown = {
  nodes: new Set(),
  edges: new Set(),
  crowd: { nodes: false, edges: false },
  more: false,
};

/** What is always an element: ids of nodes and of edges. */
export type Always = ReadonlySet<string>;

/** What to show of `elements` in `view` (in the canvas' coordinates) after `before`; `before` itself when nothing changes. */
export function nextShown(elements: Elements, view: Box, zoom: number, before: Shown, always: Always): Shown {
  const near = grown(view);
  const most = zoom < LEGIBLE ? FAR_CROWD : CROWD;
  const budget = { left: MOST_NEW, more: false };
  const nodes = pick(
    elements.nodes,
    (one) => one.box,
    view,
    near,
    before.nodes,
    most[before.crowd.nodes ? 1 : 0],
    always,
    budget,
  );
  const edges = pick(
    elements.edges,
    (one) => one.bounds,
    view,
    near,
    before.edges,
    most[before.crowd.edges ? 1 : 0],
    always,
    budget,
  );
  if (
    nodes.ids === before.nodes &&
    edges.ids === before.edges &&
    nodes.crowd === before.crowd.nodes &&
    edges.crowd === before.crowd.edges &&
    budget.more === before.more
  )
    return before;
  return {
    nodes: nodes.ids,
    edges: edges.ids,
    crowd: { nodes: nodes.crowd, edges: edges.crowd },
    more: budget.more,
  };
}

function pick<T extends { id: string }>(
  all: readonly T[],
  boxOf: (one: T) => Box,
  view: Box,
  near: Box,
  before: ReadonlySet<string>,
  most: number,
  always: Always,
  budget: { left: number; more: boolean },
): { ids: ReadonlySet<string>; crowd: boolean } {
  const inView = all.filter((one) => touches(boxOf(one), view));
  const crowd = inView.length > most;
  const ids = new Set<string>();
  let changed = false;
  const add = (id: string): void => {
    ids.add(id);
    if (!before.has(id)) changed = true;
  };
  for (const one of all) {
    if (always.has(one.id)) add(one.id);
    else if (!crowd && before.has(one.id) && touches(boxOf(one), near)) add(one.id);
  }
  if (!crowd)
    for (const one of inView) {
      if (ids.has(one.id)) continue;
      if (budget.left === 0) {
        budget.more = true;
        break;
      }
      budget.left -= 1;
      add(one.id);
    }
  return { ids: !changed && ids.size === before.size ? before : ids, crowd };
}

export function touches(a: Box, b: Box): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

function grown({ x, y, width, height }: Box): Box {
  const [dx, dy] = [width * MARGIN, height * MARGIN];
  return { x: x - dx, y: y - dy, width: width + 2 * dx, height: height + 2 * dy };
}

/** The part of the canvas that a view shows: `transform` is React Flow's (x, y, zoom). */
export function viewBox(transform: readonly [number, number, number], width: number, height: number): Box {
  const [x, y, zoom] = transform;
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}
