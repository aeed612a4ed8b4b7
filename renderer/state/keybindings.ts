/**
 * Which key runs which command: the commands' own keys, changed by the person's keybindings.json. The file is a list in the
 * form that VS Code has: `{ "key": "ctrl+k ctrl+s", "command": "id" }` gives a key, `"command": "-id"` takes one away.
 */
import { applyEdits, modify, parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { create } from 'zustand';
import { canRun, type Command, commandById, useCommands } from './commands.ts';
import { keyLabel, normalizeKeys, writtenKeys } from './keys.ts';
import { userFiles } from './user-files.ts';

export interface KeyRule {
  /** In the form of `Command.keys`. */
  keys: string;
  command: string;
  /** Takes the key away from the command instead of giving it. */
  remove: boolean;
}

export interface Binding {
  keys: string;
  command: string;
  /** Who says so: the program, or the person's file. */
  from: 'default' | 'user';
}

/** What a text says; entries that say nothing are named in `wrong`, one sentence each. */
export function readRules(text: string): { rules: KeyRule[]; wrong: string[] } {
  const wrong: string[] = [];
  const errors: ParseError[] = [];
  const read: unknown = text.trim() === '' ? [] : parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    wrong.push(`Line ${line} is not JSON: ${printParseErrorCode(first.error)}.`);
  }
  if (!Array.isArray(read)) {
    if (first === undefined) wrong.push('The file must hold one list: [{ "key": "ctrl+k", "command": "id" }].');
    return { rules: [], wrong };
  }
  const rules = read.flatMap((entry: unknown, at): KeyRule[] => {
    const { key, command } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const keys = typeof key === 'string' ? normalizeKeys(key) : undefined;
    if (keys === undefined || typeof command !== 'string') {
      wrong.push(`Entry ${at + 1} needs a "key" such as "ctrl+k ctrl+s" and a "command".`);
      return [];
    }
    const remove = command.startsWith('-');
    return [{ keys, command: remove ? command.slice(1) : command, remove }];
  });
  return { rules, wrong };
}

const defaultKeys = (command: Command): string[] =>
  [...(command.keys === undefined ? [] : [command.keys]), ...(command.moreKeys ?? [])].map(
    (keys) => normalizeKeys(keys) ?? keys,
  );

/** All bindings, those that win last. */
export function resolveBindings(commands: readonly Command[], rules: readonly KeyRule[]): Binding[] {
  const taken = (command: string, keys: string): boolean =>
    rules.some((rule) => rule.remove && rule.command === command && rule.keys === keys);
  const defaults = commands.flatMap((command) =>
    defaultKeys(command)
      .filter((keys) => !taken(command.id, keys))
      .map((keys): Binding => ({ keys, command: command.id, from: 'default' })),
  );
  const own = rules
    .filter((rule) => !rule.remove)
    .map(({ keys, command }): Binding => ({ keys, command, from: 'user' }));
  return [...defaults, ...own];
}

interface Keybindings {
  /** The text of keybindings.json. */
  text: string;
  rules: readonly KeyRule[];
  wrong: readonly string[];
  bindings: readonly Binding[];
  /** The first stroke of two, while the second is waited for. */
  pending: string | undefined;
}

const FILE = 'keybindings.json';

function fromText(text: string): Pick<Keybindings, 'text' | 'rules' | 'wrong' | 'bindings'> {
  const { rules, wrong } = readRules(text);
  return { text, rules, wrong, bindings: resolveBindings(useCommands.getState().commands, rules) };
}

export const useKeybindings = create<Keybindings>()(() => ({ ...fromText(userFiles.now(FILE)), pending: undefined }));
userFiles.onChange(FILE, (text) => useKeybindings.setState(fromText(text)));
useCommands.subscribe(() => useKeybindings.setState(fromText(useKeybindings.getState().text)));

/** Replaces the whole text of keybindings.json. */
export function setKeybindingsText(text: string): void {
  useKeybindings.setState(fromText(text));
  userFiles.write(FILE, text);
}

/** The key of a command that is shown beside it: the person's own if there is one. */
export function keysFor(bindings: readonly Binding[], command: string): string | undefined {
  const own = bindings.filter((binding) => binding.command === command);
  return (own.findLast((binding) => binding.from === 'user') ?? own[0])?.keys;
}

/** In a component: the key of a command as people read it, or undefined when it has none. */
export function useKeyLabel(command: string | undefined): string | undefined {
  return useKeybindings((state) => labelIn(state.bindings, command));
}

function labelIn(bindings: readonly Binding[], command: string | undefined): string | undefined {
  const keys = command === undefined ? undefined : keysFor(bindings, command);
  return keys === undefined ? undefined : keyLabel(keys);
}

/** The commands that these keys would run, the one that wins first, and whether more strokes may follow. */
export function candidates(bindings: readonly Binding[], keys: string): { exact: Binding[]; more: boolean } {
  return {
    exact: bindings.filter((binding) => binding.keys === keys).toReversed(),
    more: bindings.some((binding) => binding.keys.startsWith(`${keys} `) && mayRun(binding)),
  };
}

export const mayRun = (binding: Binding): boolean => {
  const command = commandById(binding.command);
  return command !== undefined && canRun(command);
};

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/**
 * The text in which a command has this key and no other; `undefined` takes all its keys away. Comments stay. Undefined when
 * the text is broken: it is the person's, and is not thrown away.
 */
export function editKey(text: string, command: Command, keys: string | undefined): string | undefined {
  let edited = clearCommand(text, command.id);
  if (edited === undefined) return undefined;
  const add = (entry: object): void => {
    edited = applyEdits(edited!, modify(edited!, [-1], entry, { ...FORMAT, isArrayInsertion: true }));
  };
  const defaults = defaultKeys(command);
  for (const old of defaults) if (old !== keys) add({ key: writtenKeys(old), command: `-${command.id}` });
  if (keys !== undefined && !defaults.includes(keys)) add({ key: writtenKeys(keys), command: command.id });
  return edited;
}

/** The text in which nothing is said about a command, so that its own keys hold; undefined when the text is broken. */
export function clearCommand(text: string, command: string): string | undefined {
  if (text.trim() === '') return '[]\n';
  const errors: ParseError[] = [];
  const read: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !Array.isArray(read)) return undefined;
  let edited = text;
  for (let at = read.length - 1; at >= 0; at--) {
    const entry = read[at] as { command?: unknown } | null;
    if (entry?.command === command || entry?.command === `-${command}`)
      edited = applyEdits(edited, modify(edited, [at], undefined, FORMAT));
  }
  return edited;
}
