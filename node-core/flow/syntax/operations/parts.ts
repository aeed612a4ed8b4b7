/** What the readers of several operations share: sources, names, columns, second words. Browser-safe. */
import type { Expr, Ident, Op, SourceRange } from '../ast.ts';
import { type Cursor, M_TIGHT } from '../cursor.ts';
import * as T from '../lex.ts';
import { nearest } from '../nearest.ts';
import { parseExpr, parseKey } from '../parse-expression.ts';
import { W, wordText } from '../words.ts';

/** What every operation begins with. */
export interface Head {
  range: SourceRange;
  wordRange: SourceRange;
  major?: number;
}

/** Reads one operation, whose first word is behind it. `inner` reads an operation inside of it. */
export type Reader = (p: Cursor, head: Head, inner: (p: Cursor) => Op) => Op;

/** Readers by the number of the word that their operation begins with. */
export type Readers = Readonly<Record<number, Reader>>;

/** `@1` right after an operation's word. */
export function pin(p: Cursor, head: Head): void {
  if (p.peek() !== T.T_AT || p.peek(1) !== T.T_NUMBER) return;
  p.mark(M_TIGHT);
  p.at++;
  const major = Math.floor(Number(p.text()));
  if (Number.isSafeInteger(major)) head.major = major;
  p.at++;
}

/** The second word of an operation (`CSV` of `LOAD CSV`), which is there. */
export function secondWord(p: Cursor, head: Head): void {
  p.keyword();
  head.wordRange = { start: head.wordRange.start, end: p.prevEnd };
  pin(p, head);
}

/** The table (or model, …) that an operation works on; `next` is the word that comes after it. */
export function source(p: Cursor, next: number, what: string): Expr {
  // A clause word where the operand should be is a name only when the clause follows it (GROUP by BY by).
  if (
    next !== 0 &&
    p.peekWord() === next &&
    p.peekWord(1) !== next &&
    (!p.beginsOperand(1) || p.flags[p.at + 1]! & T.F_SPACE) &&
    !continuesName(p)
  ) {
    p.fail('FLOW1011', `${what} is missing before \`${p.text()}\`.`);
  }
  return parseExpr(p);
}

export function name(p: Cursor, what: string): Ident {
  if (p.panic) return p.missingIdent();
  if (p.peek() === T.T_NAME && !p.atBoundary()) return p.ident();
  p.fail('FLOW1012', `A name is missing: ${what}.`);
  return p.missingIdent();
}

/** A column's name, as a name or, when it is not one, as text: `"Miles per gallon"`. */
export function column(p: Cursor): Ident {
  if (p.panic) return p.missingIdent();
  if (p.atString()) return parseKey(p);
  if (p.peek() !== T.T_NAME || p.atBoundary()) {
    p.fail('FLOW1012', 'A column is missing.');
    return p.missingIdent();
  }
  const first = p.ident();
  if (p.peek() !== T.T_DOT || p.peek(1) !== T.T_NAME) return first;
  const range = { start: first.range.start, end: p.end[p.at]! };
  p.warn(
    'FLOW1013',
    `Columns are named without their table here: \`${p.text(p.at + 1)}\`.`,
    { start: range.start, end: p.end[p.at + 1]! },
    {
      title: `Remove ${first.name}.`,
      edits: [{ range, text: '' }],
    },
  );
  p.at++;
  return p.ident();
}

export function columns(p: Cursor): Ident[] {
  const list = [column(p)];
  while (!p.panic && p.take(T.T_COMMA)) {
    if (p.atBoundary() || p.peek() > T.T_RAW) break;
    list.push(column(p));
  }
  return list;
}

/** Takes one of these words as the operation's second word; reports it when it is none. */
export function choose(p: Cursor, head: Head, words: readonly number[], first: string): number {
  const word = p.peekWord();
  if (words.includes(word)) {
    secondWord(p, head);
    return word;
  }
  const list = words.map(wordText).join(', ');
  const meant =
    p.peek() === T.T_NAME && !p.atBoundary() ? nearest(p.text().toUpperCase(), words.map(wordText)) : undefined;
  if (meant) {
    p.warn(
      'FLOW1022',
      `\`${first}\` goes on with one of ${list}; \`${p.text()}\` is probably \`${meant}\`.`,
      p.range(),
      p.replacement(meant),
    );
    secondWord(p, head);
    return W[meant as keyof typeof W];
  }
  p.fail(
    'FLOW1023',
    `\`${first}\` goes on with one of ${list}${p.atBoundary() || p.atEnd ? '' : `, not ${p.found()}`}.`,
  );
  return 0;
}

/** Does something follow the word here that shows it to be a name: `case.field`, `else + 1`? */
function continuesName(p: Cursor): boolean {
  const next = p.peek(1);
  return next === T.T_DOT || (next >= T.T_EQ && next <= T.T_PERCENT && next !== T.T_MINUS);
}

/** Does a word stand here that ends an operation without operands? */
export function endsOperation(p: Cursor): boolean {
  const word = p.peekWord();
  if (continuesName(p)) return false;
  return (
    word === W.WITH ||
    word === W.ELSE ||
    word === W.PARALLEL ||
    word === W.CASE ||
    (word === W.END && [W.FLOW, W.SWITCH, W.IF, W.FOR, W.EACH].includes(p.peekWord(1)))
  );
}
