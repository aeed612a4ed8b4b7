/**
 * The data of a chart, computed over the whole table: grouped, cut into intervals or thinned in the engine, so that a
 * table of any size comes out as some thousand points. Lines keep the first, last, least and greatest value of each
 * stretch (M4, Jugel et al., VLDB 2014), scatter charts one row a cell and the outermost ones.
 */
import { Problem } from '../errors/problem.ts';
import type { Value } from '../flow/values/value.ts';
import type { OpenTable } from '../tables/engine-types.ts';
import {
  aggregateSql,
  type ChartBase,
  chartBase,
  type Groups,
  groupsOf,
  listSql,
  seriesName,
  valuesSql,
  withGroups,
} from './chart-base.ts';
import { CALENDAR, type CalendarPart, calendarEdges, calendarPart, intervals } from './intervals.ts';
import { type Aggregate, type ChartData, type ChartSeries, type ChartSpec, MOST } from './schema.ts';

/** @throws Problem `column-not-found`, `not-a-number`, `no-y` */
export async function chartData(table: OpenTable, spec: ChartSpec): Promise<ChartData> {
  const base = await chartBase(table, spec);
  const groups = await groupsOf(base);
  if (spec.kind === 'scatter') return scatter(base, groups);
  if (base.kind === 'category') return categories(base, groups);
  if (spec.kind === 'histogram') return inIntervals(base, groups, 'count', MOST_BINS);
  if (spec.kind === 'bar') return bars(base, groups);
  return lines(base, groups);
}

const MOST_BINS = 50;
const MOST_MOMENTS = 120;

function frame(base: ChartBase, groups: Groups): Omit<ChartData, 'series'> {
  return {
    x: {
      name: base.spec.x,
      kind: base.kind,
      ...(base.lowest === undefined ? {} : { lowest: base.lowest }),
      ...(base.highest === undefined ? {} : { highest: base.highest }),
    },
    rows: base.rows,
    without: base.without,
    reduced: false,
    ...(base.spec.group === undefined ? {} : { groups: { shown: groups.values.length, total: groups.total } }),
  };
}

/** One series for each group and y column, empty. Group s and column c are at `s * columns + c`. */
function emptySeries(base: ChartBase, groups: Groups): ChartSeries[] {
  const columns = base.ys.length === 0 ? [undefined] : base.ys;
  return groups.values.flatMap((value) =>
    columns.map((column): ChartSeries => {
      const group = base.spec.group === undefined ? undefined : value;
      return {
        name: seriesName(column, group, columns.length > 1),
        ...(column === undefined ? {} : { column }),
        ...(group === undefined ? {} : { group }),
        xs: [],
        ys: [],
      };
    }),
  );
}

/** Rows `s, x, v0 …` put into their series. */
function fill(series: ChartSeries[], rows: Value[][], columns: number, xOf = (x: Value): number => Number(x)): void {
  for (const row of rows) {
    for (let column = 0; column < columns; column++) {
      const one = series[Number(row[0]) * columns + column]!;
      one.xs.push(xOf(row[1]!));
      one.ys.push((row[2 + column] as number | null) ?? null);
    }
  }
}

/** The rows of the base between `from` and `to`; `margin` (a share of that) beyond, so that lines lead out of the picture. */
function inRange({ sql, spec: { from, to } }: ChartBase, margin = 0): string {
  const more = from === undefined || to === undefined ? 0 : Math.abs(to - from) * margin;
  const bounds = [
    ...(from === undefined ? [] : [`x >= ${number(from - more)}`]),
    ...(to === undefined ? [] : [`x <= ${number(to + more)}`]),
  ];
  return `SELECT * FROM (${sql}) WHERE x IS NOT NULL${bounds.map((bound) => ` AND ${bound}`).join('')}`;
}

const number = (value: number): string => `CAST('${value}' AS DOUBLE)`;

async function lines(base: ChartBase, groups: Groups): Promise<ChartData> {
  const { table, ys, spec } = base;
  const aggregate: Aggregate = ys.length === 0 ? 'count' : (spec.aggregate ?? 'avg');
  const rows = withGroups(inRange(base, 0.05), spec, groups);
  const grouped = (await isOnePerX(base, rows))
    ? `SELECT s, x, ${ys.map((_, at) => `y${at} AS v${at}`).join(', ')}, 1 AS n FROM (${rows})`
    : `SELECT s, x, ${valuesSql(ys, aggregate)}, count(*) AS n FROM (${rows}) GROUP BY s, x`;
  const [facts] = await table.ask(`SELECT count(*), max(n), min(x), max(x) FROM (${grouped})`);
  const points = Number(facts?.[0] ?? 0);
  const repeated = Number(facts?.[1] ?? 0) > 1;
  const series = emptySeries(base, groups);
  const columns = Math.max(1, ys.length);
  const answer: ChartData = {
    ...frame(base, groups),
    series,
    ...(repeated || aggregate === 'count' ? { aggregate } : {}),
  };
  if (points * columns <= MOST.points) {
    const values = Array.from({ length: columns }, (_, at) => `v${at}`).join(', ');
    fill(series, await table.ask(`SELECT s, x, ${values} FROM (${grouped}) ORDER BY s, x`), columns);
    return answer;
  }
  const low = Number(facts?.[2]);
  const span = Number(facts?.[3]) - low;
  const stretches = Math.max(8, Math.floor(MOST.points / (4 * series.length)));
  for (let column = 0; column < columns; column++) {
    const v = `v${column}`;
    const rows = await table.ask(
      `SELECT s, min(x), arg_min(${v}, x), arg_min(x, ${v}), min(${v}), arg_max(x, ${v}), max(${v}), max(x), arg_max(${v}, x)
       FROM (${grouped}) WHERE ${v} IS NOT NULL
       GROUP BY s, least(${stretches - 1}, floor((x - ${number(low)}) / ${number(span || 1)} * ${stretches})) ORDER BY s, 2`,
    );
    for (const row of rows) {
      const one = series[Number(row[0]) * columns + column]!;
      const four = [1, 3, 5, 7].map((at) => [Number(row[at]), Number(row[at + 1])] as const);
      for (const [x, y] of four.toSorted((a, b) => a[0] - b[0])) {
        if (one.xs.at(-1) === x) continue;
        one.xs.push(x);
        one.ys.push(y);
      }
    }
  }
  return { ...answer, reduced: true };
}

/** Tables from this size on are not grouped by x when hardly any two rows share one: that would cost more than all the rest. */
const LARGE = 10_000;

/**
 * Whether a large table has as good as one row for each x, so that its rows are the points. The few that share an x are
 * then points above each other, and the extremes among them are kept like all others.
 */
async function isOnePerX({ table, spec, ys }: ChartBase, rows: string): Promise<boolean> {
  if (ys.length === 0 || spec.aggregate !== undefined || table.rows < LARGE) return false;
  const [found] = await table.ask(`SELECT count(*), approx_count_distinct(hash(s, x)) FROM (${rows})`);
  return Number(found?.[0]) >= LARGE && Number(found?.[1]) > Number(found?.[0]) * 0.8;
}

/** Few different x stand side by side like categories, many are gathered in intervals. */
async function bars(base: ChartBase, groups: Groups): Promise<ChartData> {
  const [found] = await base.table.ask(`SELECT count(DISTINCT x) FROM (${inRange(base)})`);
  const aggregate = base.spec.aggregate ?? (base.ys.length === 0 ? 'count' : 'sum');
  const different = Number(found?.[0] ?? 0);
  if (different > MOST.categories || base.spec.from !== undefined)
    return inIntervals(base, groups, aggregate, base.kind === 'time' ? MOST_MOMENTS : MOST_BINS);
  const xs = await base.table.ask(`SELECT DISTINCT x FROM (${inRange(base)}) ORDER BY x`);
  const values = xs.map((row) => Number(row[0]));
  const labels = base.kind === 'time' ? momentLabels(values) : values.map(String);
  const at = new Map(values.map((value, index) => [value, index]));
  const series = emptySeries(base, groups);
  const repeated = await fillGrouped(base, groups, aggregate, series, inRange(base), (x) => at.get(Number(x))!);
  const answer = frame(base, groups);
  return {
    ...answer,
    x: { name: answer.x.name, kind: 'category', labels },
    series,
    ...(repeated || aggregate === 'count' ? { aggregate } : {}),
  };
}

/** Whether several rows shared an x. */
async function fillGrouped(
  { table, ys, spec }: ChartBase,
  groups: Groups,
  aggregate: Aggregate,
  series: ChartSeries[],
  sql: string,
  xOf: (x: Value) => number,
): Promise<boolean> {
  const columns = Math.max(1, ys.length);
  const rows = await table.ask(
    `SELECT s, x, ${valuesSql(ys, aggregate)}, count(*) AS n FROM (${withGroups(sql, spec, groups)}) GROUP BY s, x ORDER BY s, x`,
  );
  fill(series, rows, columns, xOf);
  return rows.some((row) => Number(row[2 + columns]) > 1);
}

/** Dates as short as they can be: `2001` when all are the first day of a year. */
export function momentLabels(times: readonly number[]): string[] {
  const texts = times.map((time) => new Date(time).toISOString());
  for (const [end, rest] of [
    [4, '-01-01T00:00:00.000Z'],
    [7, '-01T00:00:00.000Z'],
    [10, 'T00:00:00.000Z'],
    [16, ':00.000Z'],
  ] as const)
    if (texts.every((text) => text.endsWith(rest))) return texts.map((text) => text.slice(0, end).replace('T', ' '));
  return texts.map((text) => text.replace('T', ' ').replace(/\.?0*Z$/, ''));
}

async function categories(base: ChartBase, groups: Groups): Promise<ChartData> {
  const { table, ys, spec, sql } = base;
  const aggregate: Aggregate =
    ys.length === 0 ? 'count' : (spec.aggregate ?? (spec.kind === 'line' || spec.kind === 'area' ? 'avg' : 'sum'));
  const found = await table.ask(
    `SELECT x, min(rn), ${aggregateSql(aggregate, 'y0')} AS v, count(*) OVER () FROM (${withGroups(sql, spec, groups)}) GROUP BY x ORDER BY abs(v) DESC NULLS LAST, 2 LIMIT ${MOST.categories}`,
  );
  const total = Number(found[0]?.[3] ?? 0);
  const kept = found.toSorted((a, b) =>
    spec.order === 'value' ? Number(b[2] ?? -Infinity) - Number(a[2] ?? -Infinity) : Number(a[1]) - Number(b[1]),
  );
  const labels = kept.map((row) => row[0] as string | null);
  const series = emptySeries(base, groups);
  const placed = `SELECT b.* EXCLUDE (x), xl.i AS x FROM (${sql}) b JOIN ${listSql('xl', labels)} ON b.x IS NOT DISTINCT FROM xl.v`;
  const repeated = labels.length > 0 && (await fillGrouped(base, groups, aggregate, series, placed, Number));
  const answer = frame(base, groups);
  return {
    ...answer,
    x: { name: spec.x, kind: 'category', labels },
    series,
    ...(repeated || aggregate === 'count' ? { aggregate } : {}),
    categories: { shown: labels.length, total },
  };
}

async function inIntervals(base: ChartBase, groups: Groups, aggregate: Aggregate, most: number): Promise<ChartData> {
  const answer = frame(base, groups);
  const series = emptySeries(base, groups);
  if (base.lowest === undefined || base.highest === undefined) return { ...answer, series, edges: [], aggregate };
  const low = Math.max(base.lowest, base.spec.from ?? base.lowest);
  const high = Math.max(low, Math.min(base.highest, base.spec.to ?? base.highest));
  const cut = base.kind === 'time' ? byCalendar(base, low, high, most) : byWidth(base, low, high, most);
  const sql = `SELECT * REPLACE (${cut.sql} AS x) FROM (${inRange(base)})`;
  await fillGrouped(base, groups, aggregate, series, sql, (x) => Number(x));
  for (const one of series) {
    // A count of nothing is 0, any other figure of nothing is none.
    const ys = new Map(one.xs.map((at, index) => [at, one.ys[index]!]));
    one.xs = cut.edges.slice(0, -1);
    one.ys = one.xs.map((_, at) => ys.get(at) ?? (aggregate === 'count' ? 0 : null));
  }
  return { ...answer, series, edges: cut.edges, interval: cut.words, aggregate };
}

interface Cut {
  /** The position of `x` among the intervals. */
  sql: string;
  edges: number[];
  words: string;
}

function byWidth(base: ChartBase, low: number, high: number, most: number): Cut {
  const { start, width, count } = intervals(low, high, most, base.whole);
  return {
    sql: `CAST(greatest(0, least(${count - 1}, floor((x - ${number(start)}) / ${number(width)}))) AS DOUBLE)`,
    // Not by adding up: 0.1 + 0.2 is not 0.3.
    edges: Array.from({ length: count + 1 }, (_, at) => Number((start + at * width).toPrecision(15))),
    words: String(width),
  };
}

const MONTHS: Partial<Record<CalendarPart, number>> = { month: 1, quarter: 3, year: 12, decade: 120, century: 1200 };

function byCalendar(base: ChartBase, low: number, high: number, most: number): Cut {
  const dates = base.table.columns.find((column) => column.name === base.spec.x)?.type === 'DATE';
  const part = calendarPart(low, high, most, dates);
  const edges = calendarEdges(low, high, part);
  const months = MONTHS[part];
  const first = edges[0]!;
  if (months === undefined) {
    const length = CALENDAR.find(([name]) => name === part)![1];
    return { sql: `floor((x - ${number(first)}) / ${length})`, edges, words: `1 ${part}` };
  }
  const begin = new Date(first);
  const moment = 'make_timestamp_ms(CAST(x AS BIGINT))';
  const index = `floor((year(${moment}) * 12 + month(${moment}) - 1) / ${months})`;
  return {
    sql: `CAST(${index} - ${Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months)} AS DOUBLE)`,
    edges,
    words: `1 ${part}`,
  };
}

async function scatter(base: ChartBase, groups: Groups): Promise<ChartData> {
  const { table, ys, spec } = base;
  if (base.kind === 'category')
    throw new Problem('not-a-number', `A scatter chart needs numbers or moments across; ${spec.x} holds neither.`, {
      status: 422,
      hint: 'Choose another column, or bars.',
    });
  if (ys.length === 0)
    throw new Problem('no-y', 'A scatter chart needs a number column upwards.', {
      status: 422,
      hint: 'Name at least one column as y.',
    });
  const series = emptySeries(base, groups);
  let reduced = false;
  const rows = withGroups(inRange(base), spec, groups);
  for (const [column] of ys.entries()) {
    const sql = `SELECT s, x, y${column} AS y, rn FROM (${rows}) WHERE y${column} IS NOT NULL`;
    const [facts] = await table.ask(`SELECT count(*), min(x), max(x), min(y), max(y) FROM (${sql})`);
    let from = sql;
    if (Number(facts?.[0] ?? 0) * ys.length > MOST.points) {
      reduced = true;
      const [xLow, xHigh, yLow, yHigh] = [1, 2, 3, 4].map((at) => Number(facts![at])) as [
        number,
        number,
        number,
        number,
      ];
      // Cells as wide as high on a picture of the usual shape: at most as many as there may be points.
      const down = Math.floor(Math.sqrt(MOST.points / ys.length / 2));
      const cell = (value: string, low: number, high: number, cells: number): string =>
        `least(${cells - 1}, floor((${value} - ${number(low)}) / ${number(high - low || 1)} * ${cells}))`;
      // The first row of each cell, or the outermost where there is one.
      const outermost = [`x = ${number(xLow)}`, `x = ${number(xHigh)}`, `y = ${number(yLow)}`, `y = ${number(yHigh)}`];
      const key = `rn - CASE WHEN ${outermost.join(' OR ')} THEN ${table.rows} ELSE 0 END`;
      from = `SELECT s, arg_min(x, ${key}) AS x, arg_min(y, ${key}) AS y FROM (${sql})
        GROUP BY s, ${cell('x', xLow, xHigh, down * 2)}, ${cell('y', yLow, yHigh, down)}`;
    }
    const found = await table.ask(`SELECT s, x, y FROM (${from}) ORDER BY s, x LIMIT ${MOST.points * 3}`);
    for (const row of found) {
      const one = series[Number(row[0]) * ys.length + column]!;
      one.xs.push(Number(row[1]));
      one.ys.push(Number(row[2]));
    }
  }
  return { ...frame(base, groups), series, reduced };
}
