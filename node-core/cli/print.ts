/** What the command says, and how: results on stdout, everything else on stderr. */
import type { Problem } from '../errors/problem.ts';
import { host } from './host.ts';

export function printJson(value: unknown): void {
  host().out(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(text: string): void {
  host().out(`${text}\n`);
}

/** Sentences may hold what stands in data or comes from another node: it cannot write on the terminal. */
export function note(text: string): void {
  host().note(`${visible(text)}\n`);
}

/** The sentence and what to do about it, for a terminal. */
export const problemText = ({ message, hint }: Problem): string =>
  `voike: ${message}${hint === undefined ? '' : `\n       ${hint}`}`;

/** The same on stderr; the stack only for those who ask (VOIKE_DEBUG=1). */
export function printProblem(problem: Problem): void {
  note(problemText(problem));
  if (host().env('VOIKE_DEBUG') === '1') {
    const cause = problem.cause;
    note(cause instanceof Error ? (cause.stack ?? String(cause)) : (problem.stack ?? ''));
  }
}

const number = new Intl.NumberFormat('en-US');
export const count = (value: number): string => number.format(value);

/** `840 ms`, `3.2 s`, `4 min 12 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export interface Column {
  name: string;
  /** Numbers stand to the right. */
  right?: boolean;
}

/** Longest cell that is shown whole. */
const CELL = 48;

/** Rows under their headings, aligned; control characters made visible so that data cannot write on the terminal. */
export function textTable(columns: readonly Column[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => columns.map((_, i) => cell(row[i])));
  const widths = columns.map((column, i) => Math.max(width(column.name), ...cells.map((row) => width(row[i]!)), 1));
  const line = (row: readonly string[]) =>
    row
      .map((text, i) => {
        const room = ' '.repeat(Math.max(0, widths[i]! - width(text)));
        return columns[i]!.right ? room + text : text + room;
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map((column) => column.name)),
    line(widths.map((size) => '-'.repeat(size))),
    ...cells.map(line),
  ].join('\n');
}

function cell(value: unknown): string {
  const text =
    value === null
      ? 'null'
      : value === undefined
        ? ''
        : typeof value === 'string'
          ? value
          : typeof value === 'object'
            ? JSON.stringify(value)
            : String(value);
  const safe = visible(text.replaceAll('\n', '⏎'));
  return safe.length <= CELL ? safe : `${safe.slice(0, CELL - 1)}…`;
}

/** Terminal control characters as pictures of themselves (tab and newline stay). */
export function visible(text: string): string {
  let out = '';
  for (const c of text) {
    const code = c.charCodeAt(0);
    if (code < 32 && c !== '\t' && c !== '\n') out += String.fromCharCode(0x2400 + code);
    else out += code >= 127 && code < 160 ? '␡' : c;
  }
  return out;
}

/** Columns that a text takes: wide East Asian characters and emoji take two. */
export function width(text: string): number {
  let size = 0;
  for (const c of text)
    size += /\p{Mark}/u.test(c)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
            c,
          )
        ? 2
        : 1;
  return size;
}

/** Whether columns of that type of the engine stand to the right. */
export const isNumeric = (type: string): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|UINTEGER|FLOAT|REAL|DOUBLE|DECIMAL)/i.test(type);
