/** What may come next on the command line: commands, options and what they take, from the commands' own definition. */
import type { Argument, Command, Option } from 'commander';
import { FILTERS } from './filters.ts';
import { quoteWord, splitWords } from './words.ts';

/** Where names come from that only the node or the window knows. Each gives all that there are; it is filtered here. */
export interface Names {
  file(typed: string): Promise<string[]>;
  run(): Promise<string[]>;
  step(run: string | undefined): Promise<string[]>;
  table(): Promise<string[]>;
  operation(): Promise<string[]>;
}

export interface Completion {
  /** Where the word begins that is being completed. */
  start: number;
  /** What it may become; quoted where that is needed. */
  choices: string[];
}

/**
 * @param line up to the cursor, without the leading `voike` and what stands before the last pipe
 * @param kind what begins there: a command, one that reads from a pipe, or a file that is written
 */
export async function complete(
  program: Command,
  line: string,
  names: Names,
  kind: 'command' | 'piped' | 'file' = 'command',
): Promise<Completion> {
  const words = splitWords(line);
  const last = words.at(-1);
  const typing = last !== undefined && last.end === line.length ? last : undefined;
  const typed = typing?.text ?? '';
  const start = typing?.start ?? line.length;

  let command = program;
  const given: string[] = [];
  let option: Option | undefined;
  for (const { text } of typing === undefined ? words : words.slice(0, -1)) {
    if (option !== undefined) {
      option = undefined;
      continue;
    }
    if (text.startsWith('-')) {
      const named = optionsOf(command).find((one) => one.long === text || one.short === text);
      option = named?.required === true || named?.optional === true ? named : undefined;
      continue;
    }
    const inner = given.length === 0 ? command.commands.find((one) => one.name() === text) : undefined;
    if (inner === undefined) given.push(text);
    else command = inner;
  }

  const found =
    kind === 'file'
      ? await names.file(typed)
      : [
          ...(await candidates(command, option, given, typed, names)),
          ...(kind === 'piped' && command === program && given.length === 0 ? FILTERS : []),
        ];
  const choices = [...new Set(found)].filter((one) => one.startsWith(typed)).toSorted((a, b) => a.localeCompare(b));
  return { start, choices: choices.map(quoteWord) };
}

async function candidates(
  command: Command,
  option: Option | undefined,
  given: string[],
  typed: string,
  names: Names,
): Promise<string[]> {
  if (option !== undefined) return option.argChoices ?? valuesOf(nameOf(option), given, typed, names);
  if (typed.startsWith('-'))
    return ['--help', ...optionsOf(command).flatMap((one) => (typeof one.long === 'string' ? [one.long] : []))];
  const inner = given.length === 0 ? command.commands.map((one) => one.name()) : [];
  if (command.parent === null && inner.length > 0) return [...inner, 'help', 'clear'];
  const { registeredArguments } = command;
  const argument: Argument | undefined =
    registeredArguments[given.length] ??
    (registeredArguments.at(-1)?.variadic ? registeredArguments.at(-1) : undefined);
  if (argument === undefined) return inner;
  return [...inner, ...(argument.argChoices ?? (await valuesOf(argument.name(), given, typed, names)))];
}

/** `--rerun <run>` → `run`. */
const nameOf = (option: Option): string => /[<[]([^>\].]+)/.exec(option.flags)?.[1] ?? '';

async function valuesOf(name: string, given: string[], typed: string, names: Names): Promise<string[]> {
  switch (name) {
    case 'file':
    case 'folder':
      return names.file(typed);
    case 'run':
    case 'left':
    case 'right':
      return names.run();
    case 'step':
      return names.step(given[0]);
    case 'name':
    case 'table':
      return names.table();
    case 'operation':
      return names.operation();
    default:
      return [];
  }
}

const optionsOf = (command: Command): readonly Option[] => command.options.filter((option) => !option.hidden);

/** What all choices begin with. */
export function commonStart(choices: readonly string[]): string {
  let start = choices[0] ?? '';
  for (const choice of choices) while (!choice.startsWith(start)) start = start.slice(0, -1);
  return start;
}
