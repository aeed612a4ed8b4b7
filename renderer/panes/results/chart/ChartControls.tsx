/** What is drawn: the kind of chart, its columns, how rows that belong together become one figure. */
import { ChartArea, ChartColumn, ChartColumnBig, ChartLine, ChartScatter } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Aggregate, AGGREGATES, type ChartKind, type ChartSpec } from '../../../../node-core/results/schema.ts';
import { Button, IconButton, openMenu } from '../../../ui/index.ts';
import { asKind, kindsOf, roles } from './choose.ts';
import { AGGREGATE_NAMES, KIND_NAMES } from './values.ts';

const ICONS: Record<ChartKind, ReactNode> = {
  line: <ChartLine />,
  area: <ChartArea />,
  bar: <ChartColumn />,
  scatter: <ChartScatter />,
  histogram: <ChartColumnBig />,
};

export interface ChartControlsProps {
  spec: ChartSpec;
  columns: readonly { name: string; type: string }[];
  onSpec(spec: ChartSpec): void;
}

export function ChartControls({ spec, columns, onSpec }: ChartControlsProps) {
  const { moments, numbers, texts } = roles(columns);
  const scatter = spec.kind === 'scatter';
  const across = columns
    .map(({ name }) => name)
    .filter((name) => moments.includes(name) || numbers.includes(name) || (!scatter && texts.includes(name)));
  const y = spec.y ?? [];
  const counts = spec.kind === 'histogram';
  /** What the node takes when nothing is chosen. */
  const usual: Aggregate = spec.kind === 'bar' ? 'sum' : 'avg';
  const setY = (next: string[]): void => {
    const { y: _y, aggregate, ...rest } = spec;
    onSpec({
      ...rest,
      ...(next.length === 0 ? {} : { y: next }),
      ...(aggregate === undefined || aggregate === 'count' || next.length === 0 ? {} : { aggregate }),
    });
  };
  const set = (name: 'group' | 'aggregate' | 'order', value: string): void => {
    const { [name]: _before, ...rest } = spec;
    onSpec(value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <div className="chart-controls" role="toolbar" aria-label="What is drawn">
      <span className="chart-kinds" role="group" aria-label="Kind of chart">
        {kindsOf(columns).map((kind) => (
          <IconButton
            key={kind}
            label={KIND_NAMES[kind]}
            pressed={kind === spec.kind}
            onClick={() => onSpec(asKind(spec, kind, columns))}
          >
            {ICONS[kind]}
          </IconButton>
        ))}
      </span>
      <Choice label="Across" value={spec.x} onChange={(x) => onSpec({ ...spec, x })}>
        {across.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Choice>
      {counts ? null : (
        <span className="chart-choice">
          <span>Up</span>
          <Button
            aria-haspopup="menu"
            aria-label={`Up: ${y.join(', ') || 'count of rows'}`}
            onClick={(event) =>
              openMenu(event.currentTarget, [
                ...(scatter
                  ? []
                  : [{ label: 'Count of rows', checked: y.length === 0, run: () => setY([]) }, 'separator' as const]),
                ...numbers.slice(0, 60).map((name) => ({
                  label: name,
                  checked: y.includes(name),
                  disabled: !y.includes(name) && y.length >= 8,
                  run: () => {
                    const next = y.includes(name) ? y.filter((one) => one !== name) : [...y, name];
                    if (next.length > 0 || !scatter) setY(next);
                  },
                })),
              ])
            }
          >
            <span className="cut">{y.length === 0 ? 'Count of rows' : y.join(', ')}</span>
          </Button>
        </span>
      )}
      <Choice label="Colour" value={spec.group ?? ''} onChange={(group) => set('group', group)}>
        <option value="">none</option>
        {columns
          .filter(({ name }) => texts.includes(name) || numbers.includes(name) || moments.includes(name))
          .map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
      </Choice>
      {counts || scatter || y.length === 0 ? null : (
        <Choice
          label="Rows that share a place"
          bare
          value={spec.aggregate ?? ''}
          onChange={(value) => set('aggregate', value)}
        >
          <option value="">{AGGREGATE_NAMES[usual]}</option>
          {AGGREGATES.filter((one): one is Aggregate => one !== 'count' && one !== usual).map((one) => (
            <option key={one} value={one}>
              {AGGREGATE_NAMES[one]}
            </option>
          ))}
        </Choice>
      )}
      {texts.includes(spec.x) ? (
        <Choice label="Order" bare value={spec.order ?? 'table'} onChange={(value) => set('order', value)}>
          <option value="table">As in the table</option>
          <option value="value">Largest first</option>
        </Choice>
      ) : null}
    </div>
  );
}

export function Choice({
  label,
  bare = false,
  value,
  onChange,
  children,
}: {
  label: string;
  /** The choices speak for themselves: the label is for screen readers and the tooltip. */
  bare?: boolean;
  value: string;
  onChange(value: string): void;
  children: ReactNode;
}) {
  return (
    <label className="chart-choice">
      {bare ? null : <span>{label}</span>}
      <select
        value={value}
        {...(bare ? { 'aria-label': label, 'data-tip': label } : {})}
        onChange={(event) => onChange(event.target.value)}
      >
        {children}
      </select>
    </label>
  );
}
