/** What one column holds: extremes, middle, different values, how they are spread. */
import type { OpenTable } from '../tables/engine-types.ts';
import { quoteName } from '../tables/sql-types.ts';
import { columnOf, kindOfColumn, numberSql } from './chart-base.ts';
import { intervals } from './intervals.ts';
import type { ColumnFacts } from './schema.ts';

const COUNTED = 1_000_000;
const FREQUENT = 8;
const BINS = 24;

/** @throws Problem `column-not-found` */
export async function columnFacts(table: OpenTable, name: string): Promise<ColumnFacts> {
  const { type } = columnOf(table, name);
  const kind = kindOfColumn(type);
  const column = quoteName(name);
  const plain = kind !== 'category' || type === 'VARCHAR' || type === 'BOOLEAN';
  const value = plain ? column : `CAST(${column} AS VARCHAR)`;
  const estimated = table.rows > COUNTED;
  const distinct = estimated ? `approx_count_distinct(${value})` : `count(DISTINCT ${value})`;
  const number = kind === 'category' ? 'CAST(NULL AS DOUBLE)' : numberSql(table, name);
  const [found] = await table.ask(
    `SELECT count(${column}), ${distinct}, ${plain ? `min(${column}), max(${column})` : 'NULL, NULL'},
      min(n), max(n)${kind === 'number' ? ', avg(n), median(n), sum(n)' : ''}
     FROM (SELECT *, ${number} AS n FROM ${table.from})`,
  );
  const [present, different, least, greatest, low, high, mean, median, sum] = found!;
  const facts: ColumnFacts = {
    name,
    type,
    rows: table.rows,
    nulls: table.rows - Number(present),
    distinct: Number(different),
    estimated,
    ...(least === null ? {} : { least }),
    ...(greatest === null ? {} : { greatest }),
    ...(typeof mean === 'number' ? { mean } : {}),
    ...(typeof median === 'number' ? { median } : {}),
    ...(typeof sum === 'number' ? { sum } : {}),
  };
  if (typeof low === 'number' && typeof high === 'number') {
    const { start, width, count } =
      kind === 'time'
        ? { start: low, width: (high - low || 1) / BINS, count: BINS }
        : intervals(low, high, BINS, /INT/.test(type));
    const counts = Array.from({ length: count }, () => 0);
    const spread = await table.ask(
      `SELECT CAST(greatest(0, least(${count - 1}, floor((n - CAST('${start}' AS DOUBLE)) / CAST('${width}' AS DOUBLE)))) AS INTEGER) AS b, count(*)
       FROM (SELECT ${number} AS n FROM ${table.from}) WHERE n IS NOT NULL GROUP BY b`,
    );
    for (const [bin, rows] of spread) counts[Number(bin)] = Number(rows);
    facts.histogram = {
      edges: Array.from({ length: count + 1 }, (_, at) => Number((start + at * width).toPrecision(15))),
      counts,
    };
  }
  if (kind === 'category') {
    const frequent = await table.ask(
      `SELECT left(CAST(${column} AS VARCHAR), 200) AS v, count(*) AS n FROM ${table.from} WHERE ${column} IS NOT NULL
       GROUP BY v ORDER BY n DESC, v LIMIT ${FREQUENT}`,
    );
    facts.frequent = frequent.map((row) => ({ value: String(row[0]), rows: Number(row[1]) }));
  }
  return facts;
}
