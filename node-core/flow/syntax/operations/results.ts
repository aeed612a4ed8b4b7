/** Reads the operations that give a value as it is, return or fail. Browser-safe. */
import type { Expr } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import * as T from '../lex.ts';
import { parseExpr, parseRecord } from '../parse-expression.ts';
import { W } from '../words.ts';
import { endsOperation, type Readers } from './parts.ts';

/** An operation of one value. `OUTPUT_JSON WITH { … }` outputs that record. */
function valueOf(p: Cursor): Expr {
  if (p.peekWord() === W.WITH && p.peek(1) === T.T_LBRACE) {
    p.keyword();
    return parseRecord(p);
  }
  return parseExpr(p);
}

/** What gives a value or ends. */
export const resultReaders: Readers = {
  [W.TRANSFORM]: (p, head) => ({ ...head, op: 'TRANSFORM', value: valueOf(p) }),
  [W.OUTPUT]: (p, head) => ({ ...head, op: 'OUTPUT', value: valueOf(p) }),
  [W.OUTPUT_TEXT]: (p, head) => ({ ...head, op: 'OUTPUT_TEXT', value: valueOf(p) }),
  [W.OUTPUT_JSON]: (p, head) => ({ ...head, op: 'OUTPUT_JSON', value: valueOf(p) }),
  [W.RETURN]: (p, head) => {
    if (p.atBoundary() || !p.beginsOperand() || endsOperation(p)) return { ...head, op: 'RETURN' };
    return { ...head, op: 'RETURN', value: parseExpr(p) };
  },
  [W.ERROR]: (p, head) => ({ ...head, op: 'ERROR', message: parseExpr(p) }),
};
