/** The rows in which the tables of a step differ between two runs, by key or by content, page by page. */
import { ChevronDown, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RowDifference, StepComparison } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { Button, count, EmptyState, ErrorState, IconButton, openMenu, Skeleton, thousands } from '../../ui/index.ts';
import { cellText } from './edit-cells.ts';

const PAGE = 200;
const WORDS = { added: 'added', removed: 'removed', changed: 'changed' } as const;

export function RowDifferences({
  a,
  b,
  step,
  onClose,
}: {
  a: string;
  b: string;
  step: StepComparison;
  onClose(): void;
}) {
  const [by, setBy] = useState<string[]>([]);
  const [found, setFound] = useState<RowDifference | undefined>();
  const [rows, setRows] = useState<RowDifference['rows']>([]);
  const [failure, setFailure] = useState<unknown>();
  const read = (offset: number, signal?: AbortSignal): Promise<void> =>
    client()
      .call<RowDifference>(
        'flow.compareRows',
        { a, b, step: step.id, by, offset, limit: PAGE },
        signal === undefined ? {} : { signal },
      )
      .then(
        (page) => {
          setFound(page);
          setRows((before) => (offset === 0 ? page.rows : [...before, ...page.rows]));
          setFailure(undefined);
        },
        (error: unknown) => {
          if (signal?.aborted !== true) setFailure(error);
        },
      );
  useEffect(() => {
    const controller = new AbortController();
    void read(0, controller.signal);
    return () => controller.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [a, b, step.id, by]);
  const total = found === undefined ? 0 : found.added + found.removed + found.changed;
  return (
    <section className="compare-rows" aria-label={`Rows of ${step.name} that differ`}>
      <header className="gantt-bar">
        <h3>Rows of {step.name}</h3>
        {found === undefined ? null : (
          <span className="tabular">
            {`${thousands(found.added)} added, ${thousands(found.removed)} removed, ${thousands(found.changed)} changed, ${thousands(found.same)} the same`}
          </span>
        )}
        <button
          type="button"
          className="feed-choice"
          data-on={by.length > 0}
          onClick={(event) =>
            openMenu(event.currentTarget, [
              { label: 'By their whole content', checked: by.length === 0, run: () => setBy([]) },
              'separator',
              ...(found?.columns ?? []).slice(0, 40).map((column) => ({
                label: column.name,
                checked: by.includes(column.name),
                run: () =>
                  setBy((before) =>
                    before.includes(column.name)
                      ? before.filter((name) => name !== column.name)
                      : [...before, column.name],
                  ),
              })),
            ])
          }
        >
          {by.length === 0 ? 'Match by content' : `Match by ${by.join(', ')}`}
          <ChevronDown size={12} aria-hidden />
        </button>
        <IconButton label="Close the rows" onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {failure !== undefined ? (
        <ErrorState problem={failure} retry={() => void read(0)} />
      ) : found === undefined ? (
        <Skeleton lines={4} label="Comparing rows" />
      ) : total === 0 ? (
        <EmptyState title="The rows are the same" />
      ) : (
        <div className="compare-cells" tabIndex={0} role="region" aria-label="Rows that differ">
          <table aria-label={`Differences of ${step.name}`}>
            <thead>
              <tr>
                <th scope="col">Change</th>
                {found.columns.map((column) => (
                  <th key={column.name} scope="col">
                    {column.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index} data-change={row.change}>
                  <th scope="row">{WORDS[row.change]}</th>
                  {found.columns.map((column, at) => (
                    <td key={column.name}>
                      <Cell a={row.a?.[at]} b={row.b?.[at]} change={row.change} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length < total ? (
            <Button kind="quiet" onClick={() => void read(rows.length)}>
              {`Show more of ${count(total, 'row')}`}
            </Button>
          ) : null}
        </div>
      )}
    </section>
  );
}

function Cell({ a, b, change }: { a: unknown; b: unknown; change: keyof typeof WORDS }) {
  const text = (value: unknown): string => (value === null || value === undefined ? 'null' : cellText(value));
  if (change === 'added') return <>{text(b)}</>;
  if (change === 'removed') return <>{text(a)}</>;
  if (text(a) === text(b)) return <>{text(a)}</>;
  return (
    <>
      <del>{text(a)}</del> <ins>{text(b)}</ins>
    </>
  );
}
