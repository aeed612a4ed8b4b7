/** Starting a run, or going on with one: from what was asked for to steps under way. */
import { hash as digest } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { Problem } from '../errors/problem.ts';
import type { KnownPrograms } from '../flow/plan/programs.ts';
import type { RecordValue } from '../flow/values/value.ts';
import { newId } from '../ids/uuid.ts';
import type { Project, Transaction } from '../projects/project.ts';
import { readBase, type Base } from './base.ts';
import { readGiven } from './given.ts';
import { type HostServices, hostOf, mayReadIn } from './host.ts';
import type { Journal } from './journal.ts';
import { mayName, type Reader } from './local-files.ts';
import type { Places } from './places.ts';
import type { PreparedPlan } from './prepare.ts';
import { createProgramFinder, findKnownPrograms, findStepPrograms, givenFiles } from './programs.ts';
import type { Control, EditRow, Identity, RunRow, RunStore } from './records.ts';
import { decodeResult, kindOfResult, isTable, toWire } from './results.ts';
import { createEventLog } from './run-events.ts';
import { execute } from './running.ts';
import type { RunEdit, StepRecord } from './schema.ts';
import type { Launch, RunsOptions, StartedRun } from './service.ts';
import { CANCELLED, type Edits, type RunSpec, STOPPED, type StoredStep } from './spec.ts';
import { controlOf, steeringOf, stepsNamed, withAfter } from './steering.ts';
import { createStepsFeed } from './steps-feed.ts';
import { type Active, recordOf, summaryOf, valuesOf } from './views.ts';

/** What the runs of a node share. */
export interface Inside {
  options: RunsOptions;
  /** Runs that this process has started and that have not ended, by id. */
  active: Map<string, Active>;
  of(project: Project): { journal: Journal; store: RunStore };
  storeOf(tx: Transaction): RunStore;
  /** @throws Problem `flow-has-errors` */
  prepared(source: string): { plan: PreparedPlan; sourceHash: string };
  /** Whether its steps call these programs as they can be called, as flow.plan checks it. @throws Problem `flow-has-errors` */
  checkCalls(source: string, programs: KnownPrograms): void;
  places: Places;
  /** Texts of other areas that may name stored tables, as the inputs of schedules. */
  alsoNames?(project: Project): readonly string[];
  /** While results of the project are being let go: resolves when that is done. */
  lettingGo(project: Project): Promise<unknown> | undefined;
  closing(): boolean;
}

export function createLaunch(inside: Inside) {
  const { options, active, of, storeOf, prepared } = inside;
  const host: HostServices = { ...options, storeOf, storeFor: (project) => of(project).store, launch };

  async function launch(project: Project, request: Launch): Promise<StartedRun> {
    if (inside.closing())
      throw new Problem('node-stopping', 'The node is stopping; the run was not started.', {
        status: 503,
        hint: 'Start the node and try again.',
      });
    const { store, journal } = of(project);
    const source = request.source ?? sourceOfPlan(store, request.planId);
    const { plan, sourceHash } = prepared(source);
    const wire = request.inputs ?? {};
    const { inputs, files, named } = await readGiven(options, project, store, plan.inputs, request);
    const origin = request.row ? request.row.origin : originOf(request, options.root);
    const paths = request.parent ? (request.paths ?? named) : named;
    const finder = createProgramFinder(options, origin, (file) => mayReadIn(options, project, paths, file));
    // One that goes on has begun with other programs, perhaps; its steps say what does not fit.
    if (plan.callers.length > 0 && request.row === undefined)
      inside.checkCalls(source, await findKnownPrograms(source, givenFiles(plan, inputs), finder));
    const programs = plan.callers.length === 0 ? NO_PROGRAMS : await findStepPrograms(plan, inputs, finder);
    // From here to where the run is known to be active nothing waits.
    for (let going = inside.lettingGo(project); going; going = inside.lettingGo(project)) await going;
    const before = request.row;
    if (before) requireSameFiles(JSON.parse(before.files) as Record<string, string>, files);
    const forced = before?.forced ? readForced(before.forced) : forcedFrom(plan, request.from ?? []);
    const control: Control = before
      ? { ...(before.control === null ? {} : (JSON.parse(before.control) as Control)), ...request.control }
      : (request.control ?? {});
    if (control.keep && request.rerunOf !== undefined && typeof store.run(request.rerunOf)?.let_go === 'string') {
      // What is gone would be computed anew, effects included, though they were asked to stay.
      throw new Problem(
        'results-let-go',
        'The results of that run were let go; it cannot go on from one of its steps.',
        {
          status: 409,
          hint: 'Run it again as a whole.',
        },
      );
    }
    const steering = steeringOf(plan, control);
    const id = before?.id ?? request.id ?? newId();
    if (request.id !== undefined && (active.has(id) || store.run(id) !== undefined))
      throw new Problem('run-exists', `There is already a run ${id}.`, {
        status: 409,
        hint: 'Look at it, or start another.',
      });
    // Reading what it is given took a while, in which somebody else may have let it go or cancelled it.
    if (before && (active.has(id) || store.run(id)?.state !== before.state))
      throw new Problem('run-running', 'The run has gone on, or has ended, meanwhile.', {
        status: 409,
        hint: 'Look at it again.',
      });
    const durable = request.durable ?? true;
    const stored = before ? readStored(store, id) : new Map<number, StoredStep>();
    const given = request.given ? toWire(request.given as RecordValue) : wire;
    const kept = controlOf(plan, steering);
    const row: Active['row'] = before ?? {
      id,
      name: plan.graph.name,
      plan_hash: plan.graph.hash,
      source_hash: sourceHash,
      inputs: JSON.stringify(given),
      files: JSON.stringify(files),
      origin,
      rerun_of: request.rerunOf ?? null,
      forced: forced.size > 0 ? JSON.stringify([...forced]) : null,
      parent: request.parent?.run ?? null,
      parent_step: request.parent?.step ?? null,
      created_at: new Date().toISOString(),
      steps_total: steering.needed?.size ?? plan.steps.length,
      control: kept ? JSON.stringify(kept) : null,
      imported: null,
    };
    const editRows = [...(before ? store.edits(id) : []), ...(request.edits ?? []).map((edit) => edit.row)];
    const values = new Map((request.edits ?? []).map((edit) => [edit.row.result, edit]));
    const edits = readEdits(plan, editRows, (key) => {
      const fresh = values.get(key);
      const found = fresh ? { kind: fresh.kind, value: fresh.value } : store.result(key);
      return found && decodeResult(found);
    });
    let base: { found: Base | undefined } | undefined;
    const spec: RunSpec = {
      id,
      name: row.name,
      actor: request.actor,
      plan,
      source,
      planHash: row.plan_hash,
      createdAt: row.created_at,
      paths,
      programs,
      inputs,
      given: given as Record<string, unknown>,
      forced,
      stored,
      steering,
      edits,
      base: () => (base ??= { found: findBase(project, store, row) }).found,
      msBefore: before?.ms ?? 0,
      durable,
      parallel: request.parallel ?? 64,
      depth: request.depth,
    };
    const feed = createStepsFeed(id, (event) => void options.events.publish(project.id, event));
    const events = createEventLog(before ? store.eventsOf(id) : 0, (event) => {
      if (event.kind !== 'step.attempt' && event.kind !== 'log') return;
      options.events.publish(project.id, {
        type: 'run.log',
        runId: id,
        level: event.level ?? 'info',
        message: event.message ?? '',
        ...(event.step === undefined ? {} : { stepId: event.step }),
      });
    });
    const controller = new AbortController();
    events.add(before ? (before.state === 'paused' ? 'run.continued' : 'run.resumed') : 'run.started', {
      by: request.actor,
    });
    const begin = (tx: Transaction): void => {
      const writer = storeOf(tx);
      if (before) {
        writer.setState(id, 'running');
        writer.dropUnfinishedSteps(id);
        if (kept) writer.setControl(id, kept);
        tx.append(
          before.state === 'paused' ? 'run.continue' : 'run.resume',
          { run: id, steps: stored.size },
          { actor: request.actor },
        );
      } else {
        writer.addSource(sourceHash, source);
        writer.addRun(row);
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
            ...(control.until ? { until: control.until } : {}),
          },
          { actor: request.actor },
        );
      }
      for (const edit of request.edits ?? []) writeEdit(writer, tx, id, edit);
      writer.addEvents(id, events.take());
    };
    const running = execute(
      spec,
      {
        project,
        journal,
        store,
        storeOf,
        engine: () => options.engine(project),
        blobPath: (id) => options.blobs.files.path(id),
        queryPlace: (signal) => inside.places.take(signal),
        host: hostOf(host, project, spec, row, finder),
        events,
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
    if (!request.parent) tell(project, entry);

    const ended = running.ended.then((end) => {
      entry.ended = end;
      request.signal?.removeEventListener('abort', onAbort);
      feed.flush();
      const record = recordOf(entry);
      if (!request.parent) {
        if (durable && end.state !== 'paused' && end.state !== 'interrupted') rememberLatest(project, row);
        for (const output of Object.values(record.outputs))
          options.events.publish(project.id, { type: 'run.output', runId: id, output });
        tell(project, entry);
        options.onEnded?.(project, summaryOf(entry), {
          actor: request.actor,
          attended: request.signal !== undefined,
        });
      }
      active.delete(id);
      return record;
    });
    // Whoever is told of a run finds it again, also when the node dies at that moment.
    await running.written;
    return { id, ended, values: () => valuesOf(running) };
  }

  function tell(project: Project, entry: Active): void {
    options.events.publish(project.id, { type: 'run.changed', run: summaryOf(entry) });
  }

  /**
   * The last run that has ended in this process, by project and name. Looking it up for every one of many small runs was a
   * third of their cost.
   */
  const latest = new Map<string, { id: string; base?: { found: Base | undefined } }>();

  function rememberLatest(project: Project, { name, id }: Active['row']): void {
    const key = `${project.id} ${name}`;
    const known = latest.get(key);
    if (known !== undefined && known.id > id) return;
    latest.delete(key);
    latest.set(key, { id });
    if (latest.size > MOST_LATEST) latest.delete(latest.keys().next().value!);
  }

  /** The run to compare with: the one that is repeated, else the last of that name. */
  function findBase(project: Project, store: RunStore, row: Active['row']): Base | undefined {
    if (row.parent !== null) return undefined;
    if (row.rerun_of !== null) return baseOf(store, store.run(row.rerun_of));
    const known = latest.get(`${project.id} ${row.name}`);
    if (known === undefined || known.id >= row.id) return baseOf(store, store.before(row.name, row.id));
    return (known.base ??= { found: baseOf(store, store.run(known.id)) }).found;
  }

  function baseOf(store: RunStore, found: RunRow | undefined): Base | undefined {
    const source = found && found.imported === null ? store.source(found.source_hash) : undefined;
    if (!found || source === undefined) return undefined;
    try {
      return readBase(store, found, source, prepared(source).plan);
    } catch (error) {
      // A source that this version of the program no longer takes.
      if (error instanceof Problem) return undefined;
      throw error;
    }
  }

  return { launch, tell, forgetLatest: () => latest.clear() };
}

/** With a path as its origin a flow calls its neighbours: that, too, is reading files of this machine. */
export function originOf(request: Reader & Pick<Launch, 'origin' | 'parent'>, root: string): string | null {
  const { origin, parent } = request;
  if (origin === undefined) return null;
  return parent !== undefined || !isAbsolute(origin) || mayName(request, origin, root) ? origin : null;
}

const NO_PROGRAMS: RunSpec['programs'] = new Map();

/** Flows of which the last run is known without asking the disk. */
const MOST_LATEST = 200;

function sourceOfPlan(store: RunStore, planId: string | undefined): string {
  if (planId === undefined)
    throw new Problem('source-missing', 'A run needs a source or the id of a plan.', {
      status: 422,
      hint: 'Give `source` or `planId`.',
    });
  return planRow(store, planId).source;
}

/** @throws Problem `plan-not-found` */
export function planRow(store: RunStore, id: string) {
  const row = store.plan(id);
  const source = row && store.source(row.source_hash);
  if (row && source !== undefined) return { ...row, source };
  throw new Problem('plan-not-found', `There is no plan ${JSON.stringify(id)}.`, {
    status: 404,
    hint: 'GET /flow/plans lists the stored plans.',
  });
}

function requireSameFiles(known: Record<string, string>, files: Record<string, string>): void {
  for (const [name, hash] of Object.entries(files)) {
    if (known[name] === undefined || known[name] === hash) continue;
    throw new Problem('file-changed', `The file of the input "${name}" is not what it was when the run began.`, {
      status: 409,
      hint: 'Put the old file back, or run the flow again: what has not changed is reused.',
      more: { input: name },
    });
  }
}

/** The named steps and all after them, each with the step that it was asked from. */
function forcedFrom(plan: PreparedPlan, from: readonly string[]): Map<number, string> {
  const forced = new Map<number, string>();
  for (const step of stepsNamed(plan, from)) {
    for (const after of withAfter(plan, [step]))
      if (!forced.has(after) || after === step) forced.set(after, plan.steps[step]!.node.id);
  }
  return forced;
}

/** Older versions have written positions alone. */
function readForced(json: string): Map<number, string> {
  const list = JSON.parse(json) as (number | [number, string])[];
  return new Map(list.map((one) => (typeof one === 'number' ? [one, ''] : one)));
}

function readStored(store: RunStore, id: string): Map<number, StoredStep> {
  const stored = new Map<number, StoredStep>();
  for (const row of store.steps(id)) {
    if ((row.state !== 'done' && row.state !== 'reused') || row.result === null) continue;
    stored.set(row.step, {
      key: row.result,
      state: row.state,
      record: JSON.parse(row.record) as Partial<StepRecord>,
      identity: row.identity === null ? undefined : (JSON.parse(row.identity) as Identity),
    });
  }
  return stored;
}

function readEdits(
  plan: PreparedPlan,
  rows: readonly EditRow[],
  valueOf: (key: string) => ReturnType<typeof decodeResult> | undefined,
): Edits {
  const edits: Edits = { outputs: new Map(), inputs: new Map() };
  for (const row of rows) {
    const position = plan.indexOf.get(row.step);
    const result = valueOf(row.result);
    if (position === undefined || result === undefined) continue;
    const value = { key: row.result, result, edit: editOf(row, result) };
    if (row.input === '') edits.outputs.set(position, value);
    else {
      const mine = edits.inputs.get(position) ?? new Map<string, typeof value>();
      mine.set(row.input, value);
      edits.inputs.set(position, mine);
    }
  }
  return edits;
}

/** An edit as it is shown. */
export function editOf(row: EditRow, result: ReturnType<typeof decodeResult>): RunEdit {
  const rows = isTable(result) ? result.rows : Array.isArray(result) ? result.length : undefined;
  return {
    step: row.step,
    ...(row.input === '' ? {} : { input: row.input }),
    by: row.edited_by,
    time: row.time,
    kind: kindOfResult(result),
    ...(rows === undefined ? {} : { rows }),
  };
}

/** An edit with its value in stored form. */
export interface NewEdit {
  row: EditRow;
  kind: 'json' | 'text' | 'table' | 'lazy' | 'references';
  value: string;
}

/** Writes an edit with its value and its ledger entry. */
export function writeEdit(store: RunStore, tx: Transaction, run: string, { row, kind, value }: NewEdit): void {
  store.putResult(row.result, kind, value, Date.now(), run);
  store.putEdit(run, row);
  tx.append(
    'run.edit',
    { run, step: row.step, ...(row.input === '' ? {} : { input: row.input }), value: row.result },
    { actor: row.edited_by },
  );
}

/** Inputs for the ledger: whole when short, else by hash. */
function brief(json: string): unknown {
  return json.length <= 1000 ? (JSON.parse(json) as unknown) : { sha256: digest('sha256', json, 'hex') };
}
