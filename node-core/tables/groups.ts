/** GROUP … AGG, and what each of its functions adds up. */
import { aggregateNames } from '../flow/plan/columns.ts';
import type { Aggregate, Op } from '../flow/syntax/ast.ts';
import { typeMismatch } from '../flow/values/semantics.ts';
import { compile } from './compile.ts';
import { type CompileEnv, type Compiled, settle, toType } from './compiled.ts';
import {
  ORDER,
  type Relation,
  type StepContext,
  columnOf,
  columnValue,
  envOf,
  needAll,
  refs,
  relation,
  select,
  orderColumn,
} from './relation.ts';
import { type SqlType, describeType, nativeOf, quoteName } from './sql-types.ts';

export function group(op: Extract<Op, { op: 'GROUP_AGG' }>, source: Relation, context: StepContext): Relation {
  const keys = op.by.map((ident) => columnOf(source, ident.name, ident.range));
  const names = aggregateNames(
    keys.map((key) => key.name),
    op.aggregates,
  );
  const used = new Set(keys.map((key) => key.name));
  const columns = refs(source, 's', used);
  const env = envOf(context, columns, [[op.source, columns]]);
  const ordered = op.aggregates.some(({ fn }) => fn === 'first' || fn === 'last' || fn === 'list');
  const entries = op.aggregates.map((aggregate, index) => ({
    name: names[index] as string,
    value: aggregateSql(aggregate, env),
  }));
  const keySql = keys.map((key) => quoteName(key.name));
  const ascending = keySql.map((key) => `${key} ASC NULLS LAST`).join(', ');
  const inner = (): string =>
    `SELECT ${[...keys.map((key) => `s.${quoteName(key.name)}`), ...entries.map((entry) => `${entry.value.sql} AS ${quoteName(entry.name)}`), 'count(*) AS "__voike_none"'].join(', ')} FROM ${source.name} AS s` +
    (keys.length === 0 ? '' : ` GROUP BY ${keys.map((key) => `s.${quoteName(key.name)}`).join(', ')}`);
  return relation(
    context,
    {
      columns: [
        ...keys.map((key) => ({ name: key.name, type: key.type })),
        ...entries.map((entry) => ({ name: entry.name, type: entry.value.type })),
      ],
      sources: [source],
      ...(keys.length === 0 ? { rows: 1 } : {}),
      require() {
        needAll(source, used);
        source.needOrder ||= ordered;
      },
      emit(self) {
        const order = keys.length === 0 ? '1' : `row_number() OVER (ORDER BY ${ascending})`;
        return `${select([...self.columns.map((column) => quoteName(column.name)), ...orderColumn(self, order)])} FROM (${inner()})`;
      },
      emitLast: (self, extra) =>
        `SELECT ${self.columns.map((column) => quoteName(column.name)).join(', ')}${extra} FROM (${inner()})${keys.length === 0 ? '' : ` ORDER BY ${ascending}`}`,
    },
    op.range,
  );
}

/** 2^50: fractions are added as whole numbers of this grain, so that the sum does not depend on the order of the rows. */
const GRAIN = '1125899906842624.0';

function sumOfDoubles(x: string): string {
  return (
    `(CASE WHEN max(abs(${x})) BETWEEN 1e-3 AND 35184372088832 THEN CAST(sum(TRY_CAST(${x} * ${GRAIN} AS HUGEINT)) AS DOUBLE) / ${GRAIN} ` +
    `ELSE fsum(${x}) END)`
  );
}

function aggregateSql(aggregate: Aggregate, env: CompileEnv): Compiled {
  const { fn, range } = aggregate;
  const int: SqlType = { k: 'int' };
  const double: SqlType = { k: 'double' };
  if (aggregate.value === undefined) return { sql: 'count(*)', type: int, fails: false };
  const value = columnValue(compile(aggregate.value, env));
  const numeric = (): Compiled => {
    if (value.type.k === 'int' || value.type.k === 'double') return value;
    if (value.type.k === 'json') return toType(value, double, range);
    throw typeMismatch(
      `${fn} works on numbers, and this is ${describeType(value.type)}.`,
      aggregate.value?.range ?? range,
      'NUMBER(…) in a MAP before it makes numbers of text.',
    );
  };
  const ordered = (): void => {
    if (value.type.k === 'list' || value.type.k === 'record' || value.type.k === 'json') {
      throw typeMismatch(
        `${describeType(value.type).replace(/^a/, 'A')} has no order.`,
        aggregate.value?.range ?? range,
      );
    }
  };
  const fails = value.fails;
  switch (fn) {
    case 'count':
      return { sql: `count(${value.sql})`, type: int, fails };
    case 'count_distinct':
      return { sql: `count(DISTINCT ${value.sql})`, type: int, fails };
    case 'sum': {
      const number = numeric();
      if (number.type.k === 'int') return { sql: `CAST(sum(${number.sql}) AS BIGINT)`, type: int, fails: true };
      return settle({ sql: sumOfDoubles(number.sql), type: double, fails, loose: true }, range);
    }
    case 'avg': {
      const number = numeric();
      if (number.type.k === 'int')
        return { sql: `(CAST(sum(${number.sql}) AS DOUBLE) / count(${number.sql}))`, type: double, fails };
      return settle(
        { sql: `(${sumOfDoubles(number.sql)} / count(${number.sql}))`, type: double, fails, loose: true },
        range,
      );
    }
    case 'min':
    case 'max':
      ordered();
      return { sql: `${fn}(${value.sql})`, type: value.type, fails };
    case 'median':
      return { sql: `median(${toType(numeric(), double).sql})`, type: double, fails };
    case 'stddev':
      return { sql: `stddev_samp(${toType(numeric(), double).sql})`, type: double, fails };
    case 'first':
      return {
        sql: `arg_min(${value.sql}, s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL)`,
        type: value.type,
        fails,
      };
    case 'last':
      return {
        sql: `arg_max(${value.sql}, s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL)`,
        type: value.type,
        fails,
      };
    case 'list': {
      const type: SqlType = { k: 'list', of: value.type };
      return {
        sql: `coalesce(list(${value.sql} ORDER BY s.${ORDER}) FILTER (WHERE ${value.sql} IS NOT NULL), CAST([] AS ${nativeOf(type)}))`,
        type,
        fails,
      };
    }
  }
}
