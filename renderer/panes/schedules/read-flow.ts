/** What a flow asks for: when it is to be run, by its own annotations, and its inputs; as far as they are right. */
import { check } from '../../../node-core/flow/plan/check.ts';
import type { InputNode, PlanSchedule } from '../../../node-core/flow/plan/graph.ts';

export function readFlow(source: string): { asked: readonly PlanSchedule[]; inputs: readonly InputNode[] } {
  const { draft } = check(source);
  return {
    asked: draft.schedules ?? [],
    inputs: draft.nodes.filter((node): node is InputNode => node.kind === 'input'),
  };
}
