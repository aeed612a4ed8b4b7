import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyLine, insert, KEYS, type Key, type Line, press } from './line.ts';

const write = (text: string, history: string[] = []): Line => insert(emptyLine(history), text);
const all = (line: Line, ...keys: Key[]): Line => keys.reduce((now, key) => press(now, key, []), line);

describe('the line at the prompt', () => {
  test('text goes in at the cursor, and a pasted line break is a space', () => {
    expect(insert(all(write('runs '), 'home'), 'voike\n')).toMatchObject({ text: 'voike runs ', cursor: 6 });
  });

  test('words are crossed and deleted whole', () => {
    expect(all(write('run top.flow  '), 'deleteWord').text).toBe('run ');
    expect(all(write('run top.flow'), 'wordLeft').cursor).toBe(4);
    expect(all(write('run top.flow'), 'home', 'wordRight').cursor).toBe(3);
    expect(all(write('run top.flow'), 'wordLeft', 'deleteToEnd').text).toBe('run ');
    expect(all(write('run top.flow'), 'wordLeft', 'deleteToStart').text).toBe('top.flow');
  });

  test('an emoji is one step and one deletion', () => {
    expect(all(write('a😀b'), 'left', 'left').cursor).toBe(1);
    expect(all(write('a😀'), 'backspace').text).toBe('a');
  });

  test('the history is walked, and the line that was being written comes back', () => {
    const history = ['status', 'runs list'];
    const older = press(press(write('led', history), 'older', history), 'older', history);
    expect(older.text).toBe('status');
    expect(press(older, 'older', history).text).toBe('status');
    expect(press(press(older, 'newer', history), 'newer', history)).toMatchObject({ text: 'led', cursor: 3 });
  });

  test('whatever is pressed, the cursor stays inside the text and between characters', () => {
    const keys = [...new Set(Object.values(KEYS))];
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...keys),
            fc.string({ unit: 'grapheme' }).map((text) => ({ text })),
          ),
        ),
        (actions) => {
          let line = emptyLine(['older', 'old 😀']);
          for (const action of actions)
            line = typeof action === 'string' ? press(line, action, ['older', 'old 😀']) : insert(line, action.text);
          expect(line.cursor).toBeGreaterThanOrEqual(0);
          expect(line.cursor).toBeLessThanOrEqual(line.text.length);
          expect(line.text.slice(0, line.cursor)).not.toMatch(/[\ud800-\udbff]$/);
        },
      ),
    );
  });
});
