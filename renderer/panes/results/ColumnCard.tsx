/** What a column of a table holds, over all its rows: extremes, middle, different values, how they are spread. */
import { Route, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ColumnFacts } from '../../../node-core/results/schema.ts';
import { client } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { traceColumn } from '../../state/lineage.ts';
import { count, ErrorState, IconButton, Skeleton, thousands } from '../../ui/index.ts';
import { cellText, type GridColumn, typeWord } from './cells.ts';
import { amount, moment } from './chart/values.ts';
import './column-card.css';
import type { ResultSource } from './source.ts';

export function ColumnCard({ source, column, onClose }: { source: ResultSource; column: GridColumn; onClose(): void }) {
  const [facts, setFacts] = useState<ColumnFacts | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const card = useRef<HTMLDivElement>(null);
  const { name } = column;
  const wish = JSON.stringify({ ...source, column: name });
  useEffect(() => {
    const controller = new AbortController();
    setFacts(undefined);
    setFailure(undefined);
    client()
      .call<ColumnFacts>('results.column', JSON.parse(wish) as Record<string, unknown>, { signal: controller.signal })
      .then(setFacts, (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      });
    return () => controller.abort();
  }, [wish]);
  useEffect(() => card.current?.focus(), [name]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes a dialog from wherever its focus is
    <div
      ref={card}
      className="column-card"
      role="dialog"
      aria-label={`Column ${name}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <b className="cut">{name}</b>
        <small>{typeWord(column.type)}</small>
        {'step' in source ? (
          <IconButton
            label={`Show in the plan where ${name} comes from`}
            onClick={() => {
              useLayout.getState().showDocked('plan');
              traceColumn(source.step, name);
            }}
          >
            <Route />
          </IconButton>
        ) : null}
        <IconButton label="Close" shortcut="Escape" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {failure !== undefined ? (
        <ErrorState problem={failure} />
      ) : facts === undefined ? (
        <Skeleton lines={5} label={`Looking at ${name}`} />
      ) : (
        <Facts facts={facts} column={column} />
      )}
    </div>
  );
}

function Facts({ facts, column }: { facts: ColumnFacts; column: GridColumn }) {
  const text = (value: unknown): string => cellText(value, column) ?? 'none';
  const share = facts.rows === 0 ? 0 : facts.nulls / facts.rows;
  const lines: [string, string][] = [
    ['Rows', thousands(facts.rows)],
    ['None', facts.nulls === 0 ? '0' : `${thousands(facts.nulls)} (${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%)`],
    ['Different', `${facts.estimated ? 'about ' : ''}${thousands(facts.distinct)}`],
    ...(facts.least === undefined
      ? []
      : [[facts.mean === undefined ? 'First' : 'Least', text(facts.least)] as [string, string]]),
    ...(facts.greatest === undefined
      ? []
      : [[facts.mean === undefined ? 'Last' : 'Greatest', text(facts.greatest)] as [string, string]]),
    ...(facts.mean === undefined ? [] : [['Mean', amount(facts.mean)] as [string, string]]),
    ...(facts.median === undefined ? [] : [['Median', amount(facts.median)] as [string, string]]),
    ...(facts.sum === undefined ? [] : [['Sum', amount(facts.sum)] as [string, string]]),
  ];
  return (
    <>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="cut" data-tip={value.length > 24 ? value : undefined}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {facts.histogram === undefined ? null : (
        <Spread {...facts.histogram} time={/^(DATE|TIMESTAMP)/.test(facts.type)} />
      )}
      {facts.frequent === undefined || (facts.frequent[0]?.rows ?? 1) === 1 ? null : (
        <ol className="column-frequent" aria-label="Most frequent values">
          {facts.frequent.map(({ value, rows }) => (
            <li key={value}>
              <i style={{ width: `${(rows / facts.frequent![0]!.rows) * 100}%` }} />
              <span className="cut" data-tip={value}>
                {value === '' ? '(empty)' : value}
              </span>
              <em>{thousands(rows)}</em>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Spread({ edges, counts, time }: { edges: number[]; counts: number[]; time: boolean }) {
  const most = Math.max(1, ...counts);
  const words = (value: number): string => (time ? moment(value).slice(0, 10) : amount(value));
  return (
    <figure>
      <svg
        viewBox={`0 0 ${counts.length} 48`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Spread over ${count(counts.length, 'interval')}, at most ${count(most, 'row')} in one`}
      >
        {counts.map((rows, at) => (
          <rect key={edges[at]} x={at + 0.06} width={0.88} y={48 - (rows / most) * 48} height={(rows / most) * 48}>
            <title>{`${words(edges[at]!)} – ${words(edges[at + 1]!)}: ${count(rows, 'row')}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        <span>{words(edges[0]!)}</span>
        <span>{words(edges.at(-1)!)}</span>
      </figcaption>
    </figure>
  );
}
