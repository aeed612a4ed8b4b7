/** The line that is being written at the prompt: text, cursor and history as a shell has them. Pure. */

export interface Line {
  text: string;
  /** UTF-16 offset, never inside a surrogate pair. */
  cursor: number;
  /** Which entry of the history is shown; its length is the line that is being written. */
  at: number;
  /** The line that was being written when the history was entered. */
  draft: string;
}

export const emptyLine = (history: readonly string[]): Line => ({ text: '', cursor: 0, at: history.length, draft: '' });

/** What a key sends (xterm's `onData`), beside text. */
export const KEYS = {
  '\u001b[D': 'left',
  '\u001b[C': 'right',
  '\u001b[A': 'older',
  '\u001b[B': 'newer',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u0001': 'home',
  '\u0005': 'end',
  '\u0002': 'left',
  '\u0006': 'right',
  '\u0010': 'older',
  '\u000e': 'newer',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u001b[3~': 'delete',
  '\u0004': 'delete',
  '\u0017': 'deleteWord',
  '\u001b\u007f': 'deleteWord',
  '\u0015': 'deleteToStart',
  '\u000b': 'deleteToEnd',
  '\u001b[1;5D': 'wordLeft',
  '\u001bb': 'wordLeft',
  '\u001b[1;5C': 'wordRight',
  '\u001bf': 'wordRight',
} as const satisfies Record<string, string>;
export type Key = (typeof KEYS)[keyof typeof KEYS];

export function press(line: Line, key: Key, history: readonly string[]): Line {
  const { text, cursor } = line;
  const without = (from: number, to: number): Line => ({
    ...line,
    text: text.slice(0, from) + text.slice(to),
    cursor: from,
  });
  switch (key) {
    case 'left':
      return { ...line, cursor: before(text, cursor) };
    case 'right':
      return { ...line, cursor: after(text, cursor) };
    case 'home':
      return { ...line, cursor: 0 };
    case 'end':
      return { ...line, cursor: text.length };
    case 'wordLeft':
      return { ...line, cursor: wordBefore(text, cursor) };
    case 'wordRight':
      return { ...line, cursor: wordAfter(text, cursor) };
    case 'backspace':
      return without(before(text, cursor), cursor);
    case 'delete':
      return { ...without(cursor, after(text, cursor)) };
    case 'deleteWord':
      return without(wordBefore(text, cursor), cursor);
    case 'deleteToStart':
      return without(0, cursor);
    case 'deleteToEnd':
      return without(cursor, text.length);
    case 'older':
      return recall(line, line.at - 1, history);
    case 'newer':
      return recall(line, line.at + 1, history);
  }
}

/** Text at the cursor; line breaks of what was pasted become spaces. */
export function insert(line: Line, typed: string): Line {
  const plain = typed.replace(/[\r\n\t]+/g, ' ');
  const { text, cursor } = line;
  return { ...line, text: text.slice(0, cursor) + plain + text.slice(cursor), cursor: cursor + plain.length };
}

function recall(line: Line, at: number, history: readonly string[]): Line {
  if (at < 0 || at > history.length) return line;
  const draft = line.at === history.length ? line.text : line.draft;
  const text = at === history.length ? draft : history[at]!;
  return { text, cursor: text.length, at, draft };
}

const before = (text: string, at: number): number =>
  Math.max(0, at - (/[\udc00-\udfff]/.test(text[at - 1] ?? '') && at > 1 ? 2 : 1));
const after = (text: string, at: number): number =>
  Math.min(text.length, at + (/[\ud800-\udbff]/.test(text[at] ?? '') ? 2 : 1));
const wordBefore = (text: string, at: number): number => text.slice(0, at).replace(/\S+\s*$/, '').length;
const wordAfter = (text: string, at: number): number => at + /^\s*\S*/.exec(text.slice(at))![0].length;
