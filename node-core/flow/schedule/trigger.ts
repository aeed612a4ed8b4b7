/** What sets a schedule off. Browser-safe; the one definition for annotations, the node and the workbench. */
import { type Static, Type } from 'typebox';

const Into = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'Name of the input that is given what set it off' }),
);

export const EveryTrigger = Type.Object(
  {
    kind: Type.Literal('every'),
    every: Type.String({ maxLength: 40, description: 'A time such as 15m, 1h, 2d; at least 1s' }),
    input: Into,
  },
  { additionalProperties: false },
);

export const CronTrigger = Type.Object(
  {
    kind: Type.Literal('cron'),
    cron: Type.String({
      maxLength: 200,
      description: 'Minute, hour, day of the month, month, day of the week; a second may stand before them',
    }),
    input: Into,
  },
  { additionalProperties: false },
);

export const FileTrigger = Type.Object(
  {
    kind: Type.Literal('file'),
    path: Type.String({ maxLength: 4096, description: 'Absolute path of a file or a folder, named by the person' }),
    match: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Of a folder: which names, as *.csv; all when left out',
      }),
    ),
    input: Into,
  },
  { additionalProperties: false },
);

export const EventTrigger = Type.Object(
  {
    kind: Type.Literal('event'),
    event: Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        'run.succeeded, run.failed, run.ended, table.changed, or a kind of ledger entry (blob.put; project. for all that begin so)',
    }),
    of: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        description: 'Of which flow (by name) or which table; any when left out',
      }),
    ),
    input: Into,
  },
  { additionalProperties: false },
);

export const Trigger = Type.Union([EveryTrigger, CronTrigger, FileTrigger, EventTrigger]);
export type Trigger = Static<typeof Trigger>;
export type TimeTrigger = Static<typeof EveryTrigger> | Static<typeof CronTrigger>;

export function isTimed(trigger: Trigger): trigger is TimeTrigger {
  return trigger.kind === 'every' || trigger.kind === 'cron';
}

/** Events that are not simply kinds of ledger entries: what they say of a run or a table. */
export const NAMED_EVENTS: Record<string, { kinds: readonly string[]; of: 'flow' | 'table'; words: string }> = {
  'run.succeeded': { kinds: ['run.finish'], of: 'flow', words: 'succeeds' },
  'run.failed': { kinds: ['run.failed'], of: 'flow', words: 'fails' },
  'run.ended': { kinds: ['run.finish', 'run.failed', 'run.cancelled'], of: 'flow', words: 'ends' },
  'table.changed': {
    kinds: ['table.append', 'table.replace', 'table.upsert', 'table.drop'],
    of: 'table',
    words: 'changes',
  },
};

/** A sentence that says what is wrong with an event's name; undefined when nothing is. */
export function wrongEvent(event: string, of?: string): string | undefined {
  const named = Object.hasOwn(NAMED_EVENTS, event);
  if (!named && !/^[a-z][a-zA-Z0-9]*\.([a-z][a-zA-Z0-9]*)?$/.test(event)) {
    return `"${event}" is no event. Write ${Object.keys(NAMED_EVENTS).join(', ')}, or a kind of ledger entry such as blob.put.`;
  }
  if (event.startsWith('schedules.'))
    return 'What schedules do themselves cannot set off a schedule: it would never end.';
  if (of !== undefined && !named) {
    return `"of" names the flow or the table of ${Object.keys(NAMED_EVENTS).join(', ')}; ${event} has none.`;
  }
  return undefined;
}
