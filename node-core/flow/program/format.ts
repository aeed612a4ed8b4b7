/**
 * The formatter of programs: one canonical style. As that of plans it lays out the tokens again instead of printing the tree, so
 * that no comment and no spelling of a person's gets lost. Browser-safe.
 *
 * Style: two spaces a level, a statement a line, fields and cases a line each without commas, `} else {` on one line, a blank
 * line between declarations; lists, records and calls on one line when they fit and were not broken by hand.
 */
import { type Cursor, M_BINARY, M_BLOCK, M_DROP, M_ITEM, M_LINE, M_PREFIX, M_TIGHT, M_WITHIN } from './cursor.ts';
import { parseWithCursor } from './parse.ts';

/** Columns that a list, record or call may fill. */
const LINE_WIDTH = 100;

/** Formats a program. A source with syntax errors comes back as it is. Formatting what was formatted changes nothing. */
export function formatProgram(source: string): string {
  const { result, cursor } = parseWithCursor(source);
  if (result.diagnostics.length > 0) return source;
  let text = layOut(cursor);
  // A comment in the middle of a call breaks lines, and what is broken may then have to be broken further out. Lines are only
  // ever added, so this ends; nearly always the first time.
  for (let pass = 0; pass < 10; pass++) {
    const again = layOut(parseWithCursor(text).cursor);
    if (again === text) break;
    text = again;
  }
  return text;
}

interface Group {
  close: number;
  broken: boolean;
  /** Level of the line that it opened on. */
  level: number;
}

function layOut(p: Cursor): string {
  const { source, tokens, marks, comments } = p;
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const closes = matchBrackets(p);
  const groups: Group[] = [];
  let out = '';
  let column = 0;
  let level = 0;
  let comment = 0;
  /** The token before on this line, or undefined where a line begins. */
  let before: number | undefined;
  /** What was written last ends its line. */
  let mustBreak = false;

  const write = (text: string) => {
    out += text;
    const at = text.lastIndexOf('\n');
    column = at < 0 ? column + text.length : text.length - at - 1;
  };
  const line = (at: number, blank: boolean) => {
    if (out !== '') out += newline + (blank ? newline : '');
    level = at;
    const indent = '  '.repeat(Math.min(at, 40));
    out += indent;
    column = indent.length;
    before = undefined;
    mustBreak = false;
  };
  const lines = (from: number, to: number) => {
    let count = 0;
    for (let i = from; i < to; i++) if (source[i] === '\n' || (source[i] === '\r' && source[i + 1] !== '\n')) count++;
    return count;
  };

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const mark = marks[i]!;
    const atEnd = token.kind === 'eof';
    const group = groups.at(-1);
    const closing = group?.close === i;
    const inBlock = group?.broken ?? true;
    const first = i > 0 && group !== undefined && closes[i - 1] === group.close;
    if (mark & M_DROP || (token.kind === ',' && group && !group.broken && group.close === i + 1)) continue;
    let fresh = atEnd || (mark & M_LINE) !== 0;
    const parts = tokens[i - 1]?.kind === ',' && !(marks[i - 1]! & M_WITHIN);
    if (group?.broken && (closing || first || parts)) fresh = true;
    // An empty block stays `{}`.
    if (closing && first && !commentBetween(p, comment, i)) fresh = false;
    let at = group === undefined ? 0 : closing ? group.level : group.level + (group.broken ? 1 : 0);
    if (
      !fresh &&
      i > 0 &&
      lines(tokens[i - 1]!.end, token.start) > 0 &&
      ((mark | marks[i - 1]!) & M_BINARY || (mark & M_TIGHT && token.kind === '.'))
    ) {
      fresh = true;
      at = continued(group, level);
    }

    // --- comments before the token
    let from = i > 0 ? tokens[i - 1]!.end : 0;
    let blankSeen = false;
    let own = false;
    while (comment < comments.length && comments[comment]!.range.start < token.start + (atEnd ? 1 : 0)) {
      const one = comments[comment++]!;
      const { range, text } = one;
      const isLine = !text.startsWith('/*');
      const next = comments[comment];
      const after = next && next.range.start < token.start ? next.range.start : token.start;
      const gap = lines(from, range.start);
      if (i > 0 && gap === 0 && !own) {
        write(`${before === undefined ? '' : ' '}${isLine ? ' ' : ''}${text}`);
        before ??= -1;
        mustBreak ||= isLine || text.includes('\n');
      } else {
        const wantsBlank = mark & M_ITEM && !blankSeen && !own && i > 0 ? true : gap > 1;
        const commentLevel = fresh ? (closing && group?.broken ? group.level + 1 : at) : continued(group, level);
        line(commentLevel, wantsBlank && out !== '' && !(first && !own));
        blankSeen = true;
        own = true;
        write(text);
        before = -1;
        mustBreak = isLine || text.includes('\n') || lines(range.end, after) > 0;
      }
      from = range.end;
    }
    if (atEnd) break;

    if (fresh || mustBreak) {
      const gap = lines(from, token.start);
      const wanted =
        mark & M_ITEM
          ? i > 0 && (!own || gap > 1)
          : gap > 1 && inBlock && mark & M_LINE && !closing && !(first && !own);
      line(fresh ? at : closing ? (group?.level ?? 0) : continued(group, level), Boolean(wanted) && out !== '');
    } else if (before !== undefined && !tight(i)) write(' ');
    write(token.text);
    before = i;
    if (closing) groups.pop();
    if (closes[i] !== undefined && closes[i]! > i) {
      const close = closes[i]!;
      const block = (mark & M_BLOCK) !== 0;
      const broken = close > i + 1 && (block || breaks(i, close));
      groups.push({ close, broken: broken || (block && commentBetween(p, comment, close)), level });
    }
  }
  return out === '' ? '' : out.trimEnd() + newline;

  /** Level of a line that goes on with what the line before began. */
  function continued(group: Group | undefined, current: number): number {
    const base = group === undefined ? 0 : group.level + (group.broken ? 1 : 0);
    return Math.min(Math.max(base + 1, group?.broken === false ? current : 0), base + 1);
  }

  /** Does no space stand between the token and the one before it? */
  function tight(i: number): boolean {
    const { kind } = tokens[i]!;
    if (before === -1) return false;
    const last = tokens[i - 1]!;
    const lastMark = marks[i - 1]!;
    if (marks[i]! & M_TIGHT || lastMark & M_PREFIX) return true;
    if (kind === ',' || kind === ')' || kind === ']') return true;
    if (last.kind === '(' || last.kind === '[') return true;
    if (kind === '}') return last.kind === '{';
    return false;
  }

  /** Is the list, record or call broken over lines: by hand, by a comment, or because it does not fit? */
  function breaks(open: number, close: number): boolean {
    if (lines(tokens[open]!.end, tokens[open + 1]!.start) > 0) return true;
    for (let c = comment; c < comments.length && comments[c]!.range.start < tokens[close]!.start; c++)
      if (comments[c]!.range.start < tokens[open + 1]!.start) return true;
    let width = 0;
    for (let i = open + 1; i <= close; i++) {
      // What holds a block or something broken by hand is as wide as its first line.
      if (marks[i]! & M_BLOCK && closes[i]! > i + 1) return false;
      if (closes[i]! > i && lines(tokens[i]!.end, tokens[i + 1]!.start) > 0) return false;
      width += tokens[i]!.text.length + 1;
      if (column + width > LINE_WIDTH) return true;
    }
    return false;
  }
}

const commentBetween = (p: Cursor, comment: number, token: number) =>
  (p.comments[comment]?.range.start ?? Infinity) < p.tokens[token]!.start;

/** For each bracket the index of the one that belongs to it. `<` and `>` of types are not among them. */
function matchBrackets(p: Cursor): (number | undefined)[] {
  const out: (number | undefined)[] = [];
  const open: number[] = [];
  p.tokens.forEach(({ kind }, i) => {
    if (kind === '(' || kind === '[' || kind === '{') open.push(i);
    else if (kind === ')' || kind === ']' || kind === '}') {
      const from = open.pop();
      if (from !== undefined) {
        out[from] = i;
        out[i] = from;
      }
    }
  });
  return out;
}
