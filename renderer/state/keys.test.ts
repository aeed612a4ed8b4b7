import { describe, expect, it } from 'vitest';
import { keyLabel, keysOf } from './keys.ts';

const key = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more }) as KeyboardEvent;

describe('keys', () => {
  it('are found by the physical key, whatever Alt and Shift make of the letter', () => {
    expect(keysOf(key('P', 'KeyP', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+P');
    expect(keysOf(key('ƒ', 'KeyF', { altKey: true, shiftKey: true }))).toBe('Alt+Shift+F');
    expect(keysOf(key('F5', 'F5', { shiftKey: true }))).toBe('Shift+F5');
  });
  it('are shown as people read them', () => {
    expect(keyLabel('Mod+Shift+P')).toBe('Ctrl+Shift+P');
  });
});
