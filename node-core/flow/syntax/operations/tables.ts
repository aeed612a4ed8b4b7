/** Reads the operations that make a table of tables, all but GROUP. Browser-safe. */
import type { Expr, Ident, Op } from '../ast.ts';
import type { Cursor } from '../cursor.ts';
import * as T from '../lex.ts';
import { parseExpr, parseRecord } from '../parse-expression.ts';
import { W, wordText } from '../words.ts';
import { column, columns, name, type Readers, source } from './parts.ts';

function aliased(p: Cursor): { column: Ident; as?: Ident } {
  const from = column(p);
  return !p.panic && p.takeWord(W.AS) ? { column: from, as: column(p) } : { column: from };
}

/** What works on rows. */
export const tableReaders: Readers = {
  [W.FILTER]: (p, head) => {
    const from = source(p, W.WHERE, 'The table to filter');
    p.expectWord(W.WHERE, '`FILTER` says `WHERE` which rows stay');
    return { ...head, op: 'FILTER', source: from, where: parseExpr(p) };
  },
  [W.MAP]: (p, head) => {
    const from = parseExpr(p);
    if (!p.panic && p.takeWord(W.USING))
      return { ...head, op: 'MAP', source: from, using: name(p, 'the program that makes each row') };
    p.expectWord(W.TO, '`MAP` says `TO` which record, or `USING` which program, it makes each row');
    if (p.panic) return { ...head, op: 'MAP', source: from };
    if (p.peek() === T.T_LBRACE) return { ...head, op: 'MAP', source: from, to: parseRecord(p) };
    p.fail('FLOW1011', 'A record is missing after `TO`: `MAP rows TO { total: price * count }`.', p.range(p.at - 1));
    return { ...head, op: 'MAP', source: from };
  },
  [W.SELECT]: (p, head) => {
    const from = source(p, W.COLUMNS, 'The table to take columns from');
    const list: { column: Ident; as?: Ident }[] = [];
    if (p.expectWord(W.COLUMNS, '`SELECT` says `COLUMNS` and then which')) {
      list.push(aliased(p));
      while (!p.panic && p.take(T.T_COMMA)) {
        if (p.atBoundary() || p.peek() > T.T_RAW) break;
        list.push(aliased(p));
      }
    }
    return { ...head, op: 'SELECT', source: from, columns: list };
  },
  [W.JOIN]: (p, head) => {
    const left = source(p, W.WITH, 'The first table');
    p.expectWord(W.WITH, '`JOIN` says `WITH` which other table');
    const right = source(p, W.ON, 'The second table');
    p.expectWord(W.ON, '`JOIN` says `ON` what rows belong together');
    const on = parseExpr(p);
    let how: 'INNER' | 'LEFT' | 'OUTER' = 'INNER';
    if (!p.panic) {
      const word = p.peekWord();
      if (word === W.LEFT || word === W.INNER || word === W.OUTER) {
        how = wordText(word) as typeof how;
        p.keyword();
      }
    }
    return { ...head, op: 'JOIN', left, right, on, how };
  },
  [W.UNION]: (p, head) => {
    const sources = [parseExpr(p)];
    while (!p.panic && p.take(T.T_COMMA)) {
      if (!p.beginsOperand() || p.atBoundary()) break;
      sources.push(parseExpr(p));
    }
    return { ...head, op: 'UNION', sources };
  },
  [W.DISTINCT]: (p, head) => {
    const from = source(p, W.BY, 'The table');
    return { ...head, op: 'DISTINCT', source: from, ...(!p.panic && p.takeWord(W.BY) ? { by: columns(p) } : {}) };
  },
  [W.SORT]: (p, head) => {
    const from = source(p, W.BY, 'The table to sort');
    const by: { value: Expr; descending: boolean }[] = [];
    if (p.expectWord(W.BY, '`SORT` says `BY` which columns')) {
      do {
        if (by.length > 0 && (!p.beginsOperand() || p.atBoundary())) break;
        const value = parseExpr(p);
        let descending = false;
        if (!p.panic && p.peekWord() === W.DESC) {
          descending = true;
          p.keyword();
        } else if (!p.panic) p.takeWord(W.ASC);
        by.push({ value, descending });
      } while (!p.panic && p.take(T.T_COMMA));
    }
    const op: Op = { ...head, op: 'SORT', source: from, by };
    if (!p.panic && p.peekWord() === W.TAKE) {
      p.breakHere(p.indent);
      p.keyword();
      op.take = parseExpr(p);
    }
    return op;
  },
  [W.TAKE]: (p, head) => {
    const count = source(p, W.FROM, 'The number of rows');
    return { ...head, op: 'TAKE', count, ...(!p.panic && p.takeWord(W.FROM) ? { source: parseExpr(p) } : {}) };
  },
  [W.QUERY]: (p, head) => ({ ...head, op: 'QUERY', sql: parseExpr(p) }),
};
