/**
 * The layout after an edit: what was there stays where it was, new nodes get a place beside what they belong to, and
 * only what stands in their way moves down. Pure, and quick enough for every edit of a plan of 2,000 steps.
 */
import type { DrawnNode, Drawing } from './drawing.ts';
import { type Box, edgeId, edgeLine, type Layout, sizeOf, structureKey } from './elk-graph.ts';

/** Pixels between a node and the one below it: room for the row count on the edge. */
const BELOW = 54;
const BESIDE = 28;
/** Above this share of new nodes a layout from the start is better than patching. */
const MOST_NEW = 0.35;
const FEW = 6;

export interface Before {
  drawing: Drawing;
  layout: Layout;
}

/**
 * The layout of `drawing`, made from the one before. `wanted` are places that a person chose for new nodes (where they
 * dropped them), by id: the centre. `homes` are the places that nodes had before the text placed them. Undefined when so
 * much is new that the whole should be laid out.
 */
export function placeAnew(
  before: Before,
  drawing: Drawing,
  wanted: ReadonlyMap<string, { x: number; y: number }> = new Map(),
  homes: ReadonlyMap<string, { x: number; y: number }> = new Map(),
): Layout | undefined {
  const boxes = new Map<string, Box>();
  const renamed = renamedNodes(before.drawing.nodes, drawing.nodes);
  const fresh: DrawnNode[] = [];
  for (const node of drawing.nodes) {
    const old = before.layout.nodes.get(node.id) ?? before.layout.nodes.get(renamed.get(node.id) ?? '');
    if (old === undefined) fresh.push(node);
    else boxes.set(node.id, { ...old, ...sizeOf(node) });
  }
  if (boxes.size === 0) return undefined;
  if (fresh.length > FEW && fresh.length > drawing.nodes.length * MOST_NEW) return undefined;

  const { above, below } = neighbours(drawing);
  let waiting = fresh;
  while (waiting.length > 0) {
    const later: DrawnNode[] = [];
    for (const node of waiting) {
      const hint = wanted.get(node.id);
      const parents = (above.get(node.id) ?? []).flatMap((id) => boxes.get(id) ?? []);
      const children = (below.get(node.id) ?? []).flatMap((id) => boxes.get(id) ?? []);
      if (hint === undefined && parents.length === 0 && children.length === 0) {
        later.push(node);
        continue;
      }
      place(node, hint, parents, children);
    }
    if (later.length === waiting.length) {
      // They belong to nothing that has a place: beside everything, one below the other.
      const [first, ...rest] = later;
      const { right, top } = bounds(boxes);
      boxes.set(first!.id, free({ x: right + BESIDE * 2, y: top, ...sizeOf(first!) }, boxes));
      waiting = rest;
    } else waiting = later;
  }
  for (const id of before.drawing.pins.keys()) {
    const box = boxes.get(id);
    if (box !== undefined && !drawing.pins.has(id)) boxes.set(id, { ...box, ...homes.get(id) });
  }
  for (const [id, pin] of drawing.pins) {
    const box = boxes.get(id);
    if (box !== undefined) boxes.set(id, { ...box, ...pin });
  }
  return finished(before, drawing, boxes, renamed);

  function place(node: DrawnNode, hint: { x: number; y: number } | undefined, parents: Box[], children: Box[]): void {
    const size = sizeOf(node);
    if (hint !== undefined) {
      boxes.set(node.id, { x: hint.x - size.width / 2, y: hint.y - size.height / 2, ...size });
      return;
    }
    const around = [...parents, ...children];
    const centre = around.reduce((sum, box) => sum + box.x + box.width / 2, 0) / around.length;
    const lowest = Math.max(...parents.map((box) => box.y + box.height));
    const y = parents.length > 0 ? lowest + BELOW : Math.min(...children.map((box) => box.y)) - BELOW - size.height;
    const box = { x: centre - size.width / 2, y, ...size };
    if (parents.length > 0 && children.length > 0) {
      // Between two: what comes after makes room.
      const by = y + size.height + BELOW - Math.min(...children.map((child) => child.y));
      if (by > 0) pushDown(node.id, by);
    }
    boxes.set(node.id, free(box, boxes));
  }

  /** Moves everything after a node down, and what it would then lie upon. */
  function pushDown(from: string, by: number): void {
    const queue = [...(below.get(from) ?? [])];
    const pushed = new Set<string>();
    while (queue.length > 0) {
      const id = queue.pop()!;
      if (pushed.has(id) || !boxes.has(id)) continue;
      pushed.add(id);
      queue.push(...(below.get(id) ?? []));
    }
    for (const id of pushed) {
      const box = boxes.get(id)!;
      boxes.set(id, { ...box, y: box.y + by });
    }
    for (let again = true; again;) {
      again = false;
      for (const [id, box] of boxes) {
        if (pushed.has(id)) continue;
        if (![...pushed].some((other) => overlap(boxes.get(other)!, box))) continue;
        pushed.add(id);
        boxes.set(id, { ...box, y: box.y + by });
        again = true;
      }
      if (pushed.size > 300) break;
    }
  }
}

function finished(before: Before, drawing: Drawing, boxes: Map<string, Box>, renamed: Map<string, string>): Layout {
  const stands = (id: string): boolean => {
    const old = before.layout.nodes.get(renamed.get(id) ?? id);
    const now = boxes.get(id);
    return old !== undefined && now !== undefined && old.x === now.x && old.y === now.y && old.width === now.width;
  };
  const edges: Layout['edges'] = new Map();
  for (const edge of drawing.edges) {
    const from = boxes.get(edge.from);
    const to = boxes.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const was = { ...edge, from: renamed.get(edge.from) ?? edge.from, to: renamed.get(edge.to) ?? edge.to };
    const old = stands(edge.from) && stands(edge.to) ? before.layout.edges.get(edgeId(was)) : undefined;
    edges.set(edgeId(edge), old ?? edgeLine(from, to));
  }
  const { right, bottom } = bounds(boxes);
  return { key: structureKey(drawing), nodes: boxes, edges, width: right, height: bottom };
}

/** The nearest place beside a box that lies on no other. */
function free(box: Box, boxes: ReadonlyMap<string, Box>): Box {
  const others = [...boxes.values()].filter(
    (other) => other.y < box.y + box.height + 8 && other.y + other.height + 8 > box.y,
  );
  for (let step = 0; step < 200; step++) {
    for (const side of step === 0 ? [0] : [1, -1]) {
      const candidate = { ...box, x: box.x + (side * step * (box.width + BESIDE)) / 2 };
      if (!others.some((other) => overlap(candidate, other))) return candidate;
    }
  }
  return box;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width + 8 && b.x < a.x + a.width + 8 && a.y < b.y + b.height + 4 && b.y < a.y + a.height + 4;
}

function bounds(boxes: ReadonlyMap<string, Box>): { right: number; bottom: number; top: number } {
  let right = 0;
  let bottom = 0;
  let top = Number.POSITIVE_INFINITY;
  for (const box of boxes.values()) {
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
    top = Math.min(top, box.y);
  }
  return { right, bottom, top: Number.isFinite(top) ? top : 0 };
}

function neighbours(drawing: Drawing): { above: Map<string, string[]>; below: Map<string, string[]> } {
  const above = new Map<string, string[]>();
  const below = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  };
  for (const edge of drawing.edges) {
    add(below, edge.from, edge.to);
    add(above, edge.to, edge.from);
  }
  return { above, below };
}

/**
 * New ids by the old id that they had: where exactly as many nodes of a kind went as came, in the order of the source, they
 * are the same ones under new names.
 */
export function renamedNodes(before: readonly DrawnNode[], now: readonly DrawnNode[]): Map<string, string> {
  const had = new Set(before.map((node) => node.id));
  const has = new Set(now.map((node) => node.id));
  const sort = (node: DrawnNode): string => (node.kind === 'step' ? node.contract : node.kind);
  const by = (nodes: readonly DrawnNode[]): Map<string, string[]> => {
    const lists = new Map<string, string[]>();
    for (const node of nodes) lists.set(sort(node), [...(lists.get(sort(node)) ?? []), node.id]);
    return lists;
  };
  const gone = by(before.filter((node) => !has.has(node.id)));
  const come = by(now.filter((node) => !had.has(node.id)));
  const renamed = new Map<string, string>();
  for (const [kind, ids] of come) {
    const old = gone.get(kind);
    if (old?.length === ids.length) ids.forEach((id, at) => renamed.set(id, old[at]!));
  }
  return renamed;
}
