/** The place in the tokens of a program, what was reported, and what each token is for the formatter. Browser-safe. */
import type { Comment, Diagnostic, Ident, SourceRange } from '../syntax/ast.ts';
import { MAX_HEIGHT, MAX_NESTING } from '../syntax/cursor.ts';
import { MAX_DIAGNOSTICS } from '../syntax/lex.ts';
import { nearest } from '../syntax/nearest.ts';
import { lexProgram, type Lexed, type Token } from './lex.ts';
import type { Block, Expr } from './tree.ts';

/** Marks of tokens. */
/** Begins a line. */
export const M_LINE = 1;
/** Begins a declaration: a blank line goes before it. */
export const M_ITEM = 2;
/** No space before it. */
export const M_TIGHT = 4;
/** No space after it. */
export const M_PREFIX = 8;
/** A binary operator: may begin a line when a person put it there. */
export const M_BINARY = 16;
/** The `{` of a block or a list of fields: what is inside stands on lines of its own. */
export const M_BLOCK = 32;
/** Left out in the canonical style. */
export const M_DROP = 64;
/** A comma between the types of a type, which no bracket holds: it ends no line. */
export const M_WITHIN = 128;

/** Words that begin a statement and are never the name of a value. */
export const STATEMENT_WORDS = new Set([
  'let',
  'var',
  'if',
  'while',
  'for',
  'return',
  'break',
  'continue',
  'fail',
  'try',
  'expect',
  'match',
]);
/** Those of them that are names where a value is assigned, read or listed. */
const MAY_BE_NAMES = new Set(['fail', 'expect', 'match', 'try']);
const ITEM_WORDS = new Set(['model', 'enum', 'func', 'service', 'test']);

export class Cursor {
  readonly source: string;
  readonly tokens: Token[];
  readonly comments: Comment[];
  readonly diagnostics: Diagnostic[];
  readonly marks: Uint8Array;
  at = 0;
  panic = false;
  /** A bracket of a declaration was never closed: everything up to the next declaration is given up, without more words. */
  unclosed = false;
  depth = 0;
  /** Height of the expression that was read last. */
  height = 0;
  /** Reading the head of `if`, `while`, `for`, `match`: there `Name {` begins the block. */
  head = false;

  /** Reads a block: statements hold expressions, and function values in expressions hold blocks. */
  readonly block: (p: Cursor, what: string) => Block;

  constructor(lexed: Lexed, block: (p: Cursor, what: string) => Block, depth = 0) {
    this.block = block;
    this.source = lexed.source;
    this.tokens = lexed.tokens;
    this.comments = lexed.comments;
    this.diagnostics = lexed.diagnostics;
    this.marks = new Uint8Array(lexed.tokens.length);
    this.depth = depth;
  }

  /** A cursor for the expression of a `${…}`. */
  inside(start: number, end: number): Cursor {
    return new Cursor(lexProgram(this.source, start, end), this.block, this.depth);
  }

  get token(): Token {
    return this.tokens[this.at]!;
  }
  ahead(n = 1): Token {
    return this.tokens[Math.min(this.at + n, this.tokens.length - 1)]!;
  }
  get kind(): string {
    return this.token.kind;
  }
  get atEnd(): boolean {
    return this.kind === 'eof';
  }
  isWord(word: string, n = 0): boolean {
    const token = this.ahead(n);
    return token.kind === 'name' && token.text === word;
  }
  get prevEnd(): number {
    return this.at > 0 ? this.tokens[this.at - 1]!.end : this.token.start;
  }
  range(): SourceRange {
    return { start: this.token.start, end: this.token.end };
  }
  from(start: number): SourceRange {
    return { start, end: Math.max(start, this.at > 0 ? this.prevEnd : start) };
  }
  mark(mark: number): void {
    this.marks[this.at]! |= mark;
  }
  take(kind: string, marks = 0): boolean {
    if (this.kind !== kind || this.panic) return false;
    this.mark(marks);
    this.at++;
    return true;
  }
  takeWord(word: string): boolean {
    if (!this.isWord(word) || this.panic) return false;
    this.at++;
    return true;
  }
  atTextToken(): boolean {
    return this.kind === 'string' || this.kind === 'raw' || this.kind === 'brokenText';
  }

  warn(code: string, message: string, range: SourceRange, fix?: Diagnostic['fix']): void {
    if (this.panic || this.unclosed || this.diagnostics.length >= MAX_DIAGNOSTICS) return;
    this.diagnostics.push({ code, severity: 'error', message, range, ...(fix ? { fix } : {}) });
  }
  /** Reports and gives up on the rest of the statement. */
  fail(code: string, message: string, range = this.here(), fix?: Diagnostic['fix']): void {
    // A text that was not closed has swallowed what is missing now.
    if (!this.tokens[this.at - 1] || this.tokens[this.at - 1]!.kind !== 'brokenText')
      this.warn(code, message, range, fix);
    this.panic = true;
  }
  /** The token to read; at the end of a line, the place where something is missing. */
  here(): SourceRange {
    if (this.atEnd || this.token.newLine) {
      const end = this.prevEnd;
      return { start: Math.max(0, end - 1), end };
    }
    return this.range();
  }
  found(): string {
    if (this.atEnd) return 'the end of the file';
    const { text } = this.token;
    return `\`${text.length > 30 ? `${text.slice(0, 30)}…` : text}\``;
  }
  replacement(text: string, range: SourceRange): Diagnostic['fix'] {
    return { title: `Change to ${text}`, edits: [{ range, text }] };
  }
  /** Says what should stand here. */
  missing(what: string): void {
    this.fail('FLOW1011', `Missing here: ${what}. Found instead: ${this.found()}.`);
  }
  /** Takes a sign that must stand here. */
  expect(kind: string, what: string, marks = 0): boolean {
    if (this.take(kind, marks)) return true;
    const at = this.prevEnd;
    this.fail('FLOW1013', `\`${kind}\` is missing: ${what}.`, undefined, {
      title: `Insert ${kind}`,
      edits: [{ range: { start: at, end: at }, text: kind }],
    });
    return false;
  }
  expectWord(word: string, what: string): boolean {
    if (this.takeWord(word)) return true;
    if (!this.panic && this.kind === 'name' && nearest(this.token.text, [word])) {
      const range = this.range();
      this.warn('FLOW1022', `\`${this.token.text}\` is not known here; this is probably \`${word}\`.`, range, {
        title: `Change to ${word}`,
        edits: [{ range, text: word }],
      });
      this.at++;
      return true;
    }
    this.fail('FLOW1010', `\`${word}\` is missing: ${what}.`);
    return false;
  }
  /** A name that must stand here. */
  ident(what: string): Ident {
    if (this.kind === 'name' && !this.panic && !this.beginsAnew()) {
      const token = this.token;
      this.at++;
      return { name: token.text, range: { start: token.start, end: token.end } };
    }
    this.fail('FLOW1011', `The name is missing: ${what}. Here stands ${this.found()}.`);
    return { name: '', range: this.from(this.prevEnd) };
  }
  /** Is the name here rather the next statement, on a line of its own, after something that was left unfinished? */
  beginsAnew(): boolean {
    if (!this.token.newLine || (this.marks[this.at]! & M_LINE) !== 0) return false;
    if ([':', ',', '=', '=>', '|', ')', '}'].includes(this.ahead().kind)) return false;
    return this.atStatementWord() || this.atItem();
  }
  error(): Expr {
    this.height = 1;
    return { kind: 'error', range: this.from(this.prevEnd) };
  }

  /** Runs `read` one level deeper, or reports that this is too deep. */
  deeper<V>(read: () => V, otherwise: () => V): V {
    if (this.depth >= MAX_NESTING) {
      this.tooDeep();
      return otherwise();
    }
    this.depth++;
    const value = read();
    this.depth--;
    return value;
  }
  tooDeep(): void {
    this.fail('FLOW1012', `This is nested more than ${MAX_NESTING} levels deep. Give parts of it names of their own.`);
  }
  /** Notes the height of an expression that was put together; false when it is too high. */
  grow(height: number): boolean {
    this.height = height;
    if (height <= MAX_HEIGHT) return true;
    this.tooDeep();
    return false;
  }

  // ------------------------------------------------------------ recovering

  atStatementWord(): boolean {
    const { kind, text } = this.token;
    if (kind !== 'name' || !STATEMENT_WORDS.has(text)) return false;
    return !(MAY_BE_NAMES.has(text) && ['=', '.', ':', ','].includes(this.ahead().kind));
  }
  /** Does a declaration begin here? `inside` of something else it must look like one to the eye as well. */
  atItem(inside = true): boolean {
    if (this.kind === '@') return !inside || this.token.newLine;
    if (this.kind !== 'name' || !ITEM_WORDS.has(this.token.text)) return false;
    const next = this.ahead();
    if (STATEMENT_WORDS.has(next.text) || /^(?:in|is|and|or)$/i.test(next.text)) return false;
    if (this.token.text === 'test') return next.kind === 'string' && this.ahead(2).kind === '{';
    return next.kind === 'name' && !(inside && next.newLine) && ['{', '('].includes(this.ahead(2).kind);
  }
  /** After a mistake: goes on to where the next statement of this block begins, or to its end. */
  recover(): void {
    let open = 0;
    while (!this.atEnd) {
      const { kind, newLine } = this.token;
      if (kind === '}' && open === 0) break;
      if (newLine && this.atItem()) break;
      if (newLine && open === 0 && (this.atStatementWord() || this.kind === 'name')) break;
      if (kind === '{') open++;
      else if (kind === '}') open--;
      this.at++;
    }
    this.panic = false;
  }
  /** After a mistake in a list of cases: goes on at the `}` that closes it. */
  recoverAtClose(): void {
    let open = 0;
    for (let n = 0; ; n++) {
      const { kind, newLine } = this.ahead(n);
      if (kind === 'eof' || (newLine && n > 0 && ITEM_WORDS.has(this.ahead(n).text))) return;
      if (kind === '{') open++;
      else if (kind === '}' && open-- === 0) {
        this.at += n;
        this.panic = false;
        return;
      }
    }
  }
  /** After a mistake in a head: goes on at its block, when that opens on this line. */
  recoverAtBlock(): void {
    for (let n = 0; ; n++) {
      const token = this.ahead(n);
      if (token.kind === 'eof' || token.kind === '}' || (token.newLine && n > 0)) return;
      if (token.kind === '{' && (this.ahead(n + 1).newLine || this.ahead(n + 1).kind === '}' || n === 0)) {
        this.at += n;
        this.panic = false;
        return;
      }
    }
  }
}
