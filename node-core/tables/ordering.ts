/** DISTINCT, SORT and TAKE: which rows stay, and in which order. */
import { Problem } from '../errors/problem.ts';
import type { Expr, Op } from '../flow/syntax/ast.ts';
import { evaluate } from '../flow/values/evaluate.ts';
import { describeKind, kindOf, typeMismatch } from '../flow/values/semantics.ts';
import { compile } from './compile.ts';
import { toText } from './compiled.ts';
import {
  ORDER,
  type Relation,
  type StepContext,
  columnOf,
  envOf,
  needAll,
  refs,
  relation,
  select,
  wanted,
  orderColumn,
} from './relation.ts';
import { describeType, quoteName } from './sql-types.ts';

export function distinct(op: Extract<Op, { op: 'DISTINCT' }>, source: Relation, context: StepContext): Relation {
  const keys = op.by === undefined ? source.columns : op.by.map((ident) => columnOf(source, ident.name, ident.range));
  const keySql = keys.map((key) => `s.${quoteName(key.name)}`).join(', ');
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      require(self) {
        needAll(source, self.need);
        needAll(
          source,
          keys.map((key) => key.name),
        );
        source.needOrder ||= self.needOrder || op.by !== undefined;
      },
      emit(self) {
        if (op.by !== undefined) {
          return `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `s.${ORDER}`)])} FROM ${source.name} AS s QUALIFY row_number() OVER (PARTITION BY ${keySql} ORDER BY s.${ORDER}) = 1`;
        }
        return `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `min(s.${ORDER})`)])} FROM ${source.name} AS s GROUP BY ${keySql}`;
      },
    },
    op.range,
  );
}

export function sort(op: Extract<Op, { op: 'SORT' }>, source: Relation, context: StepContext): Relation {
  const used = new Set<string>();
  const columns = refs(source, 's', used);
  const env = envOf(context, columns, [[op.source, columns]]);
  const order = op.by.map(({ value, descending }) => {
    const key = compile(value, env);
    if (key.type.k === 'list' || key.type.k === 'record') {
      throw typeMismatch(
        `${describeType(key.type).replace(/^a/, 'A')} has no order.`,
        value.range,
        'Sort by one of its fields or items.',
      );
    }
    return `${key.type.k === 'json' ? toText(key).sql : key.sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  if (op.take !== undefined) return take(op, source, op.take, order, context, used);
  const keys = [...order, `s.${ORDER}`].join(', ');
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      countLike: source,
      require(self) {
        needAll(source, self.need);
        needAll(source, used);
        source.needOrder = true;
      },
      emit: (self) =>
        `${select([...wanted(self).map((column) => `s.${quoteName(column.name)}`), ...orderColumn(self, `row_number() OVER (ORDER BY ${keys})`)])} FROM ${source.name} AS s`,
      emitLast: (self, extra) =>
        `${select(self.columns.map((column) => `s.${quoteName(column.name)}`))}${extra} FROM ${source.name} AS s ORDER BY ${keys}`,
    },
    op.range,
  );
}

export function take(
  op: Op,
  source: Relation,
  count: Expr,
  order: string[],
  context: StepContext,
  used: ReadonlySet<string> = new Set(),
): Relation {
  const value = evaluate(count, context.scope, context.now === undefined ? {} : { now: context.now });
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new Problem(
      'bad-argument',
      `TAKE needs a whole number that is not negative, and this is ${typeof value === 'number' ? String(value) : describeKind(kindOf(value))}.`,
      {
        status: 422,
        range: count.range,
        hint: 'For example TAKE 10.',
      },
    );
  }
  const keys = [...order, `s.${ORDER}`].join(', ');
  const limited = (self: Relation, extra = ''): string =>
    `${select(wanted(self).map((column) => `s.${quoteName(column.name)}`))}${extra} FROM ${source.name} AS s ORDER BY ${keys} LIMIT ${value}`;
  return relation(
    context,
    {
      columns: source.columns,
      sources: [source],
      ...(source.rows === undefined ? {} : { rows: Math.min(source.rows, value) }),
      require(self) {
        needAll(source, self.need);
        needAll(source, used);
        source.needOrder = true;
      },
      emit(self) {
        if (!self.needOrder) return limited(self);
        // Rows of an ordered, small relation come in order, so a running number keeps it.
        return `SELECT *, row_number() OVER () AS ${ORDER} FROM (${limited(self)})`;
      },
      emitLast: limited,
    },
    op.range,
  );
}
