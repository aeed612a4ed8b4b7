/** One run on its way: its units start as they can, stop where they should, and what they yield is stored before anything reads it. */
import type { Transaction } from '../projects/project.ts';
import { computeGroup, computeStep, noteUsage, readBy } from './compute.ts';
import { cancel, fail, keep, keepRecords, settle, skip } from './endings.ts';
import { createExisting, type Existing, type Own } from './existing.ts';
import { problemOf } from './failures.ts';
import type { PreparedStep } from './prepare.ts';
import type { StepResult } from './results.ts';
import { runSchedule, type Course, type UnitOutcome } from './scheduler.ts';
import type { StepRecord } from './schema.ts';
import { STOPPED, type Ended, type RunServices, type RunSpec, type Running } from './spec.ts';
import { createWork, explain } from './work.ts';

/** Starts, or goes on with, a run. `begin` is written before anything else of it. */
export function execute(
  spec: RunSpec,
  services: RunServices,
  controller: AbortController,
  begin: ((tx: Transaction) => void) | undefined,
): Running {
  const { plan, steering } = spec;
  const { steps, units } = plan;
  const { signal } = controller;
  const started = performance.now();
  const work = createWork(spec, services, signal);
  const { records, results, identities } = work;
  const { ownResult, ownKey, reuse, comeBack } = createExisting(work);
  /** Units that stand before a step: where they go on. */
  const held = new Map<number, number>();
  const begun = new Set<number>();
  let course: Course | undefined;

  const written =
    begin &&
    work.commit(begin)?.catch((error: unknown) => {
      work.lost ??= error;
    });
  const leftOut = steps.map((step) => step.index).filter((step) => !isNeeded(step));
  for (const step of leftOut) {
    records[step]!.state = 'skipped';
    explain(records[step]!, { code: 'not-needed', step: steps[steering.until![0]!]!.node.id });
  }
  if (leftOut.length > 0)
    work
      .commit((tx) => keepRecords(work, services.storeOf(tx), leftOut))
      ?.catch((error: unknown) => (work.lost ??= error));

  function isNeeded(step: number): boolean {
    return steering.needed === undefined || steering.needed.has(step);
  }

  // ------------------------------------------------------------ stopping

  function stopsBefore(step: PreparedStep): boolean {
    if (!spec.durable || steering.released.has(step.index)) return false;
    return steering.breakpoints.has(step.index) || (steering.stepping && step.node.kind === 'step');
  }

  function hold(unit: number, step: PreparedStep, at: number): UnitOutcome {
    held.set(unit, at);
    const record = records[step.index]!;
    record.state = 'paused';
    services.events.add('step.paused', { step: record.id });
    keep(work, [step.index])?.catch((error: unknown) => (work.lost ??= error));
    services.changed(record);
    return 'held';
  }

  // ------------------------------------------------------------ units

  function start(unit: number): UnitOutcome | Promise<UnitOutcome> {
    const members = units[unit]!.steps.filter(isNeeded);
    if (members.length === 0) return 'ok';
    if (signal.aborted) return fail(work, members, signal.reason);
    if (work.lost !== undefined) return fail(work, members, work.lost);
    try {
      if (members.length === 1) {
        const step = steps[members[0]!]!;
        return startStep(unit, step, 0);
      }
      return isApart(members) ? startApart(unit, members) : startGroup(members);
    } catch (error) {
      return fail(work, members, error);
    }
  }

  /** Whether the steps of a unit run one by one, because something is to happen between them. */
  function isApart(members: readonly number[]): boolean {
    if (steering.stepping) return true;
    let back = 0;
    for (const member of members) {
      if (
        steering.breakpoints.has(member) ||
        steering.released.has(member) ||
        spec.edits.outputs.has(member) ||
        spec.edits.inputs.has(member)
      )
        return true;
      if (spec.stored.has(member)) back += 1;
    }
    if (back > 0 && back < members.length) return true;
    // A run that ends inside the unit wants the results of all steps that it was asked for.
    return steering.until !== undefined && members.slice(0, -1).some((member) => steering.until!.includes(member));
  }

  async function startApart(unit: number, members: readonly number[]): Promise<UnitOutcome> {
    let outcome: UnitOutcome = 'ok';
    for (let at = held.get(unit) ?? 0; at < members.length; at++) {
      const step = steps[members[at]!]!;
      const missing = plan.before[step.index]!.find((one) => members.includes(one) && results[one] === undefined);
      if (missing !== undefined) {
        skip(work, [step.index], records[missing]!);
        continue;
      }
      let ended: UnitOutcome;
      try {
        ended = await startStep(unit, step, at);
      } catch (error) {
        ended = await fail(work, [step.index], error);
      }
      if (ended === 'held') return ended;
      if (ended !== 'ok') outcome = ended;
      if (signal.aborted) {
        for (const rest of members.slice(at + 1)) cancel(work, rest);
        return 'cancelled';
      }
    }
    return outcome;
  }

  /** @param at where in its unit the step stands */
  function startStep(unit: number, step: PreparedStep, at: number): UnitOutcome | Promise<UnitOutcome> {
    const record = records[step.index]!;
    const edited = spec.edits.outputs.get(step.index);
    if (edited) {
      begun.add(step.index);
      record.editedBy = edited.edit.by;
      explain(record, { code: 'edited-output', by: edited.edit.by });
      return settle(work, [
        {
          step: step.index,
          result: edited.result,
          key: edited.key,
          own: false,
          state: 'done',
          fresh: false,
          yields: `edited:${edited.key}`,
          edited: true,
        },
      ]);
    }
    const own = ownResult(step);
    const key = ownKey(step, own);
    if (comeBack([{ step, own: { key, own } }])) {
      begun.add(step.index);
      return 'ok';
    }
    if (stopsBefore(step)) return hold(unit, step, at);
    begun.add(step.index);
    const inputs = spec.edits.inputs.get(step.index);
    if (inputs) record.editedInputs = [...inputs.keys()];
    const kept = reuse(step, key);
    explainMiss(record, kept);
    if ('end' in kept) return settle(work, [kept.end]);
    const from = performance.now();
    record.state = 'running';
    record.startedAt = new Date().toISOString();
    services.events.add('step.started', { step: record.id });
    const finish = (result: StepResult): UnitOutcome | Promise<UnitOutcome> => {
      record.ms = tenths(performance.now() - from);
      return settle(work, [{ step: step.index, result, key, own, state: 'done', fresh: true }]);
    };
    const result = computeStep(work, step, key);
    if (!(result instanceof Promise)) return finish(result);
    services.changed(record);
    return result.then(
      (found) => {
        noteUsage(record, readBy(work, [step.index]));
        return finish(found);
      },
      (error: unknown) => {
        record.ms = tenths(performance.now() - from);
        return fail(work, [step.index], error);
      },
    );
  }

  function explainMiss(record: StepRecord, kept: ReturnType<Existing['reuse']>): void {
    const inputs = record.editedInputs && spec.edits.inputs.get(plan.indexOf.get(record.id)!);
    if (inputs && !('end' in kept)) {
      const [name, edit] = [...inputs][0]!;
      explain(record, { code: 'edited-input', input: name, by: edit.edit.by });
    } else if (spec.durable || kept.why.code !== 'first')
      explain(record, kept.why, 'because' in kept ? kept.because : undefined);
  }

  function startGroup(members: number[]): UnitOutcome | Promise<UnitOutcome> {
    const keys = new Map<number, Own>();
    for (const member of members) {
      const step = steps[member]!;
      // A step made anew makes all that follow in its query new.
      const own =
        ownResult(step) || step.reads.some((read) => 'step' in read.from && keys.get(read.from.step)?.own === true);
      const key = ownKey(step, own);
      keys.set(member, { key, own });
      identities[member] = key;
    }
    const last = members.at(-1)!;
    const end = keys.get(last)!;
    for (const member of members) begun.add(member);
    if (comeBack(members.map((member) => ({ step: steps[member]!, own: keys.get(member)! })))) return 'ok';
    for (const member of members) identities[member] = keys.get(member)!.key;
    const kept = members.map((member) => {
      const found = reuse(steps[member]!, keys.get(member)!.key);
      // What stands for a kept result is known to those that read it.
      if ('end' in found && found.end.yields !== undefined) identities[member] = found.end.yields;
      return found;
    });
    if (kept.every((found) => 'end' in found)) {
      for (const [position, member] of members.entries()) explain(records[member]!, kept[position]!.why);
      return settle(
        work,
        kept.map((found) => found.end),
      );
    }
    for (const member of members) identities[member] = keys.get(member)!.key;
    const cause = members.find((_, position) => !('end' in kept[position]!))!;
    for (const [position, member] of members.entries()) {
      const found = kept[position]!;
      explainMiss(
        records[member]!,
        'end' in found ? { why: { code: 'shared-query', step: records[cause]!.id } } : found,
      );
    }
    const ids = members.map((member) => records[member]!.id);
    const startedAt = new Date().toISOString();
    for (const member of members) {
      const record = records[member]!;
      record.state = 'running';
      record.startedAt = startedAt;
      record.fusedWith = ids;
      services.events.add('step.started', { step: record.id });
      services.changed(record);
    }
    const from = performance.now();
    return computeGroup(work, members, end.key).then(
      (group) => {
        const record = records[last]!;
        record.ms = tenths(performance.now() - from);
        record.bytes = group.bytes;
        noteUsage(record, {
          ...readBy(work, members),
          bytesWritten: group.bytes,
          ...(group.cpuMs === undefined ? {} : { cpuMs: group.cpuMs }),
          ...(group.peakMemory === undefined ? {} : { peakMemory: group.peakMemory }),
        });
        return settle(
          work,
          members.map((member, position) => ({
            step: member,
            result: group.steps[position]!.table,
            ...keys.get(member)!,
            state: 'done',
            fresh: true,
          })),
        );
      },
      (error: unknown) => fail(work, members, error),
    );
  }

  function skipUnit(unit: number, because: number): void {
    const members = units[unit]!.steps.filter(isNeeded);
    if (members.length === 0) return;
    const failed = units[because]!.steps.map((member) => records[member]!);
    skip(work, members, failed.find((record) => record.error) ?? failed.at(-1)!);
  }

  // ------------------------------------------------------------ the run

  const msNow = (): number => tenths(spec.msBefore + performance.now() - started);

  /** Writes how the run ended, or that it is at rest. */
  function writeEnd(tx: Transaction, { state, ms, done, error }: Ended): void {
    const store = services.storeOf(tx);
    const paused = records.filter((record) => record.state === 'paused');
    if (state === 'paused')
      services.events.add('run.paused', { message: `Paused before ${paused.map((one) => one.name).join(', ')}.` });
    else
      services.events.add('run.ended', {
        state,
        ms,
        ...(error ? { message: error.detail, level: 'error' } : {}),
      });
    store.addEvents(spec.id, services.events.take());
    if (state === 'paused') {
      store.pause(spec.id, ms, done);
      tx.append('run.paused', { run: spec.id, at: paused.map((one) => one.id), steps: done }, { actor: spec.actor });
      return;
    }
    store.finish(spec.id, state, new Date().toISOString(), ms, done, error);
    const kind = state === 'succeeded' ? 'run.finish' : state === 'failed' ? 'run.failed' : 'run.cancelled';
    const at = error?.['step'];
    tx.append(
      kind,
      {
        run: spec.id,
        steps: done,
        ms,
        ...(steering.until === undefined ? {} : { until: steering.until.map((step) => steps[step]!.node.id) }),
        ...(error ? { code: error.code, ...(typeof at === 'string' ? { step: at } : {}) } : {}),
      },
      { actor: spec.actor },
    );
  }

  /** The end that was written along with the last result. */
  let closed: Ended | undefined;
  const wanted = steering.needed?.size ?? steps.length;
  work.onStored = (tx) => {
    if (work.stored < wanted || signal.aborted || work.lost !== undefined || work.firstError) return;
    closed = { state: 'succeeded', ms: msNow(), done: work.stored, error: undefined };
    writeEnd(tx, closed);
  };

  async function run(): Promise<Ended> {
    course = runSchedule({
      dependsOn: units.map((unit) => unit.dependsOn),
      parallel: spec.parallel,
      start,
      skip: skipUnit,
    });
    await course.ended.catch((error: unknown) => (work.firstError ??= problemOf(error)));
    if (closed && work.lost === undefined) return closed;
    const ms = msNow();
    if (work.lost !== undefined) work.firstError = problemOf(work.lost);
    const paused = records.filter((record) => record.state === 'paused');
    if (signal.aborted) for (const record of paused) record.state = 'cancelled';
    const state: Ended['state'] = signal.aborted
      ? signal.reason === STOPPED
        ? 'interrupted'
        : 'cancelled'
      : paused.length > 0 && work.lost === undefined
        ? 'paused'
        : work.firstError
          ? 'failed'
          : 'succeeded';
    const ended: Ended = { state, ms, done: work.done, error: state === 'paused' ? undefined : work.firstError };
    // A node that stops leaves the run as it is: when it starts again it finds it interrupted.
    if (state === 'interrupted') return ended;
    await work
      .commit((tx) => writeEnd(tx, ended))
      ?.catch((error: unknown) => {
        ended.state = 'failed';
        ended.error = problemOf(error);
      });
    return ended;
  }

  return {
    spec,
    records,
    events: services.events,
    result: (step) => results[step],
    written: written ?? Promise.resolve(),
    hasBegun: (step) => begun.has(step),
    done: () => work.done,
    release(wanted) {
      const paused = wanted.filter((step) => records[step]!.state === 'paused' && held.has(steps[step]!.unit));
      for (const step of wanted) steering.released.add(step);
      for (const step of paused) records[step]!.state = 'waiting';
      if (course!.release(paused.map((step) => steps[step]!.unit))) return true;
      for (const step of paused) records[step]!.state = 'paused';
      return false;
    },
    // One turn later, so that whoever starts the run knows it before its first step ends.
    ended: run(),
    abort: (why) => controller.abort(why),
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
