/** The runs of all projects: start, watch, cancel, go on, run again. Composed once a node. */
import { hash as digest } from 'node:crypto';
import { cpus } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Logger } from 'pino';
import { canonicalJson } from '../canonical/canonical.ts';
import { Problem, type SourceRange } from '../errors/problem.ts';
import { check } from '../flow/plan/check.ts';
import type { Environment, OperationInfo } from '../flow/plan/environment.ts';
import type { PlanGraph } from '../flow/plan/graph.ts';
import type { Diagnostic, Op } from '../flow/syntax/ast.ts';
import type { RecordValue, ScopeValue, TableValue, Value } from '../flow/values/value.ts';
import { newId } from '../ids/uuid.ts';
import type { EventHub } from '../operations/events.ts';
import type { Registry } from '../operations/registry.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { AnyTable, TableEngine } from '../tables/engine-types.ts';
import type { StepContext } from './execute.ts';
import { columnFlowType } from './columns.ts';
import { hashFile, readInputs } from './inputs.ts';
import { createJournal, type Journal } from './journal.ts';
import { createPlaces } from './places.ts';
import { preparePlan, type PreparedPlan } from './prepare.ts';
import { openRunStore, type PlanRow, type RunRow, type RunStore } from './records.ts';
import { decodeResult, isFile, isLazy, isTable, kindOfResult, toWire, type StepResult } from './results.ts';
import { CANCELLED, execute, type Ended, type Running, type RunSpec, STOPPED } from './running.ts';
import { flowIn } from './samples.ts';
import type { RunOutput, RunRecord, RunState, RunSummary, StepRecord, TablePage } from './schema.ts';
import { createStepsFeed } from './steps-feed.ts';

export interface RunsOptions {
  /** The folder that holds flows/ and resources/. */
  root: string;
  /** The table engine, opened when it is first asked for. */
  engine(): TableEngine;
  tables: TablesOfProjects;
  blobs: { put(project: Project, bytes: Uint8Array, name: string): Promise<{ id: string; size: number }> };
  /** The node's operations, once they are put together. */
  registry(): Registry | undefined;
  events: EventHub;
  log: Logger;
  /** Queries at once; default: the number of cores. */
  queries?: number;
  /** Goes on by itself with the runs that were interrupted; else `resume` does. */
  autoResume?: boolean;
}

/** What runs need of the project tables. */
export interface TablesOfProjects {
  list(project: Project): { name: string; columns: { name: string; type: string }[] }[];
  /** The table as it is now, as the engine reads it. Problem `table-not-found`. */
  snapshot(project: Project, name: string): Promise<TableValue>;
  /** Reads what will be stored; what comes back makes the change inside a transaction and says what it did. */
  prepareStore(
    project: Project,
    table: AnyTable,
    target: { name: string; mode: 'append' | 'replace' | 'upsert'; by: string[] },
    signal: AbortSignal,
  ): Promise<(tx: Transaction) => Record<string, unknown>>;
}

export interface StartRequest {
  source?: string;
  planId?: string;
  inputs?: Record<string, unknown>;
  /** Where the source came from: a path or a sample's name. A path lets CALL FLOW find its neighbours. */
  origin?: string;
  actor: string;
  rerunOf?: string;
  /** Node ids that are computed anew, with all that reads them. */
  from?: string[];
  /** Default true. False: nothing is written. */
  durable?: boolean;
  /** Steps under way at once; default 64. Queries have a limit of their own. */
  parallel?: number;
  signal?: AbortSignal;
}

export interface StartedRun {
  id: string;
  /** The record when the run has ended. Never rejects. */
  ended: Promise<RunRecord>;
  /** Outputs as values, for flows that call flows. */
  values(): RecordValue;
}

export interface CheckedPlan {
  graph: PlanGraph;
  diagnostics: Diagnostic[];
}

export type StepResultPage =
  | { kind: 'table'; page: TablePage }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string };

export interface Runs {
  start(project: Project, request: StartRequest): Promise<StartedRun>;
  /** Everything that a checked source means; Problem `flow-has-errors` (422) with `diagnostics`. */
  plan(project: Project, source: string, inputColumns?: Environment['inputColumns']): CheckedPlan;
  savePlan(project: Project, source: string, graph: PlanGraph, origin?: string): Promise<string>;
  listPlans(project: Project): PlanRow[];
  getPlan(project: Project, id: string): PlanRow & { source: string };
  deletePlan(project: Project, id: string): Promise<void>;
  environment(project: Project): Environment;
  list(
    project: Project,
    options: { cursor?: string; limit: number; state?: RunState },
  ): Promise<{ runs: RunSummary[]; next?: string }>;
  get(project: Project, id: string): Promise<RunRecord>;
  cancel(project: Project, id: string): Promise<RunRecord>;
  resume(project: Project, id: string, actor: string): Promise<StartedRun>;
  stepResult(project: Project, id: string, step: string, offset: number, limit: number): Promise<StepResultPage>;
  /** Marks what was running when the node ended as interrupted; once a project, by itself at first use. Gives those runs' ids. */
  recover(project: Project): Promise<string[]>;
  /** Stops all runs where they are; `resume` goes on with them later. */
  close(): Promise<void>;
}

interface OfProject {
  journal: Journal;
  store: RunStore;
  recovered: Promise<string[]>;
}

interface Active {
  project: string;
  running: Running;
  row: Omit<RunRow, 'state' | 'finished_at' | 'ms' | 'steps_done' | 'error'>;
  source: string;
  ended: Ended | undefined;
}

const DEEPEST_CALL = 8;
const MOST_PLANS = 200;
const LARGEST_OUTPUT = 1 << 20;

export function createRuns(options: RunsOptions): Runs {
  const projects = new Map<string, OfProject>();
  const active = new Map<string, Active>();
  const plans = new Map<string, { plan: PreparedPlan; sourceHash: string }>();
  const writers = new WeakMap<object, RunStore>();
  const places = createPlaces(options.queries ?? Math.max(1, cpus().length));
  let closing = false;

  const storeOf = (tx: Transaction): RunStore => {
    let store = writers.get(tx.db);
    if (!store) writers.set(tx.db, (store = openRunStore(tx.db)));
    return store;
  };

  function of(project: Project): OfProject {
    let found = projects.get(project.id);
    if (!found) {
      found = { journal: createJournal(project), store: openRunStore(project.db), recovered: Promise.resolve([]) };
      projects.set(project.id, found);
      found.recovered = interrupt(project, found.store);
      found.recovered
        .then((ids) =>
          options.autoResume ? Promise.all(ids.map((id) => service.resume(project, id, 'node'))) : undefined,
        )
        .catch((error: unknown) => options.log.error({ err: error }, 'interrupted runs could not be marked'));
    }
    return found;
  }

  async function interrupt(project: Project, store: RunStore): Promise<string[]> {
    const left = store.unfinished();
    if (left.length === 0) return [];
    await project.write((tx) => {
      for (const row of left) {
        const done = storeOf(tx)
          .steps(row.id)
          .filter((step) => step.state === 'done' || step.state === 'reused').length;
        storeOf(tx).finish(row.id, 'interrupted', new Date().toISOString(), row.ms ?? 0, done, undefined);
        tx.append('run.interrupted', { run: row.id, steps: done }, { actor: 'node' });
      }
    });
    return left.filter((row) => row.parent === null).map((row) => row.id);
  }

  // ------------------------------------------------------------ plans

  let infos: { of: Registry; list: OperationInfo[] } | undefined;
  function operationInfos(): OperationInfo[] {
    const registry = options.registry();
    if (!registry) return [];
    if (infos?.of !== registry) {
      infos = {
        of: registry,
        list: registry
          .list()
          .map(
            ({ name, summary, effect, input, output, capability }) =>
              ({ name, summary, effect, input, output, capability }) as unknown as OperationInfo,
          ),
      };
    }
    return infos.list;
  }

  function checked(source: string, environment: Environment): CheckedPlan {
    const { graph, diagnostics } = check(source, environment);
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    if (errors.length > 0 || !graph) {
      const first = errors[0];
      throw new Problem('flow-has-errors', first ? first.message : 'This is not a FLOW plan.', {
        status: 422,
        hint: errors.length > 1 ? `There are ${errors.length} errors; this is the first.` : 'Mend it and try again.',
        more: { diagnostics },
        ...(first ? { range: first.range } : {}),
      });
    }
    return { graph, diagnostics };
  }

  function prepared(source: string): { plan: PreparedPlan; sourceHash: string } {
    let found = plans.get(source);
    if (!found) {
      // Without the project's tables: what a plan does must not depend on when it was first read.
      const { graph } = checked(source, { operations: operationInfos() });
      found = { plan: preparePlan(graph), sourceHash: digest('sha256', source, 'hex') };
      if (plans.size >= MOST_PLANS) plans.delete(plans.keys().next().value!);
      plans.set(source, found);
    }
    return found;
  }

  function planRow(project: Project, id: string): PlanRow & { source: string } {
    const { store } = of(project);
    const row = store.plan(id);
    const source = row && store.source(row.source_hash);
    if (!row || source === undefined) {
      throw new Problem('plan-not-found', `There is no plan ${JSON.stringify(id)}.`, {
        status: 404,
        hint: 'GET /flow/plans lists the stored plans.',
      });
    }
    return { ...row, source };
  }

  // ------------------------------------------------------------ start

  interface Launch extends StartRequest {
    depth: number;
    parent?: { run: string; step: string };
    /** Inputs as values, from a flow that calls. */
    given?: Record<string, ScopeValue>;
    /** Goes on with this run. */
    row?: RunRow;
  }

  async function launch(project: Project, request: Launch): Promise<StartedRun> {
    if (closing)
      throw new Problem('node-stopping', 'The node is stopping; the run was not started.', {
        status: 503,
        hint: 'Start the node and try again.',
      });
    const mine = of(project);
    const source =
      request.source ?? (request.planId === undefined ? undefined : planRow(project, request.planId).source);
    if (source === undefined)
      throw new Problem('source-missing', 'A run needs a source or the id of a plan.', {
        status: 422,
        hint: 'Give `source` or `planId`.',
      });
    const { plan, sourceHash } = prepared(source);
    const wire = request.inputs ?? {};
    const inputs = readInputs(plan.inputs, request.given ?? wire);
    const files: Record<string, string> = {};
    for (const [position, input] of inputs.entries()) {
      if (!isFile(input)) continue;
      const name = plan.inputs[position]!.name;
      const hash = input.path === undefined ? input.blob! : await hashFile(input.path, request.signal);
      input.hash = hash;
      files[name] = hash;
    }
    const before = request.row;
    if (before) {
      const known = JSON.parse(before.files) as Record<string, string>;
      for (const [name, hash] of Object.entries(files)) {
        if (known[name] === undefined || known[name] === hash) continue;
        throw new Problem('file-changed', `The file of the input "${name}" is not what it was when the run began.`, {
          status: 409,
          hint: 'Put the old file back, or run the flow again: what has not changed is reused.',
          more: { input: name },
        });
      }
    }
    const forced = new Set<number>(
      before?.forced ? (JSON.parse(before.forced) as number[]) : forcedSteps(plan, request.from ?? []),
    );
    const id = before?.id ?? newId();
    const durable = request.durable ?? true;
    const stored: Map<number, { key: string; state: 'done' | 'reused'; record: Partial<StepRecord> }> = new Map();
    if (before) {
      for (const row of mine.store.steps(id)) {
        if ((row.state === 'done' || row.state === 'reused') && row.result !== null) {
          stored.set(row.step, {
            key: row.result,
            state: row.state,
            record: JSON.parse(row.record) as Partial<StepRecord>,
          });
        }
      }
    }
    const row: Active['row'] = before ?? {
      id,
      name: plan.graph.name,
      plan_hash: plan.graph.hash,
      source_hash: sourceHash,
      inputs: JSON.stringify(request.given ? toWire(request.given as RecordValue) : wire),
      files: JSON.stringify(files),
      origin: request.origin ?? null,
      rerun_of: request.rerunOf ?? null,
      forced: forced.size > 0 ? JSON.stringify([...forced]) : null,
      parent: request.parent?.run ?? null,
      parent_step: request.parent?.step ?? null,
      created_at: new Date().toISOString(),
      steps_total: plan.steps.length,
    };
    const spec: RunSpec = {
      id,
      name: row.name,
      actor: request.actor,
      plan,
      planHash: row.plan_hash,
      createdAt: row.created_at,
      inputs,
      forced,
      stored,
      durable,
      parallel: request.parallel ?? 64,
      depth: request.depth,
    };
    const feed = createStepsFeed(id, (event) => void options.events.publish(project.id, event));
    const controller = new AbortController();
    const begin = (tx: Transaction): void => {
      const store = storeOf(tx);
      if (before) {
        store.setState(id, 'running');
        store.dropUnfinishedSteps(id);
        tx.append('run.resume', { run: id, steps: stored.size }, { actor: request.actor });
        return;
      }
      store.addSource(sourceHash, source);
      store.addRun(row);
      tx.append(
        'run.start',
        {
          run: id,
          flow: row.name,
          plan: row.plan_hash,
          inputs: brief(row.inputs),
          ...(Object.keys(files).length > 0 ? { files } : {}),
          ...(request.parent ? { parent: request.parent.run, step: request.parent.step } : {}),
          ...(request.rerunOf ? { rerunOf: request.rerunOf } : {}),
        },
        { actor: request.actor },
      );
    };
    const running = execute(
      spec,
      {
        project,
        journal: mine.journal,
        store: mine.store,
        storeOf,
        engine: options.engine,
        queryPlace: (signal) => places.take(signal),
        host: hostOf(project, spec, row, controller.signal),
        effect: (path, change) => once(project, spec, path, 0, change),
        changed: request.parent ? () => undefined : feed.changed,
      },
      controller,
      begin,
    );
    const entry: Active = { project: project.id, running, row, source, ended: undefined };
    active.set(id, entry);
    const onAbort = (): void => running.abort(request.signal?.reason === STOPPED ? STOPPED : CANCELLED);
    if (request.signal?.aborted) onAbort();
    else request.signal?.addEventListener('abort', onAbort, { once: true });
    if (!request.parent) tellRun(project, entry);

    const ended = running.ended.then((end) => {
      entry.ended = end;
      request.signal?.removeEventListener('abort', onAbort);
      feed.flush();
      const record = recordOf(entry);
      if (!request.parent) {
        for (const output of Object.values(record.outputs))
          options.events.publish(project.id, { type: 'run.output', runId: id, output });
        tellRun(project, entry);
      }
      active.delete(id);
      return record;
    });
    return { id, ended, values: () => valuesOf(running) };
  }

  function tellRun(project: Project, entry: Active): void {
    options.events.publish(project.id, { type: 'run.changed', run: summaryOf(entry) });
  }

  function forcedSteps(plan: PreparedPlan, from: string[]): number[] {
    const forced = new Set<number>();
    for (const id of from) {
      const step = plan.indexOf.get(id) ?? plan.indexOf.get(`step:${id}`);
      if (step === undefined) {
        throw new Problem('step-not-found', `The plan has no step ${JSON.stringify(id)}.`, {
          status: 404,
          hint: `Its steps are ${plan.steps
            .map((one) => one.node.id)
            .slice(0, 20)
            .join(', ')}.`,
        });
      }
      forced.add(step);
    }
    if (forced.size === 0) return [];
    // Units stand in the order in which they can run, and so do the steps in them.
    for (const unit of plan.units) {
      for (const step of unit.steps) {
        if (plan.steps[step]!.reads.some((read) => 'step' in read.from && forced.has(read.from.step))) forced.add(step);
      }
    }
    return [...forced];
  }

  // ------------------------------------------------------------ what steps may do

  /** Makes a change once: its marker is in the same transaction, and a marker that is there answers for the change. */
  function once<T>(
    project: Project,
    spec: RunSpec,
    path: string,
    n: number,
    change: (tx: Transaction) => T,
  ): Promise<T> {
    if (!spec.durable) return project.write(change);
    return project.write((tx) => {
      const store = storeOf(tx);
      const before = store.effect(spec.id, path, n);
      if (before !== undefined) return JSON.parse(before) as T;
      const result = change(tx);
      store.addEffect(spec.id, path, n, JSON.stringify(result ?? null));
      return result;
    });
  }

  function hostOf(
    project: Project,
    spec: RunSpec,
    row: Active['row'],
    signal: AbortSignal,
  ): Omit<StepContext, 'lookup' | 'path' | 'key' | 'now' | 'signal' | 'engine' | 'effect' | 'onProgress'> {
    return {
      async storeTable(path, table, target) {
        const change = await options.tables.prepareStore(project, table, target, signal);
        return (await once(project, spec, path, 0, change)) as Value;
      },
      async storeBlob(_path, name, result) {
        const text =
          typeof result === 'string'
            ? result
            : canonicalJson(isTable(result) || isLazy(result) ? await options.engine().toRecords(result) : result);
        const blob = await options.blobs.put(project, new TextEncoder().encode(text), name);
        return { kind: 'blob', id: blob.id, size: blob.size, name };
      },
      projectTable: (name) => options.tables.snapshot(project, name),
      projectTables: () => options.tables.list(project).map((table) => table.name),
      callOperation: (path, name, input, range) => callOperation(project, spec, path, name, input, signal, range),
      callFlow: (path, flow, inputs, range) => callFlow(project, spec, row, path, flow, inputs, signal, range),
    };
  }

  async function callOperation(
    project: Project,
    spec: RunSpec,
    path: string,
    name: string,
    input: Record<string, unknown>,
    signal: AbortSignal,
    range: SourceRange,
  ): Promise<Value> {
    const registry = options.registry();
    if (!registry) throw new Problem('operation-not-found', 'This node has no operations.', { status: 501, range });
    const definition = registry.get(name);
    if (definition.access === 'admin') {
      throw new Problem('operation-forbidden', `${name} is for the owner of the node; a flow cannot call it.`, {
        status: 403,
        range,
        hint: 'Call it with the admin token from outside.',
      });
    }
    let n = 0;
    const guarded: Project =
      definition.effect === 'write' && spec.durable
        ? {
            id: project.id,
            name: project.name,
            db: project.db,
            write: (change) => once(project, spec, path, n++, change),
          }
        : project;
    const result = await registry.call(
      name,
      {
        project: definition.access === 'project' ? guarded : undefined,
        actor: `run:${spec.id}/${path}`,
        signal,
        log: options.log,
        idempotencyKey: `${spec.id}/${path}`,
      },
      toWire(input as RecordValue),
    );
    return (result ?? null) as Value;
  }

  async function callFlow(
    project: Project,
    spec: RunSpec,
    row: Active['row'],
    path: string,
    flow: string,
    given: Record<string, ScopeValue>,
    signal: AbortSignal,
    range: SourceRange,
  ): Promise<RecordValue> {
    if (spec.depth >= DEEPEST_CALL) {
      throw new Problem('call-too-deep', `Flows call each other more than ${DEEPEST_CALL} deep.`, {
        status: 422,
        range,
        hint: 'Perhaps a flow calls itself.',
      });
    }
    const source = findFlow(project, flow, row.origin);
    if (source === undefined) {
      throw new Problem('flow-not-found', `There is no flow ${JSON.stringify(flow)}.`, {
        status: 404,
        range,
        hint: 'CALL FLOW finds the flows that ship with the program, the stored plans of the project by id or name, and files next to the calling file.',
      });
    }
    const before = spec.durable ? of(project).store.called(spec.id, path) : undefined;
    const child = await launch(project, {
      source: before ? (of(project).store.source(before.source_hash) ?? source) : source,
      given,
      actor: `run:${spec.id}/${path}`,
      durable: spec.durable,
      parallel: spec.parallel,
      depth: spec.depth + 1,
      parent: { run: spec.id, step: path },
      signal,
      ...(row.origin === null ? {} : { origin: row.origin }),
      ...(before ? { row: before } : {}),
    });
    const record = await child.ended;
    if (record.state !== 'succeeded') {
      signal.throwIfAborted();
      const error = record.error;
      const at = (error as { step?: string } | undefined)?.step;
      throw new Problem(
        error?.code ?? 'called-flow-failed',
        `The called flow "${record.name}" failed${at ? ` at ${at.replace('step:', '')}` : ''}: ${error?.detail ?? record.state}`,
        {
          status: error?.status ?? 500,
          range,
          more: { called: record.id },
          ...(error?.hint === undefined ? {} : { hint: error.hint }),
        },
      );
    }
    return child.values();
  }

  /** CALL FLOW looks among what ships, what is stored, and next to the file that the person named. */
  function findFlow(project: Project, flow: string, origin: string | null): string | undefined {
    const shipped = flowIn(join(options.root, 'flows'), flow);
    if (shipped !== undefined) return shipped;
    const { store } = of(project);
    const stored = store.plan(flow) ?? store.plans().find((plan) => plan.name === flow || plan.origin === flow);
    if (stored) return store.source(stored.source_hash);
    return origin !== null && isAbsolute(origin) ? flowIn(dirname(origin), flow) : undefined;
  }

  // ------------------------------------------------------------ records

  function summaryOf(entry: Active): RunSummary {
    const { row, running, ended } = entry;
    return {
      id: row.id,
      name: row.name,
      state: ended?.state ?? 'running',
      planHash: row.plan_hash,
      inputs: JSON.parse(row.inputs) as Record<string, unknown>,
      createdAt: row.created_at,
      startedAt: row.created_at,
      ...(ended ? { finishedAt: new Date().toISOString(), ms: ended.ms } : {}),
      ...(row.origin === null ? {} : { origin: row.origin }),
      ...(row.rerun_of === null ? {} : { rerunOf: row.rerun_of }),
      stepsTotal: row.steps_total,
      stepsDone: running.done(),
      ...(ended?.error ? { error: ended.error } : {}),
    };
  }

  function recordOf(entry: Active): RunRecord {
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
      const hidden = step.node.kind === 'step' && step.node.annotations.sensitive === true;
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

  function valuesOf(running: Running): RecordValue {
    const values: RecordValue = {};
    for (const step of running.spec.plan.steps) {
      const label = labelOf(step.node);
      const result = label === undefined ? undefined : running.result(step.index);
      if (label !== undefined && result !== undefined) values[label] = result as Value;
    }
    return values;
  }

  function storedRun(project: Project, id: string): RunRow {
    const row = of(project).store.run(id);
    if (!row)
      throw new Problem('run-not-found', `There is no run ${JSON.stringify(id)}.`, {
        status: 404,
        hint: 'GET /flow/runs lists the runs.',
      });
    return row;
  }

  function summaryOfRow(row: RunRow): RunSummary {
    const running = active.get(row.id);
    if (running) return summaryOf(running);
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
    };
  }

  function recordOfRow(project: Project, row: RunRow): RunRecord {
    const { store } = of(project);
    const source = store.source(row.source_hash) ?? '';
    const { plan } = prepared(source);
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
    return {
      ...summaryOfRow(row),
      source,
      steps,
      outputs: outputsOf(plan, (step) => {
        const key = steps[step]!.resultKey;
        const result = key === undefined ? undefined : store.result(key);
        return result && key !== undefined ? { result: decodeResult(result), key } : undefined;
      }),
    };
  }

  // ------------------------------------------------------------ the service

  const service: Runs = {
    async start(project, request) {
      await of(project).recovered;
      return launch(project, { ...request, depth: 0 });
    },

    plan: (project, source, inputColumns) =>
      checked(source, { ...environment(project), ...(inputColumns ? { inputColumns } : {}) }),

    async savePlan(project, source, graph, origin) {
      const id = newId();
      await project.write((tx) => {
        const sourceHash = digest('sha256', source, 'hex');
        storeOf(tx).addSource(sourceHash, source);
        storeOf(tx).addPlan({
          id,
          name: graph.name,
          plan_hash: graph.hash,
          source_hash: sourceHash,
          origin: origin ?? null,
          created_at: new Date().toISOString(),
        });
        tx.append('plan.save', { plan: id, name: graph.name, hash: graph.hash });
      });
      return id;
    },

    listPlans: (project) => of(project).store.plans(),
    getPlan: planRow,

    async deletePlan(project, id) {
      planRow(project, id);
      await project.write((tx) => {
        storeOf(tx).deletePlan(id);
        tx.append('plan.delete', { plan: id });
      });
    },

    environment,

    async list(project, { cursor, limit, state }) {
      await of(project).recovered;
      const rows = of(project).store.runs(cursor ?? '~', limit + 1, state);
      const more = rows.length > limit;
      const runs = rows.slice(0, limit).map(summaryOfRow);
      return more ? { runs, next: runs.at(-1)!.id } : { runs };
    },

    async get(project, id) {
      await of(project).recovered;
      const running = mineOf(project, id);
      return running ? recordOf(running) : recordOfRow(project, storedRun(project, id));
    },

    async cancel(project, id) {
      await of(project).recovered;
      const running = mineOf(project, id);
      if (running) {
        running.running.abort(CANCELLED);
        await running.running.ended;
        return recordOfRow(project, storedRun(project, id));
      }
      const row = storedRun(project, id);
      if (row.state !== 'interrupted') {
        throw new Problem('run-finished', `The run has ended already: ${row.state}.`, {
          status: 409,
          hint: 'There is nothing left to cancel.',
        });
      }
      await project.write((tx) => {
        storeOf(tx).finish(id, 'cancelled', new Date().toISOString(), row.ms ?? 0, row.steps_done, undefined);
        tx.append('run.cancelled', { run: id, steps: row.steps_done });
      });
      return recordOfRow(project, storedRun(project, id));
    },

    async resume(project, id, actor) {
      await of(project).recovered;
      if (mineOf(project, id))
        throw new Problem('run-running', 'The run is under way.', {
          status: 409,
          hint: 'Watch it, or cancel it first.',
        });
      const row = storedRun(project, id);
      if (row.state === 'succeeded') {
        throw new Problem('run-finished', 'The run has succeeded: there is nothing to go on with.', {
          status: 409,
          hint: 'Run it again with flow.rerun.',
        });
      }
      return launch(project, {
        source: of(project).store.source(row.source_hash) ?? '',
        inputs: JSON.parse(row.inputs) as Record<string, unknown>,
        actor,
        depth: 0,
        row,
      });
    },

    async stepResult(project, id, step, offset, limit) {
      const record = await service.get(project, id);
      const found = record.steps.find((one) => one.id === step) ?? record.steps.find((one) => one.name === step);
      if (!found)
        throw new Problem('step-not-found', `The run has no step ${JSON.stringify(step)}.`, {
          status: 404,
          hint: `Its steps are ${record.steps
            .map((one) => one.id)
            .slice(0, 20)
            .join(', ')}.`,
        });
      const node = prepared(record.source).plan.steps.find((one) => one.node.id === found.id)?.node;
      if (node?.kind === 'step' && node.annotations.sensitive) {
        throw new Problem('result-sensitive', `The result of ${found.name} is @sensitive and is not shown.`, {
          status: 403,
          hint: 'Take the annotation away and run again to look at it.',
        });
      }
      const row = found.resultKey === undefined ? undefined : of(project).store.result(found.resultKey);
      if (!row) {
        throw new Problem('result-not-there', `${found.name} has no result: it is ${found.state}.`, {
          status: 404,
          hint: found.reason ?? 'Wait until it is done.',
        });
      }
      const result = decodeResult(row);
      if (isTable(result) || isLazy(result))
        return { kind: 'table', page: await options.engine().page(result, offset, limit) };
      if (typeof result === 'string') return { kind: 'text', text: result };
      return { kind: 'json', value: toWire(result) };
    },

    recover: (project) => of(project).recovered,

    async close() {
      closing = true;
      const left = [...active.values()];
      for (const entry of left) entry.running.abort(STOPPED);
      await Promise.all(left.map((entry) => entry.running.ended));
    },
  };
  return service;

  /** A run under way, when it is of this project: those of others are none of the caller's. */
  function mineOf(project: Project, id: string): Active | undefined {
    const entry = active.get(id);
    return entry?.project === project.id ? entry : undefined;
  }

  function environment(project: Project): Environment {
    return {
      operations: operationInfos(),
      tables: options.tables.list(project).map((table) => ({
        name: table.name,
        columns: table.columns.map((column) => ({
          name: column.name,
          type: columnFlowType(column.type),
          native: column.type,
        })),
      })),
    };
  }
}

/** The label under which a node's result is an output of the run; undefined when it is none. */
function labelOf(node: PreparedPlan['steps'][number]['node']): string | undefined {
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

/** Inputs for the ledger: whole when short, else by hash. */
function brief(json: string): unknown {
  return json.length <= 1000 ? (JSON.parse(json) as unknown) : { sha256: digest('sha256', json, 'hex') };
}
