/** The canvas of the plan with what lies over it: keyboard, pointer, clipboard and dropping end in the same actions. */
import { useReactFlow } from '@xyflow/react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import { useSelection } from '../../state/selection.ts';
import { openMenu } from '../../ui/index.ts';
import { activeDocument } from '../../state/documents.ts';
import { add, openQuickAdd, readPalette, type Target } from './add.ts';
import { useConnecting } from './connect.ts';
import { chosenText, deleteChosen } from './actions.ts';
import type { Drawing } from './drawing.ts';
import { type Elements, elementsOf } from './elements.ts';
import { edgeElementId, elementId } from './element-ids.ts';
import type { Layout } from './elk-graph.ts';
import { type CanvasEvents, FlowCanvas } from './FlowCanvas.tsx';
import { endsGesture, press } from './gestures.ts';
import { openForm, planKey } from './keys.ts';
import { canvasMenu, edgeMenu, nodeMenu } from './menus.ts';
import { Minimap } from './Minimap.tsx';
import { GestureOverlay, TraceNote } from './Overlays.tsx';
import { OPERATION_DRAG } from './PaletteList.tsx';
import { pasteText } from './paste.ts';
import { crowdAt, pointAt } from './pointed.ts';
import { chooseEdge, chooseNodes, toggleNode, usePlanSelection } from './plan-selection.ts';
import { toggleGroup } from './plan-ui.ts';
import { Popup } from './Popup.tsx';
import { NOTHING_SHOWN } from './shown.ts';
import { Toolbar } from './Toolbar.tsx';
import { useTrace } from './trace.ts';
import { useViewport } from './use-viewport.ts';

export interface GraphProps {
  graph: PlanGraph;
  drawing: Drawing;
  layout: Layout;
  ran: boolean;
  note: string | undefined;
  /** Where the keyboard comes back to. */
  paneRef: RefObject<HTMLDivElement | null>;
  /** Lies over the canvas. */
  children?: ReactNode;
}

export function Graph({ graph, drawing, layout, ran, note, paneRef, children }: GraphProps) {
  const flow = useReactFlow();
  const elements: Elements = useMemo(() => elementsOf(drawing, layout), [drawing, layout]);
  const [ready, setReady] = useState(false);
  const view = useViewport(paneRef, layout, ready);
  const main = useSelection((selection) => selection.nodeId);
  const chosen = usePlanSelection((selection) => [...selection.nodes].at(-1));
  const edge = usePlanSelection((selection) => selection.edge);
  const at = chosen ?? main;
  const tracing = useTrace((trace) => trace.title !== undefined);

  // Handlers read the newest drawing, so that the canvas is not drawn anew for a selection.
  const now = useRef({ drawing, elements, at, view });
  now.current = { drawing, elements, at, view };
  const shown = useRef(NOTHING_SHOWN);
  /** What the canvas draws at a point of the window. */
  const crowd = useCallback(
    ({ clientX, clientY }: { clientX: number; clientY: number }) =>
      crowdAt(now.current.elements, shown.current, flow.screenToFlowPosition({ x: clientX, y: clientY })),
    [flow],
  );
  const chooseAt = useCallback(
    (event: MouseEvent) => {
      const found = crowd(event);
      if (found === undefined) clear();
      else if (found.kind === 'edge') chooseEdge(found.id);
      else if (event.shiftKey || event.ctrlKey || event.metaKey) toggleNode(found.id);
      else chooseNodes([found.id]);
    },
    [crowd],
  );
  const focus = useCallback(() => paneRef.current?.focus({ preventScroll: true }), [paneRef]);

  const events = useMemo(
    (): CanvasEvents => ({
      onInit: () => setReady(true),
      onMoveStart: (event) => {
        if (event !== null) now.current.view.moved();
      },
      onNodeClick: (event, node) => {
        if (endsGesture()) return;
        focus();
        if (node.type === 'plan-frame') {
          const name = node.data.group.name;
          if (hit(event, '[data-fold]')) {
            const document = activeDocument();
            if (document !== undefined) toggleGroup(document.id, name);
          } else if (hit(event, '[data-frame]')) chooseNodes(node.data.group.members, { reveal: false });
          else chooseAt(event);
        } else if (hit(event, '[data-out]')) openQuickAdd({ nodes: [node.id] });
        else if (event.shiftKey || event.ctrlKey || event.metaKey) toggleNode(node.id);
        else chooseNodes([node.id]);
      },
      onNodeDoubleClick: (event, node) => {
        if (hit(event, '[data-out]')) return;
        if (node.type === 'plan-group' || node.type === 'plan-frame') {
          const document = activeDocument();
          const name = node.type === 'plan-group' ? node.data.node.name : node.data.group.name;
          if (document !== undefined && (node.type === 'plan-group' || hit(event, '[data-frame]')))
            toggleGroup(document.id, name);
        } else openForm(node.id);
      },
      onNodeContextMenu: (event, node) => {
        event.preventDefault();
        focus();
        const place = { x: event.clientX, y: event.clientY };
        if (node.type === 'plan-frame') chooseNodes(node.data.group.members, { reveal: false });
        else if (!usePlanSelection.getState().nodes.has(node.id)) chooseNodes([node.id]);
        const id = node.type === 'plan-frame' ? node.data.group.members[0]! : node.id;
        openMenu(event, nodeMenu(id, now.current.drawing, place));
      },
      onEdgeClick: (event, id) => {
        if (endsGesture()) return;
        focus();
        chooseEdge(id);
        if (hit(event, '[data-add-edge]')) openQuickAdd({ edge: id });
      },
      onEdgeContextMenu: (event, id) => {
        event.preventDefault();
        focus();
        chooseEdge(id);
        openMenu(event, edgeMenu(id, { x: event.clientX, y: event.clientY }));
      },
      onPaneClick: (event) => {
        if (endsGesture() || event.shiftKey) return;
        focus();
        chooseAt(event);
      },
      onPaneContextMenu: (event) => {
        event.preventDefault();
        focus();
        const place = { x: event.clientX, y: event.clientY };
        const found = crowd(event);
        if (found?.kind === 'edge') chooseEdge(found.id);
        else if (found !== undefined && !usePlanSelection.getState().nodes.has(found.id)) chooseNodes([found.id]);
        openMenu(
          event,
          found === undefined
            ? canvasMenu(place)
            : found.kind === 'edge'
              ? edgeMenu(found.id, place)
              : nodeMenu(found.id, now.current.drawing, place),
        );
      },
    }),
    [chooseAt, crowd, focus],
  );

  const menuByKey = (): void => {
    const id = edge === undefined ? (at === undefined ? undefined : elementId(at)) : edgeElementId(edge);
    const element = (id === undefined ? null : document.getElementById(id)) ?? paneRef.current;
    if (element === null) return;
    openMenu(
      element,
      edge !== undefined
        ? edgeMenu(edge, undefined)
        : at === undefined
          ? canvasMenu(undefined)
          : nodeMenu(at, drawing, undefined),
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget) return;
    const answered = planKey(event, {
      drawing,
      layout,
      at,
      zoom: view.zoom,
      fit: view.fit,
      menu: menuByKey,
      taken: view.moved,
      show: view.goTo,
    });
    if (!answered) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const clip = (event: ClipboardEvent<HTMLDivElement>, cut: boolean): void => {
    if (event.target !== event.currentTarget) return;
    const text = chosenText();
    if (text === undefined) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', text);
    if (cut) void deleteChosen();
  };

  const active =
    edge !== undefined ? edgeElementId(edge) : at !== undefined && layout.nodes.has(at) ? elementId(at) : undefined;
  return (
    <div className="plan-stage">
      <Toolbar zoom={view.zoom} fit={view.fit} ran={ran} />
      <div
        ref={paneRef}
        className="plan-canvas"
        role="listbox"
        aria-multiselectable
        tabIndex={0}
        data-own-keys="F2 Mod+G"
        data-tracing={tracing}
        aria-label={`Plan of ${graph.name === '' ? 'this flow' : graph.name}: ${graph.nodes.length} nodes. Arrow keys go from step to step, with Control they move it, E goes to the edges, A adds, C connects, Enter opens the form.`}
        aria-activedescendant={active}
        onKeyDown={onKeyDown}
        onCopy={(event) => clip(event, false)}
        onCut={(event) => clip(event, true)}
        onPaste={(event) => {
          if (event.target !== event.currentTarget) return;
          event.preventDefault();
          void pasteText(event.clipboardData.getData('text/plain'));
        }}
        onPointerDownCapture={(event) => {
          if (!(event.target instanceof Element) || event.target.closest('.react-flow') === null) return;
          press(event, {
            pane: event.currentTarget,
            drawing,
            layout,
            zoom: () => flow.getZoom(),
            toCanvas: (point) => flow.screenToFlowPosition(point),
            taken: view.moved,
          });
        }}
        onPointerMove={(event) => {
          // Nothing is picked out while the view is dragged.
          if (event.buttons === 0 || useConnecting.getState().from !== undefined) pointAt(crowd(event)?.id);
        }}
        onPointerLeave={() => pointAt(undefined)}
        onDragOver={(event) => {
          pointAt(crowd(event)?.id);
          overCanvas(event);
        }}
        onDragLeave={() => light(undefined)}
        onDrop={(event) => {
          const id = event.dataTransfer.getData(OPERATION_DRAG);
          if (id === '') return;
          event.preventDefault();
          event.stopPropagation();
          light(undefined);
          view.moved();
          void dropOperation(id, targetAt(event), flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
        }}
      >
        <Arrow />
        <FlowCanvas elements={elements} events={events} shownRef={shown} />
      </div>
      {elements.nodes.length > 40 ? <Minimap layout={layout} taken={view.moved} /> : null}
      {note === undefined ? null : (
        <div className="plan-note" role="status">
          {note}
        </div>
      )}
      {children}
      <TraceNote />
      <GestureOverlay />
      <Popup back={focus} />
    </div>
  );
}

/** Whether a part of a card was hit. */
function hit(event: { target: EventTarget }, selector: string): boolean {
  return event.target instanceof Element && event.target.closest(selector) !== null;
}

function clear(): void {
  usePlanSelection.setState({ nodes: new Set(), edge: undefined });
}

function Arrow() {
  return (
    <svg className="plan-defs" aria-hidden>
      <defs>
        <marker
          id="plan-arrow"
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path d="M0,0 L10,5 L0,10 z" />
        </marker>
      </defs>
    </svg>
  );
}

/** What an operation that is dropped here would go to: an edge, a node, or nothing. */
function targetAt(event: DragEvent): Target {
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const edge = under?.closest('[data-edge]');
  if (edge?.getAttribute('data-order') === 'false') return { edge: edge.getAttribute('data-edge')! };
  const node = under?.closest('[data-node]')?.getAttribute('data-node');
  return node === null || node === undefined || node.startsWith('output:') ? undefined : { nodes: [node] };
}

let lit: Element | undefined;

function light(element: Element | undefined): void {
  if (element === lit) return;
  lit?.removeAttribute('data-over');
  element?.setAttribute('data-over', 'true');
  lit = element;
}

function overCanvas(event: DragEvent): void {
  if (!event.dataTransfer.types.includes(OPERATION_DRAG)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  const under = document.elementFromPoint(event.clientX, event.clientY);
  light(under?.closest('[data-edge]') ?? under?.closest('[data-node]') ?? undefined);
}

async function dropOperation(id: string, target: Target, place: { x: number; y: number }): Promise<void> {
  const categories = await readPalette();
  const item = categories.flatMap((category) => category.items).find((one) => one.id === id);
  if (item === undefined) return;
  if (target !== undefined) await add(item, target);
  else await add(item, undefined, place);
}
