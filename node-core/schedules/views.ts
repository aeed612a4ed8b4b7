/** Rows as the wire sees them. */
import type { ProblemDocument } from '../errors/problem.ts';
import { localText } from '../flow/schedule/zones.ts';
import type { Trigger } from '../flow/schedule/trigger.ts';
import { triggerWords } from '../flow/schedule/words.ts';
import type { FiringRow, ScheduleRow, ScheduleStore } from './records.ts';
import type { CatchUp, Firing, FiringState, NotifyRule, OverlapRule, Schedule } from './schema.ts';

/** What set a firing off, as it is stored. */
export type Cause =
  | { kind: 'time' }
  | { kind: 'file'; path: string }
  | { kind: 'event'; seq: number; event: string }
  | { kind: 'hand'; actor: string };

export function firingOf(row: FiringRow, zone: string): Firing {
  return {
    id: row.id,
    schedule: row.schedule,
    state: row.state === 'started' ? 'running' : (row.state as FiringState),
    cause: causeWords(JSON.parse(row.cause) as Cause, row, zone),
    due: new Date(row.due).toISOString(),
    at: row.at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.run === null || row.state === 'waiting' ? {} : { run: row.run }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.count === 1 ? {} : { count: row.count }),
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as ProblemDocument }),
  };
}

function causeWords(cause: Cause, row: FiringRow, zone: string): string {
  switch (cause.kind) {
    case 'time':
      return `due at ${localText(row.due, zone)}`;
    case 'file':
      return `${cause.path} changed`;
    case 'event':
      return `${cause.event}, ledger entry ${cause.seq}`;
    case 'hand':
      return `started by hand (${cause.actor})`;
  }
}

export function scheduleOf(row: ScheduleRow, store: ScheduleStore, trouble: string | undefined): Schedule {
  const open = store.open(row.id);
  const [last] = store.firings(row.id, '~', 1);
  const trigger = JSON.parse(row.trigger_json) as Trigger;
  return {
    id: row.id,
    name: row.name,
    flow: row.flow,
    trigger,
    words: triggerWords(trigger),
    zone: row.zone,
    inputs: JSON.parse(row.inputs) as Record<string, unknown>,
    ...(row.path === null ? {} : { path: row.path }),
    ...(row.version === null ? {} : { version: row.version }),
    ...(row.origin === null ? {} : { origin: row.origin }),
    overlap: row.overlap as OverlapRule,
    parallel: row.parallel,
    catchUp: JSON.parse(row.catch_up) as CatchUp,
    notify: row.notify as NotifyRule,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    ...(row.enabled === 1 && row.next_at !== null ? { next: new Date(row.next_at).toISOString() } : {}),
    running: open.filter((one) => one.state === 'started').map((one) => one.run!),
    waiting: open.filter((one) => one.state === 'waiting').length,
    ...(last === undefined ? {} : { last: firingOf(last, row.zone) }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}
