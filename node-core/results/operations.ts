/** Looking at results: what is drawn, counted and exported is computed over the whole table, here in the node. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { operation, type StreamedOutput } from '../operations/operation.ts';
import type { Project } from '../projects/project.ts';
import { isLazy, isTable, type StepResult, toWire } from '../runs/results.ts';
import type { Runs } from '../runs/service.ts';
import type { OpenTable, TableEngine } from '../tables/engine-types.ts';
import type { ProjectTables } from '../tables/project-tables.ts';
import { chartData } from './chart.ts';
import { columnFacts } from './column.ts';
import { exportTable, exportValue } from './export.ts';
import { pointsOf } from './points.ts';
import { ChartData, ChartSpec, ColumnFacts, ExportFormat, PointsData, PointsSpec, Source } from './schema.ts';

export interface ResultServices {
  runs: Runs;
  tables: ProjectTables;
  engine(project: Project): TableEngine;
}

export function resultsOperations({ runs, tables, engine }: ResultServices) {
  async function found(project: Project, { run, step, table }: Source): Promise<{ name: string; result: StepResult }> {
    if (table !== undefined && run === undefined) return { name: table, result: await tables.snapshot(project, table) };
    if (run !== undefined && step !== undefined && table === undefined) return runs.storedResult(project, run, step);
    throw new Problem('invalid-input', 'It must be said which result is meant.', {
      hint: 'Give `run` and `step`, or `table`.',
    });
  }

  async function opened<T>(
    project: Project,
    source: Source,
    signal: AbortSignal,
    work: (table: OpenTable) => Promise<T>,
  ): Promise<T> {
    const { name, result } = await found(project, source);
    if (isTable(result) || isLazy(result)) return engine(project).open(result, work, signal);
    throw new Problem('not-a-table', `The result of ${name} is not a table.`, { status: 422 });
  }

  return {
    'results.chart': operation({
      summary: 'The data of a chart of a table, gathered over all its rows',
      description:
        'Grouped, cut into intervals or thinned to some thousand points. Extremes survive: a line keeps the first, last, least and greatest value of each stretch.',
      http: { method: 'POST', path: '/results/chart' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ ...Source, chart: ChartSpec }),
      output: ChartData,
      handler: ({ project, signal }, { chart, ...source }) =>
        opened(project, source, signal, (table) => chartData(table, chart)),
    }),

    'results.points': operation({
      summary: 'The places of a table with latitudes and longitudes, for a map',
      description: 'At most 50,000 of them, spread as the whole is.',
      http: { method: 'POST', path: '/results/points' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ ...Source, points: PointsSpec }),
      output: PointsData,
      handler: ({ project, signal }, { points, ...source }) =>
        opened(project, source, signal, (table) => pointsOf(table, points)),
    }),

    'results.column': operation({
      summary: 'What a column of a table holds: extremes, middle, different values, how they are spread',
      http: { method: 'POST', path: '/results/column' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ ...Source, column: Type.String({ minLength: 1 }) }),
      output: ColumnFacts,
      handler: ({ project, signal }, { column, ...source }) =>
        opened(project, source, signal, (table) => columnFacts(table, column)),
    }),

    'results.export': operation({
      summary: 'A whole result as a file: CSV, TSV, JSON, NDJSON, Parquet, Markdown or text',
      description: 'Markdown holds at most 10,000 rows. JSON values come as JSON, lists also as NDJSON, texts as text.',
      http: { method: 'GET', path: '/results/export', body: 'stream' },
      access: 'project',
      capability: 'flow.read',
      effect: 'read',
      input: Type.Object({ ...Source, format: ExportFormat }),
      output: Type.Unsafe<StreamedOutput>({}),
      async handler({ project, signal }, { format, ...source }): Promise<StreamedOutput> {
        const { name, result } = await found(project, source);
        if (isTable(result) || isLazy(result))
          return engine(project).open(result, (table) => exportTable(table, name, format, signal), signal);
        return exportValue(toWire(result), name, format);
      },
    }),
  };
}
