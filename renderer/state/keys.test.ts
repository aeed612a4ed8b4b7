import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyLabel, normalizeKeys, strokeOf, writtenKeys } from './keys.ts';

const key = (key: string, code: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more }) as KeyboardEvent;

describe('keys', () => {
  it('are found by the physical key, whatever Alt and Shift make of the letter', () => {
    expect(strokeOf(key('P', 'KeyP', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+P');
    expect(strokeOf(key('ƒ', 'KeyF', { altKey: true, shiftKey: true }))).toBe('Alt+Shift+F');
    expect(strokeOf(key('F5', 'F5', { shiftKey: true }))).toBe('Shift+F5');
    expect(strokeOf(key('"', 'Digit2', { ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+2');
    expect(strokeOf(key('\\', 'Backslash', { ctrlKey: true }))).toBe('Mod+\\');
  });
  it('are none while only modifiers are down', () => {
    expect(strokeOf(key('Control', 'ControlLeft', { ctrlKey: true }))).toBeUndefined();
  });
  it('are shown as people read them', () => {
    expect(keyLabel('Mod+Shift+P')).toBe('Ctrl+Shift+P');
    expect(keyLabel('Mod+K Mod+ArrowLeft')).toBe('Ctrl+K Ctrl+Left');
  });
  it('may be written in any order and case, in one stroke or two', () => {
    expect(normalizeKeys('shift+ctrl+p')).toBe('Mod+Shift+P');
    expect(normalizeKeys('Ctrl+K  ctrl+s')).toBe('Mod+K Mod+S');
    expect(normalizeKeys('alt+left')).toBe('Alt+ArrowLeft');
    expect(normalizeKeys('ctrl++')).toBe('Mod++');
    for (const wrong of ['', 'ctrl', 'hyper+k', 'ctrl+k ctrl+s ctrl+x', 'ctrl+f25'])
      expect(normalizeKeys(wrong)).toBeUndefined();
  });
  it('read back as they were written', () => {
    const stroke = fc
      .tuple(
        fc.subarray(['Mod', 'Alt', 'Shift']),
        fc.constantFrom('K', '7', 'F5', '+', '\\', 'ArrowLeft', 'Space', 'Enter', '-'),
      )
      .map(([modifiers, last]) => [...modifiers, last].join('+'));
    fc.assert(
      fc.property(fc.array(stroke, { minLength: 1, maxLength: 2 }), (strokes) => {
        const keys = strokes.join(' ');
        expect(normalizeKeys(writtenKeys(keys))).toBe(keys);
      }),
    );
  });
});
