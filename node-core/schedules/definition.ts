/** What somebody asks a schedule to be, checked before anything is kept; and what a firing gives to its flow. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { parseDuration } from '../flow/plan/annotations.ts';
import type { InputNode, PlanGraph } from '../flow/plan/graph.ts';
import { inputFor } from '../flow/schedule/input.ts';
import { wrongTimes } from '../flow/schedule/times.ts';
import { isTimed, type Trigger, wrongEvent } from '../flow/schedule/trigger.ts';
import { ownZone, wrongZone } from '../flow/schedule/zones.ts';
import type { Project } from '../projects/project.ts';
import { readInputs } from '../runs/inputs.ts';
import { LOCAL } from '../runs/local-files.ts';
import type { Runs } from '../runs/service.ts';
import type { CatchUpRule } from './catch-up.ts';
import { nameMatcher } from './files.ts';
import type { ScheduleRow } from './records.ts';
import type { CatchUp, NotifyRule, OverlapRule } from './schema.ts';

export interface Definition {
  name?: string | undefined;
  /** FLOW text that is kept with the schedule; or `path`. */
  source?: string | undefined;
  /** A file whose text is read anew at each firing. */
  path?: string | undefined;
  origin?: string | undefined;
  trigger: Trigger;
  zone?: string | undefined;
  inputs?: Record<string, unknown> | undefined;
  overlap?: OverlapRule | undefined;
  parallel?: number | undefined;
  catchUp?: CatchUp | undefined;
  notify?: NotifyRule | undefined;
}

/** The person at this machine, and nobody else, names files of this machine. */
const LONGEST_SOURCE = 10_000_000;

/** Whether the node reads files of this machine for it: its flow, what it watches, or what it is given. */
export function readsFiles(definition: {
  path?: string | null | undefined;
  trigger: Trigger;
  inputs?: unknown;
}): boolean {
  return (
    typeof definition.path === 'string' || definition.trigger.kind === 'file' || namesFile(definition.inputs ?? {})
  );
}

function namesFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return '$file' in value || Object.values(value).some(namesFile);
}

/** Keys and flows do not make the node read files by a schedule, nor change one that does. */
export function onlyLocal(actor: string): void {
  if (actor === LOCAL) return;
  throw new Problem(
    'schedule-local',
    'Only the person at this machine may have a schedule read files of this machine.',
    {
      status: 403,
      hint: 'Upload the file as a blob, keep the flow as text, or make the schedule in the workbench of this machine.',
    },
  );
}

/** @throws Problem `schedule-trigger` (422) */
export function checkTrigger(trigger: Trigger, zone: string): void {
  const wrong =
    wrongZone(zone) ??
    (isTimed(trigger)
      ? wrongTimes(trigger)
      : trigger.kind === 'event'
        ? wrongEvent(trigger.event, trigger.of)
        : wrongPath(trigger.path, trigger.match));
  if (wrong !== undefined)
    throw new Problem('schedule-trigger', wrong, {
      status: 422,
      hint: 'For example every 1h, cron 0 7 * * MON-FRI, a whole path, or the event run.failed.',
    });
}

function wrongPath(path: string, match: string | undefined): string | undefined {
  if (!isAbsolute(path) || path.includes('\0')) return `${JSON.stringify(path)} is not a whole path.`;
  if (match !== undefined && /[\\/]/.test(match))
    return `${JSON.stringify(match)} matches names in the folder; it has no path in it.`;
  if (match !== undefined) nameMatcher(match);
  return undefined;
}

export function catchUpRule(rule: CatchUp): CatchUpRule {
  return { rule: rule.rule, most: rule.most ?? 10, grace: parseDuration(rule.grace ?? '1d') ?? 0 };
}

/** The definition with what was left out, and its flow's text, when all of it holds together. */
export async function checkDefinition(
  runs: Runs,
  project: Project,
  asked: Definition,
  actor: string,
): Promise<{
  fields: Omit<
    ScheduleRow,
    'id' | 'version' | 'made_of' | 'enabled' | 'created_at' | 'changed_at' | 'anchor' | 'next_at' | 'seen_seq'
  >;
  source: string;
  graph: PlanGraph;
}> {
  if (readsFiles(asked)) onlyLocal(actor);
  const zone = asked.zone ?? ownZone();
  checkTrigger(asked.trigger, zone);
  // Each file has something of its own to do; of times the latest is enough.
  const catchUp = asked.catchUp ?? (isTimed(asked.trigger) ? { rule: 'once' } : { rule: 'all', most: 100 });
  if (catchUp.grace !== undefined && parseDuration(catchUp.grace) === undefined) {
    throw new Problem('schedule-grace', `${JSON.stringify(catchUp.grace)} is no length of time.`, {
      status: 422,
      hint: 'Write it as 30m, 12h or 1d.',
    });
  }
  if ((asked.source === undefined) === (asked.path === undefined)) {
    throw new Problem('schedule-flow', 'A schedule needs a flow: its text, or the path of its file.', {
      status: 422,
      hint: 'Give either `source` or `path`.',
    });
  }
  if (asked.trigger.kind === 'file') await checkWatchable(asked.trigger.path);
  const source = asked.source ?? (await readFlow(asked.path!));
  const { graph } = runs.plan(project, source);
  const inputs = asked.inputs ?? {};
  checkInputs(graph, asked.trigger, inputs);
  // A path as the origin lets CALL FLOW find its neighbours: that, too, is reading files.
  const origin = asked.path ?? asked.origin;
  return {
    fields: {
      name: asked.name ?? (graph.name || 'Schedule'),
      flow: graph.name,
      trigger_json: JSON.stringify(asked.trigger),
      zone,
      inputs: JSON.stringify(inputs),
      path: asked.path ?? null,
      origin: origin === undefined || (actor !== LOCAL && isAbsolute(origin)) ? null : origin,
      overlap: asked.overlap ?? (isTimed(asked.trigger) ? 'skip' : 'queue'),
      parallel: asked.parallel ?? 2,
      catch_up: JSON.stringify(catchUp),
      notify: asked.notify ?? 'failure',
    },
    source,
    graph,
  };
}

async function checkWatchable(path: string): Promise<void> {
  try {
    const found = await stat(path);
    if (found.isFile() || found.isDirectory()) return;
    throw new Problem('file-not-regular', `${path} is neither a file nor a folder.`, {
      status: 422,
      hint: 'Watch a file or a folder.',
    });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('file-not-found', `There is no file or folder ${path}.`, {
      status: 422,
      hint: 'Make it first, or check the path.',
    });
  }
}

/** The text of a flow's file. */
export async function readFlow(path: string): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0'))
    throw new Problem('file-path', `${JSON.stringify(path)} is not a whole path.`, {
      status: 422,
      hint: 'Name the file with its whole path.',
    });
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new Problem('file-not-regular', `${path} is not a file.`, {
        status: 422,
        hint: 'Name the file of a flow.',
      });
    if (found.size > LONGEST_SOURCE)
      throw new Problem('flow-too-long', `${path} is too long for a flow.`, {
        status: 422,
        hint: 'Name the file of a flow.',
      });
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('file-not-found', `The flow ${path} cannot be read.`, {
      status: 422,
      hint: 'It may have been moved or renamed; change the schedule.',
      cause: error,
    });
  }
}

/** Refuses a schedule of which the flow could never start. */
function checkInputs(graph: PlanGraph, trigger: Trigger, inputs: Record<string, unknown>): void {
  const nodes = inputNodes(graph);
  const into = inputFor(trigger, nodes, inputs);
  const given = into === undefined ? inputs : { ...inputs, [into]: placeholder(trigger) };
  readInputs(nodes, given);
}

export function inputNodes(graph: PlanGraph): InputNode[] {
  return graph.nodes.filter((node) => node.kind === 'input');
}

function placeholder(trigger: Trigger): unknown {
  if (trigger.kind === 'file') return { $file: trigger.path };
  return trigger.kind === 'event' ? { kind: trigger.event } : new Date(0).toISOString();
}
