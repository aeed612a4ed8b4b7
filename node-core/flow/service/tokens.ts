/** Finding the token at an offset. Browser-safe. */
import { scan, type Tokens, T_EOF, T_NAME, T_RAW, T_STRING } from '../syntax/lex.ts';
import { W_NONE, wordText, type Word } from '../syntax/words.ts';

let last: Tokens | undefined;

/** The tokens of a source; those of the last one are kept. */
export function tokensOf(source: string): Tokens {
  if (last === undefined || last.source !== source) last = scan(source);
  return last;
}

/** The index of the first token that ends at or after `offset` (the end of the file at the latest). */
export function tokenAt(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.end[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function textOf(tokens: Tokens, index: number): string {
  return tokens.source.slice(tokens.start[index], tokens.end[index]);
}

/** The FLOW word that the token spells, if it spells one. */
export function wordOf(tokens: Tokens, index: number): Word | undefined {
  if (index < 0 || tokens.kind[index] !== T_NAME) return undefined;
  const word = tokens.word[index]!;
  return word === W_NONE ? undefined : wordText(word);
}

export function isString(tokens: Tokens, index: number): boolean {
  return tokens.kind[index] === T_STRING || tokens.kind[index] === T_RAW;
}

export function isEnd(tokens: Tokens, index: number): boolean {
  return index >= tokens.count || tokens.kind[index] === T_EOF;
}
