/** Which ledger entries set off a schedule: everything that happens in a project is there, in order, and stays. */
import type { Static } from 'typebox';
import type { EventTrigger } from '../flow/schedule/trigger.ts';
import { NAMED_EVENTS } from '../flow/schedule/trigger.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import type { Project } from '../projects/project.ts';
import { openRunStore } from '../runs/records.ts';
import { scheduleStore } from './records.ts';

type Event = Static<typeof EventTrigger>;

/** Chains of schedules that set one another off end here. */
export const DEEPEST = 8;

/** Whether an entry of that kind can be what the trigger waits for. */
export function isKind(trigger: Event, kind: string): boolean {
  const named = NAMED_EVENTS[trigger.event];
  if (named !== undefined) return named.kinds.includes(kind);
  return trigger.event.endsWith('.') ? kind.startsWith(trigger.event) : kind === trigger.event;
}

/** The entries after `after`, up to and with `upTo`, whose kind `wanted` takes; oldest first. */
export function entriesBetween(
  project: Project,
  after: number,
  upTo: number,
  wanted: (kind: string) => boolean,
): LedgerEntry[] {
  const found: LedgerEntry[] = [];
  const kinds = project.db.prepare<[number, number], { seq: number; kind: string }>(
    'SELECT seq, kind FROM ledger_entries WHERE seq > ? AND seq <= ? ORDER BY seq',
  );
  const BATCH = 10_000;
  const leaf = project.db.prepare<[number], string>('SELECT leaf FROM ledger_entries WHERE seq = ?').pluck();
  for (let from = after; from < upTo; from += BATCH)
    for (const { seq, kind } of kinds.all(from, Math.min(upTo, from + BATCH)))
      if (wanted(kind)) found.push(JSON.parse(leaf.get(seq)!) as LedgerEntry);
  return found;
}

export function entryAtSeq(project: Project, seq: number): LedgerEntry | undefined {
  const leaf = project.db.prepare<[number], string>('SELECT leaf FROM ledger_entries WHERE seq = ?').pluck().get(seq);
  return leaf === undefined ? undefined : (JSON.parse(leaf) as LedgerEntry);
}

/**
 * Whether the entry sets the schedule off, and how many firings led to it. Undefined when it does not: it is about something
 * else, or the schedule's own run wrote it.
 */
export function setsOff(
  project: Project,
  schedule: string,
  trigger: Event,
  entry: LedgerEntry,
): { depth: number } | undefined {
  if (!isKind(trigger, entry.kind)) return undefined;
  const named = NAMED_EVENTS[trigger.event];
  const runs = openRunStore(project.db);
  const runId = runOf(entry);
  const run = runId === undefined ? undefined : runs.run(runId);
  if (named?.of === 'flow') {
    // Flows that are called by another are steps of it.
    if (run === undefined || run.parent !== null) return undefined;
    if (trigger.of !== undefined && run.name !== trigger.of) return undefined;
  }
  if (named?.of === 'table' && trigger.of !== undefined && entry.payload['table'] !== trigger.of) return undefined;
  let top = run;
  while (top !== undefined && top.parent !== null) top = runs.run(top.parent);
  const firing = top === undefined ? undefined : scheduleStore(project.db).firingOfRun(top.id);
  if (firing === undefined) return { depth: 1 };
  return firing.schedule === schedule ? undefined : { depth: firing.depth + 1 };
}

/** The run that wrote the entry or that it is about. */
function runOf(entry: LedgerEntry): string | undefined {
  const about = entry.payload['run'];
  if (typeof about === 'string') return about;
  return /^run:([^/]+)\//.exec(entry.actor)?.[1];
}
