/**
 * The formatter: one canonical style. It lays out the tokens again instead of printing the tree, so that nothing a person wrote
 * (comments, brackets, how a number is spelt) can get lost. Browser-safe.
 *
 * Style: two spaces a level, FLOW's words in capitals, `STEP name =` on a line of its own with the operation below it, a blank
 * line between steps, records on one line when they fit and were not broken by hand. Blank lines are kept, at most one.
 */
import type { Comment, ParseResult } from './ast.ts';
import { M_BINARY, M_KEY, M_KEYWORD, M_PREFIX, M_STATEMENT, M_TIGHT } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import * as T from './lex.ts';
import { parseTokens } from './parse.ts';
import { W } from './words.ts';

/** Columns that a record, list or call may fill before it is broken over lines. */
export const LINE_WIDTH = 100;

/** Formats a plan. A source with syntax errors is given back as it is. Formatting what was formatted changes nothing. */
export function format(source: string): string {
  const { result, cursor } = parseTokens(source);
  if (hasErrors(result)) return source;
  const formatted = layOut(cursor, result.comments);
  // A name such as `step` begins a statement where it begins a line, to which it may come behind a comment.
  return hasErrors(parseTokens(formatted).result) ? source : formatted;
}

const hasErrors = ({ diagnostics }: ParseResult): boolean => diagnostics.some(({ severity }) => severity === 'error');

interface Group {
  close: number;
  broken: boolean;
  brace: boolean;
  /** Level of the lines inside. */
  indent: number;
}

function layOut(p: Cursor, comments: Comment[]): string {
  const { source, kind, marks, breaks, start, end, flags, word, last } = p;
  const newline = source.includes('\r\n') ? '\r\n' : '\n';
  const match = matchBrackets(p);
  const texts = tokenTexts(p);
  let out = '';
  let column = 0;
  /** Level of the line that the statement's tokens stand on. */
  let base = 0;
  const groups: Group[] = [];
  let comment = 0;
  /** Operations that stay on the line of their head. */
  const inline = new Set<number>();

  const write = (text: string) => {
    out += text;
    const at = text.lastIndexOf('\n');
    column = at < 0 ? column + text.length : text.length - at - 1;
  };
  const line = (indent: number, blank: boolean) => {
    if (out === '') return;
    out += (blank ? newline : '') + newline + '  '.repeat(indent);
    column = indent * 2;
  };
  /** Does a blank line stand in the source between these places? */
  const blankBetween = (from: number, to: number) => {
    let lines = 0;
    for (let i = from; i < to; i++) {
      const c = source.charCodeAt(i);
      if (c === 10 || (c === 13 && source.charCodeAt(i + 1) !== 10)) if (++lines > 1) return true;
    }
    return false;
  };
  const onNewLine = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const c = source.charCodeAt(i);
      if (c === 10 || c === 13) return true;
    }
    return false;
  };

  for (let i = 0; i <= last; i++) {
    const atEnd = i === last;
    const group = groups.at(-1);
    const closing = group !== undefined && group.close === i;
    // A trailing comma of something that stands on one line goes.
    if (kind[i] === T.T_COMMA && group && !group.broken && group.close === i + 1) continue;
    // Fields after WITH that were separated by lines only.
    const isWithField = !atEnd && (marks[i + 1]! & M_KEY) !== 0 && !(group?.brace ?? false);
    if (isWithField && kind[i - 1] !== T.T_COMMA && word[i - 1] !== W.WITH) write(',');

    const broken = breaks[i]! > 0 && staysOnLine(i) ? 0 : breaks[i]!;
    let indent: number;
    if (atEnd) indent = 0;
    else if (broken > 0) indent = broken - 1;
    else if (group?.broken) indent = closing ? group.indent - 1 : group.indent;
    else indent = (groups.findLast((one) => one.broken)?.indent ?? base) + 1;
    const firstInGroup = i > 0 && groups.length > 0 && match[i - 1] === group?.close && !closing;

    // --- does this token begin a line?
    let fresh = atEnd || broken > 0;
    if (!fresh && group?.broken && (closing || firstInGroup || kind[i - 1] === T.T_COMMA)) fresh = true;
    let continuation = false;
    if (!fresh && i > 0 && flags[i]! & T.F_NEWLINE) {
      const atOperator = ((marks[i]! | marks[i - 1]!) & M_BINARY) !== 0;
      if (atOperator || (kind[i - 1] === T.T_COMMA && groups.length === 0)) fresh = continuation = true;
    }
    // Inside a broken group, what goes on with an entry is indented deeper than the entries.
    if ((continuation || (!fresh && !closing)) && group?.broken) indent = group.indent + 1;

    // --- comments before it
    let from = i > 0 ? end[i - 1]! : 0;
    let sawBlank = false;
    let lastBlank: number | undefined;
    let hadComment = false;
    const forced = (marks[i]! & M_STATEMENT) !== 0 && broken > 0;
    while (comment < comments.length && comments[comment]!.range.start < start[i]! + (atEnd ? 1 : 0)) {
      const one = comments[comment++]!;
      const trailing = !hadComment && i > 0 && !onNewLine(from, one.range.start);
      if (trailing) write(`  ${one.text}`);
      else {
        let blank = blankBetween(from, one.range.start);
        // The blank line before a step goes before the comments that belong to it.
        if (forced && !sawBlank && (lastBlank ??= lastBlankBefore(comment - 1, i)) < comment) blank = true;
        if (firstInGroup && !hadComment) blank = false;
        sawBlank ||= blank;
        const inside =
          word[i] === W.END && !atEnd && broken > 0 && word[i + 1] !== W.FLOW
            ? indent + 1
            : closing
              ? indent + 1
              : indent;
        line(inside, blank);
        write(one.text);
      }
      hadComment = true;
      from = one.range.end;
    }

    if (atEnd) break;
    // --- the token
    if (fresh || hadComment) {
      let blank = blankBetween(from, start[i]!);
      if (forced && !sawBlank) blank = true;
      // No blank line after `STEP name =` or an opening bracket, and none before a closing one.
      if (!hadComment && (firstInGroup || (kind[i - 1] === T.T_ASSIGN && broken > 0))) blank = false;
      if (closing) blank = false;
      line(indent, blank);
      if (broken > 0) base = indent;
    } else if (i > 0 && spaceBetween(p, i, group)) write(' ');
    write(kindText(i, group));

    // --- brackets
    if (closing) groups.pop();
    const close = match[i]!;
    if (close > 0) {
      const inner = groups.findLast((one) => one.broken)?.indent ?? base;
      groups.push({ close, broken: breaksGroup(i, close), brace: kind[i] === T.T_LBRACE, indent: inner + 1 });
    }
  }
  return out === '' ? '' : out + newline;

  /** Was a short operation put on the line of its head (`CASE 1: RETURN 2`), and does it fit there? */
  function staysOnLine(i: number): boolean {
    const soft = p.softBreaks.get(i);
    if (!soft || soft.last < i || (soft.after >= 0 && !inline.has(soft.after))) return false;
    let width = column;
    for (let j = i; j <= soft.last; j++) {
      if (flags[j]! & T.F_NEWLINE) return false;
      // Whatever always begins a line inside keeps all of it on lines of its own.
      if (j > i && breaks[j]! > 0 && !p.softBreaks.has(j)) return false;
      const text = texts(j);
      if (text.includes('\n')) return false;
      width += text.length + 1 + (marks[j]! & M_KEY ? 1 : 0);
      if (width > LINE_WIDTH) return false;
    }
    if (hasComment(i - 1, soft.last + 1)) return false;
    inline.add(i);
    return true;
  }

  /** Of the comments from `next` on that stand before token i, the last after a blank line; `Infinity` when the token itself does. */
  function lastBlankBefore(next: number, i: number): number {
    let from = comments[next]!.range.end;
    let found = -1;
    let c = next + 1;
    for (; c < comments.length && comments[c]!.range.start < start[i]!; c++) {
      if (blankBetween(from, comments[c]!.range.start)) found = c;
      from = comments[c]!.range.end;
    }
    return blankBetween(from, start[i]!) ? Infinity : found;
  }

  /** The text of a token; the sign between a field and its value depends on where it stands. */
  function kindText(i: number, group: Group | undefined): string {
    if (marks[i]! & M_KEY) return group?.brace ? ':' : '=';
    return texts(i);
  }

  /** Does the bracket at `open` stand over several lines? */
  function breaksGroup(open: number, close: number): boolean {
    if (close === open + 1) return hasComment(open, close);
    const brace = kind[open] === T.T_LBRACE;
    const list = kind[open] === T.T_LBRACKET && !(marks[open]! & M_TIGHT);
    const call = kind[open] === T.T_LPAREN && (marks[open]! & M_TIGHT) !== 0;
    // Brackets that only group, and an index, stay on their line.
    if (!brace && !list && !call) return false;
    if ((brace || list) && flags[open + 1]! & T.F_NEWLINE) return true;
    if (hasComment(open, close)) return true;
    // On a line that is too long already, breaking this would not help.
    let width = column > LINE_WIDTH ? 0 : column;
    for (let i = open + 1; i <= close; i++) {
      if (kind[i] === T.T_COMMA && isCloser(kind[i + 1]!)) continue;
      const text = texts(i);
      if ((kind[i] === T.T_RAW || kind[i] === T.T_STRING) && text.includes('\n')) return !call;
      if (!call && flags[i]! & T.F_NEWLINE && (marks[i]! | marks[i - 1]!) & M_BINARY) return true;
      width +=
        text.length +
        (kind[i] === T.T_COMMA || kind[i] === T.T_DOT || kind[i - 1] === T.T_DOT || marks[i]! & (M_KEY | M_TIGHT)
          ? 0
          : 1);
      if (width > LINE_WIDTH) return true;
    }
    return false;
  }

  function hasComment(open: number, close: number): boolean {
    let low = 0;
    let high = comments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comments[middle]!.range.start < start[open]!) low = middle + 1;
      else high = middle;
    }
    return low < comments.length && comments[low]!.range.start < start[close]!;
  }
}

const isCloser = (kind: number) => kind === T.T_RPAREN || kind === T.T_RBRACKET || kind === T.T_RBRACE;

/** Does a space go between this token and the one before it, on one line? */
function spaceBetween(p: Cursor, i: number, group: { brace: boolean; close: number } | undefined): boolean {
  const { kind, marks } = p;
  const before = kind[i - 1]!;
  const mark = marks[i]!;
  if (mark & M_TIGHT) return false;
  switch (kind[i]) {
    case T.T_COMMA:
    case T.T_DOT:
    case T.T_RPAREN:
    case T.T_RBRACKET:
      return false;
    case T.T_COLON:
      if (!(mark & M_KEY)) return false;
      break;
    case T.T_RBRACE:
      if (before === T.T_LBRACE) return false;
      break;
    default:
  }
  if (mark & M_KEY && group?.brace) return false;
  if (before === T.T_LPAREN || before === T.T_LBRACKET || before === T.T_DOT || before === T.T_AT) return false;
  if (marks[i - 1]! & M_PREFIX) return before === T.T_BANG && becomesNot(p, i - 1);
  // `backoff="2s"` in an annotation.
  if (before === T.T_ASSIGN && marks[i - 1]! & M_TIGHT) return false;
  return true;
}

/** `!x` is written `NOT x`, unless x could then be mistaken for more of the grammar. */
function becomesNot(p: Cursor, i: number): boolean {
  return p.kind[i + 1] !== T.T_NAME || p.word[i + 1] === 0;
}

/** The canonical text of each token. */
function tokenTexts(p: Cursor): (i: number) => string {
  const { source, kind, marks, start, end } = p;
  return (i) => {
    const text = source.slice(start[i], end[i]);
    switch (kind[i]) {
      case T.T_NAME:
        return marks[i]! & M_KEYWORD ? text.toUpperCase() : text;
      case T.T_AND:
        return 'AND';
      case T.T_OR:
        return 'OR';
      case T.T_BANG:
        return becomesNot(p, i) ? 'NOT' : '!';
      case T.T_STRING:
        // Single quotes become double ones where nothing inside minds.
        return text.charCodeAt(0) === 39 && !/["\\\n\r]/.test(text) ? `"${text.slice(1, -1)}"` : text;
      default:
        return text;
    }
  };
}

/** For each opening bracket the index of its partner; 0 for any other token. */
function matchBrackets(p: Cursor): Uint32Array {
  const match = new Uint32Array(p.last + 1);
  const open: number[] = [];
  for (let i = 0; i < p.last; i++) {
    const kind = p.kind[i]!;
    if (kind === T.T_LPAREN || kind === T.T_LBRACKET || kind === T.T_LBRACE) open.push(i);
    else if (kind === T.T_RPAREN || kind === T.T_RBRACKET || kind === T.T_RBRACE) {
      const partner = open.pop();
      if (partner !== undefined) match[partner] = i;
    }
  }
  return match;
}
