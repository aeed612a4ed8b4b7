/** What every chart begins with: the columns it names as SQL, its groups, its categories. */
import { Problem } from '../errors/problem.ts';
import type { OpenTable } from '../tables/engine-types.ts';
import { quoteName, quoteText } from '../tables/sql-types.ts';
import { type Aggregate, type ChartSpec, MOST } from './schema.ts';

export type XKind = 'number' | 'time' | 'category';

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL.*)$/;

/** Whether a column of this type of the engine is drawn as a number, a moment, or one of several values. */
export function kindOfColumn(type: string): XKind {
  if (NUMBER.test(type)) return 'number';
  return type === 'DATE' || type.startsWith('TIMESTAMP') ? 'time' : 'category';
}

/** @throws Problem `column-not-found` */
export function columnOf(table: OpenTable, name: string): { name: string; type: string } {
  const found = table.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw new Problem('column-not-found', `The table has no column ${JSON.stringify(name)}.`, {
    status: 422,
    hint: `Its columns are ${table.columns
      .slice(0, 20)
      .map((column) => column.name)
      .join(', ')}.`,
  });
}

/** The column as finite DOUBLE, moments as milliseconds since 1970; anything else, and what is not finite, is NULL. */
export function numberSql(table: OpenTable, name: string): string {
  const { type } = columnOf(table, name);
  const kind = kindOfColumn(type);
  const column = quoteName(name);
  if (kind === 'time') {
    const moment = `CAST(${column} AS TIMESTAMP)`;
    return `(CASE WHEN isfinite(${moment}) THEN CAST(epoch_ms(${moment}) AS DOUBLE) END)`;
  }
  if (kind === 'number') {
    const number = `CAST(${column} AS DOUBLE)`;
    return type === 'DOUBLE' || type === 'FLOAT' ? `(CASE WHEN isfinite(${number}) THEN ${number} END)` : number;
  }
  if (type === 'BOOLEAN') return `CAST(CAST(${column} AS INTEGER) AS DOUBLE)`;
  throw new Problem('not-a-number', `The column ${name} holds no numbers: it is ${type}.`, {
    status: 422,
    hint: 'Choose a number column, or convert it in the flow: MAP … TO { value: NUMBER(x) }.',
  });
}

export interface ChartBase {
  table: OpenTable;
  spec: ChartSpec;
  kind: XKind;
  /** A query with the columns `x`, `g`, `y0` …, `rn`: one row for each row of the table. */
  sql: string;
  /** The y columns. */
  ys: string[];
  /** Whether all x are whole numbers by their type. */
  whole: boolean;
  rows: number;
  without: number;
  lowest: number | undefined;
  highest: number | undefined;
}

export async function chartBase(table: OpenTable, spec: ChartSpec, forced?: 'category'): Promise<ChartBase> {
  const { type } = columnOf(table, spec.x);
  const kind = forced ?? kindOfColumn(type);
  const ys = spec.kind === 'histogram' || spec.aggregate === 'count' ? [] : [...new Set(spec.y)];
  const x = kind === 'category' ? `CAST(${quoteName(spec.x)} AS VARCHAR)` : numberSql(table, spec.x);
  const g = spec.group === undefined ? "''" : `CAST(${quoteName(columnOf(table, spec.group).name)} AS VARCHAR)`;
  const columns = ys.map((name, at) => `, ${numberSql(table, name)} AS y${at}`).join('');
  const sql = `SELECT ${x} AS x, ${g} AS g${columns}, file_row_number AS rn FROM ${table.from}`;
  let lowest: number | undefined;
  let highest: number | undefined;
  let without = 0;
  if (kind !== 'category') {
    const [found] = await table.ask(`SELECT count(x), min(x), max(x) FROM (${sql})`);
    without = table.rows - Number(found?.[0] ?? 0);
    lowest = (found?.[1] as number | null) ?? undefined;
    highest = (found?.[2] as number | null) ?? undefined;
  }
  return { table, spec, kind, sql, ys, whole: /INT/.test(type), rows: table.rows, without, lowest, highest };
}

export interface Groups {
  /** In the order of their first row; one '' when there is no grouping. */
  values: (string | null)[];
  total: number;
}

/** The values of the group column with the most rows. */
export async function groupsOf({ table, spec, sql }: ChartBase): Promise<Groups> {
  if (spec.group === undefined) return { values: [''], total: 1 };
  const found = await table.ask(
    `SELECT g, min(rn), count(*) OVER () FROM (${sql}) WHERE x IS NOT NULL GROUP BY g ORDER BY count(*) DESC, 2 LIMIT ${MOST.groups}`,
  );
  return {
    values: found.toSorted((a, b) => Number(a[1]) - Number(b[1])).map((row) => row[0] as string | null),
    total: Number(found[0]?.[2] ?? 0),
  };
}

/** A list of values as a table `name(i, v)`, for joining: positions of texts that may be none. */
export function listSql(name: string, values: readonly (string | null)[]): string {
  const rows = values.map((value, at) => `(${at}, ${value === null ? 'CAST(NULL AS VARCHAR)' : quoteText(value)})`);
  return `(VALUES ${rows.length === 0 ? "(0, '')" : rows.join(', ')}) AS ${name}(i, v)`;
}

/** The base with its rows' group as position `s`; rows of other groups are left out. */
export function withGroups(sql: string, spec: ChartSpec, groups: Groups): string {
  if (spec.group === undefined) return `SELECT *, 0 AS s FROM (${sql})`;
  return `SELECT b.*, gl.i AS s FROM (${sql}) b JOIN ${listSql('gl', groups.values)} ON b.g IS NOT DISTINCT FROM gl.v`;
}

/** `sum(y0)`, as a DOUBLE that is finite or NULL. */
export function aggregateSql(aggregate: Aggregate, y: string): string {
  if (aggregate === 'count') return 'CAST(count(*) AS DOUBLE)';
  const value = `CAST(${aggregate}(${y}) AS DOUBLE)`;
  return `(CASE WHEN isfinite(${value}) THEN ${value} END)`;
}

/** What is drawn: each y column by the chosen aggregate, or the count of rows. */
export function valuesSql(ys: readonly string[], aggregate: Aggregate): string {
  return ys.length === 0
    ? `${aggregateSql('count', '')} AS v0`
    : ys.map((_, at) => `${aggregateSql(aggregate, `y${at}`)} AS v${at}`).join(', ');
}

export function seriesName(column: string | undefined, group: string | null | undefined, several: boolean): string {
  const words = group === null ? 'none' : group === '' ? '(empty)' : group;
  if (words === undefined) return column ?? 'rows';
  return several ? `${column} · ${words}` : words;
}
