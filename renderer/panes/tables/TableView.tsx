/** A stored table of the project, with the same views as a result; read again when it changes. */
import { Table2 } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import type { TablePage } from '../../../node-core/runs/schema.ts';
import { client } from '../../state/connection.ts';
import { useFromNode } from '../../state/from-node.ts';
import type { ViewProps } from '../../state/views.ts';
import { count, EmptyState, ErrorState, exactTime, relativeTime, Skeleton } from '../../ui/index.ts';
import { ViewBar } from '../../ui/ViewBar.tsx';
import { ResultView } from '../results/ResultView.tsx';
import '../results/results.css';

interface StoredTable {
  name: string;
  rows: number;
  version: number;
  updatedAt: string;
  page: TablePage;
}

export function TableView({ params }: ViewProps) {
  const { name } = params;
  if (typeof name !== 'string')
    return (
      <EmptyState icon={<Table2 />} title="No table is named">
        Choose one by its name in “Go to anything”.
      </EmptyState>
    );
  return <Stored key={name} name={name} />;
}

function Stored({ name }: { name: string }) {
  const read = useCallback(
    (signal: AbortSignal): Promise<StoredTable> => client().call('tables.get', { name, limit: 200 }, { signal }),
    [name],
  );
  const {
    value: table,
    error,
    reload,
  } = useFromNode(read, (kept, event) => (event.type === 'table.changed' && event.table === name ? 'again' : kept));
  const source = useMemo(() => ({ table: name }), [name]);
  const fetch = useMemo(
    () =>
      async (offset: number, limit: number, signal: AbortSignal): Promise<TablePage> =>
        (await client().call<StoredTable>('tables.get', { name, offset, limit }, { signal })).page,
    [name],
  );
  const look = useMemo(() => (table === undefined ? undefined : { kind: 'table' as const, page: table.page }), [table]);
  if (error !== undefined) return <ErrorState problem={error} retry={reload} />;
  if (table === undefined || look === undefined) return <Skeleton lines={8} label={`Reading the table ${name}`} />;
  return (
    <>
      <ViewBar>
        <span className="cut" data-tip={`version ${table.version}\n${exactTime(table.updatedAt)}`}>
          {count(table.rows, 'row')} · {relativeTime(table.updatedAt)}
        </span>
      </ViewBar>
      {/* Another version may have other columns: everything that is known of the rows begins anew. */}
      <ResultView key={table.version} name={name} look={look} source={source} memory={`table\n${name}`} fetch={fetch} />
    </>
  );
}
