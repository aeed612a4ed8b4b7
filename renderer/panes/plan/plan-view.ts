/** What the cards of the plan say, outside of React Flow's node list: a run changes cards, never the list. */
import { create } from 'zustand';
import type { PlanGraph, PlanNode } from '../../../node-core/flow/plan/graph.ts';
import type { RunRecord, StepRecord } from '../../../node-core/runs/schema.ts';

interface PlanView {
  source: string;
  /** Steps of the shown run by node id; empty before a run. */
  steps: ReadonlyMap<string, StepRecord>;
  /** Values of inputs: of the run when there is one, else of the form. */
  inputs: Readonly<Record<string, unknown>>;
  /** The run that `steps` are of. */
  runId: string | undefined;
  /** True when the text has changed since the run. */
  stale: boolean;
}

export const usePlanView = create<PlanView>()(() => ({
  source: '',
  steps: new Map(),
  inputs: {},
  runId: undefined,
  stale: false,
}));

export function showPlan(
  graph: PlanGraph | undefined,
  source: string,
  run: RunRecord | undefined,
  inputs: Record<string, unknown>,
): void {
  usePlanView.setState({
    source,
    steps: new Map(run?.steps.map((step) => [step.id, step])),
    inputs: run === undefined ? inputs : { ...inputs, ...run.inputs },
    runId: run?.id,
    stale: run !== undefined && graph !== undefined && run.planHash !== graph.hash,
  });
}

/** The record of a node; outputs are steps of a run as well. */
export function stepOf(view: PlanView, node: PlanNode): StepRecord | undefined {
  return view.steps.get(node.id);
}
