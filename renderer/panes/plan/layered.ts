/**
 * The layout of big plans, in a few hundredths of a second where ELK takes seconds: layers from top to bottom by the longest
 * way from a source, few crossings, straight chains. The steps of an open group are laid out by themselves and stand
 * together. Pure.
 */
import type { Drawing, DrawnNode } from './drawing.ts';
import { type Box, type DrawnEdge, edgeId, FRAME, type Layout, sizeOf, structureKey } from './elk-graph.ts';

/** Pixels. */
const BELOW = 54;
const BESIDE = 28;
const BORDER = 16;
/** Longer edges go straight, behind the cards: room kept for each of them in every layer would be most of the picture. */
const LONGEST = 10;
const SWEEPS = 4;

export function layeredLayout(drawing: Drawing): Layout {
  const frameOf = new Map<string, string>();
  for (const frame of drawing.frames) for (const member of frame.members) frameOf.set(member, frame.id);
  const members = new Map<string, DrawnNode[]>();
  const outer: Item[] = [];
  const inside = new Map<string, Placed>();
  const standsFor = (id: string): string => frameOf.get(id) ?? id;
  for (const node of drawing.nodes) {
    const frame = frameOf.get(node.id);
    if (frame === undefined) outer.push({ id: node.id, ...sizeOf(node) });
    else {
      const list = members.get(frame);
      if (list === undefined) {
        members.set(frame, [node]);
        // In the place of its first step; its size comes below.
        outer.push({ id: frame, width: 0, height: 0 });
      } else list.push(node);
    }
  }
  const edges = drawing.edges.map((edge) => ({ ...edge, id: edgeId(edge) }));
  for (const item of outer) {
    const list = members.get(item.id);
    if (list === undefined) continue;
    const placed = layer(
      list.map((node) => ({ id: node.id, ...sizeOf(node) })),
      edges.filter((edge) => frameOf.get(edge.from) === item.id && frameOf.get(edge.to) === item.id),
    );
    inside.set(item.id, placed);
    item.width = placed.width + 2 * FRAME.side;
    item.height = placed.height + FRAME.top + FRAME.bottom;
  }
  const whole = layer(
    outer,
    edges.flatMap(({ from, to }) =>
      standsFor(from) === standsFor(to) ? [] : [{ from: standsFor(from), to: standsFor(to) }],
    ),
  );

  const nodes = new Map<string, Box>();
  const around = (id: string): { x: number; y: number } => {
    const frame = whole.boxes.get(id)!;
    return { x: BORDER + frame.x + FRAME.side, y: BORDER + frame.y + FRAME.top };
  };
  for (const node of drawing.nodes) {
    const frame = frameOf.get(node.id);
    const box = (frame === undefined ? whole : inside.get(frame)!).boxes.get(node.id)!;
    const { x, y } = frame === undefined ? { x: BORDER, y: BORDER } : around(frame);
    nodes.set(node.id, { ...box, x: Math.round(box.x + x), y: Math.round(box.y + y) });
  }
  const lines: Layout['edges'] = new Map();
  for (const { id, from, to } of edges) {
    const [start, end] = [nodes.get(from), nodes.get(to)];
    if (start === undefined || end === undefined) continue;
    const frame = frameOf.get(from);
    const together = frame !== undefined && frame === frameOf.get(to);
    const placed = together ? inside.get(frame)! : whole;
    const shift = together ? around(frame) : { x: BORDER, y: BORDER };
    const way = placed.ways.get(together ? `${from}\n${to}` : `${standsFor(from)}\n${standsFor(to)}`) ?? [];
    lines.set(
      id,
      line(
        start,
        end,
        way.map(({ x, top, bottom }) => ({ x: x + shift.x, top: top + shift.y, bottom: bottom + shift.y })),
      ),
    );
  }
  return {
    key: structureKey(drawing),
    nodes,
    edges: lines,
    width: whole.width + 2 * BORDER,
    height: whole.height + 2 * BORDER,
  };
}

interface Item {
  id: string;
  width: number;
  height: number;
}
/** Where an edge passes a layer. */
interface Pass {
  x: number;
  top: number;
  bottom: number;
}
interface Placed {
  boxes: Map<string, Box>;
  /** By `from\nto`: what a long edge passes, from top to bottom. */
  ways: Map<string, Pass[]>;
  width: number;
  height: number;
}
/** An item in its layer, or the room that a long edge takes there. */
interface Spot {
  width: number;
  /** Of its centre. */
  x: number;
  above: Spot[];
  below: Spot[];
  rank: number;
}

function link(above: Spot, below: Spot): void {
  above.below.push(below);
  below.above.push(above);
}

/** Lays items out whose edges may also run in circles (between groups): what closes one counts for nothing. */
function layer(items: readonly Item[], edges: readonly { from: string; to: string }[]): Placed {
  const order = sorted(items, edges);
  const down = edges.filter(({ from, to }) => order.get(from)! < order.get(to)!);
  const layerOf = layersOf(order, down);
  const spots = new Map<string, Spot>();
  const layers: Spot[][] = [];
  const spot = (id: string, at: number, width: number): Spot => {
    const one: Spot = { width, x: 0, above: [], below: [], rank: order.get(id) ?? 0 };
    (layers[at] ??= []).push(one);
    return one;
  };
  for (const { id, width } of items) spots.set(id, spot(id, layerOf.get(id)!, width));

  /** The rooms of the long edges of one item are shared: they part where they end. */
  const passes = new Map<string, Spot[]>();
  const linked = new Set<string>();
  const long = new Map<string, Spot[]>();
  for (const { from, to } of down) {
    if (linked.has(`${from}\n${to}`)) continue;
    linked.add(`${from}\n${to}`);
    const first = layerOf.get(from)! + 1;
    const between = layerOf.get(to)! - first;
    if (between > LONGEST) continue;
    let before = spots.get(from)!;
    if (between > 0) {
      let chain = passes.get(from);
      if (chain === undefined) passes.set(from, (chain = []));
      for (let at = 0; at < between; at++) {
        let room = chain[at];
        if (room === undefined) {
          room = spot(to, first + at, 0);
          chain.push(room);
          link(before, room);
        }
        before = room;
      }
      long.set(`${from}\n${to}`, chain.slice(0, between));
    }
    link(before, spots.get(to)!);
  }

  arrange(layers);
  const { left, right } = align(layers);

  const heights = layers.map(() => 0);
  for (const { id, height } of items) heights[layerOf.get(id)!] = Math.max(heights[layerOf.get(id)!]!, height);
  const tops: number[] = [];
  let height = 0;
  for (const tall of heights) {
    tops.push(height);
    height += tall + BELOW;
  }
  const boxes = new Map<string, Box>();
  for (const { id, width, height: tall } of items)
    boxes.set(id, { x: spots.get(id)!.x - width / 2 - left, y: tops[layerOf.get(id)!]!, width, height: tall });
  const ways: Placed['ways'] = new Map();
  for (const [key, rooms] of long) {
    const first = layerOf.get(key.split('\n')[0]!)! + 1;
    ways.set(
      key,
      rooms.map((room, at) => {
        const top = tops[first + at]!;
        return { x: room.x - left, top, bottom: top + heights[first + at]! };
      }),
    );
  }
  return { boxes, ways, width: right - left, height: Math.max(0, height - BELOW) };
}

/** A place in line for each item: readers after what they read, in the order of the source where that leaves a choice, chains in one piece. */
function sorted(items: readonly Item[], edges: readonly { from: string; to: string }[]): Map<string, number> {
  const reads = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  for (const { from, to } of edges) reads.get(to)?.push(from);
  const order = new Map<string, number>();
  const open = new Set<string>();
  for (const { id: root } of items) {
    // Without recursion: a chain may be as long as the plan.
    const stack = [root];
    while (stack.length > 0) {
      const id = stack.at(-1)!;
      const first = order.has(id) ? undefined : reads.get(id)!.find((one) => !order.has(one) && !open.has(one));
      open.add(id);
      if (first !== undefined) {
        stack.push(first);
        continue;
      }
      stack.pop();
      if (!order.has(id)) order.set(id, order.size);
    }
  }
  return order;
}

/** The layer of each item: one below the lowest that it reads; what reads nothing stands right above its first reader. */
function layersOf(
  order: ReadonlyMap<string, number>,
  down: readonly { from: string; to: string }[],
): Map<string, number> {
  const inLine = [...order.keys()].toSorted((a, b) => order.get(a)! - order.get(b)!);
  const readers = new Map<string, string[]>();
  const reading = new Set<string>();
  for (const { from, to } of down) {
    reading.add(to);
    const list = readers.get(from);
    if (list === undefined) readers.set(from, [to]);
    else list.push(to);
  }
  const layerOf = new Map(inLine.map((id) => [id, 0]));
  for (const id of inLine)
    for (const to of readers.get(id) ?? []) layerOf.set(to, Math.max(layerOf.get(to)!, layerOf.get(id)! + 1));
  for (const id of inLine) {
    const to = readers.get(id);
    if (!reading.has(id) && to !== undefined) {
      let nearest = Infinity;
      for (const one of to) nearest = Math.min(nearest, layerOf.get(one)!);
      layerOf.set(id, nearest - 1);
    }
  }
  return layerOf;
}

/** Orders each layer so that edges cross little: each spot goes to the mean place of what it is linked with. */
function arrange(layers: readonly Spot[][]): void {
  for (const spots of layers) {
    spots.sort((a, b) => a.rank - b.rank);
    spots.forEach((one, at) => (one.rank = at));
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const up = sweep % 2 === 1;
    for (const spots of up ? layers.toReversed() : layers) {
      const wish = new Map(
        spots.map((one) => {
          const linked = up ? one.below : one.above;
          return [one, linked.length === 0 ? one.rank : mean(linked.map(({ rank }) => rank))];
        }),
      );
      spots.sort((a, b) => wish.get(a)! - wish.get(b)! || a.rank - b.rank);
      spots.forEach((one, at) => (one.rank = at));
    }
  }
}

/** Gives each spot its place across: as near as the others let it come to what it is linked with. */
function align(layers: readonly Spot[][]): { left: number; right: number } {
  for (const spots of layers) {
    let x = 0;
    spots.forEach((one, at) => {
      x += (at === 0 ? 0 : beside(spots[at - 1]!, one)) + one.width;
      one.x = x - one.width / 2;
    });
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const up = sweep % 2 === 1;
    for (const spots of up ? layers.toReversed() : layers) {
      spread(
        spots,
        spots.map((one) => {
          const linked = up ? one.below : one.above;
          return linked.length === 0 ? one.x : mean(linked.map(({ x }) => x));
        }),
      );
    }
  }
  let [left, right] = [Infinity, -Infinity];
  for (const one of layers.flat()) {
    left = Math.min(left, one.x - one.width / 2);
    right = Math.max(right, one.x + one.width / 2);
  }
  return left > right ? { left: 0, right: 0 } : { left, right };
}

/**
 * Puts the spots of a layer as near to their wishes as their order and the room between them allow: the least sum of
 * squares, found by joining neighbours that would overlap into blocks.
 */
function spread(spots: readonly Spot[], wishes: readonly number[]): void {
  const blocks: { sum: number; count: number }[] = [];
  const offsets: number[] = [];
  let offset = 0;
  spots.forEach((one, at) => {
    if (at > 0) offset += spots[at - 1]!.width / 2 + beside(spots[at - 1]!, one) + one.width / 2;
    offsets.push(offset);
    let block = { sum: wishes[at]! - offset, count: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  let at = 0;
  for (const { sum, count } of blocks)
    for (let one = 0; one < count; one++, at++) spots[at]!.x = sum / count + offsets[at]!;
}

/** The room between two neighbours: an edge needs less. */
function beside(a: Spot, b: Spot): number {
  return a.width === 0 || b.width === 0 ? BESIDE / 2 : BESIDE;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

/** The line of an edge from below one box to above another, by the places where it passes layers. */
function line(from: Box, to: Box, way: readonly Pass[]): DrawnEdge {
  const n = (value: number) => Math.round(value * 100) / 100;
  let [x, y] = [from.x + from.width / 2, from.y + from.height];
  let path = `M${n(x)},${n(y)}`;
  const stops = [...way, { x: to.x + to.width / 2, top: to.y, bottom: to.y }];
  for (const stop of stops) {
    const bend = Math.max(24, Math.min(90, Math.abs(stop.top - y) / 2));
    path += ` C${n(x)},${n(y + bend)} ${n(stop.x)},${n(stop.top - bend)} ${n(stop.x)},${n(stop.top)}`;
    if (stop.bottom > stop.top) path += ` L${n(stop.x)},${n(stop.bottom)}`;
    [x, y] = [stop.x, stop.bottom];
  }
  const middle = way[Math.floor(way.length / 2)];
  const label =
    middle === undefined
      ? { x: (from.x + from.width / 2 + to.x + to.width / 2) / 2, y: (from.y + from.height + to.y) / 2 }
      : { x: middle.x, y: (middle.top + middle.bottom) / 2 };
  return { path, label };
}
