/** What every part of the assembler reads with: tokens one after another, and mistakes that end a line and not the text. Browser-safe. */
import { nearest } from '../flow/syntax/nearest.ts';
import { LineIndex } from '../flow/syntax/lines.ts';
import { lex, type Token } from './lex.ts';

/** A mistake in a text. Line and column from 1, offsets from 0 in UTF-16 code units. */
export interface TextProblem {
  line: number;
  column: number;
  start: number;
  end: number;
  message: string;
  hint?: string;
}

export interface TextRange {
  start: number;
  end: number;
}

/** Unwinds to the line that a mistake is in; the mistake is already told. */
const TOLD = new Error('A mistake was told.');
/** Looking for a word that was meant costs; after so many mistakes nobody reads them. */
const MOST_GUESSES = 50;

/** The tokens of a text, read once from the first to the last; what is wrong is told at its place. */
export class TextReader {
  protected readonly source: string;
  protected readonly problems: TextProblem[] = [];
  readonly #tokens: readonly Token[];
  readonly #lines: LineIndex;
  #at = 0;
  #guesses = 0;

  constructor(source: string) {
    this.source = source;
    this.#tokens = lex(source);
    this.#lines = new LineIndex(source);
  }

  /** Where the token before this one ended. */
  protected get lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  protected guess(word: string, candidates: Iterable<string>): string | undefined {
    return this.#guesses++ < MOST_GUESSES ? nearest(word, candidates) : undefined;
  }

  protected peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  protected next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  protected takes(sign: string): boolean {
    const token = this.peek();
    if (token.kind !== 'punct' || token.text !== sign) return false;
    this.next();
    return true;
  }

  protected expect(sign: string, hint: string): void {
    if (!this.takes(sign)) this.failAt(`${sign} is missing here.`, hint);
  }

  protected name(what: string, hint: string): string {
    const token = this.peek();
    if (token.kind === 'string') return this.string(what);
    if (token.kind !== 'name') this.failAt(`Here should stand ${what}.`, hint);
    return this.next().text;
  }

  protected string(what: string): string {
    const token = this.peek();
    if (token.kind !== 'string') this.failAt(`Here should stand ${what}.`, undefined);
    if (token.problem) this.fail(token, token.problem.message, token.problem.hint);
    return this.next().text;
  }

  /** A name, or a number as `#3`. */
  protected reference(what: string): Token {
    const token = this.peek();
    if (token.kind === 'index') {
      if (!Number.isSafeInteger(Number(token.text.slice(1)))) this.fail(token, 'This number is too large.');
      return this.next();
    }
    this.name(what, '');
    return token;
  }

  protected isLineEnd({ kind }: Token): boolean {
    return kind === 'newline' || kind === 'end';
  }

  protected skipLineEnds(): void {
    while (this.peek().kind === 'newline') this.next();
  }

  protected skipLine(): void {
    while (!this.isLineEnd(this.peek())) this.next();
  }

  protected lineEnd(): void {
    const token = this.peek();
    if (!this.isLineEnd(token))
      this.fail(
        token,
        token.problem?.message ?? 'The line should end here.',
        token.problem?.hint ?? 'One instruction stands on a line.',
      );
  }

  /** Reads a line; after a mistake in it what is left of it is passed over. */
  protected line(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error !== TOLD) throw error;
      this.skipLine();
    }
  }

  /** Fails at what comes next, or at the end of the line before it. */
  protected failAt(message: string, hint: string | undefined): never {
    const token = this.peek();
    if (token.problem) this.fail(token, token.problem.message, token.problem.hint);
    return this.fail(token, message, hint === '' ? undefined : hint);
  }

  protected fail(where: TextRange, message: string, hint?: string): never {
    this.tell(where, message, hint);
    throw TOLD;
  }

  protected tell({ start, end }: TextRange, message: string, hint?: string): void {
    const { line, column } = this.#lines.position(start);
    this.problems.push({ line, column, start, end, message, ...(hint !== undefined && { hint }) });
  }
}
