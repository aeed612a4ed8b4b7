/**
 * The plan of the active document as a graph that can be looked at and changed: cards for steps, pills for inputs and
 * outputs, a list of operations, the form of what is selected. Graph and text are one document: every change here is a
 * small edit of the text, and what is typed in the text is drawn here.
 */
import { ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { TriangleAlert, Workflow } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { revealRange } from '../../state/cursor.ts';
import { useActiveDocument } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { useLayout } from '../../state/layout.ts';
import { isProgramDocument } from '../../state/program.ts';
import { useDocumentRun } from '../../state/run.ts';
import { Button, EmptyState, ErrorState, Skeleton } from '../../ui/index.ts';
import { drawingOf } from './drawing.ts';
import { EmptyPlan } from './EmptyPlan.tsx';
import { StepForm } from './form/StepForm.tsx';
import { Graph } from './Graph.tsx';
import { PaletteList } from './PaletteList.tsx';
import './plan.css';
import { collapsedOf, usePlanUi } from './plan-ui.ts';
import { usePlanSelection } from './plan-selection.ts';
import { showPlan, usePlanView } from './plan-view.ts';
import { slowestPath } from './timing.ts';
import { usePlanLayout } from './use-plan-layout.ts';
import { useShownPlan } from './use-shown-plan.ts';
import { useTraceFollower } from './use-trace.ts';

export function PlanPane() {
  const document = useActiveDocument();
  const documentId = document?.id;
  const run = useDocumentRun(documentId);
  const { shown, broken, pending, mistake } = useShownPlan(documentId);
  const inputs = document?.inputs;
  const { graph, source } = shown ?? { graph: undefined, source: '' };
  useEffect(() => showPlan(source, run, inputs ?? {}), [source, run, inputs]);
  useTraceFollower(documentId, graph);

  const collapsed = usePlanUi((ui) => collapsedOf(ui, documentId));
  const drawing = useMemo(
    () => (graph === undefined ? undefined : drawingOf(graph, new Set(collapsed))),
    [graph, collapsed],
  );
  const drawn = usePlanLayout(documentId, drawing);
  useSlowestPath(drawn.drawing);
  const canvas = useRef<HTMLDivElement>(null);

  if (document === undefined) {
    return (
      <EmptyState icon={<Workflow />} title="No plan is open">
        Open a flow, and its steps appear here as a graph.
      </EmptyState>
    );
  }
  if (isProgramDocument(document)) {
    return (
      <EmptyState
        icon={<Workflow />}
        title={`${document.name} has no plan`}
        action={<Button onClick={() => useLayout.getState().showDocked('execute')}>Call one of its functions</Button>}
      >
        It is a program: its functions are called. Steps and their graph belong to plans.
      </EmptyState>
    );
  }
  if (graph === undefined) {
    if (pending) return <Skeleton label="Reading the plan" />;
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
  if (drawn.layout === undefined || drawn.drawing === undefined) {
    return drawn.error === undefined ? <Skeleton label="Laying out the plan" /> : <ErrorState problem={drawn.error} />;
  }
  const back = (): void => canvas.current?.focus({ preventScroll: true });
  return (
    <div className="plan-pane">
      <div className="plan-parts">
        <PalettePanel back={back} />
        <ReactFlowProvider key={document.id}>
          <Graph
            graph={graph}
            drawing={drawn.drawing}
            layout={drawn.layout}
            ran={run !== undefined}
            paneRef={canvas}
            note={
              broken
                ? 'The text has a mistake: this is the last plan that could be read.'
                : drawn.busy
                  ? 'Laying out…'
                  : undefined
            }
          >
            {graph.nodes.length === 0 ? <EmptyPlan /> : null}
          </Graph>
        </ReactFlowProvider>
        <FormPanel documentId={document.id} back={back} />
      </div>
    </div>
  );
}

function PalettePanel({ back }: { back: () => void }) {
  const open = usePlanUi((ui) => ui.palette);
  if (!open) return null;
  return (
    <PaletteList
      back={back}
      onClose={() => {
        usePlanUi.getState().set({ palette: false });
        back();
      }}
    />
  );
}

function FormPanel({ documentId, back }: { documentId: string; back: () => void }) {
  const open = usePlanUi((ui) => ui.form);
  const nodeId = usePlanSelection((selection) => [...selection.nodes].at(-1));
  const graph = useLanguage((language) => (language.documentId === documentId ? language.graph : undefined));
  const node = useMemo(() => graph?.nodes.find((item) => item.id === nodeId), [graph, nodeId]);
  const last = useRef<typeof node>(undefined);
  if (node !== undefined) last.current = node;
  if (!open) return null;
  // While a new name travels through the text, the form stays the one that it was.
  const shown = node ?? (graph === undefined || nodeId === undefined ? undefined : last.current);
  const close = (): void => {
    usePlanUi.getState().set({ form: false });
    back();
  };
  if (shown === undefined)
    return (
      <section className="plan-form" aria-label="Form">
        <p className="plan-quiet">Select a step to change it here.</p>
      </section>
    );
  return <StepForm documentId={documentId} node={shown} onClose={close} back={back} />;
}

/** Keeps the marked path true while it is asked for: by the time of the run when there is one, else by estimated cost. */
function useSlowestPath(drawing: ReturnType<typeof drawingOf> | undefined): void {
  const wanted = usePlanUi((ui) => ui.slowest);
  const steps = usePlanView((view) => view.steps);
  useEffect(() => {
    if (!wanted || drawing === undefined) {
      if (usePlanView.getState().slowest !== undefined) usePlanView.setState({ slowest: undefined });
      return;
    }
    const costs = new Map(
      useLanguage.getState().graph?.nodes.map((node) => [node.id, node.kind === 'step' ? node.cost : 0]),
    );
    const weigh = (id: string): number => (steps.size === 0 ? (costs.get(id) ?? 0) : (steps.get(id)?.ms ?? 0));
    const slowest = slowestPath(drawing.nodes, drawing.edges, (node) =>
      node.kind === 'group' ? node.members.reduce((sum, id) => sum + weigh(id), 0) : weigh(node.id),
    );
    usePlanView.setState({ slowest });
  }, [wanted, drawing, steps]);
}
