/**
 * Where the parser stands: the tokens, the diagnostics so far, and what the formatter wants to know about each token.
 * Browser-safe.
 *
 * Recovery: the first message of a statement sets `panic`; until the next place where a statement begins, nothing more is
 * reported and nothing more is taken in. So one mistake yields one message.
 */
import type { Diagnostic, Ident, SourceRange } from './ast.ts';
import {
  F_NEWLINE,
  MAX_DIAGNOSTICS,
  T_ASSIGN,
  T_AT,
  T_EOF,
  T_LBRACE,
  T_LBRACKET,
  T_LPAREN,
  T_MINUS,
  T_BANG,
  T_NAME,
  T_NUMBER,
  T_RAW,
  T_STRING,
  stringValue,
} from './lex.ts';
import type { Tokens } from './lex.ts';
import { nearest } from './nearest.ts';
import { W, wordText } from './words.ts';

/** How deep expressions and operations may nest. */
export const MAX_NESTING = 200;
/** How high the tree of one expression may become; a chain of operators grows it as nesting does. */
export const MAX_HEIGHT = 500;

/** Marks of tokens, for the formatter. */
export const M_KEYWORD = 1;
/** A binary operator. */
export const M_BINARY = 2;
/** A prefix operator: no space after it. */
export const M_PREFIX = 4;
/** The `:` or `=` of a record entry. */
export const M_KEY = 8;
/** A bracket that stands right after what it belongs to: call, index. */
export const M_TIGHT = 16;
/** Begins a step (or its annotations): a blank line goes before it. */
export const M_STATEMENT = 32;
/** A `:` that ends a head (`CASE x:`). */
export const M_HEAD = 64;

const W_STEP = W.STEP;
const W_OUTPUT = W.OUTPUT;
const W_END = W.END;
const W_CASE = W.CASE;
const W_DEFAULT = W.DEFAULT;

export class Cursor {
  readonly source: string;
  readonly tokens: Tokens;
  readonly kind: Uint8Array;
  readonly word: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly flags: Uint8Array;
  readonly last: number;
  /** The token to read next. */
  at = 0;
  readonly diagnostics: Diagnostic[];
  panic = false;
  depth = 0;
  /** Height of the expression that was read last. */
  height = 0;
  /** How deep operations nest here, for the formatter. */
  indent = 0;
  /** Reading an operation on trial: see `misspeltOperation`. */
  trial = false;
  /** What each token is; see the M_ constants. */
  readonly marks: Uint8Array;
  /** Indentation level of a token that begins a line, plus 1; 0 for any other. */
  readonly breaks: Uint16Array;
  /**
   * Of tokens that begin a line unless a person left them on the line before: the last token that must fit there too, and
   * the token that must not have begun a line either (-1: none).
   */
  readonly softBreaks = new Map<number, { last: number; after: number }>();

  constructor(tokens: Tokens) {
    this.tokens = tokens;
    this.source = tokens.source;
    this.kind = tokens.kind;
    this.word = tokens.word;
    this.start = tokens.start;
    this.end = tokens.end;
    this.flags = tokens.flags;
    this.last = tokens.count - 1;
    this.diagnostics = tokens.diagnostics;
    this.marks = new Uint8Array(tokens.count);
    this.breaks = new Uint16Array(tokens.count);
  }

  // ------------------------------------------------------------ looking

  /** Kind of the token `n` further on. */
  peek(n = 0): number {
    const i = this.at + n;
    return i < this.last ? this.kind[i]! : T_EOF;
  }
  /** FLOW word of the token `n` further on, or W_NONE. */
  peekWord(n = 0): number {
    const i = this.at + n;
    return i < this.last ? this.word[i]! : 0;
  }
  get atEnd(): boolean {
    return this.at >= this.last;
  }
  /** Where the token to read begins. */
  get offset(): number {
    return this.start[this.at]!;
  }
  /** Where the token read last ends. */
  get prevEnd(): number {
    return this.at > 0 ? this.end[this.at - 1]! : 0;
  }
  text(i = this.at): string {
    return this.source.slice(this.start[i], this.end[i]);
  }
  range(i = this.at): SourceRange {
    return { start: this.start[i]!, end: this.end[i]! };
  }
  from(start: number): SourceRange {
    const end = this.prevEnd;
    return { start, end: end < start ? start : end };
  }
  onNewLine(n = 0): boolean {
    return (this.flags[Math.min(this.at + n, this.last)]! & F_NEWLINE) !== 0;
  }

  /** Can the token `n` further on begin an operand (a name can, whatever it spells, except AND, OR, IN)? */
  beginsOperand(n = 0): boolean {
    switch (this.peek(n)) {
      case T_NAME: {
        const word = this.peekWord(n);
        return word !== W.AND && word !== W.OR && word !== W.IN && word !== W.AS;
      }
      case T_NUMBER:
      case T_STRING:
      case T_RAW:
      case T_LPAREN:
      case T_LBRACKET:
      case T_LBRACE:
      case T_MINUS:
      case T_BANG:
        return true;
      default:
        return false;
    }
  }

  /**
   * Does a statement, a case or the end of a block begin here, where an operand could stand as well? Names spelt like
   * statements (a step called `output`, a column `end`) are told apart by what follows them.
   */
  atBoundary(n = 0): boolean {
    const kind = this.peek(n);
    if (kind === T_EOF) return true;
    if (kind === T_AT) return this.peek(n + 1) === T_NAME;
    if (kind !== T_NAME) return false;
    const word = this.peekWord(n);
    if (word === 0) return false;
    if (word === W_STEP) {
      if (this.peek(n + 1) !== T_NAME) return false;
      return (
        this.peek(n + 2) === T_ASSIGN || (this.onNewLine(n) && !this.onNewLine(n + 1) && !this.isClauseWord(n + 1))
      );
    }
    if (word === W_END) {
      const next = this.peekWord(n + 1);
      if (next === W.FLOW || next === W.SWITCH || next === W.INPUTS || next === W.DESCRIPTION) return true;
      return this.peek(n + 1) === T_EOF && this.onNewLine(n);
    }
    if (word === W_OUTPUT) {
      if (this.onNewLine(n)) {
        if (this.text(this.at + n) === 'OUTPUT') return this.beginsOperand(n + 1) && !this.isClauseWord(n + 1);
        return (
          !this.onNewLine(n + 1) &&
          this.peek(n + 1) !== T_LPAREN &&
          this.peek(n + 1) !== T_LBRACKET &&
          this.peek(n + 1) !== T_MINUS &&
          this.beginsOperand(n + 1)
        );
      }
      const next = this.peek(n + 1);
      return (
        this.text(this.at + n) === 'OUTPUT' &&
        (next === T_NAME || next === T_STRING) &&
        this.beginsOperand(n + 1) &&
        !this.isClauseWord(n + 1)
      );
    }
    if (word === W_CASE) {
      const next = this.peek(n + 1);
      return (
        next === T_STRING ||
        next === T_NUMBER ||
        (next === T_NAME && this.onNewLine(n) && !this.onNewLine(n + 1) && !this.isClauseWord(n + 1))
      );
    }
    if (word === W_DEFAULT) return this.kind[this.at + n + 1] === 12; /* : */
    return false;
  }

  /** Is the token a word that goes on with an operation after an operand (WHERE, BY, WITH, …)? */
  isClauseWord(n = 0): boolean {
    return CLAUSE_WORDS.has(this.peekWord(n));
  }

  // ------------------------------------------------------------ taking

  /** Takes the token as one of FLOW's words. */
  keyword(): void {
    this.marks[this.at]! |= M_KEYWORD;
    this.at++;
  }
  /** Takes the word if it is there. */
  takeWord(word: number): boolean {
    if (this.peekWord() !== word) return false;
    this.keyword();
    return true;
  }
  take(kind: number): boolean {
    if (this.peek() !== kind) return false;
    this.at++;
    return true;
  }
  /** The token begins a line in the canonical style. */
  breakHere(indent: number): void {
    this.breaks[this.at] = Math.min(indent, 60) + 1;
  }
  mark(mark: number): void {
    this.marks[this.at]! |= mark;
  }
  /** The text of the string token, which is taken. */
  string(): { value: string; range: SourceRange } {
    const i = this.at++;
    return {
      value: stringValue(this.source, this.kind[i]!, this.flags[i]!, this.start[i]!, this.end[i]!),
      range: this.range(i),
    };
  }
  atString(n = 0): boolean {
    const kind = this.peek(n);
    return kind === T_STRING || kind === T_RAW;
  }
  /** Takes a name; any word will do. */
  ident(): Ident {
    const i = this.at++;
    return { name: this.text(i), range: this.range(i) };
  }
  /** An identifier that is not there; already reported. */
  missingIdent(): Ident {
    const at = this.prevEnd;
    return { name: '', range: { start: at, end: at } };
  }

  // ------------------------------------------------------------ reporting

  /** Reports without giving up on the statement: what follows is still understood. */
  warn(
    code: string,
    message: string,
    range: SourceRange,
    fix?: Diagnostic['fix'],
    related?: Diagnostic['related'],
  ): void {
    if (this.panic || this.diagnostics.length >= MAX_DIAGNOSTICS) return;
    const diagnostic: Diagnostic = { code, severity: 'error', message, range };
    if (fix) diagnostic.fix = fix;
    if (related) diagnostic.related = related;
    this.diagnostics.push(diagnostic);
  }
  /** Reports and gives up on the rest of the statement. */
  fail(
    code: string,
    message: string,
    range?: SourceRange,
    fix?: Diagnostic['fix'],
    related?: Diagnostic['related'],
  ): void {
    this.warn(code, message, range ?? this.here(), fix, related);
    this.panic = true;
  }
  /** The token to read; at the end of a line, the place where something is missing. */
  here(): SourceRange {
    if (this.atEnd || this.onNewLine()) {
      const end = this.prevEnd;
      return { start: Math.max(0, end - 1), end: Math.max(end, Math.min(1, this.source.length)) };
    }
    return this.range();
  }
  /** What stands here, for a message. */
  found(): string {
    if (this.atEnd) return 'the end of the file';
    const text = this.text();
    return `\`${text.length > 30 ? `${text.slice(0, 30)}…` : text}\``;
  }
  /** Puts `text` after what was read last. */
  insertion(title: string, text: string): Diagnostic['fix'] {
    const at = this.prevEnd;
    return { title, edits: [{ range: { start: at, end: at }, text }] };
  }
  replacement(text: string, range = this.range()): Diagnostic['fix'] {
    return { title: `Change to ${text}`, edits: [{ range, text }] };
  }

  /** Takes the word; a misspelt one is reported and taken; a missing one is reported. `what` says what it is for. */
  expectWord(word: number, what: string): boolean {
    if (this.panic) return false;
    if (this.peekWord() === word) {
      this.keyword();
      return true;
    }
    const text = wordText(word);
    if (this.peek() === T_NAME && !this.atBoundary() && this.looksLike(text)) {
      this.warn(
        'FLOW1022',
        `\`${this.text()}\` is not known here; ${what}, so this is probably \`${text}\`.`,
        this.range(),
        this.replacement(text),
      );
      this.keyword();
      return true;
    }
    const fix = this.beginsOperand() && !this.atBoundary() ? this.insertion(`Insert ${text}`, ` ${text}`) : undefined;
    this.fail('FLOW1010', `\`${text}\` is missing: ${what}.`, this.atBoundary() ? this.here() : undefined, fix);
    return false;
  }
  /** Is the name here a slip of the pen for this word? */
  looksLike(text: string, n = 0): boolean {
    return this.peek(n) === T_NAME && nearest(this.text(this.at + n).toUpperCase(), [text]) !== undefined;
  }

  /** Takes the name here for the word that it is a slip of, and says so. */
  readAs(meant: keyof typeof W): void {
    const message = `\`${this.text()}\` is not known here; you probably mean \`${meant}\`.`;
    this.warn('FLOW1022', message, this.range(), this.replacement(meant));
    this.word[this.at] = W[meant];
  }

  // ------------------------------------------------------------ recovering

  /** After a mistake: goes on to where the next statement begins. */
  recover(): void {
    while (!this.atEnd && !this.atStatement()) this.at++;
    this.panic = false;
  }
  /** Does a statement of the plan or the end of a block begin here? */
  atStatement(): boolean {
    if (this.atEnd) return true;
    if (this.peek() === T_AT) return this.onNewLine() && this.peek(1) === T_NAME;
    if (this.peek() !== T_NAME) return false;
    const word = this.peekWord();
    if (word === W_STEP || word === W_OUTPUT) return this.atBoundary();
    if (word === W_END) return this.onNewLine() || this.atBoundary();
    return false;
  }
}

const CLAUSE_WORDS = new Set([
  W.FROM,
  W.OPTIONS,
  W.VERSION,
  W.WHERE,
  W.TO,
  W.USING,
  W.COLUMNS,
  W.AS,
  W.BY,
  W.AGG,
  W.WITH,
  W.ON,
  W.LEFT,
  W.INNER,
  W.OUTER,
  W.ASC,
  W.DESC,
  W.INTO,
  W.MODE,
  W.THEN,
  W.ELSE,
  W.PARALLEL,
  W.AND,
  W.OR,
  W.IN,
  W.TAKE,
]);
