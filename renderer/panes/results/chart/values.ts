/** Values of a chart in words, and where they stand. Pure. */
import type { Aggregate, ChartData, ChartKind, ChartSeries, ChartSpec } from '../../../../node-core/results/schema.ts';
import { count, thousands } from '../../../ui/format.ts';
import { isName } from '../cells.ts';

const AMOUNT = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 });
const PLAIN = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6, useGrouping: false });

export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'none';
  if (Number.isInteger(value)) return thousands(value);
  const size = Math.abs(value);
  return size < 1e-4 || size >= 1e15 ? value.toPrecision(4) : AMOUNT.format(value);
}

/** A moment without the parts that say nothing: `2012-03-01`, `2012-03-01 14:05`. */
export function moment(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/(?: 00:00)?:00\.000Z$/, '')
    .replace(/(?:\.000)?Z$/, '');
}

/** The x at a position of a series. */
export function xWords({ x, edges }: Pick<ChartData, 'x' | 'edges'>, value: number): string {
  if (x.kind === 'category') return x.labels?.[value] ?? (x.labels?.[value] === null ? 'none' : '');
  const words = (at: number): string =>
    x.kind === 'time' ? moment(at) : isName({ name: x.name, type: 'DOUBLE' }) ? PLAIN.format(at) : amount(at);
  if (edges === undefined) return words(value);
  const at = edges.indexOf(value);
  return at < 0 || at + 1 >= edges.length ? words(value) : `${words(value)} – ${words(edges[at + 1]!)}`;
}

export const AGGREGATE_NAMES: Record<Aggregate, string> = {
  count: 'Count of rows',
  sum: 'Sum',
  avg: 'Mean',
  min: 'Least',
  max: 'Greatest',
  median: 'Median',
};
const OF: Record<Aggregate, string> = {
  count: 'count of rows',
  sum: 'sum of',
  avg: 'mean of',
  min: 'least',
  max: 'greatest',
  median: 'median of',
};
export const KIND_NAMES: Record<ChartKind, string> = {
  line: 'Lines',
  area: 'Areas',
  bar: 'Bars',
  scatter: 'Points',
  histogram: 'Histogram',
};

/** `mean of temp_max by date`: what is drawn. */
export function title(data: ChartData, spec: ChartSpec): string {
  const columns = [...new Set(data.series.flatMap((series) => series.column ?? []))];
  const what =
    columns.length === 0
      ? 'count of rows'
      : `${data.aggregate === undefined || data.aggregate === 'count' ? '' : `${OF[data.aggregate]} `}${columns.join(', ')}`;
  const per =
    data.interval === undefined
      ? ''
      : `, by ${data.x.kind === 'time' ? data.interval.replace(/^1 /, '') : `steps of ${data.interval}`}`;
  return `${what} by ${data.x.name}${spec.group === undefined ? '' : ` and ${spec.group}`}${per}`;
}

/** What the picture leaves out, each in a few words; empty when it shows everything. */
export function omissions(data: ChartData): string[] {
  const said: string[] = [];
  if (data.without > 0) said.push(`${count(data.without, 'row')} without ${data.x.name}`);
  if (data.reduced) said.push('thinned, extremes kept');
  if (data.categories !== undefined && data.categories.shown < data.categories.total)
    said.push(`the largest ${data.categories.shown} of ${thousands(data.categories.total)} values`);
  if (data.groups !== undefined && data.groups.shown < data.groups.total)
    said.push(`${data.groups.shown} of ${count(data.groups.total, 'group')}`);
  return said;
}

/** The chart as a sentence, for those who do not see it. */
export function sentence(data: ChartData, spec: ChartSpec): string {
  const ys = data.series.flatMap((series) => series.ys).filter((y): y is number => y !== null);
  if (ys.length === 0) return `${KIND_NAMES[spec.kind]}: ${title(data, spec)}. Nothing to draw.`;
  let [low, high] = [Infinity, -Infinity];
  for (const y of ys) {
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  return `${KIND_NAMES[spec.kind]}: ${title(data, spec)}. ${count(data.series.length, 'series', 'series')}, ${count(ys.length, 'point')}, from ${amount(low)} to ${amount(high)}.`;
}

/** The position of the x nearest to `x` in ascending `xs`; -1 when there are none. */
export function nearest(xs: readonly number[], x: number): number {
  if (xs.length === 0) return -1;
  let [low, high] = [0, xs.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - xs[low - 1]! <= xs[low]! - x ? low - 1 : low;
}

/** The last position of ascending `xs` that is not beyond `x`: the interval in which `x` lies. */
export function intervalAt(xs: readonly number[], x: number): number {
  let [low, high] = [0, xs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Series on one ascending list of x, as a plot wants them: undefined where a series has no such x. */
export function align(series: readonly ChartSeries[]): { xs: number[]; ys: (number | null | undefined)[][] } {
  const first = series[0]?.xs ?? [];
  if (series.every((one) => one.xs.length === first.length && one.xs.every((x, at) => x === first[at])))
    return { xs: first, ys: series.map((one) => one.ys) };
  const xs = [...new Set(series.flatMap((one) => one.xs))].toSorted((a, b) => a - b);
  const at = new Map(xs.map((x, index) => [x, index]));
  return {
    xs,
    ys: series.map((one) => {
      const ys = Array.from<number | null | undefined>({ length: xs.length });
      for (const [index, x] of one.xs.entries()) ys[at.get(x)!] = one.ys[index]!;
      return ys;
    }),
  };
}

/** Points of a scatter chart on one ascending list of x in which an x may stand several times. */
export function spread(series: readonly ChartSeries[]): { xs: number[]; ys: (number | null | undefined)[][] } {
  const points = series.flatMap((one, of) => one.xs.map((x, at) => ({ x, y: one.ys[at] ?? null, of })));
  points.sort((a, b) => a.x - b.x);
  return {
    xs: points.map(({ x }) => x),
    ys: series.map((_, of) => points.map((point) => (point.of === of ? point.y : undefined))),
  };
}
