/** The runs of all projects: start, watch, cancel, go on, run again. Composed once a node. */
import { hash as digest } from 'node:crypto';
import { cpus } from 'node:os';
import { Problem } from '../errors/problem.ts';
import type { Environment } from '../flow/plan/environment.ts';
import type { RecordValue } from '../flow/values/value.ts';
import { newId } from '../ids/uuid.ts';
import type { Project, Transaction } from '../projects/project.ts';
import { columnFlowType } from './columns.ts';
import { readGiven } from './given.ts';
import { type HostServices, hostOf } from './host.ts';
import { createJournal, type Journal } from './journal.ts';
import { createPlaces } from './places.ts';
import { createPlanReader } from './plans.ts';
import type { PreparedPlan } from './prepare.ts';
import { openRunStore, type PlanRow, type RunRow, type RunStore } from './records.ts';
import { decodeResult, isLazy, isTable, toWire } from './results.ts';
import { execute } from './running.ts';
import { CANCELLED, type RunSpec, STOPPED } from './spec.ts';
import type { RunRecord, RunSummary, StepRecord } from './schema.ts';
import type { Launch, Runs, RunsOptions, StartedRun } from './service.ts';
import { createStepsFeed } from './steps-feed.ts';
import { type Active, recordOf, recordOfRow, summaryOf, summaryOfRow, valuesOf } from './views.ts';

interface OfProject {
  journal: Journal;
  store: RunStore;
  recovered: Promise<string[]>;
}

export function createRuns(options: RunsOptions): Runs {
  const projects = new Map<string, OfProject>();
  const active = new Map<string, Active>();
  const { operationInfos, checked, prepared } = createPlanReader(options.registry);
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
    const fresh = left.filter((row) => row.state !== 'interrupted');
    if (fresh.length > 0)
      await project.write((tx) => {
        for (const row of fresh) {
          const done = storeOf(tx)
            .steps(row.id)
            .filter((step) => step.state === 'done' || step.state === 'reused').length;
          storeOf(tx).finish(row.id, 'interrupted', new Date().toISOString(), row.ms ?? 0, done, undefined);
          tx.append('run.interrupted', { run: row.id, steps: done }, { actor: 'node' });
        }
      });
    return left.filter((row) => row.parent === null).map((row) => row.id);
  }

  const host: HostServices = { ...options, storeOf, storeFor: (project) => of(project).store, launch };

  // ------------------------------------------------------------ plans

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
    const { inputs, files, named } = await readGiven(options, project, mine.store, plan.inputs, request);
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
      paths: request.paths ?? named,
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
        engine: () => options.engine(project),
        queryPlace: (signal) => places.take(signal),
        host: hostOf(host, project, spec, row),
        defect: (err, step) => options.log.error({ err, run: id, step }, 'a step failed by a defect'),
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

  // ------------------------------------------------------------ records

  /** A run as it is at this moment. */
  function summaryNow(row: RunRow): RunSummary {
    const running = active.get(row.id);
    if (running) return summaryOf(running);
    // Its end could not be stored (a full disk): it can go on like one that was interrupted.
    return summaryOfRow(row.state === 'running' ? { ...row, state: 'interrupted' } : row);
  }

  function recordNow(project: Project, row: RunRow): RunRecord {
    const { store } = of(project);
    const source = store.source(row.source_hash) ?? '';
    let plan: PreparedPlan;
    try {
      ({ plan } = prepared(source));
    } catch (error) {
      // A source that this version of the program no longer takes: the run's own facts are still there.
      if (!(error instanceof Problem)) throw error;
      return { ...summaryNow(row), source, steps: [], outputs: {} };
    }
    return { ...recordOfRow(store, row, source, plan), state: summaryNow(row).state };
  }

  function storedRun(project: Project, id: string): RunRow {
    const row = of(project).store.run(id);
    if (!row)
      throw new Problem('run-not-found', `There is no run ${JSON.stringify(id)}.`, {
        status: 404,
        hint: '`voike runs` and GET /flow/runs list the runs.',
      });
    return row;
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
      const runs = rows.slice(0, limit).map(summaryNow);
      return more ? { runs, next: runs.at(-1)!.id } : { runs };
    },

    async get(project, id) {
      await of(project).recovered;
      const running = mineOf(project, id);
      return running ? recordOf(running) : recordNow(project, storedRun(project, id));
    },

    async cancel(project, id) {
      await of(project).recovered;
      const running = mineOf(project, id);
      if (running) {
        running.running.abort(CANCELLED);
        await running.running.ended;
        return recordNow(project, storedRun(project, id));
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
      return recordNow(project, storedRun(project, id));
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

    async storedResult(project, id, step) {
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
      return { name: found.name, result: decodeResult(row) };
    },

    async stepResult(project, id, step, offset, limit) {
      const { result } = await service.storedResult(project, id, step);
      if (isTable(result) || isLazy(result))
        return { kind: 'table', page: await options.engine(project).page(result, offset, limit) };
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

/** Inputs for the ledger: whole when short, else by hash. */
function brief(json: string): unknown {
  return json.length <= 1000 ? (JSON.parse(json) as unknown) : { sha256: digest('sha256', json, 'hex') };
}
