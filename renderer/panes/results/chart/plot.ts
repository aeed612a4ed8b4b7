/** A chart as uPlot draws it: scales, axes, and how bars, lines and points are laid down. Touches the page for colours only. */
import './language.ts';
import uPlot from 'uplot';
import type { ChartData, ChartSpec } from '../../../../node-core/results/schema.ts';
import { token } from '../../../theme/tokens.ts';
import { isName } from '../cells.ts';
import { faded, seriesColor, seriesDash } from './colors.ts';
import { align, spread } from './values.ts';

export interface PlotParts {
  options: uPlot.Options;
  data: uPlot.AlignedData;
}

export interface PlotWish {
  width: number;
  height: number;
  /** The part of x in view; the whole when absent. Positions of categories, else values. */
  range: { from: number; to: number } | undefined;
  hidden: ReadonlySet<string>;
  onCursor(plot: uPlot): void;
  onSelect(from: number, to: number): void;
  onReset(): void;
}

const FONT = '11px "Inter Variable", system-ui, sans-serif';

export function plotParts(data: ChartData, spec: ChartSpec, wish: PlotWish): PlotParts {
  const category = data.x.kind === 'category';
  const solid = spec.kind === 'bar' || spec.kind === 'histogram' || data.edges !== undefined;
  const aligned = spec.kind === 'scatter' ? spread(data.series) : align(data.series);
  const shown = data.series.filter((series) => !wish.hidden.has(series.name));
  const whole = rangeOf(data, aligned.xs, spec);
  const text = token('text-2');
  const line = token('hairline');
  const axis: uPlot.Axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
    gap: 4,
  };
  const names = isName({ name: data.x.name, type: 'DOUBLE' });
  return {
    data: [aligned.xs, ...aligned.ys] as uPlot.AlignedData,
    options: {
      width: wish.width,
      height: wish.height,
      ms: 1,
      tzDate: (time) => uPlot.tzDate(new Date(time), 'Etc/UTC'),
      legend: { show: false },
      padding: [10, 22, 0, 0],
      scales: {
        x: {
          time: data.x.kind === 'time',
          range: () => (wish.range === undefined ? whole : [wish.range.from, wish.range.to]),
        },
        y: {
          range: (_plot, low, high) => {
            if (low === null || high === null || low === undefined) return [0, 1];
            const [least, most] = solid || spec.kind === 'area' ? [Math.min(0, low), Math.max(0, high)] : [low, high];
            const room = (most - least || Math.abs(most) || 1) * 0.06;
            return [least === 0 ? 0 : least - room, most === 0 ? 0 : most + room];
          },
        },
      },
      axes: [
        category
          ? { ...axis, grid: { show: false }, ...categoryAxis(data, wish) }
          : {
              ...axis,
              grid: { ...axis.grid, show: !solid },
              size: data.x.kind === 'time' ? 42 : 28,
              ...(data.x.kind === 'number' ? { values: (_plot, splits) => splits.map((at) => tick(at, names)) } : {}),
            },
        {
          ...axis,
          size: (_plot, values) =>
            Math.max(36, 14 + Math.max(0, ...(values ?? []).map((value) => String(value).length)) * 6.6),
          values: (_plot, splits) => splits.map((at) => tick(at, false)),
        },
      ],
      series: [
        {},
        ...data.series.map((series, at): uPlot.Series => {
          const color = seriesColor(at);
          const base: uPlot.Series = { label: series.name, show: !wish.hidden.has(series.name), stroke: color };
          if (solid) {
            const slot = shown.indexOf(series);
            return {
              ...base,
              width: 0,
              fill: faded(color, 0.82),
              points: { show: false },
              paths: bars(data, Math.max(0, slot), Math.max(1, shown.length)),
            };
          }
          if (spec.kind === 'scatter')
            return {
              ...base,
              paths: () => null,
              points: { show: true, size: aligned.xs.length > 1500 ? 4 : 6, width: 0, fill: faded(color, 0.62) },
            };
          const dash = seriesDash(at);
          const few = series.xs.length <= 60;
          return {
            ...base,
            width: 1.6,
            spanGaps: false,
            ...(dash === undefined ? {} : { dash }),
            ...(spec.kind === 'area' ? { fill: faded(color, 0.18), fillTo: 0 } : {}),
            points: few ? { show: true, size: 5, width: 0, fill: color } : { show: false },
          };
        }),
      ],
      cursor: {
        y: spec.kind === 'scatter',
        x: !solid,
        points: solid || spec.kind === 'scatter' ? { show: false } : { size: 8, width: 2, fill: token('panel') },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        bind: { dblclick: () => () => (wish.onReset(), null) },
        focus: { prox: -1 },
      },
      hooks: {
        setCursor: [wish.onCursor],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 6) return;
            const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            wish.onSelect(from, to);
          },
        ],
      },
    },
  };
}

/** The whole extent of x: what uPlot would find, with room for bars and points at the ends. */
export function rangeOf(data: ChartData, xs: readonly number[], spec: ChartSpec): [number, number] {
  if (data.x.kind === 'category') return [-0.6, Math.max(0, (data.x.labels?.length ?? 1) - 1) + 0.6];
  if (data.edges !== undefined && data.edges.length > 1) return [data.edges[0]!, data.edges.at(-1)!];
  const low = xs[0] ?? 0;
  const high = xs.at(-1) ?? 1;
  if (low === high) return [low - 1, high + 1];
  const room = spec.kind === 'scatter' ? (high - low) * 0.03 : 0;
  return [low - room, high + room];
}

/** Numbers of an axis: short where they are large. */
export function tick(value: number | null, names: boolean): string {
  if (value === null) return '';
  if (names && Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100_000 ? COMPACT.format(value) : EXACT.format(value);
}
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });
const EXACT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

const LONGEST_LABEL = 18;
const short = (label: string | null): string =>
  label === null ? 'none' : label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;

/** Labels lie flat while they fit, else they lean; where even that is too narrow, every n-th is written. */
function categoryAxis(data: ChartData, wish: PlotWish): Partial<uPlot.Axis> {
  const labels = (data.x.labels ?? []).map(short);
  const longest = Math.max(1, ...labels.map((label) => label.length)) * 6.4 + 8;
  const seen = wish.range === undefined ? labels.length : Math.max(1, wish.range.to - wish.range.from);
  const room = Math.max(50, wish.width - 70) / Math.max(1, seen);
  const flat = longest <= room;
  const every = Math.max(1, Math.ceil((flat ? longest : 15) / room));
  return {
    splits: (_plot, _axis, low, high) =>
      labels.map((_, at) => at).filter((at) => at >= low && at <= high && at % every === 0),
    values: (_plot, splits) => splits.map((at) => labels[at] ?? ''),
    rotate: flat ? 0 : -45,
    size: flat ? 28 : Math.min(wish.height * 0.4, 22 + longest * 0.72),
  };
}

/** Bars of one series in its slot beside the others, from zero; between edges, or around a category. */
function bars(data: ChartData, slot: number, slots: number): uPlot.Series.PathBuilder {
  return (plot, seriesIndex) => {
    const path = new Path2D();
    const xs = plot.data[0];
    const ys = plot.data[seriesIndex]!;
    const zero = plot.valToPos(0, 'y', true);
    for (let at = 0; at < xs.length; at++) {
      const y = ys[at];
      if (y === null || y === undefined) continue;
      const [from, to] =
        data.edges === undefined ? [xs[at]! - 0.4, xs[at]! + 0.4] : [data.edges[at]!, data.edges[at + 1] ?? xs[at]!];
      const left = plot.valToPos(from, 'x', true);
      const room = plot.valToPos(to, 'x', true) - left;
      // A hair between neighbours, unless they are hairs themselves.
      const gap = data.edges !== undefined && room / slots > 4 ? devicePixelRatio : 0;
      const top = plot.valToPos(y, 'y', true);
      path.rect(
        left + (room / slots) * slot,
        Math.min(top, zero),
        Math.max(1, room / slots - gap),
        Math.abs(zero - top),
      );
    }
    return { fill: path, stroke: null, clip: null, band: null, flags: 1 };
  };
}
