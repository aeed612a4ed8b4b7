/** Schedules and their firings as JSON: what HTTP, the client and the workbench see. Browser-safe. */
import { type Static, Type } from 'typebox';
import { Trigger } from '../flow/schedule/trigger.ts';
import { ProblemSchema } from '../runs/schema.ts';

export const OverlapRule = Type.Union(
  [
    /** The new firing is skipped. */
    Type.Literal('skip'),
    /** It waits for the one before; of a timed trigger only one waits, since the next would do the same. */
    Type.Literal('queue'),
    /** Up to `parallel` at once; more are skipped. */
    Type.Literal('parallel'),
    /** The one under way is cancelled. */
    Type.Literal('cancel'),
  ],
  { description: 'What happens when it comes due while the run before is under way' },
);
export type OverlapRule = Static<typeof OverlapRule>;

/** What happens with what was missed while the machine slept or the node was not running. */
export const CatchUp = Type.Object(
  {
    rule: Type.Union([Type.Literal('none'), Type.Literal('once'), Type.Literal('all')]),
    most: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: 'Of `all`: at most so many, the latest; 10 when left out',
      }),
    ),
    grace: Type.Optional(
      Type.String({ maxLength: 40, description: 'What is older is not caught up: 1d when left out' }),
    ),
  },
  { additionalProperties: false },
);
export type CatchUp = Static<typeof CatchUp>;

export const NotifyRule = Type.Union(
  [
    Type.Literal('always'),
    Type.Literal('failure'),
    /** When it fails after it went well, and when it goes well again. */
    Type.Literal('change'),
    Type.Literal('never'),
  ],
  { description: 'When a notification is made of how a run ended' },
);
export type NotifyRule = Static<typeof NotifyRule>;

export const FiringState = Type.Union([
  /** Until the one before has ended. */
  Type.Literal('waiting'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
  /** The node stopped while it ran. */
  Type.Literal('interrupted'),
  Type.Literal('skipped'),
]);
export type FiringState = Static<typeof FiringState>;

export const Firing = Type.Object({
  id: Type.String(),
  schedule: Type.String(),
  state: FiringState,
  /** What set it off, in words: `due at …`, `/in/a.csv changed`, `run.failed, ledger entry 12`, `started by hand`. */
  cause: Type.String(),
  /** When it was due, or when what set it off was seen. ISO 8601 UTC. */
  due: Type.String(),
  /** When the node took it up. */
  at: Type.String(),
  endedAt: Type.Optional(Type.String()),
  /** Id of its run; absent when there was none. */
  run: Type.Optional(Type.String()),
  /** Why it was skipped or waits, in words. */
  reason: Type.Optional(Type.String()),
  /** How many due times one skipped row stands for, when more than one. */
  count: Type.Optional(Type.Integer()),
  error: Type.Optional(ProblemSchema),
});
export type Firing = Static<typeof Firing>;

export const Schedule = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Name of the flow. */
  flow: Type.String(),
  trigger: Trigger,
  /** The trigger in words, as `at 07:00, Monday to Friday`. */
  words: Type.String(),
  /** IANA time zone. */
  zone: Type.String(),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  /** Of a schedule that reads its flow anew each time: the file. */
  path: Type.Optional(Type.String()),
  /** Of one that keeps its flow: which version of the text, from 1. */
  version: Type.Optional(Type.Integer()),
  origin: Type.Optional(Type.String()),
  overlap: OverlapRule,
  parallel: Type.Integer(),
  catchUp: CatchUp,
  notify: NotifyRule,
  enabled: Type.Boolean(),
  createdAt: Type.String(),
  changedAt: Type.String(),
  /** When it comes due next. ISO 8601 UTC; absent when it is paused or not timed. */
  next: Type.Optional(Type.String()),
  /** Ids of its runs under way. */
  running: Type.Array(Type.String()),
  waiting: Type.Integer({ description: 'Firings that wait' }),
  last: Type.Optional(Firing),
  /** What keeps it from working, as a folder that is not there. */
  trouble: Type.Optional(Type.String()),
});
export type Schedule = Static<typeof Schedule>;
