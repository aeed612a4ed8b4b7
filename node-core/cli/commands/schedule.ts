/** `voike schedule …`: flows that run by themselves. */
import { check } from '../../flow/plan/check.ts';
import { localText } from '../../flow/schedule/zones.ts';
import type { Trigger } from '../../flow/schedule/trigger.ts';
import { Problem } from '../../errors/problem.ts';
import type { Schedule } from '../../schedules/schema.ts';
import type { Where } from '../connection.ts';
import { EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { readInputArguments } from '../inputs.ts';
import { note, print, printJson, textTable } from '../print.ts';
import { readTextFile } from '../sources.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean };
type AddOptions = Options & {
  every?: string;
  cron?: string;
  onFile?: string;
  match?: string;
  onEvent?: string;
  of?: string;
  into?: string;
  zone?: string;
  name?: string;
  input: string[];
  overlap?: 'skip' | 'queue' | 'parallel' | 'cancel';
  parallel?: number;
  catchUp?: 'none' | 'once' | 'all';
  grace?: string;
  notify?: 'always' | 'failure' | 'change' | 'never';
  follow?: boolean;
};

/** The trigger that the options name; undefined when they name none. */
function triggerOf(options: AddOptions): Trigger | undefined {
  const into = options.into === undefined ? {} : { input: options.into };
  const named: Trigger[] = [];
  if (options.every !== undefined) named.push({ kind: 'every', every: options.every, ...into });
  if (options.cron !== undefined) named.push({ kind: 'cron', cron: options.cron, ...into });
  if (options.onFile !== undefined) {
    const match = options.match === undefined ? {} : { match: options.match };
    named.push({ kind: 'file', path: host().path.resolve(options.onFile), ...match, ...into });
  }
  if (options.onEvent !== undefined) {
    const of = options.of === undefined ? {} : { of: options.of };
    named.push({ kind: 'event', event: options.onEvent, ...of, ...into });
  }
  if (named.length > 1)
    throw usage('A schedule has one trigger.', 'Give one of --every, --cron, --on-file and --on-event.');
  return named[0];
}

export const addSchedule = (file: string, options: AddOptions): Promise<number> =>
  withConnection(options, async (connection) => {
    const source = await readTextFile(file);
    const path = file === '-' ? undefined : host().path.resolve(file);
    if (options.follow && path === undefined) throw usage('stdin cannot be read again.', 'Name a file with --follow.');
    const declared = check(source).parse.plan.inputs;
    const inputs = await readInputArguments(options.input, declared, connection);
    const shared = {
      ...(options.follow ? { path: path! } : { source, ...(path === undefined ? {} : { origin: path }) }),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.zone === undefined ? {} : { zone: options.zone }),
      ...(options.overlap === undefined ? {} : { overlap: options.overlap }),
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(options.catchUp === undefined
        ? {}
        : { catchUp: { rule: options.catchUp, ...(options.grace === undefined ? {} : { grace: options.grace }) } }),
      ...(options.notify === undefined ? {} : { notify: options.notify }),
      inputs,
    };
    const trigger = triggerOf(options);
    const made: Schedule[] =
      trigger === undefined
        ? (await connection.call('schedules.fromFlow', shared)).schedules
        : [await connection.call('schedules.create', { ...shared, trigger })];
    if (options.json) printJson(trigger === undefined ? made : made[0]);
    else
      for (const one of made) {
        note(
          `${one.name} runs ${one.words}${one.next === undefined ? '' : `; next ${localText(Date.parse(one.next), one.zone)}`}.`,
        );
        print(one.id);
      }
    return EXIT.ok;
  });

export const listSchedules = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { schedules } = await connection.call('schedules.list', {});
    if (options.json) printJson(schedules);
    else if (schedules.length === 0)
      note('There are no schedules yet. `voike schedule add FILE --every 1h` makes one.');
    else
      print(
        textTable(
          [
            { name: 'SCHEDULE' },
            { name: 'NAME' },
            { name: 'RUNS' },
            { name: 'NEXT' },
            { name: 'STATE' },
            { name: 'LAST' },
          ],
          schedules.map((one: Schedule) => [
            one.id,
            one.name,
            one.words,
            one.next === undefined ? '' : localText(Date.parse(one.next), one.zone),
            stateOf(one),
            one.last === undefined ? '' : one.last.state,
          ]),
        ),
      );
    return EXIT.ok;
  });

function stateOf(one: Schedule): string {
  if (one.trouble !== undefined) return 'in trouble';
  if (one.running.length > 0) return 'running';
  return one.enabled ? 'on' : 'paused';
}

export const showSchedule = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const schedule = await connection.call('schedules.get', { id });
    const { firings } = await connection.call('schedules.history', { id, limit: 20 });
    if (options.json) {
      printJson({ ...schedule, firings });
      return EXIT.ok;
    }
    print(`${schedule.name}: ${schedule.words} (${schedule.zone}), ${stateOf(schedule)}`);
    print(
      `flow ${schedule.flow}${schedule.path === undefined ? `, version ${schedule.version ?? 1}` : ` from ${schedule.path}`}`,
    );
    print(`overlap ${schedule.overlap}, catch-up ${schedule.catchUp.rule}, notify ${schedule.notify}`);
    if (schedule.trouble !== undefined) print(schedule.trouble);
    if (
      schedule.enabled &&
      (schedule.trigger.kind === 'every' || schedule.trigger.kind === 'cron') &&
      schedule.next !== undefined
    )
      print(`next ${localText(Date.parse(schedule.next), schedule.zone)}`);
    if (firings.length > 0)
      print(
        textTable(
          [{ name: 'AT' }, { name: 'STATE' }, { name: 'CAUSE' }, { name: 'RUN' }, { name: 'WHY' }],
          firings.map((one) => [one.at, one.state, one.cause, one.run ?? '', one.error?.detail ?? one.reason ?? '']),
        ),
      );
    return EXIT.ok;
  });

const change =
  (operation: 'schedules.enable' | 'schedules.disable', said: (one: Schedule) => string) =>
  (id: string, options: Options): Promise<number> =>
    withConnection(options, async (connection) => {
      const one: Schedule = await connection.call(operation, { id });
      if (options.json) printJson(one);
      else note(said(one));
      return EXIT.ok;
    });

export const pauseSchedule = change('schedules.disable', (one) => `${one.name} is paused.`);
export const resumeSchedule = change(
  'schedules.enable',
  (one) =>
    `${one.name} runs ${one.words}${one.next === undefined ? '' : `; next ${localText(Date.parse(one.next), one.zone)}`}.`,
);

export const removeSchedule = (id: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const done = await connection.call('schedules.remove', { id });
    if (options.json) printJson(done);
    else note('Removed. Its runs are still there.');
    return EXIT.ok;
  });

/** Runs it now, which needs a node that goes on running. */
export const runSchedule = (id: string, options: Options): Promise<number> =>
  withConnection({ ...options, running: true } as Options, async (connection) => {
    const firing = await connection.call('schedules.runNow', { id });
    if (firing.run === undefined && firing.state !== 'waiting')
      throw new Problem('schedule-busy', firing.reason ?? 'It was not started.', { status: 409 });
    if (options.json) printJson(firing);
    else {
      note(firing.state === 'waiting' ? 'It waits for the run before.' : 'It runs.');
      if (firing.run !== undefined) print(firing.run);
    }
    return EXIT.ok;
  });
