/** The points of a chart as a table: for those who would rather read, and for screen readers. */
import { useMemo } from 'react';
import type { ChartData } from '../../../../node-core/results/schema.ts';
import { thousands } from '../../../ui/index.ts';
import { align, amount, xWords } from './values.ts';

/** Rows that are made: more is what the table of the result is for. */
const MOST = 500;

export function ChartTable({ data, label }: { data: ChartData; label: string }) {
  const { xs, ys } = useMemo(() => align(data.series), [data]);
  return (
    <div className="chart-table" tabIndex={0} role="region" aria-label="Data of the chart">
      <table>
        <caption>
          {label}
          {xs.length > MOST ? `; the first ${MOST} of ${thousands(xs.length)} points` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">{data.x.name}</th>
            {data.series.map(({ name }) => (
              <th key={name} scope="col" data-numeric>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {xs.slice(0, MOST).map((x, at) => (
            <tr key={x}>
              <th scope="row">{xWords(data, x)}</th>
              {ys.map((values, series) => (
                <td key={data.series[series]!.name} data-numeric>
                  {values[at] === undefined ? '' : amount(values[at])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
