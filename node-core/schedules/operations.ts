/** The operations of schedules: when flows run by themselves. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { nextTimes } from '../flow/schedule/times.ts';
import { isTimed, Trigger } from '../flow/schedule/trigger.ts';
import { triggerWords } from '../flow/schedule/words.ts';
import { localText, ownZone } from '../flow/schedule/zones.ts';
import { operation } from '../operations/operation.ts';
import { LOCAL } from '../runs/local-files.ts';
import { checkTrigger, readFlow } from './definition.ts';
import { CatchUp, Firing, NotifyRule, OverlapRule, Schedule } from './schema.ts';
import type { Schedules } from './schedules.ts';

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Name = Type.String({ minLength: 1, maxLength: 200, description: "For people; the flow's name when left out" });
const Source = Type.String({ maxLength: 10_000_000, description: 'FLOW text, kept with the schedule' });
const Path = Type.String({ maxLength: 4096, description: 'Whole path of a flow that is read anew each time' });
const Origin = Type.String({ maxLength: 4096, description: 'Where the text came from' });
const Zone = Type.String({
  maxLength: 100,
  description: 'IANA time zone, as Europe/Berlin; that of the node when left out',
});
const Inputs = Type.Record(Type.String(), Type.Unknown(), { description: 'As flow.execute takes them' });
const Parallel = Type.Integer({ minimum: 2, maximum: 64, description: 'Of overlap `parallel`: how many at once' });

const RULES = {
  inputs: Type.Optional(Inputs),
  overlap: Type.Optional(OverlapRule),
  parallel: Type.Optional(Parallel),
  catchUp: Type.Optional(CatchUp),
  notify: Type.Optional(NotifyRule),
};
const Preview = Type.Object({
  words: Type.String(),
  zone: Type.String(),
  times: Type.Array(
    Type.Object({
      at: Type.String({ description: 'ISO 8601 UTC' }),
      text: Type.String({ description: 'As people of the zone write it' }),
    }),
  ),
});

export interface ScheduleServices {
  schedules: Schedules;
}

export function schedulesOperations({ schedules }: ScheduleServices) {
  return {
    'schedules.create': operation({
      summary: 'Make a schedule: a flow, and when it runs',
      description:
        'The flow is a text that is kept with the schedule, or the path of a file that is read anew each time. Whatever makes the node read files of this machine (a path, a watched file, an input by path) only the person at this machine may name.',
      http: { method: 'POST', path: '/schedules' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.created'],
      input: Type.Object({
        name: Type.Optional(Name),
        source: Type.Optional(Source),
        path: Type.Optional(Path),
        origin: Type.Optional(Origin),
        trigger: Trigger,
        zone: Type.Optional(Zone),
        ...RULES,
        enabled: Type.Optional(Type.Boolean({ default: true })),
      }),
      output: Schedule,
      handler: ({ project, actor }, { enabled, ...definition }) =>
        schedules.create(project, definition, actor, { enabled: enabled ?? true }),
    }),

    'schedules.fromFlow': operation({
      summary: 'Make the schedules that a flow asks for by its annotations before FLOW',
      description: 'Asked for again, it renews those that it made of the same flow.',
      http: { method: 'POST', path: '/schedules/from-flow' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.created', 'schedules.changed'],
      input: Type.Object({
        name: Type.Optional(Name),
        source: Type.Optional(Source),
        path: Type.Optional(Path),
        origin: Type.Optional(Origin),
        zone: Type.Optional(Zone),
        ...RULES,
      }),
      output: Type.Object({ schedules: Type.Array(Schedule) }),
      handler: async ({ project, actor }, flow) => ({ schedules: await schedules.fromFlow(project, flow, actor) }),
    }),

    'schedules.list': operation({
      summary: 'The schedules of the project',
      http: { method: 'GET', path: '/schedules' },
      access: 'project',
      capability: 'schedules.read',
      effect: 'read',
      input: Type.Object({}),
      output: Type.Object({ schedules: Type.Array(Schedule) }),
      handler: ({ project }) => ({ schedules: schedules.list(project) }),
    }),

    'schedules.get': operation({
      summary: 'A schedule, with the text of its flow',
      description:
        'The text of a flow that is read anew each time is given only to the person at this machine, when it can be read.',
      http: { method: 'GET', path: '/schedules/:id' },
      access: 'project',
      capability: 'schedules.read',
      effect: 'read',
      input: Id,
      output: Type.Object({ ...Schedule.properties, source: Type.Optional(Type.String()) }),
      async handler({ project, actor }, { id }) {
        const found = schedules.get(project, id);
        if (found.path === undefined || actor !== LOCAL) return found;
        const source = await readFlow(found.path).catch(() => undefined);
        return { ...found, ...(source === undefined ? {} : { source }) };
      },
    }),

    'schedules.update': operation({
      summary: 'Change a schedule; what is left out stays as it is',
      http: { method: 'PUT', path: '/schedules/:id' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.changed'],
      input: Type.Object({
        ...Id.properties,
        name: Type.Optional(Name),
        source: Type.Optional(Source),
        path: Type.Optional(Path),
        origin: Type.Optional(Origin),
        trigger: Type.Optional(Trigger),
        zone: Type.Optional(Zone),
        ...RULES,
      }),
      output: Schedule,
      handler: ({ project, actor }, { id, trigger, ...change }) =>
        schedules.update(project, id, { ...change, ...(trigger === undefined ? {} : { trigger }) }, actor),
    }),

    'schedules.remove': operation({
      summary: 'Remove a schedule; its runs stay',
      http: { method: 'DELETE', path: '/schedules/:id' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.removed'],
      input: Id,
      output: Type.Object({ removed: Type.Boolean() }),
      async handler({ project, actor }, { id }) {
        await schedules.remove(project, id, actor);
        return { removed: true };
      },
    }),

    'schedules.enable': operation({
      summary: 'Let a schedule go on that was paused',
      http: { method: 'POST', path: '/schedules/:id/enable' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.changed'],
      input: Id,
      output: Schedule,
      handler: ({ project, actor }, { id }) => schedules.enable(project, id, true, actor),
    }),

    'schedules.disable': operation({
      summary: 'Pause a schedule; what comes due in the meantime is not caught up',
      http: { method: 'POST', path: '/schedules/:id/disable' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.changed'],
      input: Id,
      output: Schedule,
      handler: ({ project, actor }, { id }) => schedules.enable(project, id, false, actor),
    }),

    'schedules.runNow': operation({
      summary: 'Run the flow of a schedule now, beside its times',
      http: { method: 'POST', path: '/schedules/:id/run' },
      access: 'project',
      capability: 'schedules.write',
      effect: 'write',
      ledger: ['schedules.fired'],
      input: Id,
      output: Firing,
      handler: ({ project, actor }, { id }) => schedules.runNow(project, id, actor),
    }),

    'schedules.preview': operation({
      summary: 'The next times of a trigger, in words; says what is wrong with it',
      http: { method: 'POST', path: '/schedules/preview' },
      access: 'project',
      capability: 'schedules.read',
      effect: 'read',
      input: Type.Object({
        trigger: Trigger,
        zone: Type.Optional(Zone),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 5 })),
        from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; now when left out' })),
      }),
      output: Preview,
      handler(_context, { trigger, zone = ownZone(), count, from }) {
        checkTrigger(trigger, zone);
        const begin = from === undefined ? Date.now() : Date.parse(from);
        if (Number.isNaN(begin)) {
          throw new Problem('invalid-input', `from: ${JSON.stringify(from)} is not a moment.`, {
            hint: 'Write it as 2026-11-02 or 2026-11-02T10:20:30Z.',
          });
        }
        const times = isTimed(trigger) ? nextTimes(trigger, zone, { from: begin, count: count ?? 5 }) : [];
        return {
          words: triggerWords(trigger),
          zone,
          times: times.map((at) => ({ at: new Date(at).toISOString(), text: localText(at, zone) })),
        };
      },
    }),

    'schedules.history': operation({
      summary: 'When a schedule fired, and what came of it; newest first',
      http: { method: 'GET', path: '/schedules/:id/firings' },
      access: 'project',
      capability: 'schedules.read',
      effect: 'read',
      input: Type.Object({
        ...Id.properties,
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
        cursor: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before' })),
      }),
      output: Type.Object({ firings: Type.Array(Firing), next: Type.Optional(Type.String()) }),
      handler: ({ project }, { id, limit, cursor }) =>
        schedules.history(project, id, { limit: limit ?? 50, ...(cursor === undefined ? {} : { before: cursor }) }),
    }),
  };
}
