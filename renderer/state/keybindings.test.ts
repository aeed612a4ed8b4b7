import { describe, expect, it } from 'vitest';
import type { Command } from './commands.ts';
import { candidates, clearCommand, editKey, keysFor, readRules, resolveBindings } from './keybindings.ts';

const command = (id: string, keys?: string, moreKeys?: string[]): Command => ({
  id,
  title: id,
  run: () => undefined,
  ...(keys === undefined ? {} : { keys }),
  ...(moreKeys === undefined ? {} : { moreKeys }),
});
const commands = [command('save', 'Mod+S'), command('keys', 'Mod+K Mod+S'), command('close', 'Mod+F4', ['Mod+W'])];
const bindings = (text: string) => resolveBindings(commands, readRules(text).rules);

describe('keybindings.json', () => {
  it('says nothing at first: every command has its own keys', () => {
    expect(bindings('').map(({ keys, command: id }) => `${keys} ${id}`)).toEqual([
      'Mod+S save',
      'Mod+K Mod+S keys',
      'Mod+F4 close',
      'Mod+W close',
    ]);
  });

  it('gives a key to a command, and takes one away', () => {
    const own = bindings('[{ "key": "ctrl+q", "command": "close" }, { "key": "ctrl+w", "command": "-close" }]');
    expect(own.filter((binding) => binding.command === 'close').map((binding) => binding.keys)).toEqual([
      'Mod+F4',
      'Mod+Q',
    ]);
    expect(keysFor(own, 'close')).toBe('Mod+Q');
  });

  it('says in a sentence what it does not understand', () => {
    expect(readRules('{}').wrong).toEqual(['The file must hold one list: [{ "key": "ctrl+k", "command": "id" }].']);
    expect(readRules('[{ "key": "hyper+q", "command": "close" }]').wrong).toEqual([
      'Entry 1 needs a "key" such as "ctrl+k ctrl+s" and a "command".',
    ]);
    expect(readRules('[\n  oops\n]').wrong[0]).toMatch(/^Line 2 is not JSON/);
  });

  it('is edited command by command, and keeps its comments', () => {
    const text = '[\n  // for the left hand\n  { "key": "ctrl+q", "command": "save" }\n]\n';
    const edited = editKey(text, commands[2]!, 'Mod+E')!;
    expect(edited).toContain('// for the left hand');
    const own = resolveBindings(commands, readRules(edited).rules);
    expect(own.filter((binding) => binding.command === 'close').map((binding) => binding.keys)).toEqual(['Mod+E']);
    // Back to its own keys, which needs no entry.
    const reset = clearCommand(edited, 'close')!;
    expect(readRules(reset).rules.map((rule) => rule.command)).toEqual(['save']);
    expect(readRules(editKey('', commands[0]!, undefined)!).rules).toEqual([
      { keys: 'Mod+S', command: 'save', remove: true },
    ]);
  });

  it('is left alone while it is broken: what the person wrote is not thrown away', () => {
    for (const text of [
      '{ "key": "ctrl+q" }',
      '[\n  { "key": "ctrl+q", "command": "close" }\n  oops',
      '// mine\n[{]',
    ]) {
      expect(editKey(text, commands[2]!, 'Mod+Q')).toBeUndefined();
      expect(clearCommand(text, 'close')).toBeUndefined();
    }
  });

  it('lets the person win over the program where both claim a key', () => {
    const own = bindings('[{ "key": "ctrl+s", "command": "close" }]');
    expect(candidates(own, 'Mod+S').exact.map((binding) => binding.command)).toEqual(['close', 'save']);
  });
});
