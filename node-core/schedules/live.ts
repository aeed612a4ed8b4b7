/** A schedule as the node holds it while it runs. */
import { type DueTimes, dueTimes } from '../flow/schedule/times.ts';
import { isTimed, type Trigger } from '../flow/schedule/trigger.ts';
import type { Project } from '../projects/project.ts';
import type { FileWatch } from './files.ts';
import type { ScheduleRow } from './records.ts';

export interface Live {
  project: Project;
  row: ScheduleRow;
  trigger: Trigger;
  /** Of a timed one. */
  due: DueTimes | undefined;
  /** Its next due time, ahead of the stored one while that is being written. */
  next: number | undefined;
  /** After a failed write: not tried again before, in milliseconds since 1970. */
  holdUntil: number;
  watch: FileWatch | undefined;
  /** What keeps it from working. */
  trouble: string | undefined;
  /** It was changed or removed: what is still under way for it leaves it alone. */
  ended: boolean;
}

export function liveOf(project: Project, row: ScheduleRow): Live {
  const trigger = JSON.parse(row.trigger_json) as Trigger;
  return {
    project,
    row,
    trigger,
    due: isTimed(trigger) ? dueTimes(trigger, row.zone, row.anchor) : undefined,
    next: row.enabled === 1 && row.next_at !== null ? row.next_at : undefined,
    holdUntil: 0,
    watch: undefined,
    trouble: undefined,
    ended: false,
  };
}
