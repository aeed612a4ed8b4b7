/** React Flow with our nodes and edges. It is drawn anew only when the lists change; everything else the cards hear themselves. */
import { Background, type EdgeTypes, MiniMap, type NodeTypes, ReactFlow, type ReactFlowProps } from '@xyflow/react';
import { memo } from 'react';
import type { Elements, PlanFlowNode } from './elements.ts';
import { GroupCard, GroupFrame } from './Groups.tsx';
import { InputPill, OutputPill } from './Pills.tsx';
import { PlanEdge, type PlanFlowEdge } from './PlanEdge.tsx';
import { StepCard } from './StepCard.tsx';

const NODE_TYPES: NodeTypes = {
  'plan-step': StepCard,
  'plan-input': InputPill,
  'plan-output': OutputPill,
  'plan-group': GroupCard,
  'plan-frame': GroupFrame,
};
const EDGE_TYPES: EdgeTypes = { plan: PlanEdge };

export type CanvasEvents = Pick<
  ReactFlowProps<PlanFlowNode, PlanFlowEdge>,
  | 'onInit'
  | 'onMove'
  | 'onMoveStart'
  | 'onNodeClick'
  | 'onNodeDoubleClick'
  | 'onNodeContextMenu'
  | 'onEdgeClick'
  | 'onEdgeContextMenu'
  | 'onPaneClick'
  | 'onPaneContextMenu'
>;

export const FlowCanvas = memo(function FlowCanvas({ elements, events }: { elements: Elements; events: CanvasEvents }) {
  return (
    <ReactFlow<PlanFlowNode, PlanFlowEdge>
      // The list around it says what this is; an application in it would hide its options.
      ref={(element) => element?.setAttribute('role', 'presentation')}
      nodes={elements.nodes}
      edges={elements.edges}
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
      {...events}
    >
      <Background gap={24} size={1.4} color="var(--hairline)" />
      {elements.nodes.length > 40 ? (
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
  );
});
