/** Reads GROUP with its aggregates. Browser-safe. */
import type { Aggregate, AggregateFunction, Op } from '../ast.ts';
import { type Cursor, M_TIGHT } from '../cursor.ts';
import * as T from '../lex.ts';
import { nearest } from '../nearest.ts';
import { closeBracket, parseExpr } from '../parse-expression.ts';
import { W } from '../words.ts';
import { column, columns, type Head, type Readers, source } from './parts.ts';

/** All aggregate functions. */
export const AGGREGATES: readonly AggregateFunction[] = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'stddev',
  'first',
  'last',
  'list',
  'count_distinct',
];

const OTHER_NAMES: Record<string, AggregateFunction> = {
  mean: 'avg',
  average: 'avg',
  total: 'sum',
  std: 'stddev',
  stdev: 'stddev',
  collect: 'list',
  countdistinct: 'count_distinct',
  distinct: 'count_distinct',
  minimum: 'min',
  maximum: 'max',
};

function group(p: Cursor, head: Head): Op {
  const from = source(p, W.BY, 'The table to group');
  const op: Op = { ...head, op: 'GROUP_AGG', source: from, by: [], aggregates: [] };
  if (p.panic) return op;
  // Without BY the whole table is one group.
  if (p.peekWord() !== W.AGG && p.expectWord(W.BY, '`GROUP` says `BY` which columns')) op.by = columns(p);
  while (!p.panic && p.peekWord() === W.AGG) {
    p.breakHere(p.indent);
    let start = p.offset;
    p.keyword();
    op.aggregates.push(aggregate(p, start));
    while (!p.panic && p.peek() === T.T_COMMA && !p.atBoundary(1)) {
      p.at++;
      start = p.offset;
      op.aggregates.push(aggregate(p, start));
    }
  }
  return op;
}

/** Of the whole table too. */
export const groupReaders: Readers = { [W.GROUP]: group, [W.GROUP_AGG]: group };

function aggregate(p: Cursor, start: number): Aggregate {
  const at = p.offset;
  const result: Aggregate = { fn: 'sum', fnRange: { start: at, end: at }, range: { start, end: start } };
  if (p.peek() === T.T_NAME && p.peek(1) === T.T_LPAREN) {
    const text = p.text();
    const lower = text.toLowerCase();
    if (AGGREGATES.includes(lower as AggregateFunction)) result.fn = lower as AggregateFunction;
    else {
      const meant = OTHER_NAMES[lower] ?? (nearest(lower, AGGREGATES) as AggregateFunction | undefined);
      p.warn(
        'FLOW1019',
        meant
          ? `\`${text}\` is not an aggregate function; you probably mean \`${meant}\`.`
          : `\`${text}\` is not an aggregate function. There are ${AGGREGATES.join(', ')}.`,
        p.range(),
        meant && p.replacement(meant),
      );
      if (meant) result.fn = meant;
    }
    result.fnRange = p.range();
    p.at++;
    const open = p.at;
    p.mark(M_TIGHT);
    p.at++;
    if (p.peek() === T.T_STAR) {
      if (result.fn !== 'count')
        p.warn('FLOW1019', `\`${result.fn}\` needs a column; only \`count\` takes \`*\`.`, p.range());
      p.at++;
    } else if (p.peek() !== T.T_RPAREN) {
      if (p.peekWord() === W.DISTINCT && result.fn === 'count' && p.beginsOperand(1) && p.peek(1) !== T.T_LPAREN) {
        p.keyword();
        result.fn = 'count_distinct';
      }
      result.value = parseExpr(p);
    } else if (result.fn !== 'count')
      p.warn('FLOW1019', `\`${result.fn}\` needs a column: \`${result.fn}(amount)\`.`, result.fnRange);
    closeBracket(p, T.T_RPAREN, open);
  } else result.value = parseExpr(p);
  if (!p.panic && p.takeWord(W.AS)) result.as = column(p);
  result.range = p.from(start);
  return result;
}
