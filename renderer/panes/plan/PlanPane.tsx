/**
 * The plan of the active document as a graph: cards for steps, pills for inputs and outputs. It follows the cursor and
 * leads to the source; during a run it shows what each step does. While the text is broken the last good plan stays.
 */
import {
  Background,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type EdgeTypes,
  type NodeTypes,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { Maximize, TriangleAlert, Workflow, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import { revealRange } from '../../state/cursor.ts';
import { useActiveDocument } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { useLayout as useWorkbenchLayout } from '../../state/layout.ts';
import { rerun, useDocumentRun } from '../../state/run.ts';
import { selectNode, useSelection } from '../../state/selection.ts';
import { EmptyState, ErrorState, IconButton, openMenu, Skeleton, type MenuItem } from '../../ui/index.ts';
import { edgeId, type Layout, neighbour } from './elk-graph.ts';
import './plan.css';
import { PlanEdge, type PlanFlowEdge } from './PlanEdge.tsx';
import { elementId, InputPill, OutputPill, type PlanFlowNode, StepCard } from './PlanNodes.tsx';
import { showPlan } from './plan-view.ts';
import { usePlanLayout } from './use-plan-layout.ts';

/** Names of our own: React Flow dresses its built-in `input` and `output`. */
const KINDS = { step: 'plan-step', input: 'plan-input', output: 'plan-output' } as const;
const NODE_TYPES: NodeTypes = { 'plan-step': StepCard, 'plan-input': InputPill, 'plan-output': OutputPill };
const EDGE_TYPES: EdgeTypes = { plan: PlanEdge };
const FIT = { padding: 0.08, maxZoom: 1, minZoom: 0.3 } as const;

/** The last graph of each open document that could be made, for the time in which the text is broken. */
const lastGood = new Map<string, { graph: PlanGraph; source: string }>();

export function PlanPane() {
  const document = useActiveDocument();
  const documentId = document?.id;
  const language = useLanguage();
  const run = useDocumentRun(documentId);
  const own = language.documentId === documentId;
  if (own && documentId !== undefined && language.graph !== undefined) {
    const known = lastGood.get(documentId);
    if (known?.graph !== language.graph) lastGood.set(documentId, { graph: language.graph, source: language.source });
  }
  const shown = documentId === undefined ? undefined : lastGood.get(documentId);
  const broken = own && !language.pending && language.graph === undefined;
  const mistake = broken ? language.diagnostics.find((item) => item.severity === 'error') : undefined;
  /** The graph of an unfinished text leaves out what could not be read. */
  const unread = own && language.diagnostics.some((item) => item.severity === 'error' && item.code.startsWith('FLOW1'));
  const inputs = document?.inputs;

  const { graph: good, source } = shown ?? { graph: undefined, source: '' };
  useEffect(() => showPlan(source, run, inputs ?? {}), [source, run, inputs]);
  const drawn = usePlanLayout(good);

  if (document === undefined) {
    return (
      <EmptyState icon={<Workflow />} title="No plan is open">
        Open a flow, and its steps appear here as a graph.
      </EmptyState>
    );
  }
  if (shown === undefined) {
    if (!own || language.pending) return <Skeleton label="Reading the plan" />;
    return (
      <EmptyState
        icon={<TriangleAlert />}
        title="The text is not a plan yet"
        {...(mistake === undefined
          ? {}
          : {
              action: (
                <button type="button" className="ui-button" onClick={() => revealRange(mistake.range, { focus: true })}>
                  Go to the first problem
                </button>
              ),
            })}
      >
        {mistake?.message ?? 'The graph appears as soon as the text can be read.'}
      </EmptyState>
    );
  }
  if (shown.graph.nodes.length === 0) {
    return (
      <EmptyState icon={<Workflow />} title="This plan has no steps yet">
        Write STEP load = LOAD CSV FROM data, and the first card appears.
      </EmptyState>
    );
  }
  if (drawn.layout === undefined || drawn.graph === undefined) {
    return drawn.error === undefined ? <Skeleton label="Laying out the plan" /> : <ErrorState problem={drawn.error} />;
  }
  return (
    <ReactFlowProvider>
      <Graph
        key={document.id}
        graph={drawn.graph}
        layout={drawn.layout}
        runId={run?.id}
        note={
          broken
            ? 'The text has a mistake: this is the last plan that could be read.'
            : unread
              ? 'The text has a mistake: this is what could be read of it.'
              : drawn.busy
                ? 'Laying out…'
                : undefined
        }
      />
    </ReactFlowProvider>
  );
}

interface GraphProps {
  graph: PlanGraph;
  layout: Layout;
  runId: string | undefined;
  note: string | undefined;
}

function Graph({ graph, layout, runId, note }: GraphProps) {
  const flow = useReactFlow<PlanFlowNode, PlanFlowEdge>();
  const pane = useRef<HTMLDivElement>(null);
  /** Once the person has moved the view, it stays where they put it. */
  const moved = useRef(false);
  const [ready, setReady] = useState(false);
  const nodeId = useSelection((selection) => selection.nodeId);
  const inGraph = nodeId !== undefined && layout.nodes.has(nodeId) ? nodeId : undefined;
  const { nodes, edges } = useMemo(() => elements(graph, layout), [graph, layout]);

  const fit = useCallback(() => {
    moved.current = false;
    void flow.fitView(FIT);
  }, [flow]);

  useEffect(() => {
    if (!ready || pane.current === null) return;
    const refit = () => {
      if (!moved.current) void flow.fitView(FIT);
    };
    refit();
    const observer = new ResizeObserver(refit);
    observer.observe(pane.current);
    return () => observer.disconnect();
  }, [flow, layout, ready]);

  /** Brings a card into view when it is outside, and leaves the view alone when it is not. */
  const bringIntoView = useCallback(
    (id: string) => {
      const box = layout.nodes.get(id);
      const frame = pane.current?.getBoundingClientRect();
      if (box === undefined || frame === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const left = box.x * zoom + x;
      const top = box.y * zoom + y;
      const outside =
        left < 0 || top < 0 || left + box.width * zoom > frame.width || top + box.height * zoom > frame.height;
      if (outside)
        void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
          zoom: Math.max(zoom, 0.6),
          duration: 120,
        });
    },
    [flow, layout],
  );

  // The cursor in the text moves through steps: what it stands in should be seen here.
  useEffect(() => {
    if (ready && inGraph !== undefined && moved.current) bringIntoView(inGraph);
  }, [ready, inGraph, bringIntoView]);

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const arrows: Record<string, 'up' | 'down' | 'left' | 'right'> = {
      ArrowUp: 'up',
      ArrowDown: 'down',
      ArrowLeft: 'left',
      ArrowRight: 'right',
    };
    const direction = arrows[event.key];
    let target: string | undefined;
    if (direction !== undefined)
      target = inGraph === undefined ? graph.nodes[0]?.id : neighbour(layout, inGraph, direction);
    else if (event.key === 'Home') target = graph.nodes[0]?.id;
    else if (event.key === 'End') target = graph.nodes.at(-1)?.id;
    else if (event.key === 'Enter' && inGraph !== undefined) selectNode(inGraph, { focus: true });
    else if (event.key === ' ' && inGraph !== undefined) useWorkbenchLayout.getState().showBottom('results');
    else if (event.key === '+' || event.key === '=') void flow.zoomIn();
    else if (event.key === '-') void flow.zoomOut();
    else if (event.key === '0') fit();
    else if (event.key === 'ContextMenu' && inGraph !== undefined) {
      const card = globalThis.document.getElementById(elementId(inGraph));
      if (card !== null) openMenu(card, menuOf(inGraph, runId, graph));
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (target !== undefined) {
      selectNode(target);
      moved.current = true;
      bringIntoView(target);
    }
  };

  return (
    <div
      ref={pane}
      className="plan-pane"
      role="listbox"
      tabIndex={0}
      aria-label={`Plan of ${graph.name === '' ? 'this flow' : graph.name}: ${graph.nodes.length} nodes. Arrow keys go from step to step, Enter goes to the source.`}
      aria-activedescendant={inGraph === undefined ? undefined : elementId(inGraph)}
      onKeyDown={onKeyDown}
    >
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
      <ReactFlow<PlanFlowNode, PlanFlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        minZoom={0.04}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        // The graph listens to the whole window for these, and would swallow the space that is typed into the editor.
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        deleteKeyCode={null}
        onlyRenderVisibleElements
        zoomOnDoubleClick={false}
        onInit={() => setReady(true)}
        onMove={(_event, viewport) => {
          // Far away the second line cannot be read: leaving it out keeps large graphs fluid.
          pane.current?.setAttribute('data-far', viewport.zoom < 0.42 ? 'true' : 'false');
        }}
        onMoveStart={(event) => {
          if (event !== null) moved.current = true;
        }}
        onNodeClick={(_event, node) => {
          selectNode(node.id);
          pane.current?.focus({ preventScroll: true });
        }}
        onNodeDoubleClick={(_event, node) => {
          selectNode(node.id);
          useWorkbenchLayout.getState().showBottom('results');
        }}
        onNodeContextMenu={(event: MouseEvent, node) => {
          event.preventDefault();
          selectNode(node.id);
          openMenu(event, menuOf(node.id, runId, graph));
        }}
      >
        <Background gap={24} size={1.4} color="var(--hairline)" />
        {nodes.length > 40 ? (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Overview of the plan"
            nodeColor="var(--text-3)"
            maskColor="color-mix(in srgb, var(--panel) 70%, transparent)"
            bgColor="var(--raised)"
          />
        ) : null}
      </ReactFlow>
      <div className="plan-tools">
        <IconButton label="Zoom out" shortcut="-" onClick={() => void flow.zoomOut()}>
          <ZoomOut />
        </IconButton>
        <IconButton label="Zoom in" shortcut="+" onClick={() => void flow.zoomIn()}>
          <ZoomIn />
        </IconButton>
        <IconButton label="Show the whole plan" shortcut="0" onClick={fit}>
          <Maximize />
        </IconButton>
      </div>
      {note === undefined ? null : (
        <div className="plan-note" role="status">
          {note}
        </div>
      )}
    </div>
  );
}

function elements(graph: PlanGraph, layout: Layout): { nodes: PlanFlowNode[]; edges: PlanFlowEdge[] } {
  const nodes: PlanFlowNode[] = [];
  for (const node of graph.nodes) {
    const box = layout.nodes.get(node.id);
    if (box === undefined) continue;
    const { x, y, width, height } = box;
    nodes.push({
      id: node.id,
      type: KINDS[node.kind],
      position: { x, y },
      width,
      height,
      measured: { width, height },
      data: { node },
    } as PlanFlowNode);
  }
  const edges: PlanFlowEdge[] = [];
  for (const edge of graph.edges) {
    const line = layout.edges.get(edgeId(edge));
    if (line === undefined) continue;
    edges.push({
      id: edgeId(edge),
      type: 'plan',
      source: edge.from,
      target: edge.to,
      data: { ...line, order: edge.kind === 'order' },
    });
  }
  return { nodes, edges };
}

function menuOf(nodeId: string, runId: string | undefined, graph: PlanGraph): MenuItem[] {
  const node = graph.nodes.find((item) => item.id === nodeId);
  return [
    { label: 'Go to source', shortcut: 'Enter', run: () => selectNode(nodeId, { focus: true }) },
    {
      label: 'Show result',
      shortcut: 'Space',
      disabled: runId === undefined,
      run: () => useWorkbenchLayout.getState().showBottom('results'),
    },
    {
      label: 'Run again from here',
      disabled: runId === undefined || node?.kind !== 'step',
      run: () => {
        const documentId = useLanguage.getState().documentId;
        if (runId !== undefined)
          void rerun(runId, { fromStep: nodeId, ...(documentId === undefined ? {} : { documentId }) });
      },
    },
  ];
}
