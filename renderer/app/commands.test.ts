import { describe, expect, it } from 'vitest';
import { COMMANDS, keyLabel, keysOf } from './commands.ts';

const key = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more }) as KeyboardEvent;

describe('commands', () => {
  it('have an id and a key of their own', () => {
    const keys = COMMANDS.flatMap((command) => command.keys ?? []);
    expect(new Set(COMMANDS.map((command) => command.id)).size).toBe(COMMANDS.length);
    expect(new Set(keys).size).toBe(keys.length);
  });
  it('are found by the physical key, whatever Alt and Shift make of the letter', () => {
    expect(keysOf(key('P', 'KeyP', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+P');
    expect(keysOf(key('ƒ', 'KeyF', { altKey: true, shiftKey: true }))).toBe('Alt+Shift+F');
    expect(keysOf(key('F5', 'F5', { shiftKey: true }))).toBe('Shift+F5');
  });
  it('show their keys as people read them', () => {
    expect(keyLabel('Mod+Shift+P')).toBe('Ctrl+Shift+P');
  });
});
