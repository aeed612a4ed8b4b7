/** How steps end: what they yielded, why they failed or were left out, written before anything reads it. */
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { problemOf } from './failures.ts';
import { briefly, identityOfResult, programsOf } from './keys.ts';
import type { Identity, RunStore } from './records.ts';
import { encodeResult, isLazy, isTable, kindOfResult, type StepResult } from './results.ts';
import type { UnitOutcome } from './scheduler.ts';
import type { StepRecord } from './schema.ts';
import { explain, type Work } from './work.ts';

export interface StepEnd {
  step: number;
  result: StepResult;
  key: string;
  /** Whether the result is this run's alone. */
  own: boolean;
  state: 'done' | 'reused';
  /** False when the result was stored before. */
  fresh: boolean;
  /** What stands for it in keys, when it is not made of key and result. */
  yields?: string;
  /** It is a person's. */
  edited?: true;
}

/** Stores what steps have yielded; only then may their readers start. */
export function settle(work: Work, ends: StepEnd[]): UnitOutcome | Promise<UnitOutcome> {
  const { spec, services, records } = work;
  for (const end of ends) {
    const record = records[end.step]!;
    record.resultKey = end.key;
    record.resultKind = kindOfResult(end.result);
    delete record.rows;
    if (isTable(end.result) || isLazy(end.result)) {
      if (end.result.rows >= 0) record.rows = end.result.rows;
    } else if (Array.isArray(end.result)) record.rows = end.result.length;
  }
  const publish = (): UnitOutcome => {
    for (const end of ends) {
      const record = records[end.step]!;
      record.state = end.state;
      work.results[end.step] = end.result;
      work.identities[end.step] = end.yields ?? identityOfResult(end.key, end.own, end.result);
      work.done += 1;
      services.changed(record);
    }
    return 'ok';
  };
  for (const end of ends) tellEnd(work, { ...records[end.step]!, state: end.state });
  if (!spec.durable) return publish();
  return services.journal
    .commit((tx) => {
      const store = services.storeOf(tx);
      const now = Date.now();
      for (const end of ends) {
        const step = spec.plan.steps[end.step]!;
        const record = records[end.step]!;
        if (end.fresh) {
          const { kind, value: text } = encodeResult(end.result);
          store.putResult(end.key, kind, text, now, spec.id);
        }
        const read = work.identitiesRead(step);
        const programs = programsOf(spec, step);
        const identity: Identity = {
          inputs: Object.fromEntries(step.reads.map((one, position) => [one.name, read[position]!])),
          yields: end.yields ?? identityOfResult(end.key, end.own, end.result),
          ...(programs === undefined ? {} : { programs }),
          ...(end.edited ? { edited: true } : {}),
        };
        store.putStep(spec.id, end.step, end.state, end.key, kept(record), identity);
        tx.append(
          'run.step',
          {
            run: spec.id,
            step: record.id,
            contract: step.contract,
            inputs: briefly(read),
            result: end.key,
            ...(end.state === 'reused' ? { reused: true } : {}),
            ...(end.edited ? { edited: record.editedBy ?? true } : {}),
            ...(record.editedInputs === undefined ? {} : { editedInputs: record.editedInputs }),
            ...(record.rows === undefined ? {} : { rows: record.rows }),
            ms: record.ms ?? 0,
          },
          { actor: spec.actor },
        );
      }
      work.stored += ends.length;
      work.onStored(tx);
      store.addEvents(spec.id, services.events.take());
    })
    .then(publish, (error: unknown) => {
      work.lost ??= error;
      return fail(
        work,
        ends.map((end) => end.step),
        error,
      );
    });
}

export function fail(work: Work, members: readonly number[], error: unknown): UnitOutcome | Promise<UnitOutcome> {
  const { services, records, signal } = work;
  if (signal.aborted) {
    for (const member of members) cancel(work, member);
    return 'cancelled';
  }
  if (!(error instanceof Problem)) services.defect(error, records[members.at(-1)!]!.id);
  const problem = problemOf(error);
  // In a shared query the engine names the step at fault; the others have no error of their own.
  const faulty = members.find((member) => records[member]!.id === problem['step']) ?? members.at(-1)!;
  const document: ProblemDocument = { ...problem, step: records[faulty]!.id };
  work.firstError ??= document;
  for (const member of members) {
    const record = records[member]!;
    if (member === faulty) {
      record.state = 'failed';
      record.error = document;
    } else {
      record.state = 'skipped';
      explain(record, { code: 'query-failed', step: records[faulty]!.id });
    }
    tellEnd(work, record);
  }
  const publish = (): UnitOutcome => {
    for (const member of members) services.changed(records[member]!);
    return 'failed';
  };
  const stored = keep(work, members);
  return stored ? stored.then(publish, (cause: unknown) => ((work.lost ??= cause), publish())) : publish();
}

export function cancel(work: Work, member: number): void {
  const record = work.records[member]!;
  record.state = 'cancelled';
  tellEnd(work, record);
  work.services.changed(record);
}

/** Leaves steps out, because of one that has no result. */
export function skip(work: Work, members: readonly number[], cause: StepRecord): void {
  const { records, signal, services } = work;
  if (signal.aborted) {
    for (const member of members) cancel(work, member);
    return;
  }
  for (const member of members) {
    const record = records[member]!;
    record.state = 'skipped';
    explain(record, {
      code: 'needs-failed',
      step: cause.id,
      ...(cause.state === 'failed' ? { part: 'failed' } : {}),
    });
    tellEnd(work, record);
    services.changed(record);
  }
  keep(work, members)?.catch((error: unknown) => (work.lost ??= error));
}

/** Writes records of steps without a result, and what is waiting to be written. */
export function keep(work: Work, members: readonly number[]): Promise<void> | undefined {
  return work.commit((tx) => {
    const store = work.services.storeOf(tx);
    keepRecords(work, store, members);
    store.addEvents(work.spec.id, work.services.events.take());
  });
}

export function keepRecords(work: Work, store: RunStore, members: readonly number[]): void {
  for (const member of members) {
    const record = work.records[member]!;
    store.putStep(work.spec.id, member, record.state, undefined, kept(record));
  }
}

/** The part of a record that is stored as JSON; the rest has columns. */
function kept(record: StepRecord): Partial<StepRecord> {
  const { id: _id, name: _name, contract: _contract, state: _state, resultKey: _key, ...rest } = record;
  return rest;
}

function tellEnd(work: Work, record: StepRecord): void {
  work.services.events.add('step.ended', {
    step: record.id,
    state: record.state,
    ...(record.ms === undefined ? {} : { ms: record.ms }),
    ...(record.rows === undefined ? {} : { rows: record.rows }),
    ...(record.error === undefined
      ? record.reason === undefined
        ? {}
        : { message: record.reason }
      : { message: record.error.detail, level: 'error' as const }),
  });
}
