/** Runs as they are shown: from memory while they are under way, from the project's database after. */
import type { Op } from '../flow/syntax/ast.ts';
import type { RecordValue, Value } from '../flow/values/value.ts';
import type { PreparedPlan } from './prepare.ts';
import type { Control, NewRun, RunRow, RunStore } from './records.ts';
import { decodeResult, kindOfResult, toWire, type StepResult } from './results.ts';
import type { Ended, Running } from './spec.ts';
import type { Imported, RunOutput, RunRecord, RunState, RunSummary, StepRecord } from './schema.ts';
import { controlOf } from './steering.ts';

/** A run that this process has started and that has not ended. */
export interface Active {
  project: string;
  running: Running;
  row: NewRun;
  source: string;
  ended: Ended | undefined;
}

const LARGEST_OUTPUT = 1 << 20;

/** A run under way, or just ended. */
export function summaryOf(entry: Active): RunSummary {
  const { row, running, ended } = entry;
  const edits = [
    ...running.spec.edits.outputs.values(),
    ...[...running.spec.edits.inputs.values()].flatMap((mine) => [...mine.values()]),
  ].map((value) => value.edit);
  return {
    id: row.id,
    name: row.name,
    state: ended?.state ?? 'running',
    planHash: row.plan_hash,
    inputs: JSON.parse(row.inputs) as Record<string, unknown>,
    createdAt: row.created_at,
    startedAt: row.created_at,
    ...(ended ? { ms: ended.ms, ...(ended.state === 'paused' ? {} : { finishedAt: new Date().toISOString() }) } : {}),
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.rerun_of === null ? {} : { rerunOf: row.rerun_of }),
    stepsTotal: row.steps_total,
    stepsDone: running.done(),
    ...(ended?.error ? { error: ended.error } : {}),
    ...steeringShown(controlOf(running.spec.plan, running.spec.steering) ?? {}),
    pausedAt: running.records.filter((record) => record.state === 'paused').map((record) => record.id),
    ...(edits.length > 0 ? { edits } : {}),
  };
}

function steeringShown({ until, breakpoints }: Control): Pick<RunSummary, 'until' | 'breakpoints'> {
  return { ...(until === undefined ? {} : { until }), breakpoints: breakpoints ?? [] };
}

/** The same with its steps and outputs. */
export function recordOf(entry: Active): RunRecord {
  const { running, source } = entry;
  return {
    ...summaryOf(entry),
    source,
    steps: running.records.map((record) => ({ ...record })),
    outputs: outputsOf(running.spec.plan, (step) => {
      const result = running.result(step);
      return result === undefined ? undefined : { result, key: running.records[step]!.resultKey ?? '' };
    }),
  };
}

function outputsOf(
  plan: PreparedPlan,
  resultOf: (step: number) => { result: StepResult; key: string } | undefined,
): Record<string, RunOutput> {
  const outputs: Record<string, RunOutput> = Object.create(null) as Record<string, RunOutput>;
  for (const step of plan.steps) {
    const label = labelOf(step.node);
    if (label === undefined) continue;
    const found = resultOf(step.index);
    if (!found) continue;
    const kind = kindOfResult(found.result);
    const value = toWire(found.result, found.key);
    const large = kind !== 'table' && typeof value === 'object' && JSON.stringify(value).length > LARGEST_OUTPUT;
    const { hidden } = step;
    const tooLong = typeof value === 'string' && value.length > LARGEST_OUTPUT;
    outputs[label] = {
      label,
      kind: kind === 'none' ? 'json' : kind,
      value: large || tooLong || hidden ? null : value,
      node: step.node.id,
    };
  }
  return outputs;
}

/** Outputs as values, for flows that call flows. */
export function valuesOf(running: Running): RecordValue {
  const values: RecordValue = {};
  for (const step of running.spec.plan.steps) {
    const label = labelOf(step.node);
    const result = label === undefined ? undefined : running.result(step.index);
    if (label !== undefined && result !== undefined) values[label] = result as Value;
  }
  return values;
}

/** A run as it is stored. */
export function summaryOfRow(row: RunRow): RunSummary {
  return {
    id: row.id,
    name: row.name,
    state: row.state as RunState,
    planHash: row.plan_hash,
    inputs: JSON.parse(row.inputs) as Record<string, unknown>,
    createdAt: row.created_at,
    startedAt: row.created_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    ...(row.ms === null ? {} : { ms: row.ms }),
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.rerun_of === null ? {} : { rerunOf: row.rerun_of }),
    stepsTotal: row.steps_total,
    stepsDone: row.steps_done,
    ...(row.error === null ? {} : { error: JSON.parse(row.error) as NonNullable<RunSummary['error']> }),
    ...(row.control === null ? {} : steeringShown(JSON.parse(row.control) as Control)),
    ...(row.imported === null ? {} : { imported: JSON.parse(row.imported) as Imported }),
    ...(row.let_go === null ? {} : { letGo: row.let_go }),
    ...(row.pinned === null ? {} : { pinned: row.pinned }),
  };
}

/** The same with its steps and outputs. `plan` is what `source` means. */
export function recordOfRow(store: RunStore, row: RunRow, source: string, plan: PreparedPlan): RunRecord {
  const steps = plan.steps.map((step): StepRecord => ({
    id: step.node.id,
    name: step.node.name,
    contract: step.contract,
    state: row.state === 'cancelled' ? 'cancelled' : 'waiting',
  }));
  for (const kept of store.steps(row.id)) {
    const step = steps[kept.step];
    if (!step) continue;
    Object.assign(step, JSON.parse(kept.record) as Partial<StepRecord>, { state: kept.state });
    if (kept.result !== null) step.resultKey = kept.result;
  }
  const pausedAt = steps.filter((step) => step.state === 'paused').map((step) => step.id);
  return {
    ...summaryOfRow(row),
    ...(pausedAt.length > 0 || row.state === 'paused' ? { pausedAt } : {}),
    source,
    steps,
    outputs: outputsOf(plan, (step) => {
      const key = steps[step]!.resultKey;
      const result = key === undefined ? undefined : store.result(key);
      return result && key !== undefined ? { result: decodeResult(result), key } : undefined;
    }),
  };
}

/** The label under which a node's result is an output of the run; undefined when it is none. */
export function labelOf(node: PreparedPlan['steps'][number]['node']): string | undefined {
  return node.kind === 'output' ? node.label : labelOfOp(node.op, node.name);
}

function labelOfOp(op: Op, name: string): string | undefined {
  switch (op.op) {
    case 'OUTPUT':
    case 'OUTPUT_TEXT':
    case 'OUTPUT_JSON':
      return op.label?.value ?? name;
    case 'RETURN':
      return 'result';
    case 'IF':
      return labelOfOp(op.then, name) ?? (op.else && labelOfOp(op.else, name));
    case 'SWITCH':
      for (const branch of [...op.cases.map((one) => one.op), ...(op.default ? [op.default] : [])]) {
        const label = labelOfOp(branch, name);
        if (label !== undefined) return label;
      }
      return undefined;
    default:
      return undefined;
  }
}
