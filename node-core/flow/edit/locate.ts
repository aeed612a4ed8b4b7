/**
 * Where the parts of an operation stand in the text, down to their words, brackets and items, so that an edit can change
 * one of them and nothing else. Browser-safe.
 */
import { tokensOf } from '../service/tokens.ts';
import type { Expr, Op, SourceRange } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import type { Tokens } from '../syntax/lex.ts';
import { type Part, innerOps, partsOf } from '../syntax/parts.ts';
import { W, wordText } from '../syntax/words.ts';

export interface Located {
  part: Part;
  /** Whole id, with that of the operation around it. */
  id: string;
  op: Op;
  /** Whether it is written. */
  present: boolean;
  /** From the word before it (`WHERE`) to its end; where it would begin when it is not written. */
  clause: SourceRange;
  /** Without that word, brackets around it included. */
  content: SourceRange;
  /** Of lists and records: each item or entry. */
  items: SourceRange[];
}

/** The first token that begins at or after `offset`. */
export function tokenFrom(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.start[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The parts of an operation with their places, `undefined` when the text is broken there. Parts of inner operations
 * are found with {@link locatePart}.
 */
export function locateParts(source: string, op: Op, prefix = ''): Located[] | undefined {
  const tokens = tokensOf(source);
  const found: Located[] = [];
  let cursor = op.wordRange.end;
  // `@1` after the operation's words.
  const pin = tokenFrom(tokens, cursor);
  if (op.major !== undefined && tokens.kind[pin] === T.T_AT) cursor = tokens.end[pin + 1]!;
  for (const part of partsOf(op)) {
    const located = locate(tokens, part, cursor, op, prefix + part.id);
    if (located === undefined) return undefined;
    found.push(located);
    if (located.present) cursor = Math.max(cursor, located.clause.end);
  }
  // WITH, AS and INTO may stand in any order: each begins where it begins, and one that is not there at the end.
  const tail = new Set(['with', 'label', 'into']);
  let end = op.wordRange.end;
  for (const located of found) if (located.present) end = Math.max(end, located.clause.end);
  for (const located of found) {
    if (located.present || !tail.has(located.part.id)) continue;
    located.clause = located.content = { start: end, end };
  }
  return found;
}

/** The part of that id, in the operation or in one inside it. */
export function locatePart(source: string, op: Op, id: string, prefix = ''): Located | undefined {
  for (const inner of innerOps(op)) {
    const head = `${prefix}${inner.id}.`;
    if (id.startsWith(head)) return locatePart(source, inner.op, id, head);
  }
  return locateParts(source, op, prefix)?.find((located) => located.id === id);
}

function locate(tokens: Tokens, part: Part, cursor: number, op: Op, id: string): Located | undefined {
  const absent: Located = {
    part,
    id,
    op,
    present: false,
    clause: { start: cursor, end: cursor },
    content: { start: cursor, end: cursor },
    items: [],
  };
  const exprs = contentOf(part);
  if (part.kind === 'word') return locateWord(tokens, part, cursor, absent);
  if (exprs === undefined) return part.optional ? absent : undefined;
  if (part.kind === 'aggregates' && exprs.length === 0) return absent;
  if (part.kind === 'cases' && exprs.length === 0) return absent;
  if (part.kind === 'args') return locateArguments(tokens, part, cursor, absent);
  if (part.kind === 'exprs' && exprs.length === 0) return absent;
  if (exprs.length === 0) return undefined;
  const first = exprs[0]!;
  const last = exprs.at(-1)!;
  if (first.end <= first.start) return undefined;
  let at = tokenFrom(tokens, cursor);
  if (part.id === 'with' || part.id === 'label' || part.id === 'into') {
    // These may stand in any order: the word is the one before the content.
    at = tokenFrom(tokens, first.start) - 1;
  }
  const clauseStart = tokens.start[at]!;
  if (clauseStart > first.start) return undefined;
  if (clauseStart < cursor && part.id !== 'with' && part.id !== 'label' && part.id !== 'into') return undefined;
  if (part.kind === 'op' || part.kind === 'cases' || part.kind === 'aggregates') {
    const start = part.kind === 'op' ? clauseStart : first.start;
    return {
      ...absent,
      present: true,
      clause: { start, end: last.end },
      content: { start: first.start, end: last.end },
      items: part.kind === 'op' ? [] : exprs,
    };
  }
  if (part.clause !== undefined) {
    if (!isWord(tokens, at, part.clause)) return undefined;
    at++;
  } else if (part.maybe !== undefined && isWord(tokens, at, part.maybe) && first.start > tokens.start[at]!) at++;
  // Items with the brackets around them.
  const items: SourceRange[] = [];
  let from = at;
  for (const inner of exprs) {
    const range = outer(tokens, from, inner);
    if (range === undefined) return undefined;
    from = tokenFrom(tokens, range.end);
    if (part.kind === 'sort' && (tokens.word[from] === W.ASC || tokens.word[from] === W.DESC))
      range.end = tokens.end[from++]!;
    items.push(range);
    if (tokens.kind[from] === T.T_COMMA) from++;
  }
  const content = { start: items[0]!.start, end: items.at(-1)!.end };
  return {
    ...absent,
    present: true,
    clause: {
      start: part.clause === undefined && part.maybe === undefined ? content.start : clauseStart,
      end: content.end,
    },
    content,
    items: part.kind === 'record' ? entriesOf(tokens, part.record!.entries) : isList(part) ? items : [],
  };
}

function isList(part: Part): boolean {
  return part.kind === 'columns' || part.kind === 'selection' || part.kind === 'sort' || part.kind === 'exprs';
}

/** The ranges of what the tree holds for the part; undefined when it is not there. */
function contentOf(part: Part): SourceRange[] | undefined {
  switch (part.kind) {
    case 'expr':
      return part.expr && [part.expr.range];
    case 'exprs':
    case 'args':
      return part.items.map((item) => item.range);
    case 'columns':
      return part.items?.map((item) => item.range);
    case 'selection':
      return part.items.map(({ column, as }) => ({ start: column.range.start, end: (as ?? column).range.end }));
    case 'sort':
      return part.items.map((item) => item.value.range);
    case 'aggregates':
      return part.items.map((item) => item.range);
    case 'record':
      return part.record && [part.record.range];
    case 'ident':
      return part.ident && [part.ident.range];
    case 'label':
      return part.value && [part.value.range];
    case 'cases':
      return part.cases.map((branch) => branch.range);
    case 'op':
      return part.op && [part.op.range];
    case 'word':
      return undefined;
  }
}

/** `inner` with the brackets around it, when what stands between token `from` and it is brackets alone. */
function outer(tokens: Tokens, from: number, inner: SourceRange): SourceRange | undefined {
  const first = tokenFrom(tokens, inner.start);
  if (first < from) return undefined;
  // An item that is missing has no tokens: what is found by its place belongs to its neighbours.
  if (inner.end <= inner.start) return inner;
  for (let i = from; i < first; i++) if (tokens.kind[i] !== T.T_LPAREN) return undefined;
  let last = tokenFrom(tokens, inner.end) - 1;
  for (let i = from; i < first; i++) {
    last++;
    if (tokens.kind[last] !== T.T_RPAREN) return undefined;
  }
  return { start: tokens.start[from]!, end: tokens.end[last]! };
}

/** The range of an expression with the brackets that stand right around it, up to the token that begins at or after `from`. */
export function withBrackets(source: string, inner: SourceRange, from: number): SourceRange {
  const tokens = tokensOf(source);
  return outer(tokens, tokenFrom(tokens, from), inner) ?? inner;
}

function entriesOf(tokens: Tokens, entries: { key: { range: SourceRange }; value: Expr }[]): SourceRange[] {
  return entries.map(({ key, value }) => {
    const after = tokenFrom(tokens, key.range.end);
    const colon = tokens.kind[after] === T.T_COLON || tokens.kind[after] === T.T_ASSIGN ? after + 1 : after;
    const range = outer(tokens, colon, value.range) ?? value.range;
    return { start: key.range.start, end: Math.max(key.range.end, range.end) };
  });
}

function isWord(tokens: Tokens, at: number, word: string): boolean {
  return tokens.kind[at] === T.T_NAME && tokens.word[at] !== 0 && wordText(tokens.word[at]!) === word;
}

function locateWord(
  tokens: Tokens,
  part: Part & { kind: 'word' },
  cursor: number,
  absent: Located,
): Located | undefined {
  let at = tokenFrom(tokens, cursor);
  const start = tokens.start[at]!;
  if (part.clause !== undefined) {
    if (!isWord(tokens, at, part.clause)) return part.optional ? absent : undefined;
    at++;
  }
  const text = tokens.source.slice(tokens.start[at], tokens.end[at]).toUpperCase();
  if (tokens.kind[at] !== T.T_NAME || start >= absent.op.range.end) return part.optional ? absent : undefined;
  if (!part.choices.some((choice) => choice.toUpperCase() === text)) return part.optional ? absent : undefined;
  const content = { start: tokens.start[at]!, end: tokens.end[at]! };
  return { ...absent, present: true, clause: { start, end: content.end }, content };
}

/** `(a, b)` of CALL: the content is what stands in the brackets. */
function locateArguments(
  tokens: Tokens,
  part: Part & { kind: 'args' },
  cursor: number,
  absent: Located,
): Located | undefined {
  const open = tokenFrom(tokens, cursor);
  if (tokens.kind[open] !== T.T_LPAREN || tokens.start[open]! >= absent.op.range.end)
    return part.items.length === 0 ? absent : undefined;
  const items: SourceRange[] = [];
  let from = open + 1;
  for (const item of part.items) {
    const range = outer(tokens, from, item.range);
    if (range === undefined) return undefined;
    items.push(range);
    from = tokenFrom(tokens, range.end);
    if (tokens.kind[from] === T.T_COMMA) from++;
  }
  if (tokens.kind[from] !== T.T_RPAREN) return undefined;
  return {
    ...absent,
    present: true,
    clause: { start: tokens.start[open]!, end: tokens.end[from]! },
    content:
      items.length === 0
        ? { start: tokens.end[open]!, end: tokens.end[open]! }
        : { start: items[0]!.start, end: items.at(-1)!.end },
    items,
  };
}
