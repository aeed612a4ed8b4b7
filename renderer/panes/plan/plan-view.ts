/** What the cards of the plan say, outside of React Flow's node list: a run changes cards, never the list. */
import { create } from 'zustand';
import type { RunRecord, StepRecord } from '../../../node-core/runs/schema.ts';

interface PlanView {
  source: string;
  /** Steps of the shown run by node id; empty before a run. */
  steps: ReadonlyMap<string, StepRecord>;
  /** Values of inputs: of the run when there is one, else of the form. */
  inputs: Readonly<Record<string, unknown>>;
}

export const usePlanView = create<PlanView>()(() => ({
  source: '',
  steps: new Map(),
  inputs: {},
}));

export function showPlan(source: string, run: RunRecord | undefined, inputs: Record<string, unknown>): void {
  usePlanView.setState({
    source,
    steps: new Map(run?.steps.map((step) => [step.id, step])),
    inputs: run === undefined ? inputs : { ...inputs, ...run.inputs },
  });
}
