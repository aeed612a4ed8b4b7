/** A result that is there: its views, the chosen one of them, and what was chosen the last time. */
import { useMemo } from 'react';
import type { ChartSpec } from '../../../node-core/results/schema.ts';
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { EmptyState, lazily, Skeleton, thousands } from '../../ui/index.ts';
import { firstChart, fits } from './chart/choose.ts';
import { DataGrid } from './DataGrid.tsx';
import { ImageView } from './ImageView.tsx';
import { JsonTree } from './JsonTree.tsx';
import { placeColumns } from './map/columns.ts';
import { jsonOfText } from './sniff.ts';
import type { ResultSource } from './source.ts';
import { TextView } from './TextView.tsx';
import { useViewMemory } from './view-memory.ts';
import { ViewBar } from './ViewBar.tsx';
import { imageBlob, recordsOf, type ResultLook, type View, viewsOf } from './views.ts';

// What draws is loaded when somebody wants a picture.
const preparing = <Skeleton lines={6} label="Preparing the picture" />;
const ChartView = lazily(async () => ({ default: (await import('./chart/ChartView.tsx')).ChartView }), preparing);
const MapView = lazily(async () => ({ default: (await import('./map/MapView.tsx')).MapView }), preparing);
const MarkdownView = lazily(() => import('./MarkdownView.tsx'), preparing);

/** Rows of a table that are shown as JSON. */
const JSON_ROWS = 1000;

export type Look =
  | { kind: 'table'; page: TablePage }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string };

export interface ResultViewProps {
  /** Name of what made it. */
  name: string;
  look: Look;
  /** What the node knows it by: then it can be exported. Tables always have one. */
  source?: ResultSource;
  /** The view that is shown when nobody has chosen. */
  prefer?: View;
  /** Under which the chosen view is remembered. */
  memory: string;
  /** More rows of a table. */
  fetch(offset: number, limit: number, signal: AbortSignal): Promise<TablePage>;
}

export function ResultView({ name, look, source, prefer, memory, fetch }: ResultViewProps) {
  const remembered = useViewMemory((state) => state.outputs[memory]);
  const remember = useViewMemory((state) => state.remember);
  const shape = useMemo<ResultLook>(
    () => (look.kind === 'table' ? { kind: 'table', columns: look.page.columns, total: look.page.total } : look),
    [look],
  );
  const views = useMemo(() => viewsOf(shape), [shape]);
  const view = [remembered?.view, prefer].find((one) => one !== undefined && views.includes(one)) ?? views[0]!;
  return (
    <div className="result-view">
      <ViewBar
        look={shape}
        {...(source === undefined ? {} : { source })}
        views={views}
        view={view}
        onView={(chosen) => remember(memory, { view: chosen })}
      />
      <div className="result-body">
        {look.kind === 'table' && source !== undefined ? (
          <TableViews {...{ name, look, source, fetch, view }} memory={memory} />
        ) : look.kind === 'table' ? null : (
          <ValueView name={name} look={look} view={view} />
        )}
      </div>
    </div>
  );
}

function TableViews({
  name,
  look: { page },
  source,
  memory,
  fetch,
  view,
}: ResultViewProps & { look: Look & { kind: 'table' }; source: ResultSource; view: View }) {
  const remembered = useViewMemory((state) => state.outputs[memory]);
  const remember = useViewMemory((state) => state.remember);
  const { columns, rows, total } = page;
  const label = `Result of ${name}`;
  const first = useMemo(() => firstChart(columns, rows), [columns, rows]);
  const chart = remembered?.chart !== undefined && fits(remembered.chart, columns) ? remembered.chart : first;
  const records = useMemo(
    () =>
      view === 'json'
        ? rows.slice(0, JSON_ROWS).map((row) => Object.fromEntries(columns.map((column, at) => [column.name, row[at]])))
        : [],
    [view, columns, rows],
  );
  const places = placeColumns(columns);
  if (view === 'chart')
    return (
      <ChartView
        label={name}
        source={source}
        columns={columns}
        spec={chart}
        onSpec={(spec: ChartSpec) => remember(memory, { chart: spec })}
      />
    );
  if (view === 'map' && places !== undefined) {
    const size = columns.some((column) => column.name === remembered?.size) ? remembered?.size : undefined;
    return (
      <MapView
        label={name}
        source={source}
        columns={columns}
        places={places}
        size={size}
        onSize={(chosen) => remember(memory, { size: chosen ?? '' })}
        fetch={fetch}
      />
    );
  }
  if (view === 'json')
    return (
      <JsonTree
        value={records}
        label={label}
        {...(records.length < total
          ? { note: `the first ${thousands(records.length)} of ${thousands(total)} rows` }
          : {})}
      />
    );
  if (total === 0) {
    const names = columns.slice(0, 12).map((column) => column.name);
    return (
      <EmptyState title="No rows">
        {columns.length === 0
          ? 'The table is empty.'
          : `The table has the columns ${names.join(', ')}${columns.length > 12 ? ', …' : ''}, and no row.`}
      </EmptyState>
    );
  }
  return <DataGrid label={label} columns={columns} total={total} first={rows} fetch={fetch} source={source} />;
}

function ValueView({ name, look, view }: { name: string; look: Exclude<Look, { kind: 'table' }>; view: View }) {
  const label = `Result of ${name}`;
  const table = useMemo(
    () => (view === 'table' && look.kind === 'json' ? recordsOf(look.value) : undefined),
    [view, look],
  );
  const fetchHere = useMemo(
    () =>
      async (offset: number, limit: number): Promise<TablePage> => ({
        columns: table?.columns ?? [],
        rows: table?.rows.slice(offset, offset + limit) ?? [],
        offset,
        total: table?.rows.length ?? 0,
      }),
    [table],
  );
  if (table !== undefined)
    return (
      <DataGrid label={label} columns={table.columns} total={table.rows.length} first={table.rows} fetch={fetchHere} />
    );
  if (look.kind === 'json') {
    const blob = view === 'image' ? imageBlob(look.value) : undefined;
    return blob === undefined ? <JsonTree value={look.value} label={label} /> : <ImageView from={blob} label={name} />;
  }
  if (view === 'image') return <ImageView from={look} label={name} />;
  if (view === 'markdown') return <MarkdownView text={look.text} label={label} />;
  const parsed = view === 'json' ? jsonOfText(look.text) : undefined;
  return parsed === undefined ? (
    <TextView text={look.text} label={label} />
  ) : (
    <JsonTree value={parsed.value} label={label} />
  );
}
