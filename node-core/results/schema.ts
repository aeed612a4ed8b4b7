/** What charts, maps, statistics and exports of a table are asked with, and what they answer. Browser-safe. */
import { type Static, Type } from 'typebox';

/** The table that is meant: a step of a run, or a table of the project. */
export const Source = {
  run: Type.Optional(Type.String({ description: 'Id of a run, together with `step`' })),
  step: Type.Optional(Type.String({ description: 'A step of the run, by node id or name' })),
  table: Type.Optional(Type.String({ description: 'A table of the project, instead of `run` and `step`' })),
};
export interface Source {
  run?: string;
  step?: string;
  table?: string;
}

export const CHART_KINDS = ['line', 'area', 'bar', 'scatter', 'histogram'] as const;
export const ChartKind = Type.Enum(CHART_KINDS);
export type ChartKind = (typeof CHART_KINDS)[number];

export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'median'] as const;
export const Aggregate = Type.Enum(AGGREGATES);
export type Aggregate = (typeof AGGREGATES)[number];

const ColumnName = Type.String({ minLength: 1 });

export const ChartSpec = Type.Object({
  kind: ChartKind,
  x: ColumnName,
  y: Type.Optional(
    Type.Array(ColumnName, { maxItems: 8, description: 'Number columns; without one, rows are counted' }),
  ),
  group: Type.Optional(Type.String({ minLength: 1, description: 'One series for each value of this column' })),
  aggregate: Type.Optional(Aggregate),
  order: Type.Optional(
    Type.Enum(['table', 'value'] as const, {
      description: 'Categories as they first appear in the table, or the largest first',
    }),
  ),
  from: Type.Optional(Type.Number({ description: 'Only x from here on; moments in milliseconds since 1970' })),
  to: Type.Optional(Type.Number({ description: 'Only x up to here' })),
});
export type ChartSpec = Static<typeof ChartSpec>;

const Shown = Type.Object({ shown: Type.Integer(), total: Type.Integer() });

export const ChartSeries = Type.Object({
  /** `temp_max`, or with a group `temp_max · rain`. */
  name: Type.String(),
  /** The y column; absent when rows are counted. */
  column: Type.Optional(Type.String()),
  group: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  /** Numbers, milliseconds since 1970, or positions in `labels`; ascending, except for scatter charts. */
  xs: Type.Array(Type.Number()),
  /** One for each of `xs`. */
  ys: Type.Array(Type.Union([Type.Number(), Type.Null()])),
});
export type ChartSeries = Static<typeof ChartSeries>;

export const ChartData = Type.Object({
  x: Type.Object({
    name: Type.String(),
    kind: Type.Enum(['number', 'time', 'category'] as const),
    /** The values of a category column; null is none. */
    labels: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
    /** Smallest and largest x of the whole table, whatever `from` and `to` say. Absent without values. */
    lowest: Type.Optional(Type.Number()),
    highest: Type.Optional(Type.Number()),
  }),
  series: Type.Array(ChartSeries),
  /** Where x was cut into intervals: the start of each and, last, the end of the last. */
  edges: Type.Optional(Type.Array(Type.Number())),
  /** The width of an interval in words: `1 month`, `0.5`. */
  interval: Type.Optional(Type.String()),
  /** What stands for several rows with the same x; absent when no two rows share one. */
  aggregate: Type.Optional(Aggregate),
  /** Rows of the table. */
  rows: Type.Integer(),
  /** Rows that have no x that can be drawn. */
  without: Type.Integer(),
  /** Whether points were left out that could not be told apart at this size; extremes are always kept. */
  reduced: Type.Boolean(),
  categories: Type.Optional(Shown),
  groups: Type.Optional(Shown),
});
export type ChartData = Static<typeof ChartData>;

export const PointsSpec = Type.Object({
  latitude: ColumnName,
  longitude: ColumnName,
  value: Type.Optional(Type.String({ minLength: 1, description: 'A number column that sizes the points' })),
});
export type PointsSpec = Static<typeof PointsSpec>;

export const PointsData = Type.Object({
  /** Degrees. */
  latitudes: Type.Array(Type.Number()),
  longitudes: Type.Array(Type.Number()),
  values: Type.Optional(Type.Array(Type.Union([Type.Number(), Type.Null()]))),
  /** The row of each point, from 0. */
  rows: Type.Array(Type.Integer()),
  /** Rows of the table. */
  total: Type.Integer(),
  /** Rows with a latitude and a longitude that are on the earth. */
  placed: Type.Integer(),
});
export type PointsData = Static<typeof PointsData>;

export const ColumnFacts = Type.Object({
  name: Type.String(),
  type: Type.String(),
  rows: Type.Integer(),
  nulls: Type.Integer(),
  /** Counted up to a million rows, estimated beyond. */
  distinct: Type.Integer(),
  estimated: Type.Boolean(),
  /** As they stand in the table; for texts, the first and last in order. Absent when all is none or cannot be ordered. */
  least: Type.Optional(Type.Unknown()),
  greatest: Type.Optional(Type.Unknown()),
  /** Of numbers. */
  mean: Type.Optional(Type.Number()),
  median: Type.Optional(Type.Number()),
  sum: Type.Optional(Type.Number()),
  /** Of numbers and moments: edges of the intervals, one more than there are counts. */
  histogram: Type.Optional(Type.Object({ edges: Type.Array(Type.Number()), counts: Type.Array(Type.Integer()) })),
  /** Of everything else: the most frequent values. */
  frequent: Type.Optional(Type.Array(Type.Object({ value: Type.String(), rows: Type.Integer() }))),
});
export type ColumnFacts = Static<typeof ColumnFacts>;

export const EXPORT_FORMATS = ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'markdown', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const ExportFormat = Type.Enum(EXPORT_FORMATS);

/** Rows of a Markdown export. */
export const MARKDOWN_ROWS = 10_000;
/** Points of a line, bars of a chart, series, points of a map: what a picture holds at most. */
export const MOST = { points: 4000, categories: 60, groups: 12, places: 50_000 } as const;
