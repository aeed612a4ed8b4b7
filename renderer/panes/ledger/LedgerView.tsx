/**
 * The ledger: newest entries first, live, with filters; an entry's proof beside it; Verify recomputes the whole log here.
 */
import { CalendarClock, ChevronDown, Search, ShieldCheck, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { client, useConnection } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { useLedgerStatus } from '../../state/ledger.ts';
import { count, EmptyState, ErrorState, IconButton, openMenu, Skeleton, thousands } from '../../ui/index.ts';
import { isAway } from '../feed/use-feed.ts';
import { EntryDetail } from './EntryDetail.tsx';
import { EntryRows } from './EntryRows.tsx';
import './ledger.css';
import { type Filter, NO_FILTER, type Since, SINCE, useEntries } from './use-entries.ts';
import { VerifyControls, VerifyFinding } from './Verify.tsx';

export function LedgerView() {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const timer = setTimeout(
      () => setFilter((before) => (before.text === typed ? before : { ...before, text: typed })),
      250,
    );
    return () => clearTimeout(timer);
  }, [typed]);
  const entries = useEntries(filter);
  const size = useLedgerStatus((status) => status.size);
  const shown = useLayout((layout) => layout.shownEntry);
  const openEntry = useLayout((layout) => layout.openEntry);
  const filtered = filter.text !== '' || filter.kind !== '' || filter.since !== 'all';

  const chooseKind = async (at: Element): Promise<void> => {
    const { kinds } = await client()
      .call<{ kinds: { kind: string; count: number }[] }>('ledger.kinds')
      .catch(() => ({ kinds: [] }));
    const groups = [...new Set(kinds.map(({ kind }) => `${kind.split('.')[0]}.`))].filter(
      (group) => kinds.filter(({ kind }) => kind.startsWith(group)).length > 1,
    );
    const item = (kind: string, label: string, note?: string) => ({
      label,
      checked: filter.kind === kind,
      note,
      run: () => setFilter({ ...filter, kind }),
    });
    openMenu(at, [
      item('', 'All kinds'),
      ...(groups.length === 0 ? [] : (['separator'] as const)),
      ...groups.map((group) => item(group, `${group}*`)),
      'separator',
      ...kinds.map(({ kind, count: times }) => item(kind, kind, thousands(times))),
    ]);
  };

  return (
    <div className="ledger">
      <Group orientation="horizontal" id="group-ledger">
        <Panel id="ledger-list" defaultSize="63%" minSize={420}>
          <section className="ledger-list" aria-label="Ledger">
            <header className="ledger-bar">
              <h1>Ledger</h1>
              <span className="tabular ledger-size">{size === undefined ? '' : count(size, 'entry', 'entries')}</span>
              <label className="ledger-search">
                <Search size={13} aria-hidden />
                <input
                  type="search"
                  placeholder="text, hash, name…"
                  aria-label="Filter entries by text"
                  spellCheck={false}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              </label>
              <button
                type="button"
                className="feed-choice"
                data-on={filter.kind !== ''}
                onClick={(event) => void chooseKind(event.currentTarget)}
              >
                {filter.kind === '' ? 'All kinds' : filter.kind.endsWith('.') ? `${filter.kind}*` : filter.kind}
                <ChevronDown size={12} aria-hidden />
              </button>
              <button
                type="button"
                className="feed-choice"
                data-on={filter.since !== 'all'}
                onClick={(event) =>
                  openMenu(
                    event.currentTarget,
                    (Object.keys(SINCE) as Since[]).map((since) => ({
                      label: SINCE[since],
                      checked: filter.since === since,
                      run: () => setFilter({ ...filter, since }),
                    })),
                  )
                }
              >
                <CalendarClock size={13} aria-hidden />
                {SINCE[filter.since]}
              </button>
              {filtered ? (
                <IconButton
                  label="Take the filters away"
                  onClick={() => {
                    setTyped('');
                    setFilter(NO_FILTER);
                  }}
                >
                  <X />
                </IconButton>
              ) : null}
              <VerifyControls />
            </header>
            <VerifyFinding onOpen={openEntry} />
            <EntryRows entries={entries} filtered={filtered} shown={shown} onOpen={openEntry} />
          </section>
        </Panel>
        <Separator className="handle" aria-label="Width of the entry" />
        <Panel id="ledger-entry" minSize={300}>
          {isAway(entries) ? null : <ShownEntry seq={shown} entries={entries.list.entries} />}
        </Panel>
      </Group>
    </div>
  );
}

/** The chosen entry: from the list, or read by its number when the list does not reach to it. */
function ShownEntry({ seq, entries }: { seq: number | undefined; entries: readonly LedgerRecord[] }) {
  const listed = seq === undefined ? undefined : entries.find((entry) => entry.seq === seq);
  const [read, setRead] = useState<LedgerRecord | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const needed = seq !== undefined && listed === undefined && read?.seq !== seq;
  const connected = useConnection((connection) => connection.client !== undefined);
  useEffect(() => {
    setFailure(undefined);
    if (!needed || seq === undefined || !connected) return;
    const controller = new AbortController();
    client()
      .call<{ entry: LedgerRecord }>('ledger.get', { id: seq }, { signal: controller.signal })
      .then(
        ({ entry: found }) => setRead(found),
        (error: unknown) => {
          if (!controller.signal.aborted) setFailure(error);
        },
      );
    return () => controller.abort();
  }, [needed, seq, connected]);
  const entry = listed ?? (read?.seq === seq ? read : undefined);
  if (failure !== undefined) return <ErrorState problem={failure} />;
  if (entry !== undefined) return <EntryDetail key={entry.seq} entry={entry} />;
  if (seq !== undefined) return <Skeleton lines={10} label={`Reading entry ${seq}`} />;
  return (
    <EmptyState icon={<ShieldCheck />} title="Choose an entry">
      Its payload, its hashes, and the proof that it stands in the log appear here.
    </EmptyState>
  );
}
