/** Operations on calls that are being debugged. */
import { Type } from 'typebox';
import type { EventHub } from '../../operations/events.ts';
import { operation } from '../../operations/operation.ts';
import { DEFAULT_DEPTH } from '../engine.ts';
import { CallInput, DEFAULT_FUEL, known, moduleOf, ModuleInput } from '../call-input.ts';
import { FinishedOutput } from '../operations.ts';
import type { Calls } from '../calls.ts';
import type { Debugger } from './sessions.ts';

/** Longer than this nobody holds a question open; whoever attends asks again. */
const ATTEND_MS = 240_000;

const SESSION = { access: 'project', capability: 'vvm.run', effect: 'write' } as const;
const Id = Type.String({ maxLength: 64, description: 'Of the session' });
const Place = Type.Object({
  func: Type.String(),
  at: Type.Integer({ description: 'Index of the instruction' }),
  line: Type.Optional(Type.Integer()),
  range: Type.Optional(Type.Object({ start: Type.Integer(), end: Type.Integer() })),
});
const State = Type.Object({
  state: Type.Union([Type.Literal('running'), Type.Literal('stopped'), Type.Literal('ended')]),
  why: Type.Optional(Type.String({ description: 'start, breakpoint, step, pause or trap' })),
  place: Type.Optional(Place),
  trap: Type.Optional(Type.String({ description: 'What it is about to end with' })),
  problem: Type.Optional(Type.Unknown({ description: 'How it ended, unless with a value' })),
});
const Breakpoints = {
  lines: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1 }), {
      maxItems: 10_000,
      description: 'Of the source; one without code is the next line that has some',
    }),
  ),
  instructions: Type.Optional(
    Type.Array(Type.Object({ func: Type.String({ maxLength: 256 }), at: Type.Integer({ minimum: 0 }) }), {
      maxItems: 10_000,
    }),
  ),
};
const Unit = Type.Optional(
  Type.Union([Type.Literal('line'), Type.Literal('instruction')], { default: 'line', description: 'What a step is' }),
);

export interface DebugServices {
  debug: Debugger;
  calls: Calls;
  events: EventHub;
}

export function debugOperations({ debug, calls, events }: DebugServices) {
  return {
    'debug.start': operation({
      summary: 'Begin to debug a call of a function',
      description:
        'The call runs in the interpreter, on a thread of its own. Answers when it stands at its first stop or has ended. A session ends ' +
        'soon when nobody attends to it: see `debug.attend`. Changes are told as events of type `debug.changed`.',
      http: { method: 'POST', path: '/debug' },
      ...SESSION,
      ledger: ['vvm.refused'],
      input: Type.Object({
        ...ModuleInput,
        ...CallInput,
        ...Breakpoints,
        stopAtStart: Type.Optional(Type.Boolean({ default: false, description: 'Stops before the first instruction' })),
      }),
      output: Type.Object({ id: Type.String(), ...State.properties }),
      async handler({ project, actor, log }, { name, func, args = [], grants, origin, fuel = DEFAULT_FUEL, ...given }) {
        for (const grant of grants ?? []) known(grant);
        const caller = { project, actor };
        const { lines = [], instructions = [], stopAtStart = false, ...rest } = given;
        const module = moduleOf('debug.start', rest);
        const { id, state } = await debug.start(
          project.id,
          {
            module,
            ...(name === undefined ? {} : { name }),
            func,
            args,
            grants: grants ?? 'decided',
            ...(origin === undefined ? {} : { origin }),
            fuel,
            depth: DEFAULT_DEPTH,
            engine: 'interpreter',
            project: { id: project.id, file: project.db.name },
          },
          {
            breakpoints: { lines, instructions },
            stopAtStart,
            answer: calls.answer(caller, origin),
            changed: (session, now) =>
              void events.publish(project.id, {
                type: 'debug.changed',
                session,
                ...(now.state === 'ended' ? { state: now.state } : now),
              }),
            ended(end) {
              if ('refused' in end && end.refused !== undefined)
                calls
                  .refused(caller, end.refused)
                  .catch((err: unknown) => log.error({ err }, 'a refusal is not on the ledger'));
            },
          },
        );
        return { id, ...state };
      },
    }),

    'debug.attend': operation({
      summary: 'Wait for the end of a debugging session, and keep it alive meanwhile',
      description:
        'Answers `ended: false` after a few minutes: ask again then. A session to which nobody attends ends soon.',
      http: { method: 'POST', path: '/debug/:id/attend' },
      ...SESSION,
      input: Type.Object({ id: Id }),
      output: Type.Object({
        ended: Type.Boolean(),
        finished: Type.Optional(FinishedOutput),
        problem: Type.Optional(Type.Unknown({ description: 'A problem document, unless it ended with a value' })),
      }),
      async handler({ project, signal }, { id }) {
        const end = await debug.attend(project.id, id, AbortSignal.any([signal, AbortSignal.timeout(ATTEND_MS)]));
        if (end === undefined) return { ended: false };
        return 'finished' in end ? { ended: true, finished: end.finished } : { ended: true, problem: end.problem };
      },
    }),

    'debug.go': operation({
      summary: 'Let a stopped call go on: to the next stop, or by a step',
      description: 'Answers when it stands again or has ended; after two seconds of running it says so.',
      http: { method: 'POST', path: '/debug/:id/go' },
      ...SESSION,
      input: Type.Object({
        id: Id,
        how: Type.Optional(
          Type.Union([Type.Literal('continue'), Type.Literal('in'), Type.Literal('over'), Type.Literal('out')], {
            default: 'continue',
            description: '`in` enters what is called, `over` does not, `out` leaves the function',
          }),
        ),
        unit: Unit,
      }),
      output: State,
      handler: ({ project }, { id, how = 'continue', unit = 'line' }) => debug.go(project.id, id, how, unit, 2_000),
    }),

    'debug.pause': operation({
      summary: 'Stop a running call at the next line or instruction',
      http: { method: 'POST', path: '/debug/:id/pause' },
      ...SESSION,
      input: Type.Object({ id: Id, unit: Unit }),
      output: State,
      handler: async ({ project }, { id, unit = 'line' }) => debug.pause(project.id, id, unit),
    }),

    'debug.stop': operation({
      summary: 'End a debugging session and its call',
      http: { method: 'POST', path: '/debug/:id/stop' },
      ...SESSION,
      input: Type.Object({ id: Id }),
      output: Type.Object({ id: Type.String() }),
      async handler({ project }, { id }) {
        debug.stop(project.id, id);
        return { id };
      },
    }),

    'debug.breakpoints': operation({
      summary: 'Set where a debugged call stops, also while it runs',
      http: { method: 'POST', path: '/debug/:id/breakpoints' },
      ...SESSION,
      input: Type.Object({ id: Id, ...Breakpoints }),
      output: Type.Object({ id: Type.String() }),
      async handler({ project }, { id, lines = [], instructions = [] }) {
        debug.setBreakpoints(project.id, id, { lines, instructions });
        return { id };
      },
    }),

    'debug.look': operation({
      summary: 'Look at a stopped call: its calls, variables, operand stack, and what is asked for by name',
      http: { method: 'POST', path: '/debug/:id/look' },
      access: 'project',
      capability: 'vvm.run',
      effect: 'read',
      input: Type.Object({
        id: Id,
        frame: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Of the calls, 0 is the innermost' })),
        watches: Type.Optional(
          Type.Array(Type.String({ maxLength: 1000 }), {
            maxItems: 50,
            default: [],
            description: 'Names, fields, elements, and what is computed from them: order.lines[0].price * 2',
          }),
        ),
      }),
      output: Type.Object({
        frames: Type.Array(Place),
        depth: Type.Integer({
          description: 'Calls under way; `frames` has the innermost and the outermost of very many',
        }),
        frame: Type.Integer(),
        locals: Type.Array(
          Type.Object({
            name: Type.String(),
            type: Type.String(),
            value: Type.Optional(Type.Unknown({ description: 'JSON, cut with … where long; absent when not set yet' })),
          }),
        ),
        stack: Type.Array(Type.Object({ type: Type.String(), value: Type.Unknown() })),
        watches: Type.Array(
          Type.Object({
            expression: Type.String(),
            value: Type.Optional(Type.Unknown()),
            problem: Type.Optional(Type.String()),
          }),
        ),
        fuelUsed: Type.Integer(),
        log: Type.Array(Type.String()),
      }),
      handler: ({ project }, { id, frame = 0, watches = [] }) => debug.look(project.id, id, frame, watches),
    }),
  };
}
