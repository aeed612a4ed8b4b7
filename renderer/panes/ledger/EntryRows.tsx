/** The entries of the ledger as rows: number, time, kind, what happened, hash. */
import { Search, ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useRuns } from '../../state/run.ts';
import {
  Chip,
  count,
  EmptyState,
  ErrorState,
  exactTime,
  problemOf,
  relativeTime,
  Skeleton,
  thousands,
} from '../../ui/index.ts';
import { FeedRows } from '../feed/FeedRows.tsx';
import { describe, kindTone } from './describe.ts';
import type { Entries } from './use-entries.ts';
import { useVerification } from './verification.ts';

const ROW = 26;

export interface EntryRowsProps {
  entries: Entries;
  filtered: boolean;
  /** Number of the chosen entry. */
  shown: number | undefined;
  onOpen(seq: number): void;
}

export function EntryRows({ entries, filtered, shown, onOpen }: EntryRowsProps) {
  const recent = useRuns((state) => state.recent);
  const broken = useVerification((state) => (state.report?.ok === false ? state.report.problem.seq : undefined));
  const { list } = entries;
  const rows = list.entries;
  // Called flows are in no list of runs, but their start stands in the ledger.
  const flowNames = useMemo(() => {
    const names = new Map(recent.map((run) => [run.id, run.name]));
    for (const { kind, payload } of rows) {
      if (kind === 'run.start' && typeof payload['run'] === 'string' && typeof payload['flow'] === 'string')
        names.set(payload['run'], payload['flow']);
    }
    return names;
  }, [recent, rows]);

  if (entries.error !== undefined && !entries.loaded)
    return <ErrorState problem={entries.error} retry={() => void entries.reload()} />;
  if (!entries.loaded) return <Skeleton lines={14} label="Reading the ledger" />;
  if (rows.length === 0) {
    return filtered ? (
      <EmptyState icon={<Search />} title="No entry fits the filter">
        {entries.loading ? 'Looking further back…' : 'Take a part of the filter away, or look in another time.'}
      </EmptyState>
    ) : (
      <EmptyState icon={<ShieldCheck />} title="The ledger is empty">
        Everything that changes this project writes an entry here, in the same moment. Run a plan to see the first.
      </EmptyState>
    );
  }
  return (
    <FeedRows
      label="Entries, newest first"
      rows={rows}
      height={ROW}
      idOf={({ seq }) => `entry-${seq}`}
      chosen={shown === undefined ? undefined : `entry-${shown}`}
      onOpen={({ seq }) => onOpen(seq)}
      face={({ seq }) => ({ className: 'ledger-row', 'data-odd': seq % 2 === 1, 'data-broken': seq === broken })}
      draw={(entry) => (
        <>
          <span className="mono tabular">#{thousands(entry.seq)}</span>
          <span className="tabular" data-tip={`${exactTime(entry.time)}\n${relativeTime(entry.time)}`}>
            {timeOf(entry.time)}
          </span>
          <span>
            <Chip tone={kindTone(entry.kind)}>{entry.kind}</Chip>
          </span>
          <span className="cut">{describe(entry, (run) => flowNames.get(run))}</span>
          <span className="mono">
            {entry.hash.slice(0, 4)}…{entry.hash.slice(-4)}
          </span>
        </>
      )}
      head={
        <div className="ledger-head" aria-hidden>
          <span>entry</span>
          <span>time</span>
          <span>kind</span>
          <span>what happened</span>
          <span>leaf hash</span>
        </div>
      }
      end={
        <p className="ledger-end">
          {list.next === undefined
            ? filtered
              ? 'That is every entry that fits.'
              : 'The beginning of the ledger.'
            : entries.error === undefined
              ? 'older entries load as you scroll'
              : problemOf(entries.error).detail}
        </p>
      }
      loadOlder={entries.loadOlder}
      atTop={entries.atTop}
      waiting={entries.waiting > 0 ? count(entries.waiting, 'new entry', 'new entries') : undefined}
      takeNew={() => void entries.takeNew()}
    />
  );
}

/** Time of day for today, day and time for the rest; the whole stands in the hover. */
function timeOf(iso: string): string {
  const date = new Date(iso);
  const two = (part: number, width = 2): string => String(part).padStart(width, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  if (date.toDateString() === new Date().toDateString()) return `${time}.${two(date.getMilliseconds(), 3)}`;
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time.slice(0, 5)}`;
}
