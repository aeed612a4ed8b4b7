/** The series of a chart by name and colour; each can be hidden and shown again. */
import type { ChartSeries } from '../../../../node-core/results/schema.ts';
import { seriesVariable } from './colors.ts';

export interface ChartLegendProps {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  onToggle(name: string): void;
}

export function ChartLegend({ series, hidden, onToggle }: ChartLegendProps) {
  return (
    <div className="chart-legend" role="group" aria-label="Series">
      {series.map(({ name }, at) => (
        <button
          key={name}
          type="button"
          aria-pressed={!hidden.has(name)}
          className="chart-key"
          data-tip={hidden.has(name) ? `Show ${name}` : `Hide ${name}`}
          onClick={() => onToggle(name)}
        >
          <i
            style={{
              background: hidden.has(name) ? 'transparent' : seriesVariable(at),
              borderColor: seriesVariable(at),
            }}
          />
          <span className="cut">{name}</span>
        </button>
      ))}
    </div>
  );
}
