/**
 * What the pointer does on the canvas: moves cards, leads an edge from a plus to a port, draws a frame around nodes to
 * select them. Each is one gesture from press to release; panning and zooming are React Flow's.
 */
import type { PointerEvent as ReactPointerEvent } from 'react';
import { create } from 'zustand';
import { beginConnecting, connectTo, endConnecting } from './connect.ts';
import { STILL, useMoving } from './drag.ts';
import type { Drawing } from './drawing.ts';
import type { Layout } from './elk-graph.ts';
import { movingWith, moveBy } from './move.ts';
import { chooseNodes, chosenNodes, usePlanSelection } from './plan-selection.ts';

/** Pixels that the pointer may tremble in a click. */
const STEADY = 4;

/** What is drawn over the canvas during a gesture, in pixels of the pane. */
interface Overlay {
  line: { x1: number; y1: number; x2: number; y2: number } | undefined;
  band: { x: number; y: number; width: number; height: number } | undefined;
  /** What the port under the pointer says. */
  says: { text: string; open: boolean } | undefined;
}

const NOTHING: Overlay = { line: undefined, band: undefined, says: undefined };
export const useOverlay = create<Overlay>()(() => NOTHING);

export interface Canvas {
  pane: HTMLElement;
  drawing: Drawing;
  layout: Layout;
  zoom: () => number;
  toCanvas: (point: { x: number; y: number }) => { x: number; y: number };
  /** The person arranges the canvas: the view is theirs from now on. */
  taken: () => void;
}

let suppressed = false;

/** Whether the click that comes now ends a gesture, and is no click. */
export function endsGesture(): boolean {
  const was = suppressed;
  suppressed = false;
  return was;
}

/** Begins the gesture that fits what was pressed. Put on `onPointerDownCapture` of the pane. */
export function press(event: ReactPointerEvent, canvas: Canvas): void {
  suppressed = false;
  if (event.button !== 0 || !(event.target instanceof Element)) return;
  const out = event.target.closest('[data-out]');
  const card = event.target.closest('[data-node]');
  const title = event.target.closest('[data-frame]');
  if (out !== null) {
    event.stopPropagation();
    leadEdge(event, canvas, out.getAttribute('data-out')!);
  } else if (card !== null) moveCards(event, canvas, card.getAttribute('data-node')!);
  else if (title !== null) moveGroup(event, canvas, `group:${title.getAttribute('data-frame')!}`);
  else if (
    event.shiftKey &&
    event.target.closest('.react-flow') !== null &&
    event.target.closest('[data-edge]') === null
  ) {
    // React Flow must not pan with it.
    event.stopPropagation();
    event.preventDefault();
    canvas.pane.focus({ preventScroll: true });
    drawBand(event, canvas);
  }
}

/** Overlays lie over the canvas and its bar together. */
function stage(canvas: Canvas): DOMRect {
  return (canvas.pane.parentElement ?? canvas.pane).getBoundingClientRect();
}

/** Follows the pointer until it is released or Escape ends the gesture. */
function follow(
  start: ReactPointerEvent,
  steps: { move: (event: PointerEvent) => void; done: (event: PointerEvent) => void; cancel: () => void },
): void {
  let begun = false;
  const controller = new AbortController();
  const { signal } = controller;
  const move = (event: PointerEvent): void => {
    if (event.pointerId !== start.pointerId) return;
    if (!begun && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < STEADY) return;
    begun = true;
    steps.move(event);
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== start.pointerId) return;
    controller.abort();
    if (begun) {
      suppressed = true;
      // The click comes right after; what comes later is another one.
      setTimeout(() => (suppressed = false), 0);
      steps.done(event);
    } else steps.cancel();
  };
  const stop = (): void => {
    controller.abort();
    steps.cancel();
  };
  addEventListener('pointermove', move, { signal });
  addEventListener('pointerup', up, { signal });
  addEventListener('pointercancel', stop, { signal });
  addEventListener(
    'keydown',
    (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      stop();
    },
    { signal, capture: true },
  );
}

function moveCards(start: ReactPointerEvent, canvas: Canvas, id: string): void {
  const { nodes } = usePlanSelection.getState();
  moveNodes(start, canvas, nodes.has(id) && !start.shiftKey ? chosenNodes() : [id]);
}

function moveGroup(start: ReactPointerEvent, canvas: Canvas, id: string): void {
  const group = canvas.drawing.frames.find((frame) => frame.id === id);
  if (group !== undefined) moveNodes(start, canvas, group.members);
}

function moveNodes(start: ReactPointerEvent, canvas: Canvas, ids: string[]): void {
  const moving = movingWith(ids, canvas.drawing);
  const by = (event: PointerEvent) => ({
    dx: Math.round((event.clientX - start.clientX) / canvas.zoom()),
    dy: Math.round((event.clientY - start.clientY) / canvas.zoom()),
  });
  follow(start, {
    move: (event) => {
      canvas.taken();
      useMoving.setState({ ids: moving, ...by(event) });
    },
    cancel: () => useMoving.setState(STILL),
    done: (event) => {
      const { dx, dy } = by(event);
      moveBy(ids, dx, dy, canvas.layout);
      useMoving.setState(STILL);
    },
  });
}

function leadEdge(start: ReactPointerEvent, canvas: Canvas, from: string): void {
  const frame = stage(canvas);
  let lit: Element | undefined;
  const light = (port: Element | undefined): void => {
    if (port === lit) return;
    lit?.removeAttribute('data-over');
    port?.setAttribute('data-over', 'true');
    lit = port;
  };
  const end = (): void => {
    light(undefined);
    endConnecting();
    useOverlay.setState(NOTHING);
  };
  let begun = false;
  follow(start, {
    move: (event) => {
      if (!begun) beginConnecting(from);
      begun = true;
      const port = portAt(event);
      light(port);
      useOverlay.setState({
        line: {
          x1: start.clientX - frame.left,
          y1: start.clientY - frame.top,
          x2: event.clientX - frame.left,
          y2: event.clientY - frame.top,
        },
        says:
          port === undefined
            ? undefined
            : { text: port.getAttribute('data-says') ?? '', open: port.getAttribute('data-open') === 'true' },
      });
    },
    cancel: end,
    done: (event) => {
      const port = portAt(event);
      end();
      const to = port?.getAttribute('data-port-of');
      const id = port?.getAttribute('data-port');
      if (
        port?.getAttribute('data-open') !== 'true' ||
        to === null ||
        to === undefined ||
        id === null ||
        id === undefined
      )
        return;
      void connectTo(from, to, id);
    },
  });
}

/** The port under the pointer; anywhere on a card with one open port means that port. */
function portAt(event: PointerEvent): Element | undefined {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const port = under?.closest('[data-port]');
  if (port !== null && port !== undefined) return port;
  const ports = [...(under?.closest('[data-node]')?.querySelectorAll('[data-port]') ?? [])];
  const open = ports.filter((one) => one.getAttribute('data-open') === 'true');
  return open.length === 1 ? open[0] : ports.length === 1 ? ports[0] : undefined;
}

function drawBand(start: ReactPointerEvent, canvas: Canvas): void {
  const frame = stage(canvas);
  const before = chosenNodes();
  follow(start, {
    move: (event) =>
      useOverlay.setState({
        band: {
          x: Math.min(start.clientX, event.clientX) - frame.left,
          y: Math.min(start.clientY, event.clientY) - frame.top,
          width: Math.abs(start.clientX - event.clientX),
          height: Math.abs(start.clientY - event.clientY),
        },
      }),
    cancel: () => useOverlay.setState(NOTHING),
    done: (event) => {
      useOverlay.setState(NOTHING);
      const a = canvas.toCanvas({ x: start.clientX, y: start.clientY });
      const b = canvas.toCanvas({ x: event.clientX, y: event.clientY });
      const inside = [...canvas.layout.nodes].filter(
        ([, box]) =>
          box.x < Math.max(a.x, b.x) &&
          box.x + box.width > Math.min(a.x, b.x) &&
          box.y < Math.max(a.y, b.y) &&
          box.y + box.height > Math.min(a.y, b.y),
      );
      chooseNodes([...new Set([...before, ...inside.map(([id]) => id)])], { reveal: false });
    },
  });
}
