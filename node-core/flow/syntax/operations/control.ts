/** Reads the operations that hold others: SWITCH, IF, FOR EACH. Browser-safe. */
import type { Op } from '../ast.ts';
import { type Cursor, M_HEAD } from '../cursor.ts';
import * as T from '../lex.ts';
import { parseExpr } from '../parse-expression.ts';
import { W, W_NONE } from '../words.ts';
import { choose, name, type Reader, type Readers, source } from './parts.ts';

const switchOp: Reader = (p, head, inner) => {
  const subject = source(p, W.CASE, 'The value to choose by');
  if (!p.panic && p.peek() === T.T_COLON) p.at++;
  const op: Op = { ...head, op: 'SWITCH', subject, cases: [] };
  const outer = p.indent;
  for (;;) {
    if (p.panic) recoverInSwitch(p);
    if (p.peekWord() === W_NONE && p.peek() === T.T_NAME && p.onNewLine()) {
      // CSAE "x": or DEFUALT:
      const meant = p.peek(1) === T.T_COLON ? 'DEFAULT' : 'CASE';
      if (p.looksLike(meant) && (meant === 'DEFAULT' || (p.beginsOperand(1) && !p.onNewLine(1)))) p.readAs(meant);
    }
    const word = p.peekWord();
    const start = p.offset;
    if (word === W.CASE) {
      p.breakHere(outer + 1);
      p.keyword();
      const values = [parseExpr(p)];
      while (!p.panic && p.take(T.T_COMMA)) values.push(parseExpr(p));
      colon(p, 'CASE value: operation');
      op.cases.push({ values, op: nested(p, outer + 2, inner), range: p.from(start) });
    } else if (word === W.DEFAULT || (word === W.ELSE && p.peek(1) === T.T_COLON)) {
      p.breakHere(outer + 1);
      p.keyword();
      colon(p, 'DEFAULT: operation');
      const other = nested(p, outer + 2, inner);
      if (op.default) p.warn('FLOW1023', 'This `SWITCH` has a second `DEFAULT`.', { start, end: start + 7 });
      else op.default = other;
    } else break;
  }
  p.indent = outer;
  if (p.peekWord() === W.END && p.peekWord(1) === W.SWITCH) {
    p.breakHere(outer);
    p.keyword();
    p.keyword();
  } else if (!p.atEnd && !p.atBoundary() && !p.onNewLine()) {
    p.fail('FLOW1016', `${p.found()} is not expected here: a \`CASE\`, a \`DEFAULT\` or \`END SWITCH\` comes next.`);
    recoverInSwitch(p);
    if (p.peekWord() === W.END && p.peekWord(1) === W.SWITCH) p.at += 2;
  } else {
    const line = '\n' + '  '.repeat(outer);
    p.warn(
      'FLOW1004',
      '`END SWITCH` is missing: this `SWITCH` is not closed.',
      head.wordRange,
      p.insertion('Insert END SWITCH', `${line}END SWITCH`),
    );
  }
  return op;
};

/** After a mistake inside a SWITCH: goes on to its next case, or to its end. */
function recoverInSwitch(p: Cursor): void {
  while (!p.atEnd) {
    const word = p.peekWord();
    if (word === W.CASE && (p.onNewLine() || p.atBoundary())) break;
    if (word === W.DEFAULT && p.peek(1) === T.T_COLON) break;
    if (p.atBoundary() && (word !== W.OUTPUT || p.atStatement())) {
      // An OUTPUT that is a case's operation cannot be told from one after a broken SWITCH; the case is likelier.
      if (word !== W.OUTPUT) break;
    }
    p.at++;
  }
  p.panic = false;
}

function colon(p: Cursor, form: string): void {
  if (p.panic) return;
  if (p.peek() === T.T_COLON) {
    p.mark(M_HEAD);
    p.at++;
  } else p.warn('FLOW1013', `\`:\` is missing: \`${form}\`.`, p.here(), p.insertion('Insert :', ':'));
}

function nested(p: Cursor, indent: number, inner: (p: Cursor) => Op): Op {
  const outer = p.indent;
  p.indent = indent;
  p.breakHere(indent);
  const first = p.at;
  const op = inner(p);
  // A short operation may stay on the line of its head, when a person put it there.
  p.softBreaks.set(first, { last: p.at - 1, after: -1 });
  p.indent = outer;
  return op;
}

const ifOp: Reader = (p, head, inner) => {
  const outer = p.indent;
  const condition = source(p, W.THEN, 'The condition');
  p.expectWord(W.THEN, '`IF` says what to do after `THEN`');
  p.take(T.T_COLON);
  const thenAt = p.at;
  const then = nested(p, outer + 1, inner);
  // oxlint-disable-next-line unicorn/no-thenable -- the field is an operation, and trees are never awaited
  const op: Op = { ...head, op: 'IF', condition, then };
  if (!p.panic && p.peekWord() === W.ELSE && p.peek(1) !== T.T_COLON) {
    p.breakHere(outer);
    const elseAt = p.at;
    p.keyword();
    if (p.peekWord() === W.IF) op.else = inner(p);
    else op.else = nested(p, outer + 1, inner);
    p.softBreaks.set(elseAt, { last: p.at - 1, after: thenAt });
  }
  if (!p.panic && p.peekWord() === W.END && p.peekWord(1) === W.IF) endBlock(p);
  return op;
};

function endBlock(p: Cursor): void {
  p.breakHere(p.indent);
  p.keyword();
  p.keyword();
}

const forEach: Reader = (p, head, inner) => {
  const outer = p.indent;
  if (p.peekWord() === W.IN && p.peekWord(1) !== W.IN)
    p.fail('FLOW1012', 'A name is missing: `FOR EACH item IN list: operation`.');
  const variable = name(p, '`FOR EACH item IN list: operation`');
  p.expectWord(W.IN, '`FOR EACH` says `IN` which list');
  const list = parseExpr(p);
  colon(p, 'FOR EACH item IN list: operation');
  const bodyAt = p.at;
  const body = nested(p, outer + 1, inner);
  const op: Op = { ...head, op: 'FOR_EACH', variable, list, body };
  for (let more = true; more && !p.panic;) {
    if (p.peekWord() === W.PARALLEL && !op.parallel) {
      p.breakHere(outer);
      const parallelAt = p.at;
      p.keyword();
      op.parallel = parseExpr(p);
      p.softBreaks.set(parallelAt, { last: p.at - 1, after: bodyAt });
    } else if (p.peekWord() === W.END && (p.peekWord(1) === W.FOR || p.peekWord(1) === W.EACH)) endBlock(p);
    else more = false;
  }
  return op;
};

/** What holds other operations. */
export const controlReaders: Readers = {
  [W.SWITCH]: switchOp,
  [W.IF]: ifOp,
  [W.FOR]: (p, head, inner) => (choose(p, head, [W.EACH], 'FOR') ? forEach(p, head, inner) : { ...head, op: 'BROKEN' }),
  [W.FOR_EACH]: forEach,
};
