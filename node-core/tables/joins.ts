/** JOIN and UNION: one relation out of several. */
import { equalKeys, joinColumns, sideName } from '../flow/plan/columns.ts';
import type { Op } from '../flow/syntax/ast.ts';
import { compileCondition } from './compile.ts';
import { toType } from './compiled.ts';
import {
  ORDER,
  type Relation,
  type RelationColumn,
  type StepContext,
  envOf,
  needAll,
  refs,
  relation,
  select,
  wanted,
  orderColumn,
} from './relation.ts';
import { type SqlType, nativeOf, quoteName, widen } from './sql-types.ts';

export function join(op: Extract<Op, { op: 'JOIN' }>, sources: Relation[], context: StepContext): Relation {
  const [left, right] = sources as [Relation, Relation];
  const used = { left: new Set<string>(), right: new Set<string>() };
  const leftRefs = refs(left, 'l', used.left);
  const rightRefs = refs(right, 'r', used.right);
  const env = envOf(context, new Map([...rightRefs, ...leftRefs]), [
    [op.right, rightRefs],
    [op.left, leftRefs],
  ]);
  const on = compileCondition(op.on, env);
  const rightName = sideName(op.right);
  const keys = equalKeys(op.on, sideName(op.left), rightName);
  const made = joinColumns(
    left.columns.map((c) => c.name),
    right.columns.map((c) => c.name),
    keys,
    rightName,
  );
  const outer = op.how === 'OUTER';
  const entries = made.map((column) => {
    const own = (column.side === 'left' ? left : right).columns.find((c) => c.name === column.column) as RelationColumn;
    const both = column.key && outer;
    const other = both ? (right.columns.find((c) => c.name === column.column) as RelationColumn) : own;
    const type = both ? widen(own.type, other.type) : own.type;
    const side = (alias: string, from: RelationColumn): string =>
      toType({ sql: `${alias}.${quoteName(from.name)}`, type: from.type, fails: false }, type).sql;
    return {
      ...column,
      both,
      type,
      sql: both
        ? `(CASE WHEN l.${ORDER} IS NULL THEN ${side('r', other)} ELSE ${side('l', own)} END)`
        : side(column.side === 'left' ? 'l' : 'r', own),
    };
  });
  const words = { INNER: 'INNER JOIN', LEFT: 'LEFT JOIN', OUTER: 'FULL JOIN' }[op.how];
  const neededEntries = (self: Relation) => entries.filter((entry) => self.need.has(entry.as));
  return relation(
    context,
    {
      columns: entries.map((entry) => ({ name: entry.as, type: entry.type })),
      sources: [left, right],
      require(self) {
        needAll(left, used.left);
        needAll(right, used.right);
        for (const entry of neededEntries(self)) {
          if (entry.side === 'left') left.need.add(entry.column);
          if (entry.side === 'right' || entry.both) right.need.add(entry.column);
        }
        left.needOrder ||= self.needOrder || outer;
        right.needOrder ||= self.needOrder;
      },
      emit: (self) =>
        `${select([...neededEntries(self).map((entry) => `${entry.sql} AS ${quoteName(entry.as)}`), ...orderColumn(self, `row_number() OVER (ORDER BY l.${ORDER} NULLS LAST, r.${ORDER} NULLS LAST)`)])} FROM ${left.name} AS l ${words} ${right.name} AS r ON ${on.sql}`,
      emitLast: (self, extra) =>
        `${select(self.columns.map((column) => `${(entries.find((entry) => entry.as === column.name) as (typeof entries)[0]).sql} AS ${quoteName(column.name)}`))}${extra} FROM ${left.name} AS l ${words} ${right.name} AS r ON ${on.sql} ORDER BY l.${ORDER} NULLS LAST, r.${ORDER} NULLS LAST`,
    },
    op.range,
  );
}

export function unionAll(op: Extract<Op, { op: 'UNION' }>, sources: Relation[], context: StepContext): Relation {
  const types = new Map<string, SqlType>();
  for (const source of sources) {
    for (const column of source.columns)
      types.set(column.name, widen(types.get(column.name) ?? { k: 'none' }, column.type));
  }
  const columns = [...types].map(([name, type]) => ({ name, type }));
  const known = sources.every((source) => source.rows !== undefined);
  return relation(
    context,
    {
      columns,
      sources,
      ...(known ? { rows: sources.reduce((sum, source) => sum + (source.rows as number), 0) } : {}),
      require(self) {
        for (const source of sources) {
          needAll(
            source,
            source.columns.filter((column) => self.need.has(column.name)).map((column) => column.name),
          );
          source.needOrder ||= self.needOrder;
        }
      },
      emit(self) {
        const parts = sources.map((source, index) => {
          const values = wanted(self).map(({ name, type }) => {
            const own = source.columns.find((column) => column.name === name);
            const sql =
              own === undefined
                ? `CAST(NULL AS ${nativeOf(type)})`
                : toType({ sql: `s.${quoteName(name)}`, type: own.type, fails: false }, type).sql;
            return `${sql} AS ${quoteName(name)}`;
          });
          return `${select([...values, ...(self.needOrder ? [`${index} AS "__voike_part"`, `s.${ORDER} AS "__voike_place"`] : [])])} FROM ${source.name} AS s`;
        });
        const all = parts.join(' UNION ALL ');
        if (!self.needOrder) return all;
        return `${select([...wanted(self).map((column) => quoteName(column.name)), `row_number() OVER (ORDER BY "__voike_part", "__voike_place") AS ${ORDER}`])} FROM (${all})`;
      },
    },
    op.range,
  );
}
