/** The runs of all projects: start, watch, cancel, go on, run again. Composed once a node. */
import { hash as digest } from 'node:crypto';
import { cpus } from 'node:os';
import { Problem } from '../errors/problem.ts';
import type { Environment } from '../flow/plan/environment.ts';
import { newId } from '../ids/uuid.ts';
import type { Project, Transaction } from '../projects/project.ts';
import { columnFlowType } from './columns.ts';
import { createComparing } from './compare.ts';
import { createDebugging, editsOf } from './debugging.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLaunch, type Inside, originOf, planRow } from './launch.ts';
import { createProgramFinder, findKnownPrograms } from './programs.ts';
import { createPlaces } from './places.ts';
import { createPlanReader } from './plans.ts';
import type { PreparedPlan } from './prepare.ts';
import { NOT_ENDED, openRunStore, type RunRow, type RunStore } from './records.ts';
import { isLazy, isTable, toWire, type StepResult } from './results.ts';
import { CANCELLED, STOPPED } from './spec.ts';
import type { RunRecord, RunSummary } from './schema.ts';
import type { Runs, RunsOptions } from './service.ts';
import { createRetention } from './retention.ts';
import { exportRun } from './share/export.ts';
import { importRun } from './share/import.ts';
import { readsOf, stepInputs, valueRead, valuesOfRun } from './step-inputs.ts';
import { type Active, recordOf, recordOfRow, summaryOf, summaryOfRow } from './views.ts';

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
      found.recovered = interrupt(project, found.store).then(async (ids) => {
        // Left by a crash: nothing runs yet, so nothing has made these tables anew.
        await retention.removeFiles(project);
        return ids;
      });
      found.recovered.catch((error: unknown) =>
        options.log.error({ err: error }, 'interrupted runs could not be marked'),
      );
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
          storeOf(tx).addEvents(row.id, [
            { seq: storeOf(tx).eventsOf(row.id), time: new Date().toISOString(), kind: 'run.interrupted' },
          ]);
          tx.append('run.interrupted', { run: row.id, steps: done }, { actor: 'node' });
        }
      });
    return left.filter((row) => row.parent === null).map((row) => row.id);
  }

  const inside: Inside = {
    options,
    active,
    of,
    storeOf,
    prepared,
    checkCalls: (source, programs) => void checked(source, { operations: operationInfos(), programs }),
    places,
    closing: () => closing,
    lettingGo: (project) => retention.going(project),
    ...(options.namesTables === undefined ? {} : { alsoNames: options.namesTables }),
  };
  const retention = createRetention(inside);
  const { launch, tell, forgetLatest } = createLaunch(inside);

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
    const edits = editsOf(inside, project, row.id);
    return {
      ...recordOfRow(store, row, source, plan),
      ...(edits.length > 0 ? { edits } : {}),
      state: summaryNow(row).state,
    };
  }

  /** Tells watchers what is known of a run now. */
  function tellNow(project: Project, id: string): void {
    const entry = active.get(id);
    if (entry) return tell(project, entry);
    const row = storedRun(project, id);
    const { source: _source, steps: _steps, outputs: _outputs, ...run } = recordNow(project, row);
    options.events.publish(project.id, { type: 'run.changed', run });
  }

  /** What an imported run cannot do: it stands on results that were not made here. */
  function refuseImported(row: RunRow): void {
    if (row.imported === null) return;
    throw new Problem('run-imported', 'This run came out of a file; it cannot go on here.', {
      status: 409,
      hint: 'Run it again: flow.rerun, with files of this machine as inputs.',
    });
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

    plan: (project, source, around = {}) => checked(source, { ...environment(project), ...around }),

    programs(source, origin, files, reader) {
      const place = originOf({ ...reader, ...(origin === undefined ? {} : { origin }) }, options.root);
      return findKnownPrograms(
        source,
        files,
        createProgramFinder(options, place, () => true),
      );
    },

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
    getPlan: (project, id) => planRow(of(project).store, id),

    async deletePlan(project, id) {
      planRow(of(project).store, id);
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
        // One that was just coming to rest did so, and is cancelled where it stands.
        if (storedRun(project, id).state !== 'paused') return recordNow(project, storedRun(project, id));
      }
      const row = storedRun(project, id);
      if (row.state !== 'interrupted' && row.state !== 'paused') {
        throw new Problem('run-finished', `The run has ended already: ${row.state}.`, {
          status: 409,
          hint: 'There is nothing left to cancel.',
        });
      }
      const isAtRest = await project.write((tx) => {
        // Somebody let it go meanwhile.
        if (active.has(id)) return false;
        const store = storeOf(tx);
        store.dropUnfinishedSteps(id);
        store.finish(id, 'cancelled', new Date().toISOString(), row.ms ?? 0, row.steps_done, undefined);
        store.addEvents(id, [
          { seq: store.eventsOf(id), time: new Date().toISOString(), kind: 'run.ended', state: 'cancelled' },
        ]);
        tx.append('run.cancelled', { run: id, steps: row.steps_done });
        return true;
      });
      if (!isAtRest) return service.cancel(project, id);
      tellNow(project, id);
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
      refuseImported(row);
      return launch(project, {
        source: of(project).store.source(row.source_hash) ?? '',
        inputs: JSON.parse(row.inputs) as Record<string, unknown>,
        actor,
        depth: 0,
        row,
      });
    },

    async retryFailed(project, id, actor) {
      await of(project).recovered;
      const row = storedRun(project, id);
      if (mineOf(project, id) || row.state !== 'failed') {
        throw new Problem('run-not-failed', `The run has not failed: it is ${summaryNow(row).state}.`, {
          status: 409,
          hint: 'There is nothing to try again.',
        });
      }
      return service.resume(project, id, actor);
    },

    async rerun(project, id, { actor, source, inputs, from, until, breakpoints }) {
      const before = await service.get(project, id);
      return service.start(project, {
        source: source ?? before.source,
        inputs: inputs ?? before.inputs,
        actor,
        rerunOf: id,
        control: {
          ...(until === undefined ? {} : { until }),
          ...(breakpoints === undefined ? {} : { breakpoints }),
          // What a run out of a file yielded was not made here.
          ...(from === undefined || from.length === 0 || before.imported !== undefined ? {} : { keep: true }),
        },
        ...(before.origin === undefined ? {} : { origin: before.origin }),
        ...(from === undefined ? {} : { from }),
      });
    },

    async continueRun(project, id, how, actor) {
      await of(project).recovered;
      return debugging.continueRun(project, id, how, actor);
    },
    async pause(project, id, actor) {
      await of(project).recovered;
      await debugging.pauseRun(project, id, actor);
    },
    async setBreakpoints(project, id, steps, actor) {
      await of(project).recovered;
      await debugging.setBreakpoints(project, id, steps, actor);
    },
    async edit(project, id, edits, actor) {
      await of(project).recovered;
      return debugging.editRun(project, id, edits, actor);
    },

    async storedResult(project, id, name, input) {
      const { values, step, record, letGo } = await stepOf(project, id, name);
      let { hidden } = step;
      let result: StepResult | undefined;
      if (input === undefined) result = values.result(step.index);
      else {
        const reads = readsOf(values.plan, step);
        const read = reads.find((one) => one.name === input || one.id === input);
        if (!read) {
          throw new Problem('input-not-read', `${step.node.name} does not read ${JSON.stringify(input)}.`, {
            status: 404,
            hint: reads.length === 0 ? 'It reads nothing.' : `It reads ${reads.map((one) => one.name).join(', ')}.`,
          });
        }
        hidden = read.hidden;
        ({ result } = await valueRead(values, step, read));
      }
      if (hidden) {
        throw new Problem('result-sensitive', `The result of ${input ?? record.name} is @sensitive and is not shown.`, {
          status: 403,
          hint: 'Take the annotation away and run again to look at it.',
        });
      }
      if (result === undefined && letGo !== undefined && (record.state === 'done' || record.state === 'reused')) {
        throw new Problem(
          'result-let-go',
          `The result of ${input ?? record.name} was let go on ${letGo.slice(0, 10)} to free space.`,
          { status: 410, hint: 'Run it again: what is gone is computed anew.' },
        );
      }
      if (result === undefined) {
        throw new Problem(
          'result-not-there',
          input === undefined ? `${record.name} has no result: it is ${record.state}.` : `${input} has no value yet.`,
          { status: 404, hint: record.reason ?? 'Wait until it is done.' },
        );
      }
      return { name: record.name, result };
    },

    async stepResult(project, id, step, offset, limit, input) {
      const { result } = await service.storedResult(project, id, step, input);
      if (isTable(result) || isLazy(result))
        return { kind: 'table', page: await options.engine(project).page(result, offset, limit) };
      if (typeof result === 'string') return { kind: 'text', text: result };
      return { kind: 'json', value: toWire(result) };
    },

    async stepInputs(project, id, name) {
      const { values, step } = await stepOf(project, id, name);
      return stepInputs(values, step);
    },

    async events(project, id, from, limit) {
      await of(project).recovered;
      const waiting = mineOf(project, id)?.running.events.waiting() ?? [];
      if (!mineOf(project, id)) storedRun(project, id);
      const stored = of(project).store.events(id, from, limit + 1);
      const all = [
        ...stored,
        ...waiting.filter((event) => event.seq >= from && !stored.some((one) => one.seq === event.seq)),
      ];
      const events = all.slice(0, limit);
      return all.length > limit ? { events, next: events.at(-1)!.seq + 1 } : { events };
    },

    async compare(project, a, b) {
      await of(project).recovered;
      return comparing.compare(project, storedNow(project, a), storedNow(project, b));
    },
    async compareRows(project, request, signal) {
      await of(project).recovered;
      return comparing.compareRows(
        project,
        storedRun(project, request.a),
        storedRun(project, request.b),
        request,
        signal,
      );
    },

    async export(project, id, actor, signal) {
      await of(project).recovered;
      const { row, record } = storedNow(project, id);
      return exportRun(inside, project, row, record, options.ledgerOf(project), actor, signal);
    },
    async import(project, body, actor, signal) {
      await of(project).recovered;
      const taken = await importRun(inside, project, body, actor, signal);
      tellNow(project, taken.id);
      return taken;
    },

    async retention(project, rule) {
      await of(project).recovered;
      return retention.preview(project, rule ?? retention.rule(project));
    },
    async letGo(project, rule, actor) {
      await of(project).recovered;
      const done = await retention.letGo(project, rule, actor);
      forgetLatest();
      options.events.publish(project.id, { type: 'reset' });
      return done;
    },
    async pin(project, id, pinned, actor) {
      await of(project).recovered;
      storedRun(project, id);
      await project.write((tx) => {
        storeOf(tx).setPinned(id, pinned ? 'pinned' : null);
        tx.append(pinned ? 'run.pin' : 'run.unpin', { run: id }, { actor });
      });
      tellNow(project, id);
      return service.get(project, id);
    },

    recover: (project) => of(project).recovered,

    async close() {
      closing = true;
      const left = [...active.values()];
      for (const entry of left) entry.running.abort(STOPPED);
      await Promise.all(left.map((entry) => entry.running.ended));
    },
  };
  const debugging = createDebugging({ inside, launch, storedRun, tell: tellNow });
  const comparing = createComparing(inside);
  return service;

  /** A run with its record as it is now. */
  function storedNow(project: Project, id: string): { row: RunRow; record: RunRecord } {
    const running = mineOf(project, id);
    if (!running) {
      const row = storedRun(project, id);
      return { row, record: recordNow(project, row) };
    }
    return { row: { ...running.row, ...NOT_ENDED, state: 'running' }, record: recordOf(running) };
  }

  /** A step of a run, with its record and the values around it. @throws Problem `run-not-found`, `step-not-found` */
  async function stepOf(project: Project, id: string, name: string) {
    await of(project).recovered;
    const { row, record: run } = storedNow(project, id);
    const record = run.steps.find((one) => one.id === name) ?? run.steps.find((one) => one.name === name);
    const values = valuesOfRun(inside, project, row);
    const step = record && values.plan.steps.find((one) => one.node.id === record.id);
    if (record && step) return { record, step, values, letGo: run.letGo };
    throw new Problem('step-not-found', `The run has no step ${JSON.stringify(name)}.`, {
      status: 404,
      hint: `Its steps are ${run.steps
        .map((one) => one.id)
        .slice(0, 20)
        .join(', ')}.`,
    });
  }

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
