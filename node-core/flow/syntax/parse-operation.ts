/**
 * Operations: one small function for each, found by its first word; the readers lie in operations/, by family. They read what
 * the tables of the language allow, in all spellings, and leave the canonical line breaks for the formatter as they go.
 * Browser-safe.
 */
import type { Expr, Op } from './ast.ts';
import { type Cursor, M_KEYWORD, MAX_NESTING } from './cursor.ts';
import * as T from './lex.ts';
import { nearest } from './nearest.ts';
import { callReaders } from './operations/calls.ts';
import { controlReaders } from './operations/control.ts';
import { groupReaders } from './operations/group.ts';
import { endsOperation, type Head, pin, type Reader } from './operations/parts.ts';
import { resultReaders } from './operations/results.ts';
import { storageReaders } from './operations/storage.ts';
import { tableReaders } from './operations/tables.ts';
import { tail } from './operations/tail.ts';
import { parseExpr } from './parse-expression.ts';
import { W, wordText } from './words.ts';

const FRAME_WORDS = new Set([W.STEP, W.END, W.CASE, W.DEFAULT, W.INPUTS, W.DESCRIPTION]);

/** Reads the operation of a step, a case, a branch or a loop. Always gives one. */
export function parseOp(p: Cursor): Op {
  const start = p.offset;
  if (p.panic) return broken(p);
  if (p.depth >= MAX_NESTING) {
    p.fail(
      'FLOW1015',
      `This is nested more than ${MAX_NESTING} levels deep. Move inner operations to a flow of their own and CALL FLOW it.`,
    );
    return broken(p);
  }
  // Words that hold a plan together name no operation, whatever a node may have registered.
  const isFrame = FRAME_WORDS.has(p.peekWord()) || (p.isClauseWord() && READERS[p.peekWord()] === undefined);
  if (p.peek() !== T.T_NAME || isFrame || (p.atBoundary() && p.peekWord() !== W.OUTPUT)) {
    if (isFrame || p.atBoundary() || !p.beginsOperand())
      p.fail('FLOW1020', `An operation is missing here, such as \`LOAD CSV FROM file\` or \`FILTER rows WHERE …\`.`);
    else notAnOperation(p);
    return broken(p);
  }
  const word = p.peekWord();
  const reader = READERS[word];
  if (isValue(p)) {
    notAnOperation(p);
    return broken(p);
  }
  const head: Head = { range: { start, end: start }, wordRange: p.range() };
  p.depth++;
  let op: Op;
  if (reader) {
    p.keyword();
    pin(p, head);
    op = reader(p, head, parseOp);
  } else op = misspelt(p, head) ?? unknown(p, head);
  tail(p, op);
  op.range = p.from(start);
  p.depth--;
  return op;
}

function broken(p: Cursor): Op {
  const at = p.prevEnd;
  return { op: 'BROKEN', range: { start: at, end: at }, wordRange: { start: at, end: at } };
}

/** Does a value stand where an operation is expected: `a + b`, `a.b`, `CONCAT(a, b)`? */
function isValue(p: Cursor): boolean {
  const next = p.peek(1);
  if (READERS[p.peekWord()] && next !== T.T_DOT) return false;
  return (
    next === T.T_DOT ||
    (next >= T.T_EQ && next <= T.T_PERCENT && next !== T.T_MINUS) ||
    next === T.T_AND ||
    next === T.T_OR ||
    ((next === T.T_LPAREN || next === T.T_LBRACKET) && !(p.flags[p.at + 1]! & T.F_SPACE))
  );
}

function notAnOperation(p: Cursor): void {
  const at = p.offset;
  p.fail(
    'FLOW1020',
    'This is a value, not an operation. `RETURN` makes a value the result of a step; `CALL fn(…)` calls a program.',
    undefined,
    {
      title: 'Insert RETURN',
      edits: [{ range: { start: at, end: at }, text: 'RETURN ' }],
    },
  );
}

/** The reader of each first word, by the word's number. */
const READERS: (Reader | undefined)[] = [];

for (const family of [storageReaders, tableReaders, groupReaders, callReaders, resultReaders, controlReaders])
  for (const [word, reader] of Object.entries(family)) READERS[Number(word)] = reader;

function unknown(p: Cursor, head: Head): Op {
  const text = p.text().toUpperCase();
  p.mark(M_KEYWORD);
  p.at++;
  pin(p, head);
  const args: Expr[] = [];
  while (!p.panic && (p.beginsOperand() || p.peekWord() === W.AS) && !p.atBoundary() && !endsOperation(p)) {
    args.push(parseExpr(p, true));
    if (!p.panic) p.take(T.T_COMMA);
  }
  return { ...head, op: 'UNKNOWN', name: text, args };
}

/** The words that operations begin with. */
export const OPERATION_WORDS: readonly string[] = READERS.flatMap((reader, word) => (reader ? [wordText(word)] : []));

/**
 * `FLTER x WHERE …` is a slip of the pen for FILTER when reading it as FILTER works; otherwise it may well be the name of
 * an operation that some node has.
 */
function misspelt(p: Cursor, head: Head): Op | undefined {
  const text = p.text().toUpperCase();
  const meant = nearest(text, OPERATION_WORDS);
  if (meant === undefined) return undefined;
  const reader = READERS[W[meant as keyof typeof W]]!;
  const { at, depth, indent, trial } = p;
  const reported = p.diagnostics.length;
  const message = `\`${p.text()}\` is not an operation; you probably mean \`${meant}\`.`;
  const range = p.range();
  const copy = { ...head };
  p.trial = true;
  p.keyword();
  pin(p, copy);
  const op = reader(p, copy, parseOp);
  p.trial = trial;
  const clean =
    !p.panic &&
    p.diagnostics.slice(reported).every((one) => one.code === 'FLOW1022') &&
    (p.atStatement() || p.atBoundary() || endsOperation(p));
  if (clean || trial) {
    if (!p.panic || trial) {
      p.diagnostics.splice(reported, 0, {
        code: 'FLOW1022',
        severity: 'error',
        message,
        range,
        fix: p.replacement(meant, range)!,
      });
    }
    return op;
  }
  p.diagnostics.length = reported;
  p.panic = false;
  p.marks.fill(0, at, p.at + 1);
  p.breaks.fill(0, at + 1, p.at + 1);
  Object.assign(p, { at, depth, indent });
  return undefined;
}
