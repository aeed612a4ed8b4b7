/** Compares two plans by their structure, away from the window. */
import { check } from '../../node-core/flow/plan/check.ts';
import { diffPlans } from '../../node-core/flow/diff/diff.ts';
import type { PlanDifference } from '../../node-core/flow/diff/difference.ts';
import { mergeGraphs, type MergedGraph } from '../panes/diff/merge.ts';

export interface DiffRequest {
  id: number;
  before: string;
  after: string;
}
export interface DiffAnswer {
  id: number;
  difference: PlanDifference;
  merged: MergedGraph;
}

addEventListener('message', ({ data }: MessageEvent<DiffRequest>) => {
  const { id, before, after } = data;
  const difference = diffPlans(before, after);
  const answer: DiffAnswer = {
    id,
    difference,
    merged: mergeGraphs(check(before).draft, check(after).draft, difference),
  };
  postMessage(answer);
});
