/** A value of a run, read page by page: a table, JSON or text. */
import { useEffect, useMemo, useState } from 'react';
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { EmptyState, ErrorState, Skeleton } from '../../ui/index.ts';
import { DataGrid } from '../results/DataGrid.tsx';
import { JsonTree } from '../results/JsonTree.tsx';
import type { Look } from '../results/ResultView.tsx';
import { TextView } from '../results/TextView.tsx';

export interface StoredValueProps {
  run: string;
  /** Node id. */
  step: string;
  /** Name of what the step reads; absent: its result. */
  input?: string;
  label: string;
}

export function StoredValue({ run, step, input, label }: StoredValueProps) {
  const [look, setLook] = useState<Look | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const of = useMemo(() => ({ id: run, step, ...(input === undefined ? {} : { input }) }), [run, step, input]);
  useEffect(() => {
    const controller = new AbortController();
    setFailure(undefined);
    client()
      .call<Look>('flow.stepResult', { ...of, offset: 0, limit: 200 }, { signal: controller.signal })
      .then(setLook, (error: unknown) => {
        if (!controller.signal.aborted) setFailure(error);
      });
    return () => controller.abort();
  }, [of, attempt]);
  const fetch = useMemo(
    () =>
      async (offset: number, limit: number, signal: AbortSignal): Promise<TablePage> => {
        const more = await client().call<Look>('flow.stepResult', { ...of, offset, limit }, { signal });
        if (more.kind !== 'table') throw new Error('The value is no longer a table.');
        return more.page;
      },
    [of],
  );
  if (failure !== undefined) return <ErrorState problem={failure} retry={() => setAttempt((before) => before + 1)} />;
  if (look === undefined) return <Skeleton lines={8} label={`Reading ${label}`} />;
  if (look.kind === 'json') return <JsonTree value={look.value} label={label} />;
  if (look.kind === 'text') return <TextView text={look.text} label={label} />;
  const { columns, rows, total } = look.page;
  if (total === 0) return <EmptyState title="No rows">The table is empty.</EmptyState>;
  return <DataGrid label={label} columns={columns} total={total} first={rows} fetch={fetch} />;
}
