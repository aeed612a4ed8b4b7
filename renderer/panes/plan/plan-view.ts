/** What cards and edges say, outside of React Flow's lists: a run, a mistake or a trace changes cards, never the lists. */
import { create } from 'zustand';
import type { RunRecord, StepRecord } from '../../../node-core/runs/schema.ts';
import type { Diagnostic } from '../../../node-core/flow/syntax/ast.ts';
import { type SlowestPath, timeShares } from './timing.ts';

interface PlanView {
  source: string;
  /** Steps of the shown run by node id; empty before a run. */
  steps: ReadonlyMap<string, StepRecord>;
  /** Each step's share of the time of the run, 0 to 1. */
  shares: ReadonlyMap<string, number>;
  /** Values of inputs: of the run when there is one, else of the form. */
  inputs: Readonly<Record<string, unknown>>;
  /** The worst mistake of each node. */
  mistakes: ReadonlyMap<string, Diagnostic>;
  /** Marked while it is asked for. */
  slowest: SlowestPath | undefined;
}

export const usePlanView = create<PlanView>()(() => ({
  source: '',
  steps: new Map(),
  shares: new Map(),
  inputs: {},
  mistakes: new Map(),
  slowest: undefined,
}));

export function showPlan(source: string, run: RunRecord | undefined, inputs: Record<string, unknown>): void {
  usePlanView.setState({
    source,
    steps: new Map(run?.steps.map((step) => [step.id, step])),
    shares: timeShares(run?.steps ?? []),
    inputs: run === undefined ? inputs : { ...inputs, ...run.inputs },
  });
}
