/** Which relation each operation on tables makes, and out of which sources. */
import { Problem } from '../errors/problem.ts';
import type { Expr, Op } from '../flow/syntax/ast.ts';
import { group } from './groups.ts';
import { join, unionAll } from './joins.ts';
import { distinct, sort, take } from './ordering.ts';
import { filter, map, passThrough, selectColumns } from './projections.ts';
import type { Relation, StepContext } from './relation.ts';

/** The expressions that name the sources of an operation. */
export function sourceExpressions(op: Op): Expr[] {
  switch (op.op) {
    case 'LOAD':
      return [op.from];
    case 'LOAD_TABLE':
      return [op.table];
    case 'JOIN':
      return [op.left, op.right];
    case 'UNION':
      return op.sources;
    case 'FILTER':
    case 'MAP':
    case 'SELECT':
    case 'GROUP_AGG':
    case 'DISTINCT':
    case 'SORT':
    case 'STORE':
      return [op.source];
    case 'TAKE':
      return op.source === undefined ? [] : [op.source];
    default:
      return [];
  }
}

/** The relation of one step. `sources` are those of {@link sourceExpressions}, in their order. */
export function stepRelation(op: Op, sources: Relation[], context: StepContext): Relation {
  switch (op.op) {
    case 'LOAD':
    case 'LOAD_TABLE':
      return passThrough(op, first(sources, op), context);
    case 'FILTER':
      return filter(op, first(sources, op), context);
    case 'MAP':
      return map(op, first(sources, op), context);
    case 'SELECT':
      return selectColumns(op, first(sources, op), context);
    case 'GROUP_AGG':
      return group(op, first(sources, op), context);
    case 'JOIN':
      return join(op, sources, context);
    case 'UNION':
      return unionAll(op, sources, context);
    case 'DISTINCT':
      return distinct(op, first(sources, op), context);
    case 'SORT':
      return sort(op, first(sources, op), context);
    case 'TAKE':
      return take(op, first(sources, op), op.count, [], context);
    default:
      throw new Problem('not-relational', `${op.op} is not an operation on tables.`, { status: 500, range: op.range });
  }
}

function first(sources: Relation[], op: Op): Relation {
  const [source] = sources;
  if (source === undefined)
    throw new Problem('no-source', `${op.op} has no table to work on.`, { status: 422, range: op.range });
  return source;
}
