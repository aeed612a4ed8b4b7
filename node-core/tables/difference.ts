/** The rows in which two stored tables differ, as a table: by key columns, or by content. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '../errors/problem.ts';
import type { TableColumn } from '../flow/values/value.ts';
import { COUNTS } from './statement.ts';
import { ORDER } from './relation.ts';
import { describe } from './sources.ts';
import { fromDuckDb, nativeOf, quoteName, quoteText } from './sql-types.ts';

export interface Shape {
  /** Columns that both have, in the order of the first. */
  columns: TableColumn[];
  onlyA: string[];
  onlyB: string[];
}

/** What the two tables have in common. @throws Problem `column-not-found` for a key that one of them lacks */
export async function shapeOf(
  connection: DuckDBConnection,
  a: string,
  b: string,
  by: readonly string[],
): Promise<Shape> {
  const read = async (path: string) =>
    (await describe(connection, `read_parquet(${quoteText(path)})`))
      .filter((column) => column.name !== COUNTS && column.name !== ORDER)
      .map((column) => ({ name: column.name, type: fromDuckDb(column.duck).type }));
  const [first, second] = [await read(a), await read(b)];
  const shared = first.filter((column) => second.some((other) => other.name === column.name));
  for (const key of by) {
    if (shared.some((column) => column.name === key)) continue;
    throw new Problem('column-not-found', `Rows cannot be matched by "${key}": not both tables have it.`, {
      status: 422,
      hint: `Both have ${shared.map((column) => column.name).join(', ') || 'no column in common'}.`,
    });
  }
  return {
    columns: shared.map((column) => ({ name: column.name, type: nativeOf(column.type) })),
    onlyA: first.filter((column) => !shared.includes(column)).map((column) => column.name),
    onlyB: second.filter((column) => !shared.some((other) => other.name === column.name)).map((column) => column.name),
  };
}

/**
 * One row a difference: `change`, then the columns of A as `a<n>`, then those of B as `b<n>`. Values are compared as
 * text where the two tables have other types. Rows that stand more than once are matched one to one.
 */
export function differenceSql(a: string, b: string, { columns }: Shape, by: readonly string[]): string {
  const names = columns.map((column) => quoteName(column.name));
  const tag = (side: 'a' | 'b') => names.map((name, index) => `${name} AS ${side}${index}`);
  const source = (side: 'a' | 'b', path: string) => {
    const key = by.length > 0 ? by.map(quoteName) : names;
    const number = `row_number() OVER (PARTITION BY ${key.length > 0 ? key.map((one) => `CAST(${one} AS VARCHAR)`).join(', ') : '1'} ORDER BY file_row_number)`;
    return `SELECT ${[...tag(side), `file_row_number AS ${side}_at`, `${number} AS ${side}_nth`].join(', ')} FROM read_parquet(${quoteText(path)}, file_row_number = true)`;
  };
  const positions =
    by.length > 0
      ? by.map((name) => columns.findIndex((column) => column.name === name))
      : columns.map((_, index) => index);
  const equal = (index: number) => `CAST(a${index} AS VARCHAR) IS NOT DISTINCT FROM CAST(b${index} AS VARCHAR)`;
  const on = [...positions.map(equal), 'a_nth = b_nth'].join(' AND ');
  const same = columns.map((_, index) => equal(index)).join(' AND ') || 'true';
  const list = [...columns.map((_, index) => `a${index}`), ...columns.map((_, index) => `b${index}`)].join(', ');
  return `SELECT CASE WHEN a_at IS NULL THEN 'added' WHEN b_at IS NULL THEN 'removed' ELSE 'changed' END AS change${list === '' ? '' : `, ${list}`}
    FROM (${source('a', a)}) FULL JOIN (${source('b', b)}) ON ${on}
    WHERE a_at IS NULL OR b_at IS NULL OR NOT (${same})
    ORDER BY a_at NULLS LAST, b_at`;
}
