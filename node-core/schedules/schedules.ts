/** The schedules of all projects: one timer for the next due time, watches on files, an eye on the ledger. Composed once a node. */
import type { Logger } from 'pino';
import { Problem } from '../errors/problem.ts';
import type { PlanSchedule } from '../flow/plan/graph.ts';
import { anchorAt, dueTimes } from '../flow/schedule/times.ts';
import { isTimed, type Trigger } from '../flow/schedule/trigger.ts';
import { newId } from '../ids/uuid.ts';
import type { Notifications } from '../notifications/notifications.ts';
import type { EventHub } from '../operations/events.ts';
import type { Project, Transaction } from '../projects/project.ts';
import type { Projects } from '../projects/projects.ts';
import type { Runs } from '../runs/service.ts';
import { whatIsDue } from './catch-up.ts';
import { type Clock, LONGEST_WAIT_MS, systemClock } from './clock.ts';
import { catchUpRule, checkDefinition, type Definition, onlyLocal, readFlow, readsFiles } from './definition.ts';
import { DEEPEST, entriesBetween, isKind, setsOff } from './events.ts';
import { type FileWatch, type SeenFile, watchFiles } from './files.ts';
import { createFirings, type NewFiring } from './firings.ts';
import { type Live, liveOf } from './live.ts';
import { type ScheduleRow, scheduleStore } from './records.ts';
import type { CatchUp, Firing, Schedule } from './schema.ts';
import { firingOf, scheduleOf } from './views.ts';

export interface SchedulesOptions {
  projects: Pick<Projects, 'control' | 'open' | 'ledgerOf'>;
  runs: Runs;
  notifications: Notifications;
  events: EventHub;
  log: Logger;
  clock?: Clock;
  /** How files are watched; for tests. */
  watch?: typeof watchFiles;
}

export type Change = Partial<Definition>;

export interface Schedules {
  /** Begins to fire. A node that only answers a command does not. */
  start(): Promise<void>;
  /** The machine woke up, or its clock was set: looks at once whether something is due. */
  wake(): void;
  create(project: Project, definition: Definition, actor: string, more?: { enabled?: boolean }): Promise<Schedule>;
  update(project: Project, id: string, change: Change, actor: string): Promise<Schedule>;
  enable(project: Project, id: string, enabled: boolean, actor: string): Promise<Schedule>;
  remove(project: Project, id: string, actor: string): Promise<void>;
  runNow(project: Project, id: string, actor: string): Promise<Firing>;
  /** Makes or renews the schedules that a flow's own annotations ask for. */
  fromFlow(
    project: Project,
    flow: Omit<Definition, 'trigger' | 'zone'> & { zone?: string | undefined },
    actor: string,
  ): Promise<Schedule[]>;
  list(project: Project): Schedule[];
  get(project: Project, id: string): Schedule & { source?: string };
  history(
    project: Project,
    id: string,
    options: { limit: number; before?: string },
  ): { firings: Firing[]; next?: string };
  /** Resolves when everything that has begun is written; for tests. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface OfProject {
  project: Project;
  lives: Map<string, Live>;
  /** Ledger entries up to this one were looked at; ahead of what is stored. */
  looked: number;
  looking: Promise<void> | undefined;
}

const NOT_WRITTEN_WAIT_MS = 60_000;
/** Stands among the files of a schedule that has begun to watch. */
const BEGUN = '';
/** How far a look at the ledger may run ahead of what is stored of it. */
const MOST_AHEAD = 10_000;
/** So many matching entries of one look are fired one by one; the rest is noted as skipped. */
const MOST_AT_ONCE = 100;

export function createSchedules(options: SchedulesOptions): Schedules {
  const { projects, runs, events, log } = options;
  const clock = options.clock ?? systemClock;
  const watch = options.watch ?? watchFiles;
  const known = new Map<string, OfProject>();
  let started = false;
  let closing = false;
  let unobserve: (() => void) | undefined;
  let disarm: (() => void) | undefined;
  const under = new Set<Promise<unknown>>();

  const firings = createFirings({
    runs,
    notifications: options.notifications,
    clock,
    log,
    changed: (project, id) => tell(project, id),
  });

  function track(work: Promise<unknown>, what: string): void {
    const done: Promise<unknown> = work
      .catch((err: unknown) => closing || log.error({ err }, what))
      .finally(() => under.delete(done));
    under.add(done);
  }

  function tell(project: Project, id: string): void {
    const row = scheduleStore(project.db).schedule(id);
    if (row !== undefined) events.publish(project.id, { type: 'schedule.changed', schedule: viewOf(project, row) });
  }

  function viewOf(project: Project, row: ScheduleRow): Schedule {
    return scheduleOf(row, scheduleStore(project.db), known.get(project.id)?.lives.get(row.id)?.trouble);
  }

  function need(project: Project, id: string): ScheduleRow {
    const row = scheduleStore(project.db).schedule(id);
    if (row === undefined)
      throw new Problem('schedule-not-found', `There is no schedule ${JSON.stringify(id)}.`, {
        status: 404,
        hint: '`voike schedule list` and GET /schedules list the schedules.',
      });
    return row;
  }

  // ------------------------------------------------------------ time

  /** Sets the one timer for the earliest due time. */
  function arm(): void {
    disarm?.();
    disarm = undefined;
    if (!started || closing) return;
    let soonest = Infinity;
    for (const { lives } of known.values())
      for (const live of lives.values())
        if (live.next !== undefined) soonest = Math.min(soonest, Math.max(live.next, live.holdUntil));
    if (soonest === Infinity) return;
    disarm = clock.wait(Math.min(Math.max(0, soonest - clock.now()), LONGEST_WAIT_MS), tick);
  }

  function tick(): void {
    disarm = undefined;
    if (closing || !started) return;
    const now = clock.now();
    for (const { lives } of known.values()) {
      for (const live of lives.values()) {
        if (live.next === undefined || live.due === undefined || live.holdUntil > now) continue;
        if (live.next <= now) comeDue(live, now);
        else {
          // The clock was set back: what comes next comes sooner than was thought. What was fired stays fired, by its key.
          const soonest = live.due.after(now);
          if (soonest !== undefined && soonest < live.next) live.next = soonest;
        }
      }
    }
    arm();
  }

  function comeDue(live: Live, now: number): void {
    const was = live.next!;
    const rule = catchUpRule(JSON.parse(live.row.catch_up) as CatchUp);
    const { run, missed, next } = whatIsDue(live.due!, was, now, rule);
    live.next = next;
    live.row = { ...live.row, next_at: next ?? null };
    const made: NewFiring[] = run.map((due) => ({
      key: `due:${due}`,
      cause: { kind: 'time' },
      due,
      kind: run.length > 1 ? 'caughtUp' : 'timed',
    }));
    if (missed !== undefined) {
      made.unshift({
        key: `missed:${missed.first}:${missed.last}`,
        cause: { kind: 'time' },
        due: missed.first,
        kind: 'timed',
        count: missed.count,
        skip: `Missed while the machine slept or the node was not running${missed.count > 1 ? `: ${missed.more ? 'at least ' : ''}${missed.count} times` : ''}.`,
      });
    }
    track(
      firings
        .fire(live, made, (tx) => scheduleStore(tx.db).setNext(live.row.id, next ?? null))
        .catch((error: unknown) => {
          // A full disk: the same due times are tried again.
          live.next = was;
          live.holdUntil = clock.now() + NOT_WRITTEN_WAIT_MS;
          arm();
          throw error;
        }),
      'a schedule that came due could not be written',
    );
  }

  // ------------------------------------------------------------ the ledger

  /** Looks at what the ledger of a project has got since the last look. */
  function look(of: OfProject): void {
    if (closing || of.looking !== undefined) return;
    of.looking = lookOnce(of)
      .catch((err: unknown) => {
        if (!closing) log.error({ err }, 'the ledger could not be looked at for schedules');
        return false;
      })
      .then((again) => {
        of.looking = undefined;
        if (again && !closing) look(of);
      });
  }

  /** True when there is more by now. */
  async function lookOnce(of: OfProject): Promise<boolean> {
    const { project } = of;
    const upTo = projects.ledgerOf(project).size - 1;
    const after = of.looked;
    if (upTo <= after) return false;
    const lives = [...of.lives.values()].filter((live) => live.trigger.kind === 'event' && live.row.enabled === 1);
    const entries = entriesBetween(project, after, upTo, (kind) =>
      lives.some(({ trigger }) => trigger.kind === 'event' && isKind(trigger, kind)),
    );
    for (const live of lives) {
      const { trigger, row } = live;
      if (trigger.kind !== 'event') continue;
      const made: NewFiring[] = [];
      for (const entry of entries) {
        if (entry.seq <= row.seen_seq) continue;
        const off = setsOff(project, row.id, trigger, entry);
        if (off === undefined) continue;
        made.push({
          key: `entry:${entry.seq}`,
          cause: { kind: 'event', seq: entry.seq, event: entry.kind },
          due: Date.parse(entry.time),
          kind: 'own',
          depth: off.depth,
          ...(off.depth > DEEPEST
            ? { skip: `${DEEPEST} schedules set one another off to get here: they go round in a circle.` }
            : {}),
        });
      }
      const rest = made.splice(MOST_AT_ONCE);
      const [first] = rest;
      if (first !== undefined)
        made.push({ ...first, count: rest.length, skip: `${rest.length} more came at once than are run one by one.` });
      if (live.ended || (made.length === 0 && upTo - row.seen_seq < MOST_AHEAD)) continue;
      await firings.fire(live, made, (tx) => scheduleStore(tx.db).setSeen(row.id, upTo));
      live.row = { ...live.row, seen_seq: upTo };
    }
    of.looked = upTo;
    return projects.ledgerOf(project).size - 1 > upTo;
  }

  // ------------------------------------------------------------ files

  function beginWatch(live: Live): void {
    const { trigger, project, row } = live;
    if (trigger.kind !== 'file' || row.enabled !== 1) return;
    const store = scheduleStore(project.db);
    const seen = store.files(row.id);
    // Of a schedule that is new or was paused, what is there now is where it begins.
    const fresh = !seen.has(BEGUN);
    const initial: SeenFile[] = [];
    let isReady = false;
    const fire = (files: SeenFile[], skip?: string): void => {
      for (const file of files) seen.set(file.path, file.state);
      track(
        firings.fire(
          live,
          files.map((file) => ({
            key: `file:${file.path}:${file.state}`,
            cause: { kind: 'file', path: file.path },
            due: skip === undefined ? clock.now() : Math.round(file.changedAt),
            kind: 'own',
            ...(skip === undefined ? {} : { skip }),
          })),
          (tx) => {
            for (const file of files) scheduleStore(tx.db).putFile(row.id, file.path, file.state);
          },
        ),
        'a file that changed could not be written down',
      );
    };
    const opened: FileWatch = watch(trigger.path, trigger.match, {
      found(file, first) {
        if (live.ended || seen.get(file.path) === file.state) return;
        if (live.trouble !== undefined) setTrouble(live, undefined);
        if (first && !isReady) initial.push(file);
        else fire([file]);
      },
      gone(path) {
        if (live.ended || !seen.delete(path)) return;
        track(
          project.write((tx) => scheduleStore(tx.db).dropFile(row.id, path)),
          'a file that is gone could not be forgotten',
        );
      },
      trouble: (text) => setTrouble(live, text),
    });
    live.watch = opened;
    track(
      opened.ready.then(async () => {
        isReady = true;
        if (live.ended) return;
        if (fresh) {
          for (const file of initial) seen.set(file.path, file.state);
          await project.write((tx) => {
            scheduleStore(tx.db).putFile(row.id, BEGUN, '');
            for (const file of initial) scheduleStore(tx.db).putFile(row.id, file.path, file.state);
          });
          return;
        }
        if (initial.length === 0) return;
        // They changed while nobody watched.
        const rule = catchUpRule(JSON.parse(row.catch_up) as CatchUp);
        const sorted = initial.toSorted((a, b) => a.changedAt - b.changedAt);
        const within = sorted.filter((file) => clock.now() - file.changedAt <= rule.grace);
        const run = rule.rule === 'none' ? [] : within.slice(-(rule.rule === 'once' ? 1 : rule.most));
        const rest = sorted.filter((file) => !run.includes(file));
        if (rest.length > 0) fire(rest, 'Changed while the node was not running.');
        if (run.length > 0) fire(run);
      }),
      'a folder could not be watched',
    );
  }

  function setTrouble(live: Live, text: string | undefined): void {
    if (live.ended || live.trouble === text) return;
    live.trouble = text;
    tell(live.project, live.row.id);
  }

  // ------------------------------------------------------------ projects

  /** The schedules of a project as the node holds them; undefined before the node began to fire. */
  function of(project: Project): OfProject {
    let found = known.get(project.id);
    if (found === undefined) {
      found = { project, lives: new Map(), looked: projects.ledgerOf(project).size - 1, looking: undefined };
      known.set(project.id, found);
    }
    return found;
  }

  /** Takes up the schedules that a project has when the node starts. */
  async function attach(id: string): Promise<void> {
    const mine = of(projects.open(id));
    for (const row of scheduleStore(mine.project.db).schedules()) {
      const live = liveOf(mine.project, row);
      mine.lives.set(row.id, live);
      if (live.trigger.kind === 'event' && row.enabled === 1) mine.looked = Math.min(mine.looked, row.seen_seq);
      await firings.settle(live);
      if (closing) return;
      beginWatch(live);
    }
    look(mine);
  }

  /** Reads a schedule again after a change. */
  function reload(project: Project, id: string): void {
    if (!started || closing) return;
    const real = projects.open(project.id);
    const mine = of(real);
    const before = mine.lives.get(id);
    if (before !== undefined) {
      before.ended = true;
      track(before.watch?.close() ?? Promise.resolve(), 'a watch could not be closed');
    }
    const row = scheduleStore(real.db).schedule(id);
    if (row === undefined) mine.lives.delete(id);
    else {
      const live = liveOf(real, row);
      mine.lives.set(id, live);
      beginWatch(live);
      if (live.trigger.kind === 'event' && row.enabled === 1) {
        mine.looked = Math.min(mine.looked, row.seen_seq);
        look(mine);
      }
    }
    arm();
  }

  /** So that the project is looked at when the node starts again. Before the schedule: a name too many does no harm. */
  async function nameProject(project: Project, actor: string): Promise<void> {
    const { control } = projects;
    const there = (db: Project['db']): boolean =>
      db.prepare('SELECT 1 FROM schedule_project WHERE project = ?').get(project.id) !== undefined;
    if (there(control.db)) return;
    await control.write((tx) => {
      if (there(tx.db)) return;
      tx.db.prepare('INSERT INTO schedule_project (project) VALUES (?)').run(project.id);
      tx.append('schedules.project', { project: project.id }, { actor });
    });
  }

  // ------------------------------------------------------------ changes

  /** Where a schedule stands that begins now. */
  function standing(trigger: Trigger, zone: string, enabled: boolean): { anchor: number; next_at: number | null } {
    const now = clock.now();
    const anchor = anchorAt(now);
    return {
      anchor,
      next_at: enabled && isTimed(trigger) ? (dueTimes(trigger, zone, anchor).after(now) ?? null) : null,
    };
  }

  function brief(row: ScheduleRow): Record<string, unknown> {
    return {
      schedule: row.id,
      name: row.name,
      flow: row.flow,
      trigger: JSON.parse(row.trigger_json) as unknown,
      zone: row.zone,
      ...(row.path === null ? { version: row.version } : { path: row.path }),
      overlap: row.overlap,
      catchUp: JSON.parse(row.catch_up) as unknown,
      notify: row.notify,
      enabled: row.enabled === 1,
    };
  }

  async function create(
    project: Project,
    definition: Definition,
    actor: string,
    more: { enabled?: boolean; madeOf?: string } = {},
  ): Promise<Schedule> {
    const { fields, source } = await checkDefinition(runs, project, definition, actor);
    await nameProject(project, actor);
    const id = await project.write((tx) => {
      const at = new Date(clock.now()).toISOString();
      const enabled = more.enabled ?? true;
      const row: ScheduleRow = {
        id: newId(),
        ...fields,
        version: definition.path === undefined ? 1 : null,
        made_of: more.madeOf ?? null,
        enabled: enabled ? 1 : 0,
        created_at: at,
        changed_at: at,
        ...standing(definition.trigger, fields.zone, enabled),
        seen_seq: 0,
      };
      const store = scheduleStore(tx.db);
      if (row.version !== null) store.addSource(row.id, row.version, source, at);
      row.seen_seq = tx.append('schedules.created', brief(row), { actor }).seq;
      store.put(row);
      return row.id;
    });
    return after(project, id);
  }

  function after(project: Project, id: string): Schedule {
    reload(project, id);
    tell(project, id);
    return viewOf(project, need(project, id));
  }

  /** Changes a row and says so; what is written is decided inside the transaction. */
  async function change(
    project: Project,
    id: string,
    actor: string,
    make: (row: ScheduleRow, tx: Transaction) => ScheduleRow,
  ): Promise<Schedule> {
    await project.write((tx) => {
      const store = scheduleStore(tx.db);
      const row = store.schedule(id);
      if (row === undefined) need(project, id);
      const next = { ...make(row!, tx), changed_at: new Date(clock.now()).toISOString() };
      next.seen_seq = Math.max(next.seen_seq, tx.append('schedules.changed', brief(next), { actor }).seq);
      store.put(next);
      return id;
    });
    return after(project, id);
  }

  const definitionOf = (project: Project, row: ScheduleRow): Definition => ({
    name: row.name,
    trigger: JSON.parse(row.trigger_json) as Trigger,
    zone: row.zone,
    inputs: JSON.parse(row.inputs) as Record<string, unknown>,
    overlap: row.overlap as NonNullable<Definition['overlap']>,
    parallel: row.parallel,
    catchUp: JSON.parse(row.catch_up) as CatchUp,
    notify: row.notify as NonNullable<Definition['notify']>,
    origin: row.origin ?? undefined,
    ...(row.path === null ? { source: scheduleStore(project.db).source(row.id, row.version!) } : { path: row.path }),
  });

  async function update(project: Project, id: string, changes: Change, actor: string): Promise<Schedule> {
    const row = need(project, id);
    const before = definitionOf(project, row);
    if (readsFiles(before)) onlyLocal(actor);
    const asked: Definition = { ...before, ...changes };
    // A flow is given either way; the new one takes the place of the other.
    if (changes.source !== undefined) delete asked.path;
    if (changes.path !== undefined) delete asked.source;
    const { fields, source } = await checkDefinition(runs, project, asked, actor);
    return change(project, id, actor, (now, tx) => {
      const store = scheduleStore(tx.db);
      const next: ScheduleRow = { ...now, ...fields };
      if (asked.path !== undefined) next.version = null;
      else if (now.version === null || store.source(id, now.version) !== source) {
        const newest = tx.db.prepare('SELECT max(version) FROM schedule_source WHERE schedule = ?').pluck().get(id) as
          | number
          | null;
        next.version = (newest ?? 0) + 1;
        store.addSource(id, next.version, source, new Date(clock.now()).toISOString());
      }
      const moved = next.trigger_json !== now.trigger_json || next.zone !== now.zone;
      if (moved) {
        Object.assign(next, standing(asked.trigger, next.zone, now.enabled === 1));
        store.dropFiles(id);
      }
      return next;
    });
  }

  async function fromFlow(
    project: Project,
    flow: Omit<Definition, 'trigger' | 'zone'> & { zone?: string | undefined },
    actor: string,
  ): Promise<Schedule[]> {
    if (flow.path !== undefined) onlyLocal(actor);
    const source = flow.source ?? (await readFlow(flow.path ?? ''));
    const { graph } = runs.plan(project, source);
    const asked: readonly PlanSchedule[] = graph.schedules ?? [];
    if (asked.length === 0) {
      throw new Problem('flow-not-scheduled', 'This flow does not say when it asks to be run.', {
        status: 422,
        hint: 'Write @every("1h"), @cron("0 7 * * *") or @on("file", "/path") before FLOW.',
      });
    }
    const made: Schedule[] = [];
    for (const [index, one] of asked.entries()) {
      const definition: Definition = {
        ...flow,
        name: flow.name ?? (asked.length === 1 ? graph.name : `${graph.name} ${index + 1}`),
        trigger: one.trigger,
        zone: one.zone ?? flow.zone,
      };
      // The same annotation of the same flow is the same schedule, with its history.
      const madeOf = `${flow.path ?? flow.origin ?? ''} ${graph.name} ${index}`;
      const there = scheduleStore(project.db).madeOf(madeOf);
      made.push(
        there === undefined
          ? await create(project, definition, actor, { madeOf })
          : await update(project, there.id, definition, actor),
      );
    }
    return made;
  }

  return {
    async start() {
      if (started || closing) return;
      started = true;
      unobserve = events.observe((projectId, event) => {
        if (event.type !== 'ledger.appended') return;
        const mine = known.get(projectId);
        if (mine === undefined) return;
        const wanted = [...mine.lives.values()].some(
          ({ trigger, row }) =>
            trigger.kind === 'event' &&
            row.enabled === 1 &&
            (event.size - 1 - mine.looked > event.entries.length ||
              event.entries.some(({ kind }) => isKind(trigger, kind))),
        );
        if (wanted) look(mine);
        else if (mine.looking === undefined && event.size - 1 - mine.looked === event.entries.length)
          mine.looked = event.size - 1;
      });
      const ids = projects.control.db.prepare('SELECT project FROM schedule_project').pluck().all() as string[];
      for (const id of ids) {
        if (closing) return;
        await attach(id).catch((err: unknown) =>
          log.error({ err, project: id }, 'the schedules of a project could not be taken up'),
        );
      }
      tick();
    },

    wake: tick,
    create,
    update,

    async enable(project, id, enabled, actor) {
      const row = need(project, id);
      if (enabled && readsFiles(definitionOf(project, row))) onlyLocal(actor);
      if ((row.enabled === 1) === enabled) return viewOf(project, row);
      return change(project, id, actor, (now, tx) => {
        // What happens while it is paused is not caught up.
        scheduleStore(tx.db).dropFiles(id);
        return {
          ...now,
          enabled: enabled ? 1 : 0,
          ...standing(JSON.parse(now.trigger_json) as Trigger, now.zone, enabled),
        };
      });
    },

    async remove(project, id, actor) {
      need(project, id);
      await project.write((tx) => {
        const row = scheduleStore(tx.db).schedule(id);
        if (row === undefined) return;
        scheduleStore(tx.db).remove(id);
        tx.append('schedules.removed', { schedule: id, name: row.name }, { actor });
      });
      reload(project, id);
      events.publish(project.id, { type: 'schedule.removed', schedule: id });
    },

    async runNow(project, id, actor) {
      const row = need(project, id);
      if (readsFiles(definitionOf(project, row))) onlyLocal(actor);
      const [made] = await firings.fire(
        liveOf(projects.open(project.id), row),
        [{ key: `hand:${newId()}`, cause: { kind: 'hand', actor }, due: clock.now(), kind: 'timed' }],
        undefined,
        project,
      );
      if (made!.state === 'skipped') {
        throw new Problem('schedule-busy', `${row.name} was not started: ${made!.reason}`, {
          status: 409,
          hint: 'Wait until it has ended, or cancel its run.',
        });
      }
      return firingOf(made!, row.zone);
    },

    fromFlow,
    list: (project) =>
      scheduleStore(project.db)
        .schedules()
        .map((row) => viewOf(project, row)),
    get(project, id) {
      const row = need(project, id);
      const source = row.version === null ? undefined : scheduleStore(project.db).source(id, row.version);
      return { ...viewOf(project, row), ...(source === undefined ? {} : { source }) };
    },
    history(project, id, { limit, before }) {
      const { zone } = need(project, id);
      const rows = scheduleStore(project.db).firings(id, before ?? '~', limit + 1);
      const page = rows.slice(0, limit).map((row) => firingOf(row, zone));
      return { firings: page, ...(rows.length > limit ? { next: page.at(-1)!.id } : {}) };
    },

    async idle() {
      do {
        await Promise.all([...under, ...[...known.values()].map((one) => one.looking)]);
        await firings.idle();
      } while (under.size > 0 || [...known.values()].some((one) => one.looking !== undefined));
    },

    async close() {
      closing = true;
      firings.close();
      disarm?.();
      unobserve?.();
      const watches = [...known.values()].flatMap((one) => [...one.lives.values()].map((live) => live.watch?.close()));
      await Promise.all([...watches, ...under, ...[...known.values()].map((one) => one.looking)]);
    },
  };
}
