/** React Flow with our nodes and edges. It is drawn anew only when the lists change; everything else the cards hear themselves. */
import { Background, type NodeTypes, ReactFlow, type ReactFlowProps } from '@xyflow/react';
import { memo, type RefObject, useLayoutEffect, useMemo } from 'react';
import { Backdrop } from './Backdrop.tsx';
import { type EdgeEvents, Edges } from './Edges.tsx';
import type { Elements, PlanFlowNode } from './elements.ts';
import { GroupCard, GroupFrame } from './Groups.tsx';
import { InputPill, OutputPill } from './Pills.tsx';
import type { Shown } from './shown.ts';
import { StepCard } from './StepCard.tsx';
import { useShown } from './use-shown.ts';
import { FURTHEST } from './use-viewport.ts';

const NODE_TYPES: NodeTypes = {
  'plan-step': StepCard,
  'plan-input': InputPill,
  'plan-output': OutputPill,
  'plan-group': GroupCard,
  'plan-frame': GroupFrame,
};
const NO_EDGES: never[] = [];

export type CanvasEvents = EdgeEvents &
  Pick<
    ReactFlowProps<PlanFlowNode>,
    | 'onInit'
    | 'onMoveStart'
    | 'onNodeClick'
    | 'onNodeDoubleClick'
    | 'onNodeContextMenu'
    | 'onPaneClick'
    | 'onPaneContextMenu'
  >;

export const FlowCanvas = memo(function FlowCanvas({
  elements,
  events: { onEdgeClick, onEdgeContextMenu, ...events },
  shownRef,
}: {
  elements: Elements;
  events: CanvasEvents;
  /** Holds what is an element now, for the pointer. */
  shownRef: RefObject<Shown>;
}) {
  const shown = useShown(elements);
  useLayoutEffect(() => {
    shownRef.current = shown;
  }, [shown, shownRef]);
  const nodes = useMemo(
    () => [
      ...elements.frames.map(({ flow }) => flow),
      ...elements.nodes.filter(({ id }) => shown.nodes.has(id)).map(({ flow }) => flow),
    ],
    [elements, shown.nodes],
  );
  const edges = useMemo(() => elements.edges.filter(({ id }) => shown.edges.has(id)), [elements, shown.edges]);
  return (
    <ReactFlow<PlanFlowNode>
      // The list around it says what this is; an application in it would hide its options.
      ref={(element) => element?.setAttribute('role', 'presentation')}
      nodes={nodes}
      edges={NO_EDGES}
      nodeTypes={NODE_TYPES}
      minZoom={FURTHEST}
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
      zoomOnDoubleClick={false}
      {...events}
    >
      <Background gap={24} size={1.4} color="var(--hairline)" />
      <Backdrop elements={elements} shown={shown} />
      <Edges edges={edges} events={{ onEdgeClick, onEdgeContextMenu }} />
    </ReactFlow>
  );
});
