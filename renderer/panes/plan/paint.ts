/** How nodes and edges look on the canvas: as the cards and lines of plan.css do, seen from far. */
import { stateFace } from '../../ui/StateIcon.tsx';
import type { ColorToken } from '../../theme/tokens.ts';
import { useMoving } from './drag.ts';
import { type EdgeElement, type Elements, lineOf, type NodeElement } from './elements.ts';
import type { Box } from './elk-graph.ts';
import { usePlanSelection } from './plan-selection.ts';
import { usePlanView } from './plan-view.ts';
import { usePointed } from './pointed.ts';
import { type Shown, touches } from './shown.ts';
import { useTrace } from './trace.ts';

export const PALETTE = [
  'panel',
  'raised',
  'hairline',
  'text',
  'text-2',
  'text-3',
  'accent',
  'running',
  'done',
  'failed',
  'warn',
  'reused',
  'skipped',
] as const satisfies ColorToken[];
export type Palette = Record<(typeof PALETTE)[number], string>;

/** Smaller than this a name is a smear. */
const NAMES = 0.2;
/** Arrows are seen from here on. */
const ARROWS = 0.3;
const DIM = 0.3;

/** Draws what is in `view` and no element (of a crowd everything), in the coordinates of the graph. */
export function drawCrowd(
  pen: CanvasRenderingContext2D,
  elements: Elements,
  shown: Shown,
  view: Box,
  zoom: number,
  palette: Palette,
): void {
  if (shown.crowd.nodes)
    for (const frame of elements.frames) if (touches(frame.box, view)) drawFrame(pen, frame, zoom, palette);
  const moving = useMoving.getState();
  const still = moving.ids.size === 0;
  for (const edge of elements.edges) {
    if (shown.edges.has(edge.id)) continue;
    const moves = !still && (moving.ids.has(edge.source) || moving.ids.has(edge.target));
    if (moves || touches(edge.bounds, view))
      drawEdge(pen, edge, moves ? lineOf(edge, moving).path : edge.path, zoom, palette);
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  for (const node of elements.nodes) {
    if (!shown.crowd.nodes && shown.nodes.has(node.id)) continue;
    const box =
      still || !moving.ids.has(node.id)
        ? node.box
        : { ...node.box, x: node.box.x + moving.dx, y: node.box.y + moving.dy };
    if (touches(box, view)) drawNode(pen, node, box, zoom, palette);
  }
  pen.globalAlpha = 1;
}

/** From far a group is known by its name, which keeps its size. */
function drawFrame(
  pen: CanvasRenderingContext2D,
  { box, flow }: Elements['frames'][number],
  zoom: number,
  palette: Palette,
): void {
  const { x, y, width, height } = box;
  pen.strokeStyle = palette['text-3'];
  pen.lineWidth = 0.8 / zoom;
  pen.setLineDash([3 / zoom, 3 / zoom]);
  pen.strokeRect(x, y, width, height);
  pen.setLineDash([]);
  if (flow.type !== 'plan-frame' || width * zoom < 40) return;
  pen.fillStyle = palette['text-2'];
  pen.font = `600 ${11 / zoom}px 'Inter Variable', system-ui, sans-serif`;
  pen.textBaseline = 'bottom';
  pen.fillText(flow.data.group.name, x, y - 3 / zoom, width);
}

function drawEdge(
  pen: CanvasRenderingContext2D,
  edge: EdgeElement,
  path: string,
  zoom: number,
  palette: Palette,
): void {
  const { slowest, steps } = usePlanView.getState();
  const trace = useTrace.getState();
  const traced = trace.title !== undefined && trace.edges.has(edge.id);
  const slow = slowest?.edges.has(edge.id) === true;
  const running = steps.get(edge.target)?.state === 'running';
  pen.globalAlpha = trace.title !== undefined && !traced ? DIM : 1;
  pen.strokeStyle = traced ? palette.accent : slow ? palette.warn : running ? palette.running : palette['text-3'];
  pen.fillStyle = pen.strokeStyle;
  pen.lineWidth = Math.max(traced || slow ? 2.4 : 1.2, (traced || slow ? 1.6 : 0.6) / zoom);
  pen.setLineDash(edge.order ? [2, 4] : []);
  pen.stroke(new Path2D(path));
  if (zoom < ARROWS) return;
  const [x, y] = path
    .slice(Math.max(path.lastIndexOf(' '), path.lastIndexOf('L')) + 1)
    .replace('L', '')
    .split(',')
    .map(Number);
  if (x === undefined || y === undefined) return;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - 4, y - 8);
  pen.lineTo(x + 4, y - 8);
  pen.fill();
}

function drawNode(
  pen: CanvasRenderingContext2D,
  { id, node }: NodeElement,
  box: Box,
  zoom: number,
  palette: Palette,
): void {
  const { steps, mistakes, slowest } = usePlanView.getState();
  const { title, hops } = useTrace.getState();
  const members = node.kind === 'group' ? node.members : [id];
  const selected = usePlanSelection.getState().nodes.has(id);
  const mistake = members.map((one) => mistakes.get(one)?.severity).find((one) => one === 'error');
  const hop = members.some((one) => hops.has(one));
  pen.globalAlpha = title !== undefined && !hop ? DIM : 1;
  const card = node.kind === 'step' || node.kind === 'group';
  const { x, y, width, height } = box;
  pen.beginPath();
  pen.roundRect(x, y, width, height, card ? 4 : height / 2);
  // The faint border of a card is not seen from far, so its face is stronger there.
  pen.fillStyle = card ? (zoom < NAMES ? palette.hairline : palette.raised) : palette.panel;
  pen.fill();
  pen.lineWidth = Math.max(1, (selected ? 1.5 : 0.5) / zoom);
  pen.strokeStyle =
    selected || hop
      ? palette.accent
      : usePointed.getState().id === id
        ? palette.text
        : mistake === 'error'
          ? palette.failed
          : slowest?.nodes.has(id) === true
            ? palette.warn
            : card && zoom >= NAMES
              ? palette.hairline
              : palette['text-3'];
  pen.stroke();
  const state = members.map((one) => steps.get(one)?.state).find((one) => one !== undefined);
  const color =
    mistake === 'error' ? palette.failed : state === undefined ? undefined : colorOf(stateFace(state).color, palette);
  if (card && color !== undefined) {
    pen.fillStyle = color;
    // A strip at its side; from far all of it, so that a run is seen.
    if (zoom < NAMES) pen.fillRect(x, y, width, height);
    else pen.fillRect(x, y, 4, height);
  }
  if (zoom < NAMES) return;
  pen.fillStyle = card ? palette.text : palette['text-2'];
  pen.font = card
    ? `600 20px 'Inter Variable', system-ui, sans-serif`
    : `400 12px 'Inter Variable', system-ui, sans-serif`;
  pen.textBaseline = 'middle';
  const name = node.kind === 'output' ? node.label : node.name;
  const most = card ? 14 : 22;
  pen.fillText(
    name.length > most ? `${name.slice(0, most - 1)}…` : name,
    x + (card ? 14 : 36),
    y + (card ? 29 : height / 2),
  );
}

/** `var(--done)` as the colour that it is. */
function colorOf(variable: string, palette: Palette): string {
  return palette[variable.slice('var(--'.length, -1) as keyof Palette];
}
