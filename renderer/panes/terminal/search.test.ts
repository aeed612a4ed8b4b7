import { describe, expect, test } from 'vitest';
import { emptyLine, insert } from './line.ts';
import { beginSearch, lineOf, searchLabel, searchOn } from './search.ts';

const history = ['tables list', 'run top.flow', 'tables get airports', 'ledger verify'];
const begin = () => beginSearch(insert(emptyLine(history), 'half'));

describe('looking back through the history', () => {
  test('shows the newest line with the text, then the older ones, and stays at the last', () => {
    const first = searchOn(begin(), 'tab', history);
    expect(lineOf(first, history)).toMatchObject({ text: 'tables get airports', cursor: 0, at: 2 });
    const second = searchOn(first, 'tab', history, true);
    expect(lineOf(second, history).text).toBe('tables list');
    expect(searchOn(second, 'tab', history, true)).toEqual(second);
  });

  test('typing more goes on from what is shown, taking back begins from the newest', () => {
    const second = searchOn(searchOn(begin(), 'tables', history), 'tables', history, true);
    expect(lineOf(searchOn(second, 'tables l', history), history).text).toBe('tables list');
    expect(lineOf(searchOn(second, 'table', history), history).text).toBe('tables get airports');
  });

  test('says when nothing fits, and shows the line as it was', () => {
    const none = searchOn(begin(), 'nowhere', history);
    expect(lineOf(none, history).text).toBe('half');
    expect(searchLabel(none)).toBe("(nothing earlier with 'nowhere') ");
    expect(lineOf(searchOn(none, '', history), history).text).toBe('half');
  });
});
