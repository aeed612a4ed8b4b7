/**
 * Where in the grammar an offset is, found from the tokens before it: works on text that is broken, as text that is
 * being written mostly is. Browser-safe.
 */
import type { SourceRange } from '../syntax/ast.ts';
import * as T from '../syntax/lex.ts';
import type { Tokens } from '../syntax/lex.ts';
import { isString, textOf, tokenAt, tokensOf, wordOf } from './tokens.ts';
import { wordAround } from './word-around.ts';

export interface Context {
  tokens: Tokens;
  /** The word at the cursor, which is replaced. */
  range: SourceRange;
  /** The last token before that word. */
  before: number;
  place:
    | { kind: 'none' }
    /** Between statements: a new STEP, OUTPUT, END FLOW. */
    | { kind: 'statement' }
    | { kind: 'input' }
    | { kind: 'input-rest' }
    | { kind: 'annotation' }
    /** Inside a string. */
    | { kind: 'string'; token: number; op: OpContext | undefined }
    /** Where an operation begins. */
    | { kind: 'operation' }
    /** Inside an operation, or in an OUTPUT of its own. */
    | { kind: 'inside'; op: OpContext };
}

export interface OpContext {
  /** First token of the operation, and its words in one: `LOAD CSV`, `GROUP`. */
  start: number;
  words: string;
  /** The tokens after its words. */
  first: number;
  /** The clause word before the cursor, as `WHERE`; undefined right after the operation's words. */
  clause: string | undefined;
  /** Index of that clause word. */
  clauseAt: number;
  /** Every clause word so far. */
  clauses: Set<string>;
  /** Brackets that are open, from the outside in. */
  open: number[];
  /** Variables of FOR EACH around it, with the token of the list. */
  variables: { name: string; list: number }[];
  /** The step that it belongs to; undefined in an OUTPUT of its own. */
  step: string | undefined;
  /** The operations that it stands in: FOR EACH, SWITCH, IF. */
  around: string[];
}

const TWO_WORDS: Record<string, readonly string[]> = {
  LOAD: ['CSV', 'JSON', 'NDJSON', 'PARQUET', 'TABLE', 'MODEL'],
  RUN: ['JOB', 'VASM', 'AGENT'],
  CALL: ['FLOW'],
  BUILD: ['VPKG'],
  DEPLOY: ['SERVICE'],
  FOR: ['EACH'],
  ASK: ['AI'],
};

/** The second words of operations that are written in two. */
export const SECOND_WORDS: Readonly<Record<string, readonly string[]>> = TWO_WORDS;

const CLAUSES = new Set([
  'FROM',
  'OPTIONS',
  'VERSION',
  'WHERE',
  'TO',
  'USING',
  'COLUMNS',
  'AS',
  'BY',
  'AGG',
  'WITH',
  'ON',
  'TAKE',
  'MODE',
  'CASE',
  'DEFAULT',
  'THEN',
  'ELSE',
  'IN',
  'PARALLEL',
  'INTO',
]);

/** Where `offset` is. */
export function contextAt(source: string, offset: number): Context {
  const tokens = tokensOf(source);
  const none = (range: SourceRange, before: number): Context => ({ tokens, range, before, place: { kind: 'none' } });
  const here = { start: offset, end: offset };
  for (const comment of tokens.comments) {
    if (comment.range.start > offset) break;
    if (comment.range.start < offset && offset <= comment.range.end) return none(here, -1);
  }
  let at = tokenAt(tokens, offset);
  let range: SourceRange = here;
  if (
    isString(tokens, at) &&
    tokens.start[at]! < offset &&
    (offset < tokens.end[at]! || (tokens.flags[at]! & T.F_BROKEN) !== 0)
  ) {
    const statement = findStatement(tokens, at);
    const op = statement.kind === 'step' || statement.kind === 'output' ? findOp(tokens, statement, at) : undefined;
    const inside = op?.kind === 'inside' ? op.op : undefined;
    // In SQL one word is replaced, elsewhere the whole text.
    const replaced = inside?.words === 'QUERY' ? wordAround(source, offset) : insideString(tokens, at);
    return { tokens, range: replaced, before: at - 1, place: { kind: 'string', token: at, op: inside } };
  }
  if (tokens.kind[at] === T.T_NAME && tokens.start[at]! <= offset && offset <= tokens.end[at]!) {
    range = { start: tokens.start[at]!, end: tokens.end[at]! };
  } else if (tokens.end[at]! === offset && tokens.start[at]! < offset) at++;
  const before = at - 1;
  if (tokens.kind[at] === T.T_NUMBER && tokens.start[at]! < offset) return none(range, before);
  if (before >= 0 && tokens.kind[before] === T.T_AT) return { tokens, range, before, place: { kind: 'annotation' } };

  const statement = findStatement(tokens, at);
  const newLine = startsLine(source, range.start);
  switch (statement.kind) {
    case 'top':
      return { tokens, range, before, place: newLine || before < 0 ? { kind: 'statement' } : { kind: 'none' } };
    case 'naming':
      return none(range, before);
    case 'inputs':
      return { tokens, range, before, place: { kind: newLine ? 'input' : 'input-rest' } };
    default: {
      const found = findOp(tokens, statement, at);
      return { tokens, range, before, place: found };
    }
  }
}

function insideString(tokens: Tokens, index: number): SourceRange {
  const quote = tokens.kind[index] === T.T_RAW ? 3 : 1;
  const start = tokens.start[index]! + quote;
  let end = tokens.end[index]!;
  if ((tokens.flags[index]! & T.F_BROKEN) === 0) end = Math.max(start, end - quote);
  else {
    // An unclosed string may have swallowed the rest of the file: only this line is replaced.
    const line = tokens.source.indexOf('\n', start);
    if (line >= 0 && line < end) end = line;
  }
  return { start, end };
}

/** Whether only white space stands before `offset` on its line. */
export function startsLine(source: string, offset: number): boolean {
  for (let i = offset - 1; i >= 0; i--) {
    const c = source.charCodeAt(i);
    if (c === 10) return true;
    if (c !== 32 && c !== 9 && c !== 13) return false;
  }
  return true;
}

type Statement = { kind: 'top' } | { kind: 'inputs' } | { kind: 'naming' } | { kind: 'step' | 'output'; first: number };

/** The statement that the token before `at` belongs to. */
function findStatement(tokens: Tokens, at: number): Statement {
  for (let i = at - 1; i >= 0; i--) {
    if (tokens.kind[i] !== T.T_NAME) continue;
    const word = wordOf(tokens, i);
    const lineStart = i === 0 || (tokens.flags[i]! & T.F_NEWLINE) !== 0;
    if (word === 'STEP') {
      if (tokens.kind[i + 1] === T.T_NAME && tokens.kind[i + 2] === T.T_ASSIGN) {
        if (i + 2 < at) return { kind: 'step', first: i + 3 };
        return { kind: 'naming' };
      }
      if (lineStart && i >= at - 2) return { kind: 'naming' };
    } else if (word === 'OUTPUT' && lineStart && tokens.kind[i - 1] !== T.T_ASSIGN && !opensOperation(tokens, i)) {
      return { kind: 'output', first: i };
    } else if (word === 'INPUTS' && lineStart) return { kind: 'inputs' };
    else if (word === 'END' && lineStart) {
      const next = wordOf(tokens, i + 1);
      if (next !== 'SWITCH' || i + 1 >= at) {
        if (next === 'INPUTS' || next === 'DESCRIPTION' || next === 'FLOW') return { kind: 'top' };
      }
    } else if (word === 'FLOW' && lineStart && wordOf(tokens, i - 1) !== 'END') return { kind: 'top' };
  }
  return { kind: 'top' };
}

/** Whether an operation can begin at `i`: after `=`, THEN, ELSE, or the `:` of CASE, DEFAULT and FOR EACH. */
function opensOperation(tokens: Tokens, i: number): boolean {
  const before = tokens.kind[i - 1];
  if (before === T.T_COLON) return true;
  const word = wordOf(tokens, i - 1);
  return word === 'THEN' || word === 'ELSE';
}

function findOp(tokens: Tokens, statement: { kind: 'step' | 'output'; first: number }, at: number): Context['place'] {
  let op: OpContext | undefined;
  const step = statement.kind === 'step' ? textOf(tokens, statement.first - 2) : undefined;
  const open: number[] = [];
  const variables: { name: string; list: number }[] = [];
  const around: string[] = [];
  let expectsOp = statement.kind === 'step' || statement.first < at;
  let lastVariable: { name: string; list: number } | undefined;
  for (let i = statement.first; i < at; i++) {
    const kind = tokens.kind[i];
    if (expectsOp && kind === T.T_NAME) {
      let words = textOf(tokens, i).toUpperCase();
      let first = i + 1;
      const second = TWO_WORDS[words];
      const next = wordOf(tokens, first);
      if (second !== undefined && next !== undefined && second.includes(next) && first < at) {
        words = `${words} ${next}`;
        first++;
      }
      if (op !== undefined) around.push(op.words);
      if (lastVariable !== undefined) variables.push(lastVariable);
      lastVariable = undefined;
      op = {
        start: i,
        words: canonicalWords(words),
        first,
        clause: undefined,
        clauseAt: -1,
        clauses: new Set(),
        open,
        variables,
        around,
        step,
      };
      if (op.words === 'FOR EACH' && tokens.kind[first] === T.T_NAME && first < at)
        lastVariable = { name: textOf(tokens, first), list: first + 2 };
      expectsOp = false;
      i = first - 1;
      continue;
    }
    expectsOp = false;
    if (kind === T.T_LPAREN || kind === T.T_LBRACKET || kind === T.T_LBRACE) open.push(i);
    else if (kind === T.T_RPAREN || kind === T.T_RBRACKET || kind === T.T_RBRACE) open.pop();
    else if (kind === T.T_COLON && open.length === 0) expectsOp = true;
    else if (op !== undefined && kind === T.T_NAME && open.length === 0 && tokens.kind[i - 1] !== T.T_DOT) {
      const word = wordOf(tokens, i);
      if (word !== undefined && CLAUSES.has(word) && (word !== 'IN' || op.words === 'FOR EACH')) {
        op.clause = word;
        op.clauseAt = i;
        op.clauses.add(word);
        if (word === 'THEN' || word === 'ELSE') expectsOp = true;
      }
    }
  }
  if (op === undefined || (expectsOp && open.length === 0)) return { kind: 'operation' };
  return { kind: 'inside', op };
}

const ONE_WORD: Record<string, string> = {
  LOAD_CSV: 'LOAD CSV',
  LOAD_JSON: 'LOAD JSON',
  LOAD_NDJSON: 'LOAD NDJSON',
  LOAD_PARQUET: 'LOAD PARQUET',
  LOAD_TABLE: 'LOAD TABLE',
  LOAD_MODEL: 'LOAD MODEL',
  GROUP_AGG: 'GROUP',
  RUN_JOB: 'RUN JOB',
  RUN_VASM: 'RUN VASM',
  RUN_AGENT: 'RUN AGENT',
  CALL_FLOW: 'CALL FLOW',
  'ASK AI': 'ASK_AI',
  BUILD_VPKG: 'BUILD VPKG',
  DEPLOY_SERVICE: 'DEPLOY SERVICE',
  FOR_EACH: 'FOR EACH',
};

function canonicalWords(words: string): string {
  return ONE_WORD[words] ?? words;
}
