/** What the annotations of a flow say: when it wants to run by itself. Browser-safe. */
import { wrongCron } from '../schedule/cron.ts';
import { readInterval } from '../schedule/times.ts';
import { NAMED_EVENTS, type Trigger, wrongEvent } from '../schedule/trigger.ts';
import { wrongZone } from '../schedule/zones.ts';
import type { Annotation, AnnotationArgument, Diagnostic, Input, SourceRange } from '../syntax/ast.ts';
import { ANNOTATIONS, type AnnotationContract } from './annotations.ts';
import type { PlanSchedule } from './graph.ts';
import { nearestName } from './nearest-name.ts';

/** They stand before FLOW. None starts anything by itself: they are what `schedules.fromFlow` makes schedules of. */
export const FLOW_ANNOTATIONS: readonly AnnotationContract[] = [
  {
    name: 'every',
    summary:
      'Asks to be run again and again, so long after the time before. A schedule is made of it only when you say so.',
    syntax: '@every("1h")',
    snippet: 'every("${1:1h}")',
  },
  {
    name: 'cron',
    summary:
      'Asks to be run at times of the clock: minute, hour, day of the month, month, day of the week. A schedule is made of it only when you say so.',
    syntax: '@cron("0 7 * * MON-FRI", zone="Europe/Berlin")',
    snippet: 'cron("${1:0 7 * * MON-FRI}", zone="${2:UTC}")',
  },
  {
    name: 'on',
    summary:
      'Asks to be run when a file changes (`@on("file", "/whole/path", match="*.csv", input="orders")`) or something happens (`@on("event", "run.failed", of="Nightly")`, `table.changed`, or a kind of ledger entry). A schedule is made of it only when you say so.',
    syntax: '@on("file", "/whole/path")',
    snippet: 'on("${1|file,event|}", "${2}")',
  },
];

const KNOWN_ARGUMENTS: Record<string, readonly string[]> = {
  every: ['input'],
  cron: ['zone', 'input'],
  file: ['match', 'input'],
  event: ['of', 'input'],
};

/** Reads the annotations before FLOW; what is wrong with them goes to `add`, and such a one is left out. */
export function readSchedules(
  source: string,
  annotations: readonly Annotation[],
  inputs: readonly Input[],
  add: (diagnostic: Diagnostic) => void,
): PlanSchedule[] {
  return annotations.flatMap((annotation) => {
    const schedule = readSchedule(source, annotation, inputs, add);
    return schedule === undefined ? [] : [schedule];
  });
}

function readSchedule(
  source: string,
  annotation: Annotation,
  inputs: readonly Input[],
  add: (diagnostic: Diagnostic) => void,
): PlanSchedule | undefined {
  let good = true;
  const bad = (message: string, range: SourceRange = annotation.range): undefined => {
    good = false;
    add({ code: 'FLOW4010', severity: 'error', message, range });
  };
  const name = annotation.name.name.toLowerCase();
  const contract = FLOW_ANNOTATIONS.find((known) => known.name === name);
  if (contract === undefined) {
    if (ANNOTATIONS.some((known) => known.name === name))
      return bad(`@${name} says something of a step: it stands before STEP, not before FLOW.`, annotation.name.range);
    const near = nearestName(
      name,
      FLOW_ANNOTATIONS.map((known) => known.name),
    );
    add({
      code: 'FLOW4007',
      severity: 'warning',
      message: `There is no annotation @${annotation.name.name} of a flow${near === undefined ? '' : `; did you mean @${near}?`}. It has no effect.`,
      range: annotation.name.range,
      ...(near === undefined
        ? {}
        : { fix: { title: `Change it to @${near}`, edits: [{ range: annotation.name.range, text: near }] } }),
    });
    return undefined;
  }

  const texts = annotation.args.filter((argument) => argument.name === undefined);
  /** The text of an argument; reported when it is none. */
  const text = (argument: AnnotationArgument | undefined, what: string): string | undefined => {
    if (argument === undefined) return bad(`@${name} needs ${what}: ${contract.syntax}.`);
    const { value } = argument;
    if (value.kind === 'literal' && typeof value.value === 'string') return value.value;
    if (value.kind === 'error') {
      good = false;
      return undefined;
    }
    return bad(`Write ${what} as a text in quotes: ${contract.syntax}.`, value.range);
  };
  const kind = name === 'on' ? text(texts[0], '"file" or "event"')?.toLowerCase() : name;
  if (kind === undefined) return undefined;
  if (name === 'on' && kind !== 'file' && kind !== 'event')
    return bad('@on is for "file" or "event".', texts[0]!.value.range);
  const known = KNOWN_ARGUMENTS[kind]!;
  const named: Record<string, string> = {};
  for (const argument of annotation.args) {
    if (argument.name === undefined) continue;
    const key = argument.name.name.toLowerCase();
    if (!known.includes(key)) {
      bad(`@${name} has no "${argument.name.name}" here; it takes ${known.join(', ')}.`, argument.name.range);
      continue;
    }
    const value = text(argument, key);
    if (value === undefined) continue;
    named[key] = value;
    if (key === 'zone') {
      const wrong = wrongZone(value);
      if (wrong !== undefined) bad(wrong, argument.value.range);
    }
    if (key === 'input') checkInput(value, argument.value.range, kind === 'file', inputs, bad);
  }
  const first = name === 'on' ? texts[1] : texts[0];
  const most = name === 'on' ? 2 : 1;
  if (texts.length > most)
    bad(`@${name} takes ${most === 1 ? 'one text' : 'two texts'}: ${contract.syntax}.`, texts[most]!.value.range);

  const trigger = readTrigger();
  if (!good || trigger === undefined) return undefined;
  return { trigger, range: annotation.range, ...(named['zone'] === undefined ? {} : { zone: named['zone'] }) };

  function readTrigger(): Trigger | undefined {
    const into = named['input'] === undefined ? {} : { input: named['input'] };
    switch (kind) {
      case 'every': {
        const value = text(first, 'a length of time');
        if (value === undefined) return undefined;
        const read = readInterval(value);
        return 'wrong' in read ? bad(read.wrong, first!.value.range) : { kind: 'every', every: value, ...into };
      }
      case 'cron': {
        const value = text(first, 'a cron text');
        if (value === undefined) return undefined;
        const wrong = wrongCron(value);
        if (wrong === undefined) return { kind: 'cron', cron: value, ...into };
        const { range } = first!.value;
        // The place inside the text, unless escapes have moved it.
        const inside = source.slice(range.start + 1, range.end - 1) === value && wrong.end > wrong.start;
        return bad(
          wrong.message,
          inside ? { start: range.start + 1 + wrong.start, end: range.start + 1 + wrong.end } : range,
        );
      }
      case 'file': {
        const path = text(first, 'the path of a file or a folder');
        if (path === undefined) return undefined;
        if (!isWholePath(path))
          return bad(
            'Write the whole path, from / or the drive on: nothing says where a shorter one begins.',
            first!.value.range,
          );
        return { kind: 'file', path, ...into, ...(named['match'] === undefined ? {} : { match: named['match'] }) };
      }
      default: {
        const event = text(first, `what happens (${Object.keys(NAMED_EVENTS).join(', ')} or a kind of ledger entry)`);
        if (event === undefined) return undefined;
        const wrong = wrongEvent(event, named['of']);
        if (wrong !== undefined) return bad(wrong, first!.value.range);
        return { kind: 'event', event, ...into, ...(named['of'] === undefined ? {} : { of: named['of'] }) };
      }
    }
  }
}

/** An absolute path of POSIX or of Windows, whatever machine this is. */
export function isWholePath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');
}

function checkInput(
  name: string,
  range: SourceRange,
  file: boolean,
  inputs: readonly Input[],
  bad: (message: string, range: SourceRange) => void,
): void {
  const found = inputs.find((input) => input.name.name === name);
  if (found === undefined) {
    const near = nearestName(
      name,
      inputs.map((input) => input.name.name),
    );
    bad(`This flow has no input "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`, range);
  } else if (file && found.type !== 'file' && found.type !== 'blob' && found.type !== 'image')
    bad(`The input "${name}" takes ${found.type}; the file goes into one that takes a file.`, range);
}
