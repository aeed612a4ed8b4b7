/**
 * What an editor of settings.json and keybindings.json needs to know: what is wrong where, and what can stand at a place. Made
 * from the declared settings and commands. Pure.
 */
import {
  findNodeAtLocation,
  getLocation,
  type Node,
  parseTree,
  type ParseError,
  printParseErrorCode,
} from 'jsonc-parser';
import type { Command } from './commands.ts';
import { normalizeKeys } from './keys.ts';
import { whyWrong } from './settings-file.ts';
import type { SettingSpec } from './settings.ts';

export interface Mark {
  offset: number;
  length: number;
  message: string;
}

export interface Offer {
  label: string;
  detail: string;
  documentation?: string;
  /** What is written in place of the word at the cursor. */
  text: string;
}

export interface JsonHelp {
  marks(text: string): Mark[];
  /** `offset` counts from 0. `from` is where the text that is replaced begins, `to` where it ends. */
  offers(text: string, offset: number): { from: number; to: number; offers: Offer[] };
  /** What the thing at a place is, in Markdown. */
  hover(text: string, offset: number): string | undefined;
}

function tree(text: string): { root: Node | undefined; marks: Mark[] } {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return {
    root,
    marks: errors.map(({ offset, length, error }) => ({
      offset,
      length: Math.max(1, length),
      message: `This is not JSON: ${printParseErrorCode(error)}.`,
    })),
  };
}

const at = (node: Node, message: string): Mark => ({ offset: node.offset, length: node.length, message });

/** Where the token at the cursor begins and ends: a string with its quotes, a word, or nothing. */
function span(text: string, offset: number): { from: number; to: number } {
  const node = getLocation(text, offset).previousNode;
  if (node !== undefined && node.offset <= offset && offset <= node.offset + node.length)
    return { from: node.offset, to: node.offset + node.length };
  const before = /[\w.-]*$/.exec(text.slice(0, offset))![0].length;
  return { from: offset - before, to: offset };
}

const values = (spec: SettingSpec): Offer[] => {
  const offer = (value: unknown, label = ''): Offer => ({
    label: JSON.stringify(value),
    detail: `${label}${value === spec.default ? `${label === '' ? '' : ', '}the default` : ''}`,
    text: JSON.stringify(value),
  });
  if (spec.type === 'boolean') return [offer(true), offer(false)];
  if (spec.type === 'choice') return Object.entries(spec.choices).map(([choice, label]) => offer(choice, label));
  return [offer(spec.default)];
};

const about = (id: string, spec: SettingSpec): string =>
  `**${spec.title}** \`${id}\`\n\n${spec.description}\n\nDefault: \`${JSON.stringify(spec.default)}\``;

export function settingsHelp(specs: Readonly<Record<string, SettingSpec>>): JsonHelp {
  const specOf = (id: unknown): SettingSpec | undefined =>
    typeof id === 'string' && Object.hasOwn(specs, id) ? specs[id] : undefined;
  return {
    marks: (text) => {
      const { root, marks } = tree(text);
      if (root === undefined) return marks;
      if (root.type !== 'object') return [...marks, at(root, 'The file must hold one object: { "setting": value }.')];
      for (const property of root.children ?? []) {
        const [key, value] = property.children ?? [];
        const spec = specOf(key?.value);
        if (key === undefined) continue;
        if (spec === undefined) marks.push(at(key, `There is no setting ${String(key.value)}.`));
        else if (value !== undefined) {
          const wrong = whyWrong(spec, value.type === 'object' || value.type === 'array' ? {} : value.value);
          if (wrong !== undefined) marks.push(at(value, `${spec.title} ${wrong}`));
        }
      }
      return marks;
    },
    offers: (text, offset) => {
      const { path, isAtPropertyKey } = getLocation(text, offset);
      const place = span(text, offset);
      const spec = specOf(path[0]);
      if (!isAtPropertyKey) return { ...place, offers: spec === undefined ? [] : values(spec) };
      const hasValue = /^\s*:/.test(text.slice(place.to));
      return {
        ...place,
        offers: Object.entries(specs).map(([id, one]) => ({
          label: id,
          detail: one.title,
          documentation: about(id, one),
          text: hasValue ? JSON.stringify(id) : `${JSON.stringify(id)}: ${JSON.stringify(one.default)}`,
        })),
      };
    },
    hover: (text, offset) => {
      const id = getLocation(text, offset).path[0];
      const spec = specOf(id);
      return spec === undefined ? undefined : about(String(id), spec);
    },
  };
}

export function keybindingsHelp(commands: () => readonly Command[]): JsonHelp {
  const find = (id: unknown): Command | undefined =>
    typeof id === 'string' ? commands().find((command) => command.id === id.replace(/^-/, '')) : undefined;
  return {
    marks: (text) => {
      const { root, marks } = tree(text);
      if (root === undefined) return marks;
      if (root.type !== 'array')
        return [...marks, at(root, 'The file must hold one list: [{ "key": "ctrl+k", "command": "id" }].')];
      for (const entry of root.children ?? []) {
        const key = findNodeAtLocation(entry, ['key']);
        const command = findNodeAtLocation(entry, ['command']);
        if (key === undefined || command === undefined)
          marks.push(at(entry, 'An entry needs a "key" such as "ctrl+k ctrl+s" and a "command".'));
        if (key !== undefined && (typeof key.value !== 'string' || normalizeKeys(key.value) === undefined))
          marks.push(at(key, 'This is no key. Write it as "ctrl+k ctrl+s", "f5" or "alt+left".'));
        if (command !== undefined && find(command.value) === undefined)
          marks.push(at(command, `There is no command ${String(command.value)}.`));
      }
      return marks;
    },
    offers: (text, offset) => {
      const { path, isAtPropertyKey } = getLocation(text, offset);
      const place = span(text, offset);
      if (isAtPropertyKey) {
        const offer = (name: string, detail: string): Offer => ({ label: name, detail, text: `"${name}": ""` });
        return { ...place, offers: [offer('key', 'one stroke or two'), offer('command', 'what it runs')] };
      }
      if (path.at(-1) !== 'command') return { ...place, offers: [] };
      return {
        ...place,
        offers: commands().flatMap(({ id, title }) => [
          { label: id, detail: title, text: JSON.stringify(id) },
          { label: `-${id}`, detail: `takes the key away from: ${title}`, text: JSON.stringify(`-${id}`) },
        ]),
      };
    },
    hover: (text, offset) => {
      const { path, previousNode } = getLocation(text, offset);
      const command = path.at(-1) === 'command' ? find(previousNode?.value) : undefined;
      return command === undefined ? undefined : `**${command.title}** \`${command.id}\``;
    },
  };
}
