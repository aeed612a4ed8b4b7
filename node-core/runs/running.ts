/** One run on its way: its units start as they can, and what they yield is stored before anything reads it. */
import { hash as digest } from 'node:crypto';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import type { StepNode } from '../flow/plan/graph.ts';
import type { Op } from '../flow/syntax/ast.ts';
import type { RecordValue, ScopeValue, Value } from '../flow/values/value.ts';
import type { Transaction } from '../projects/project.ts';
import type { GroupResult, RelationalStep, TableSource } from '../tables/engine-types.ts';
import { attempts } from './attempts.ts';
import { executeOp, scopeFor, tableSource, value, type StepContext } from './execute.ts';
import { problemOf } from './failures.ts';
import { fileState, identityOf, takesFile, type FileState } from './inputs.ts';
import { type PreparedStep, type Source, sourcesOf } from './prepare.ts';
import type { RunStore } from './records.ts';
import { decodeResult, encodeResult, isLazy, isTable, kindOfResult, type StepResult } from './results.ts';
import { runSchedule, type UnitOutcome } from './scheduler.ts';
import type { StepRecord } from './schema.ts';
import { STOPPED, type Ended, type RunServices, type RunSpec, type Running } from './spec.ts';

/** Starts, or goes on with, a run. `begin` is written before anything else of it. */
export function execute(
  spec: RunSpec,
  services: RunServices,
  controller: AbortController,
  begin: ((tx: Transaction) => void) | undefined,
): Running {
  const { plan } = spec;
  const { steps, units } = plan;
  const started = performance.now();
  const results: (StepResult | undefined)[] = Array.from({ length: steps.length });
  const identities: string[] = Array.from({ length: steps.length }, () => '');
  const inputIdentities = spec.inputs.map((input, position) => identityOf(input, takesFile(plan.inputs[position]!)));
  const inputRecord: RecordValue = Object.create(null) as RecordValue;
  for (const [position, node] of plan.inputs.entries()) inputRecord[node.name] = spec.inputs[position] as Value;
  const fileStates = new Map<string, FileState>();
  for (const path of spec.paths) fileStates.set(path, fileState(path));
  const records = steps.map((step): StepRecord => ({
    id: step.node.id,
    name: step.node.name,
    contract: step.contract,
    state: 'waiting',
  }));
  const { signal } = controller;
  let done = 0;
  let firstError: ProblemDocument | undefined;
  let lost: unknown;

  const lookup = (name: string): StepResult | undefined => {
    const source = plan.sources.get(name);
    if (source === undefined) return name === 'INPUT' ? inputRecord : undefined;
    return 'input' in source ? spec.inputs[source.input] : results[source.step];
  };
  const commit = (change: (tx: Transaction) => void): Promise<void> | undefined =>
    spec.durable ? services.journal.commit(change) : undefined;
  if (begin) commit(begin)?.catch((error: unknown) => (lost ??= error));

  // ------------------------------------------------------------ keys

  const identity = (source: Source): string =>
    'input' in source ? inputIdentities[source.input]! : identities[source.step]!;

  /** SHA-256 of the canonical JSON of what the step does, on what, and for impure steps in which run. */
  function keyOf(step: PreparedStep, own: boolean): string {
    let text = `{"config":${step.config},"contract":${JSON.stringify(step.contract)},"inputs":{`;
    let first = true;
    for (const read of step.reads) {
      text += `${first ? '' : ','}${JSON.stringify(read.name)}:${JSON.stringify(identity(read.from))}`;
      first = false;
    }
    text += own ? `},"run":"${spec.id}"}` : '}}';
    return digest('sha256', text, 'hex');
  }

  /** A result of this run alone is known by its contents where it is small, so that what reads it can still be reused. */
  function identityOfResult(key: string, own: boolean, result: StepResult): string {
    // A project table as it is now has a key of its own, made of its version.
    if (isTable(result)) return result.key;
    if (!own || isLazy(result)) return key;
    try {
      return identityOf(result);
    } catch {
      return key;
    }
  }

  // ------------------------------------------------------------ the end of steps

  interface StepEnd {
    step: number;
    result: StepResult;
    key: string;
    own: boolean;
    state: 'done' | 'reused';
    /** False when the result was stored before. */
    fresh: boolean;
  }

  /** Stores what steps have yielded; only then may their readers start. */
  function settle(ends: StepEnd[]): UnitOutcome | Promise<UnitOutcome> {
    for (const end of ends) {
      const record = records[end.step]!;
      record.resultKey = end.key;
      record.resultKind = kindOfResult(end.result);
      if (isTable(end.result) || isLazy(end.result)) {
        if (end.result.rows >= 0) record.rows = end.result.rows;
      } else if (Array.isArray(end.result)) record.rows = end.result.length;
    }
    const publish = (): UnitOutcome => {
      for (const end of ends) {
        const record = records[end.step]!;
        record.state = end.state;
        results[end.step] = end.result;
        identities[end.step] = identityOfResult(end.key, end.own, end.result);
        done += 1;
        services.changed(record);
      }
      return 'ok';
    };
    if (!spec.durable) return publish();
    return services.journal
      .commit((tx) => {
        const store = services.storeOf(tx);
        const now = Date.now();
        for (const end of ends) {
          const step = steps[end.step]!;
          const record = records[end.step]!;
          if (end.fresh) {
            const { kind, value: text } = encodeResult(end.result);
            store.putResult(end.key, kind, text, now);
          }
          const { id: _id, name: _name, contract: _contract, state: _state, resultKey: _key, ...rest } = record;
          store.putStep(spec.id, end.step, end.state, end.key, rest);
          tx.append(
            'run.step',
            {
              run: spec.id,
              step: record.id,
              contract: step.contract,
              inputs: briefly(step.reads.map((read) => identity(read.from))),
              result: end.key,
              ...(end.state === 'reused' ? { reused: true } : {}),
              ...(record.rows === undefined ? {} : { rows: record.rows }),
              ms: record.ms ?? 0,
            },
            { actor: spec.actor },
          );
        }
      })
      .then(publish, (error: unknown) => {
        lost ??= error;
        return fail(
          ends.map((end) => end.step),
          error,
        );
      });
  }

  function fail(members: number[], error: unknown): UnitOutcome | Promise<UnitOutcome> {
    if (signal.aborted) {
      for (const member of members) {
        records[member]!.state = 'cancelled';
        services.changed(records[member]!);
      }
      return 'cancelled';
    }
    if (!(error instanceof Problem)) services.defect(error, records[members.at(-1)!]!.id);
    const problem = problemOf(error);
    // In a shared query the engine names the step at fault; the others have no error of their own.
    const faulty = members.find((member) => records[member]!.id === problem['step']) ?? members.at(-1)!;
    const document: ProblemDocument = { ...problem, step: records[faulty]!.id };
    firstError ??= document;
    for (const member of members) {
      const record = records[member]!;
      if (member === faulty) {
        record.state = 'failed';
        record.error = document;
      } else {
        record.state = 'skipped';
        record.reason = `It runs in one query with ${records[faulty]!.name}, which failed.`;
      }
    }
    const publish = (): UnitOutcome => {
      for (const member of members) services.changed(records[member]!);
      return 'failed';
    };
    const stored = commit((tx) => {
      const store = services.storeOf(tx);
      for (const member of members) keepRecord(store, member);
    });
    return stored ? stored.then(publish, (cause: unknown) => ((lost ??= cause), publish())) : publish();
  }

  function keepRecord(store: RunStore, member: number): void {
    const { id: _id, name: _name, contract: _contract, state, resultKey: _key, ...rest } = records[member]!;
    store.putStep(spec.id, member, state, undefined, rest);
  }

  // ------------------------------------------------------------ units

  function start(position: number): UnitOutcome | Promise<UnitOutcome> {
    const members = units[position]!.steps;
    if (signal.aborted) return fail(members, signal.reason);
    if (lost !== undefined) return fail(members, lost);
    try {
      return members.length === 1 ? startOne(steps[members[0]!]!) : startGroup(members);
    } catch (error) {
      return fail(members, error);
    }
  }

  /** The stored result of a step when it may be used, else why not. */
  function reuse(step: PreparedStep, key: string): { result: StepResult } | { reason: string | undefined } {
    if (!spec.durable) return { reason: undefined };
    const cache = cacheOf(step);
    if (spec.forced.has(step.index)) return { reason: 'Computed anew: this run was asked to start from here.' };
    if (cache === false) return { reason: 'Not reused: @nocache.' };
    if (step.impure !== undefined && cache === undefined) return { reason: `Not reused: ${step.impure}.` };
    const row = services.store.result(key);
    if (!row) return { reason: undefined };
    if (cache !== undefined && Date.now() - row.created_at > cache)
      return { reason: 'Not reused: the stored result is older than @cache allows.' };
    const result = decodeResult(row);
    if (isTable(result) && !services.engine().isSound(result.key)) {
      return { reason: 'Not reused: the rows of the stored result are no longer there, or were damaged.' };
    }
    return { result };
  }

  /** Whether the result is this run's alone and must not be found by others. */
  function ownResult(step: PreparedStep): boolean {
    const cache = cacheOf(step);
    return spec.forced.has(step.index) || cache === false || (step.impure !== undefined && cache === undefined);
  }

  /** Takes up the results that the run had before it was interrupted, when all of these are there. */
  function comeBack(members: { step: number; key: string; own: boolean }[]): boolean {
    if (spec.stored.size === 0) return false;
    const found: StepResult[] = [];
    for (const member of members) {
      if (spec.stored.get(member.step)?.key !== member.key) return false;
      const row = services.store.result(member.key);
      if (!row) return false;
      const result = decodeResult(row);
      if (isTable(result) && !services.engine().isSound(result.key)) return false;
      found.push(result);
    }
    for (const [position, member] of members.entries()) {
      const before = spec.stored.get(member.step)!;
      Object.assign(records[member.step]!, before.record, { state: before.state, resultKey: member.key });
      results[member.step] = found[position];
      identities[member.step] = identityOfResult(member.key, member.own, found[position]!);
      done += 1;
    }
    return true;
  }

  function startOne(step: PreparedStep): UnitOutcome | Promise<UnitOutcome> {
    const record = records[step.index]!;
    const own = ownResult(step);
    const key = keyOf(step, own);
    if (comeBack([{ step: step.index, key, own }])) return 'ok';
    const kept = reuse(step, key);
    if ('result' in kept) {
      return reuseUnit([{ step: step.index, result: kept.result, key, own, state: 'reused', fresh: false }]);
    }
    if (kept.reason !== undefined) record.reason = kept.reason;
    const from = performance.now();
    record.state = 'running';
    record.startedAt = new Date().toISOString();
    const finish = (result: StepResult): UnitOutcome | Promise<UnitOutcome> => {
      record.ms = tenths(performance.now() - from);
      return settle([{ step: step.index, result, key, own, state: 'done', fresh: true }]);
    };
    const result = attempt(step, key, record);
    if (!(result instanceof Promise)) return finish(result);
    services.changed(record);
    return result.then(finish, (error: unknown) => {
      record.ms = tenths(performance.now() - from);
      return fail([step.index], error);
    });
  }

  /** Runs the operation of a step with its @timeout and @retry. */
  function attempt(step: PreparedStep, key: string, record: StepRecord): StepResult | Promise<StepResult> {
    const node = step.node;
    if (node.kind === 'output') return value(node.value, context(step, key, signal));
    const work = (inner: AbortSignal) => compute(node, context(step, key, inner));
    if (node.annotations.timeout === undefined && node.annotations.retry === undefined) return work(signal);
    const again = (tried: number): void => {
      record.attempt = tried;
      services.changed(record);
    };
    return attempts(node.annotations, signal, again, work);
  }

  function context(step: PreparedStep, key: string, inner: AbortSignal): StepContext {
    return {
      ...services.host,
      lookup,
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
    };
  }

  function compute(node: StepNode, step: StepContext): StepResult | Promise<StepResult> {
    if (!node.relational) return executeOp(node.op, step);
    return inQuery(async () => {
      const result = await executeOp(node.op, step);
      checkFiles(node.op);
      return result;
    }, step.signal);
  }

  /** Runs work that keeps a core busy when its turn comes. */
  async function inQuery<T>(work: () => Promise<T>, inner: AbortSignal): Promise<T> {
    const leave = await services.queryPlace(inner);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** A file must still be what was hashed: else its rows would be kept under the key of others. */
  function checkFiles(op: Op): void {
    if (op.op !== 'LOAD') return;
    for (const [path, before] of fileStates) {
      const now = fileState(path);
      if (now.size === before.size && now.modified === before.modified) continue;
      throw new Problem('file-changed', `${path} changed while it was read.`, {
        status: 409,
        range: op.range,
        hint: 'Start the run again when nobody writes to the file.',
      });
    }
  }

  function startGroup(members: number[]): UnitOutcome | Promise<UnitOutcome> {
    const keys = new Map<number, { key: string; own: boolean }>();
    for (const member of members) {
      const step = steps[member]!;
      // A step made anew makes all that follow in its query new.
      const own =
        ownResult(step) || step.reads.some((read) => 'step' in read.from && keys.get(read.from.step)?.own === true);
      const key = keyOf(step, own);
      keys.set(member, { key, own });
      identities[member] = key;
    }
    const last = members.at(-1)!;
    const end = keys.get(last)!;
    if (comeBack(members.map((step) => ({ step, ...keys.get(step)! })))) return 'ok';
    if (!end.own) {
      const kept = members.map((member) => ({ member, found: reuse(steps[member]!, keys.get(member)!.key) }));
      if (kept.every(({ found }) => 'result' in found)) {
        return reuseUnit(
          kept.map(({ member, found }) => ({
            step: member,
            result: (found as { result: StepResult }).result,
            ...keys.get(member)!,
            state: 'reused',
            fresh: false,
          })),
        );
      }
    }
    for (const member of members) {
      const found = reuse(steps[member]!, keys.get(member)!.key);
      if ('reason' in found && found.reason !== undefined) records[member]!.reason = found.reason;
    }
    const ids = members.map((member) => records[member]!.id);
    const startedAt = new Date().toISOString();
    for (const member of members) {
      const record = records[member]!;
      record.state = 'running';
      record.startedAt = startedAt;
      record.fusedWith = ids;
      services.changed(record);
    }
    const from = performance.now();
    return inQuery(() => runGroup(members, end.key), signal).then(
      (group) => {
        const record = records[last]!;
        record.ms = tenths(performance.now() - from);
        record.bytes = group.bytes;
        return settle(
          members.map((member, position) => ({
            step: member,
            result: group.steps[position]!.table,
            ...keys.get(member)!,
            state: 'done',
            fresh: true,
          })),
        );
      },
      (error: unknown) => fail(members, error),
    );
  }

  async function runGroup(members: number[], key: string): Promise<GroupResult> {
    const inside = new Set(members);
    const group: RelationalStep[] = [];
    let scope: Record<string, ScopeValue> = Object.create(null) as Record<string, ScopeValue>;
    for (const member of members) {
      const step = steps[member]!;
      const { op, id } = step.node as StepNode;
      const inner = context(step, key, signal);
      const sources: TableSource[] = [];
      for (const [position, expr] of (op.op === 'LOAD' ? [op.from] : sourcesOf(op)).entries()) {
        const source = expr.kind === 'name' ? plan.sources.get(expr.name) : undefined;
        if (source !== undefined && 'step' in source && inside.has(source.step))
          sources.push({ kind: 'step', step: records[source.step]!.id });
        else sources.push(await tableSource(await value(expr, inner), expr, position, op, inner));
      }
      group.push({ nodeId: id, op, sources });
      scope = scopeFor(op, lookup, scope);
    }
    const result = await services.engine().run(
      { steps: group, scope, now: spec.createdAt },
      {
        key,
        signal,
        onProgress: ({ rows }) => {
          const record = records[members.at(-1)!]!;
          record.rows = rows;
          services.changed(record);
        },
      },
    );
    for (const step of group) checkFiles(step.op);
    return result;
  }

  function reuseUnit(ends: StepEnd[]): UnitOutcome | Promise<UnitOutcome> {
    for (const end of ends) records[end.step]!.reason = 'The same operation with the same inputs has run before.';
    return settle(ends);
  }

  function skip(position: number, because: number): void {
    const cause =
      units[because]!.steps.map((member) => records[member]!).find((record) => record.error) ??
      records[units[because]!.steps.at(-1)!]!;
    for (const member of units[position]!.steps) {
      const record = records[member]!;
      if (signal.aborted) record.state = 'cancelled';
      else {
        record.state = 'skipped';
        record.reason =
          cause.state === 'failed'
            ? `It needs ${cause.name}, which failed.`
            : `It needs ${cause.name}, which has no result.`;
      }
      services.changed(record);
    }
    if (!signal.aborted) {
      commit((tx) => {
        const store = services.storeOf(tx);
        for (const member of units[position]!.steps) keepRecord(store, member);
      })?.catch((error: unknown) => (lost ??= error));
    }
  }

  async function run(): Promise<Ended> {
    await runSchedule({ dependsOn: units.map((unit) => unit.dependsOn), parallel: spec.parallel, start, skip }).catch(
      (error: unknown) => {
        firstError ??= problemOf(error);
      },
    );
    const ms = tenths(performance.now() - started);
    if (lost !== undefined) firstError = problemOf(lost);
    const state: Ended['state'] = !signal.aborted
      ? firstError
        ? 'failed'
        : 'succeeded'
      : signal.reason === STOPPED
        ? 'interrupted'
        : 'cancelled';
    const ended: Ended = { state, ms, done, error: firstError };
    // A node that stops leaves the run as it is: when it starts again it finds it interrupted.
    if (state === 'interrupted') return ended;
    await commit((tx) => {
      const store = services.storeOf(tx);
      store.finish(spec.id, state, new Date().toISOString(), ms, done, firstError);
      const kind = state === 'succeeded' ? 'run.finish' : state === 'failed' ? 'run.failed' : 'run.cancelled';
      tx.append(
        kind,
        {
          run: spec.id,
          steps: done,
          ms,
          ...(firstError
            ? { code: firstError.code, ...(typeof firstError['step'] === 'string' ? { step: firstError['step'] } : {}) }
            : {}),
        },
        { actor: spec.actor },
      );
    })?.catch((error: unknown) => {
      ended.state = 'failed';
      ended.error = problemOf(error);
    });
    return ended;
  }

  return {
    spec,
    records,
    result: (step) => results[step],
    done: () => done,
    // One turn later, so that whoever starts the run knows it before its first step ends.
    ended: run(),
    abort: (why) => controller.abort(why),
  };
}

/** What @cache says; a step with an effect has it every time, whatever is written. */
function cacheOf(step: PreparedStep): number | false | undefined {
  return step.node.kind === 'step' && !step.node.effect ? step.node.annotations.cache : undefined;
}

/** Long identities stand in the ledger by their hash. */
function short(identity: string): string {
  return identity.length <= 80 ? identity : `sha256:${digest('sha256', identity, 'hex')}`;
}

/** The identities of what a step read; when they are many, one hash of all, so that entries stay small. */
function briefly(identities: string[]): string[] | string {
  if (identities.length <= 16) return identities.map(short);
  return `sha256:${digest('sha256', identities.join('\n'), 'hex')}`;
}

function tenths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
