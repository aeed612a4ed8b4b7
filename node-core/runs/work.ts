/** A run under way: what is known of its steps so far, and what a step sees of the others. */
import type { ProblemDocument } from '../errors/problem.ts';
import { takesFile } from '../flow/plan/graph.ts';
import { setField } from '../flow/values/evaluate.ts';
import type { RecordValue, Value } from '../flow/values/value.ts';
import type { Transaction } from '../projects/project.ts';
import type { StepContext } from './step-context.ts';
import { fileState, identityOf, type FileState } from './inputs.ts';
import type { PreparedStep, Source } from './prepare.ts';
import type { StepResult } from './results.ts';
import type { StepRecord, StepWhy } from './schema.ts';
import type { EditedValue, RunServices, RunSpec } from './spec.ts';
import { sentenceOf } from './why.ts';

export interface Work {
  readonly spec: RunSpec;
  readonly services: RunServices;
  readonly signal: AbortSignal;
  readonly records: StepRecord[];
  readonly results: (StepResult | undefined)[];
  /** What stands for each step's result in keys. */
  readonly identities: string[];
  /** Of the files that were named, as they were when the run began. */
  readonly fileStates: ReadonlyMap<string, FileState>;
  done: number;
  /** Steps whose result is stored, or is with the commit at hand. */
  stored: number;
  /** Told in the transaction that stores results: with the last of them the end of the run is written. */
  onStored: (tx: Transaction) => void;
  firstError: ProblemDocument | undefined;
  /** A change that could not be written: nothing may start any more. */
  lost: unknown;
  /** Writes with the next commit; undefined when nothing is written. */
  commit(change: (tx: Transaction) => void): Promise<void> | undefined;
  /** What stands for each value that the step reads, in the order of its reads; edited ones count. */
  identitiesRead(step: PreparedStep): string[];
  context(step: PreparedStep, key: string, signal: AbortSignal): StepContext;
  /** The value of what a step reads, edited or not. */
  valueRead(step: PreparedStep, from: Source): StepResult | undefined;
}

export function createWork(spec: RunSpec, services: RunServices, signal: AbortSignal): Work {
  const { plan } = spec;
  const results: (StepResult | undefined)[] = Array.from({ length: plan.steps.length });
  const identities: string[] = Array.from({ length: plan.steps.length }, () => '');
  const inputIdentities = spec.inputs.map((input, position) => identityOf(input, takesFile(plan.inputs[position]!)));
  const inputRecord: RecordValue = Object.create(null) as RecordValue;
  for (const [position, node] of plan.inputs.entries()) inputRecord[node.name] = spec.inputs[position] as Value;
  const fileStates = new Map<string, FileState>();
  for (const path of spec.paths) fileStates.set(path, fileState(path));
  const records = plan.steps.map((step): StepRecord => ({
    id: step.node.id,
    name: step.node.name,
    contract: step.contract,
    state: 'waiting',
  }));

  const nameOf = (from: Source): string =>
    'input' in from ? plan.inputs[from.input]!.name : plan.steps[from.step]!.node.name;
  const editOf = (step: number, name: string): EditedValue | undefined => spec.edits.inputs.get(step)?.get(name);
  const of = (from: Source): StepResult | undefined => ('input' in from ? spec.inputs[from.input] : results[from.step]);

  const lookup = (name: string): StepResult | undefined => {
    const source = plan.sources.get(name);
    if (source === undefined) return name === 'INPUT' ? inputRecord : undefined;
    return of(source);
  };
  /** The same for a step some of whose values were edited. */
  const lookupOf = (step: number): ((name: string) => StepResult | undefined) => {
    const edits = spec.edits.inputs.get(step);
    if (edits === undefined) return lookup;
    let inputs: RecordValue | undefined;
    return (name) => {
      const edit = edits.get(name);
      if (edit) return edit.result;
      if (name !== 'INPUT' || plan.sources.has('INPUT')) return lookup(name);
      if (!inputs) {
        inputs = Object.create(null) as RecordValue;
        for (const node of plan.inputs)
          setField(inputs, node.name, (edits.get(node.name)?.result ?? inputRecord[node.name]) as Value);
      }
      return inputs;
    };
  };

  const work: Work = {
    spec,
    services,
    signal,
    records,
    results,
    identities,
    fileStates,
    done: 0,
    stored: 0,
    onStored: () => undefined,
    firstError: undefined,
    lost: undefined,
    commit: (change) => (spec.durable ? services.journal.commit(change) : undefined),
    identitiesRead: (step) =>
      step.reads.map((read) => {
        const edit = editOf(step.index, nameOf(read.from));
        if (edit) return `edited:${edit.key}`;
        return 'input' in read.from ? inputIdentities[read.from.input]! : identities[read.from.step]!;
      }),
    valueRead: (step, from) => editOf(step.index, nameOf(from))?.result ?? of(from),
    context: (step, key, inner) => ({
      ...services.host,
      lookup: lookupOf(step.index),
      path: step.node.id,
      key,
      now: spec.createdAt,
      signal: inner,
      engine: services.engine,
      onProgress: (progress) => {
        const record = records[step.index]!;
        record.rows = progress.rows;
        services.changed(record);
      },
      onUsage: ({ bytes, cpuMs, peakMemory }) => {
        const record = records[step.index]!;
        record.bytes = bytes;
        record.usage = {
          ...record.usage,
          bytesWritten: bytes,
          ...(cpuMs === undefined ? {} : { cpuMs }),
          ...(peakMemory === undefined ? {} : { peakMemory }),
        };
      },
    }),
  };
  return work;
}

/** Says in a step's record why it ran or did not. */
export function explain(record: StepRecord, why: StepWhy, because?: string): void {
  record.why = why;
  record.reason = sentenceOf(why, because);
}
