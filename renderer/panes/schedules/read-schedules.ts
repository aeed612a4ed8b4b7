/** What a flow's own annotations ask for, as far as they are right. */
import { check } from '../../../node-core/flow/plan/check.ts';
import type { PlanSchedule } from '../../../node-core/flow/plan/graph.ts';

export function readSchedulesOf(source: string): readonly PlanSchedule[] {
  return check(source).draft.schedules ?? [];
}
