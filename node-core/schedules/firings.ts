/**
 * Firings: each is written once, with its ledger entry and the id that its run will have, before the run is started. Whatever
 * is killed in between is started with that same id when the node is back, so that it runs once.
 */
import type { Logger } from 'pino';
import { Problem, type ProblemDocument } from '../errors/problem.ts';
import { inputFor } from '../flow/schedule/input.ts';
import { newId } from '../ids/uuid.ts';
import type { NewNotification, Notifications } from '../notifications/notifications.ts';
import type { Project, Transaction } from '../projects/project.ts';
import { pathsIn } from '../runs/local-files.ts';
import type { RunRecord } from '../runs/schema.ts';
import type { Runs } from '../runs/service.ts';
import type { Clock } from './clock.ts';
import { inputNodes, readFlow } from './definition.ts';
import { entryAtSeq } from './events.ts';
import type { Live } from './live.ts';
import { mayStart, overlap } from './overlap.ts';
import { type FiringRow, type ScheduleRow, scheduleStore } from './records.ts';
import type { OverlapRule } from './schema.ts';
import type { Cause } from './views.ts';

export interface NewFiring {
  /** What set it off, so that it does so once: `due:…`, `entry:…`, `file:…`, `hand:…`. */
  key: string;
  cause: Cause;
  /** Milliseconds since 1970. */
  due: number;
  /** See overlap. */
  kind: 'timed' | 'own' | 'caughtUp';
  depth?: number;
  /** It is not run, and this is why. */
  skip?: string;
  /** How many due times it stands for. */
  count?: number;
}

export interface FiringsOptions {
  runs: Runs;
  notifications: Notifications;
  clock: Clock;
  log: Logger;
  /** The schedule looks different now. */
  changed(project: Project, schedule: string): void;
}

export interface Firings {
  /**
   * Writes firings in one transaction together with `more`, then starts what may start. Gives the rows that are new.
   *
   * @param via the project as the caller has it: a step of a run writes once, also when it is tried again.
   */
  fire(
    live: Live,
    firings: readonly NewFiring[],
    more?: (tx: Transaction) => void,
    via?: Pick<Project, 'write'>,
  ): Promise<FiringRow[]>;
  /** After a start of the node: goes on with what was left open. */
  settle(live: Live): Promise<void>;
  /** Resolves when everything that has begun is written. */
  idle(): Promise<void>;
  close(): void;
}

/** After a write that failed, milliseconds. */
const NOT_WRITTEN_WAIT_MS = 60_000;

export function createFirings(options: FiringsOptions): Firings {
  const { runs, notifications, clock, log } = options;
  const under = new Set<Promise<unknown>>();
  let closing = false;

  /** Keeps what goes on by itself in sight, so that closing can wait for it. */
  function track(work: Promise<unknown>): void {
    const done: Promise<unknown> = work
      .catch((err: unknown) => closing || log.error({ err }, 'a firing of a schedule failed by a defect'))
      .finally(() => under.delete(done));
    under.add(done);
  }

  const fire: Firings['fire'] = async (live, firings, more, via) => {
    const { project } = live;
    const done = await (via ?? project).write((tx) => {
      const result = { rows: [] as FiringRow[], cancel: [] as string[] };
      for (const firing of firings) addOne(tx, live.row, firing, result);
      more?.(tx);
      return result;
    });
    for (const row of done.rows) if (row.state === 'started') track(begin(live.project, live.row, row));
    for (const run of done.cancel)
      // It may have ended in the meantime.
      track(runs.cancel(project, run).catch(() => undefined));
    if (done.rows.length > 0) options.changed(project, live.row.id);
    return done.rows;
  };

  function addOne(
    tx: Transaction,
    schedule: ScheduleRow,
    firing: NewFiring,
    result: { rows: FiringRow[]; cancel: string[] },
  ): void {
    const store = scheduleStore(tx.db);
    const open = store.open(schedule.id);
    const running = open.filter((one) => one.state === 'started');
    const waiting = open.filter((one) => one.state === 'waiting');
    const decision =
      firing.skip === undefined
        ? overlap(
            schedule.overlap as OverlapRule,
            schedule.parallel,
            { running: running.length, waiting: waiting.length },
            firing.kind,
          )
        : ({ do: 'skip', reason: firing.skip } as const);
    const at = new Date(clock.now()).toISOString();
    const row: FiringRow = {
      id: newId(),
      schedule: schedule.id,
      key: firing.key,
      state: decision.do === 'start' ? 'started' : decision.do === 'wait' ? 'waiting' : 'skipped',
      run: decision.do === 'skip' ? null : newId(),
      cause: JSON.stringify(firing.cause),
      due: firing.due,
      at,
      ended_at: null,
      reason: decision.do === 'start' ? null : decision.reason,
      count: firing.count ?? 1,
      depth: firing.depth ?? 0,
      error: null,
    };
    if (!store.addFiring(row)) return;
    const actor = `schedule:${schedule.id}`;
    tx.append(
      decision.do === 'skip' ? 'schedules.skipped' : 'schedules.fired',
      {
        schedule: schedule.id,
        name: schedule.name,
        firing: row.id,
        due: new Date(row.due).toISOString(),
        cause: firing.cause,
        ...(row.run === null ? {} : { run: row.run }),
        ...(row.reason === null ? {} : { reason: row.reason }),
        ...(row.count === 1 ? {} : { count: row.count }),
      },
      { actor },
    );
    result.rows.push(row);
    if (decision.do !== 'wait') return;
    if (decision.cancelRunning) result.cancel.push(...running.map((one) => one.run!));
    if (decision.dropWaiting)
      for (const one of waiting) store.endFiring(one.id, 'skipped', at, false, 'A later one took its place.', null);
  }

  /** Starts the run of a firing that is written. */
  async function begin(project: Project, schedule: ScheduleRow, row: FiringRow): Promise<void> {
    let ended: Promise<RunRecord>;
    const finish = (state: RunRecord['state'], error: ProblemDocument | undefined, hasRun: boolean): Promise<void> =>
      end(project, row, state, error, hasRun).catch((cause: unknown) => {
        if (closing) return;
        // A full disk: else the schedule would wait for this firing until the node starts again.
        clock.wait(NOT_WRITTEN_WAIT_MS, () => track(finish(state, error, hasRun)));
        throw cause;
      });
    try {
      const { source, inputs } = await whatToRun(project, schedule, row);
      // Who made the schedule was asked when it was made.
      const paths = pathsIn(inputs);
      if (schedule.origin !== null) paths.add(schedule.origin);
      const started = await runs.start(project, {
        id: row.run!,
        source,
        inputs,
        paths,
        actor: `schedule:${schedule.id}`,
        ...(schedule.origin === null ? {} : { origin: schedule.origin }),
      });
      ended = started.ended;
    } catch (error) {
      // Nothing was begun: the next life of the node begins it.
      if (closing || (error instanceof Problem && error.code === 'node-stopping')) return;
      // It runs already, for the same firing.
      if (error instanceof Problem && error.code === 'run-exists') return;
      const problem =
        error instanceof Problem ? error : new Problem('internal', 'The run could not be started.', { status: 500 });
      if (!(error instanceof Problem))
        log.error({ err: error, schedule: schedule.id }, 'a scheduled run did not start');
      return finish('failed', problem.toJSON(), false);
    }
    options.changed(project, schedule.id);
    const record = await ended;
    // A node that stops leaves the run as it is, and so does its firing.
    if (record.state === 'interrupted' && closing) return;
    await finish(record.state, record.error, true);
  }

  async function whatToRun(
    project: Project,
    schedule: ScheduleRow,
    row: FiringRow,
  ): Promise<{ source: string; inputs: Record<string, unknown> }> {
    const kept =
      schedule.version === null ? undefined : scheduleStore(project.db).source(schedule.id, schedule.version);
    const source = kept ?? (await readFlow(schedule.path ?? ''));
    const inputs = JSON.parse(schedule.inputs) as Record<string, unknown>;
    const cause = JSON.parse(row.cause) as Cause;
    // By hand there is no file and no event: the flow's own defaults stand.
    if (cause.kind === 'hand') return { source, inputs };
    const nodes = inputNodes(runs.plan(project, source).graph);
    const into = inputFor(JSON.parse(schedule.trigger_json) as Live['trigger'], nodes, inputs);
    if (into === undefined) return { source, inputs };
    return { source, inputs: { ...inputs, [into]: given(project, cause, row) } };
  }

  function given(project: Project, cause: Cause, row: FiringRow): unknown {
    if (cause.kind === 'file') return { $file: cause.path };
    if (cause.kind === 'event') {
      const { seq, kind, time, actor, payload } = entryAtSeq(project, cause.seq)!;
      return { seq, kind, time, actor, payload };
    }
    return new Date(row.due).toISOString();
  }

  /** Writes how a firing ended, tells who wants to know, and starts what waited for it. */
  async function end(
    project: Project,
    row: FiringRow,
    state: RunRecord['state'],
    error: ProblemDocument | undefined,
    hasRun: boolean,
  ): Promise<void> {
    const next = await project.write((tx) => {
      const store = scheduleStore(tx.db);
      if (store.firing(row.id)?.state !== 'started') return undefined;
      const schedule = store.schedule(row.schedule);
      if (schedule === undefined) return undefined;
      // Somebody goes on with it by hand, or not: the schedule does not wait for that.
      const paused = state === 'paused';
      store.endFiring(
        row.id,
        paused ? 'interrupted' : state,
        new Date(clock.now()).toISOString(),
        hasRun,
        paused ? 'It was paused.' : row.reason,
        error === undefined ? null : JSON.stringify(error),
      );
      const notification = notificationOf(schedule, store.lastEnd(schedule.id, row.id), row, state, error, hasRun);
      const tell = notification === undefined ? undefined : notifications.add(tx, project.id, notification);
      return { schedule, tell, rows: promote(tx, schedule) };
    });
    if (next === undefined) return;
    next.tell?.();
    for (const waiting of next.rows) track(begin(project, next.schedule, waiting));
    options.changed(project, row.schedule);
  }

  /** Lets those that wait start, as far as the rule allows. */
  function promote(tx: Transaction, schedule: ScheduleRow): FiringRow[] {
    const store = scheduleStore(tx.db);
    const open = store.open(schedule.id);
    let running = open.filter((one) => one.state === 'started').length;
    const rows: FiringRow[] = [];
    for (const one of open) {
      if (one.state !== 'waiting') continue;
      if (!mayStart(schedule.overlap as OverlapRule, schedule.parallel, running)) break;
      store.setFiring(one.id, 'started', one.reason);
      rows.push({ ...one, state: 'started' });
      running++;
    }
    return rows;
  }

  async function settle({ project, row: schedule }: Live): Promise<void> {
    for (const row of scheduleStore(project.db).open(schedule.id)) {
      if (row.state !== 'started') continue;
      const run = await runs.get(project, row.run!).catch((error: unknown) => {
        if (error instanceof Problem && error.code === 'run-not-found') return undefined;
        throw error;
      });
      if (run === undefined) track(begin(project, schedule, row));
      else await end(project, row, run.state, run.error, true);
    }
    // Those that waited for a run that a crash had ended already.
    const rows = await project.write((tx) => promote(tx, schedule));
    for (const row of rows) track(begin(project, schedule, row));
  }

  return {
    fire,
    settle,
    async idle() {
      while (under.size > 0) await Promise.all(under);
    },
    close() {
      closing = true;
    },
  };
}

/** The notification that a schedule's rule asks for; undefined when it asks for none. */
export function notificationOf(
  schedule: Pick<ScheduleRow, 'id' | 'name' | 'notify'>,
  before: Pick<FiringRow, 'state'> | undefined,
  row: Pick<FiringRow, 'run'>,
  state: RunRecord['state'],
  error: ProblemDocument | undefined,
  hasRun: boolean,
): NewNotification | undefined {
  const good = state === 'succeeded';
  const bad = state === 'failed' || state === 'interrupted';
  const wasGood = before === undefined || before.state === 'succeeded';
  const wanted =
    schedule.notify === 'always' ||
    (schedule.notify === 'failure' && bad) ||
    (schedule.notify === 'change' && ((bad && wasGood) || (good && !wasGood)));
  if (!wanted || state === 'paused') return undefined;
  const link = { schedule: schedule.id, ...(hasRun && row.run !== null ? { run: row.run } : {}) };
  if (good)
    return {
      level: 'success',
      title: `${schedule.name} ${wasGood ? 'succeeded' : 'works again'}`,
      text: wasGood ? '' : 'It had failed the time before.',
      link,
    };
  if (state === 'interrupted')
    return {
      level: 'warning',
      title: `${schedule.name} was interrupted`,
      text: 'The node stopped while it ran. It can go on from what is stored.',
      link,
    };
  if (bad)
    return {
      level: 'error',
      title: `${schedule.name} failed`,
      text: [error?.detail, error?.hint].filter((part) => part !== undefined).join(' '),
      link,
    };
  return { level: 'info', title: `${schedule.name} was cancelled`, text: '', link };
}
