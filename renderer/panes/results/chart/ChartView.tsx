/** A table as a picture: what is drawn is chosen in a bar above it and gathered by the node over the whole table. */
import { Copy, Download, RotateCcw, Table2 } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { ChartSpec } from '../../../../node-core/results/schema.ts';
import { Button, count, EmptyState, ErrorState, IconButton, Skeleton } from '../../../ui/index.ts';
import type { ResultSource } from '../source.ts';
import './chart.css';
import { ChartControls } from './ChartControls.tsx';
import { ChartLegend } from './ChartLegend.tsx';
import { ChartTable } from './ChartTable.tsx';
import { copyPicture, savePicture } from './picture.ts';
import { Plot, type PlotHandle } from './Plot.tsx';
import { useChartData } from './use-chart-data.ts';
import { omissions, sentence, title } from './values.ts';

export interface ChartViewProps {
  label: string;
  source: ResultSource;
  columns: readonly { name: string; type: string }[];
  spec: ChartSpec;
  onSpec(spec: ChartSpec): void;
}

export function ChartView({ label, source, columns, spec, onSpec }: ChartViewProps) {
  const [range, setRange] = useState<{ from: number; to: number } | undefined>();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const plot = useRef<PlotHandle>(null);
  /** Categories are all there: a part of them is shown without asking again. */
  const [zoomsHere, setZoomsHere] = useState(false);
  const asked = range === undefined || zoomsHere ? spec : { ...spec, ...range };
  const { answer, failure, busy, retry } = useChartData(source, asked);
  const data = answer?.data;

  const choose = (next: ChartSpec): void => {
    setRange(undefined);
    setHidden(new Set());
    onSpec(next);
  };
  const zoom = useCallback(
    (next: { from: number; to: number } | undefined) => {
      setZoomsHere(data?.x.kind === 'category');
      setRange(next);
    },
    [data],
  );
  const toggle = (name: string): void => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
  };
  const said = useMemo(() => (answer === undefined ? '' : sentence(answer.data, answer.spec)), [answer]);
  const heading = answer === undefined ? '' : title(answer.data, answer.spec);
  const empty = data !== undefined && data.series.every((series) => series.ys.every((y) => y === null));
  const picture = () => plot.current?.picture(heading);

  return (
    <section className="chart" aria-label={`Chart of ${label}`}>
      <ChartControls spec={spec} columns={columns} onSpec={choose} />
      <div className="chart-stage" aria-busy={busy}>
        {failure !== undefined ? (
          <ErrorState problem={failure} retry={retry} />
        ) : answer === undefined || data === undefined ? (
          <Skeleton lines={6} label="Gathering the data of the chart" />
        ) : empty ? (
          <EmptyState title="Nothing to draw">
            {range === undefined
              ? 'The chosen columns hold no values that can be drawn. Choose others above.'
              : 'There is nothing in this part. Show the whole again.'}
          </EmptyState>
        ) : asTable ? (
          <ChartTable data={data} label={heading} />
        ) : (
          <Plot
            ref={plot}
            data={data}
            spec={answer.spec}
            range={range}
            hidden={hidden}
            sentence={said}
            onRange={zoom}
          />
        )}
      </div>
      {data === undefined || data.series.length < 2 ? null : (
        <ChartLegend series={data.series} hidden={hidden} onToggle={toggle} />
      )}
      <footer className="grid-foot">
        <span className="cut" data-tip={data === undefined ? undefined : [heading, ...omissions(data)].join('\n')}>
          {data === undefined ? '' : [count(data.rows, 'row'), heading, ...omissions(data)].join(' · ')}
        </span>
        {range === undefined ? null : (
          <Button kind="quiet" icon={<RotateCcw />} onClick={() => setRange(undefined)}>
            Show the whole
          </Button>
        )}
        <IconButton label="Show the data as a table" pressed={asTable} onClick={() => setAsTable(!asTable)}>
          <Table2 />
        </IconButton>
        <IconButton
          label="Copy picture"
          disabled={asTable || empty || data === undefined}
          onClick={() => void copyPicture(picture)}
        >
          <Copy />
        </IconButton>
        <IconButton
          label="Save as PNG"
          disabled={asTable || empty || data === undefined}
          onClick={() => void savePicture(picture, label)}
        >
          <Download />
        </IconButton>
      </footer>
    </section>
  );
}
