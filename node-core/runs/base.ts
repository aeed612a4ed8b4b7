/** The run that a run is compared with, step by step, and out of which it may take what has not changed. */
import { decodeResult, isTable, type StepResult } from './results.ts';
import type { PreparedPlan, PreparedStep } from './prepare.ts';
import type { Identity, RunRow, RunStore } from './records.ts';
import type { StepWhy } from './schema.ts';
import { changesOf } from './why.ts';

export interface Base {
  row: RunRow;
  source: string;
  plan: PreparedPlan;
  /** By node id, as far as they ended. */
  steps: ReadonlyMap<string, BaseStep>;
}

interface BaseStep {
  state: string;
  key: string | undefined;
  identity: Identity | undefined;
}

export function readBase(store: RunStore, row: RunRow, source: string, plan: PreparedPlan): Base {
  const steps = new Map<string, BaseStep>();
  for (const kept of store.steps(row.id)) {
    const node = plan.steps[kept.step]?.node;
    if (!node) continue;
    steps.set(node.id, {
      state: kept.state,
      key: kept.result ?? undefined,
      identity: kept.identity === null ? undefined : (JSON.parse(kept.identity) as Identity),
    });
  }
  return { row, source, plan, steps };
}

/** A result taken over as it is. */
export interface Kept {
  key: string;
  result: StepResult;
  /** What stands for it in keys. */
  yields: string;
}

/**
 * What the base yielded for a step that does the same thing on the same values.
 *
 * @param identity of each value that the step reads, in the order of its reads
 * @param programs what stands for the programs that it calls
 */
export function keptOf(
  base: Base,
  step: PreparedStep,
  identity: readonly string[],
  programs: string | undefined,
  store: RunStore,
  isSound: (key: string) => boolean,
): Kept | undefined {
  const before = base.steps.get(step.node.id);
  if (before?.key === undefined || before.identity === undefined || before.identity.edited) return undefined;
  if (before.state !== 'done' && before.state !== 'reused') return undefined;
  if (before.identity.programs !== programs) return undefined;
  const twin = twinOf(base, step);
  if (twin?.config !== step.config || twin.contract !== step.contract) return undefined;
  if (!step.reads.every((read, position) => before.identity!.inputs[read.name] === identity[position]))
    return undefined;
  const row = store.result(before.key);
  if (!row) return undefined;
  const result = decodeResult(row);
  if (isTable(result) && !isSound(result.key)) return undefined;
  return { key: before.key, result, yields: before.identity.yields };
}

function twinOf(base: Base, step: PreparedStep): PreparedStep | undefined {
  const position = base.plan.indexOf.get(step.node.id);
  return position === undefined ? undefined : base.plan.steps[position];
}

/**
 * Why a step that could have been reused had to run.
 *
 * @param inputs the run's own inputs as they are shown, by name
 */
export function whyMissed(
  base: Base | undefined,
  step: PreparedStep,
  identity: readonly string[],
  programs: string | undefined,
  source: string,
  inputs: Record<string, unknown>,
): StepWhy {
  if (!base) return { code: 'first' };
  const run = base.row.id;
  const twin = twinOf(base, step);
  if (!twin) return { code: 'new-step', run };
  const [change] = changesOf({ step: twin, source: base.source }, { step, source });
  if (change) return { code: 'config-changed', run, ...change };
  const before = base.steps.get(step.node.id);
  if (before?.identity === undefined) return { code: 'failed-before', run };
  for (const [position, read] of step.reads.entries()) {
    const was = before.identity.inputs[read.name];
    if (was === identity[position]) continue;
    const name = read.name.replace(/^INPUT\./, '');
    if (was === undefined) return { code: 'input-changed', run, input: name, part: 'reads' };
    if ('step' in read.from) return { code: 'input-changed', run, input: name, part: 'result' };
    if (identity[position]!.startsWith('file:')) return { code: 'input-changed', run, input: name, part: 'file' };
    const given = JSON.parse(base.row.inputs) as Record<string, unknown>;
    return { code: 'input-changed', run, input: name, part: 'input', ...bothShort(given[name], inputs[name]) };
  }
  if (before.key === undefined) return { code: 'failed-before', run };
  if (before.identity.programs !== programs) return { code: 'program-changed', run };
  return { code: base.row.let_go === null ? 'not-shared' : 'let-go', run };
}

/** Two values as they stand in a sentence, when both are short. */
function bothShort(before: unknown, after: unknown): { before: string; after: string } | undefined {
  const texts = [before, after].map((value) => (value === undefined ? 'not given' : JSON.stringify(value)));
  return texts.every((text) => text.length <= 40) ? { before: texts[0]!, after: texts[1]! } : undefined;
}
