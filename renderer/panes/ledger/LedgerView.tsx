/**
 * The ledger: newest entries first, live, with filters; an entry's proof beside it; Verify recomputes the whole log here.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  ArrowUp,
  CalendarClock,
  ChevronDown,
  CircleX,
  KeyRound,
  LoaderCircle,
  Search,
  ShieldCheck,
  ShieldX,
  Square,
  X,
} from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { useLedgerStatus } from '../../state/ledger.ts';
import { useRuns } from '../../state/run.ts';
import {
  Button,
  Chip,
  confirm,
  count,
  EmptyState,
  ErrorState,
  exactTime,
  IconButton,
  openMenu,
  problemOf,
  relativeTime,
  Skeleton,
  thousands,
} from '../../ui/index.ts';
import { describe, kindTone } from './describe.ts';
import { EntryDetail } from './EntryDetail.tsx';
import { EMPTY_LIST, type EntryList, withNewest, withOlder } from './entry-list.ts';
import './ledger.css';
import { logName } from './pinned-key.ts';
import { acceptKey, cancelVerification, startVerification, useVerification } from './verification.ts';

const PAGE = 200;
const ROW = 26;

interface Page {
  entries: LedgerRecord[];
  size: number;
  next?: number;
}

interface Filter {
  text: string;
  /** A kind, or the beginning of kinds with a point at its end. */
  kind: string;
  since: Since;
}

type Since = 'all' | 'hour' | 'today' | 'week';
const SINCE: Record<Since, string> = { all: 'All time', hour: 'Last hour', today: 'Today', week: 'Last 7 days' };

function sinceIso(since: Since, now = new Date()): string | undefined {
  if (since === 'all') return undefined;
  if (since === 'today') return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
  return new Date(now.getTime() - (since === 'hour' ? 3_600_000 : 7 * 86_400_000)).toISOString();
}

const NO_FILTER: Filter = { text: '', kind: '', since: 'all' };

/** Entries of the log under a filter, with everything that keeps them true. */
function useEntries(filter: Filter) {
  const [list, setList] = useState<EntryList>(EMPTY_LIST);
  const [state, setState] = useState<{ loading: boolean; error: unknown; loaded: boolean }>({
    loading: true,
    error: undefined,
    loaded: false,
  });
  /** New entries that wait because the person has scrolled away. */
  const [waiting, setWaiting] = useState(0);
  const atTop = useRef(true);
  const generation = useRef(0);
  const older = useRef(false);
  const phase = useConnection((connection) => connection.phase);
  const loaded = useRef(false);

  const ask = useCallback(
    (before?: number) => {
      const since = sinceIso(filter.since);
      return client().call<Page>('ledger.recent', {
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
        ...(filter.kind === '' ? {} : { kind: filter.kind }),
        ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
        ...(since === undefined ? {} : { since }),
      });
    },
    [filter],
  );

  const reload = useCallback(async () => {
    generation.current += 1;
    const mine = generation.current;
    setState((before) => ({ ...before, loading: true, error: undefined }));
    try {
      let page = await ask();
      // A rare text may stand far down: pages that found nothing are gone through until something is there.
      for (
        let tries = 0;
        page.entries.length === 0 && page.next !== undefined && tries < 20 && generation.current === mine;
        tries++
      )
        page = await ask(page.next);
      if (generation.current !== mine) return;
      setList({ entries: page.entries, next: page.next });
      setWaiting(0);
      useLedgerStatus.setState((status) => ({ size: Math.max(status.size ?? 0, page.size) }));
      loaded.current = true;
      setState({ loading: false, error: undefined, loaded: true });
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, loading: false, error }));
    }
  }, [ask]);

  useEffect(() => {
    // Offline, what is there stays; when the node is back, everything is read again.
    if (phase === 'connected' || (phase === 'offline' && !loaded.current)) void reload();
  }, [reload, phase]);

  const loadOlder = useCallback(async () => {
    if (older.current || list.next === undefined) return;
    older.current = true;
    const mine = generation.current;
    try {
      const page = await ask(list.next);
      if (generation.current === mine) setList((before) => withOlder(before, page));
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, error }));
    } finally {
      older.current = false;
    }
  }, [ask, list.next]);

  const takeNew = useCallback(async () => {
    const mine = generation.current;
    const page = await ask();
    if (generation.current !== mine) return;
    setList((before) => withNewest(before, page));
    setWaiting(0);
  }, [ask]);

  useEffect(() => {
    // Entries come in bursts; one question at a time, and one more if something came meanwhile.
    let asking = false;
    let again = false;
    const refresh = async (): Promise<void> => {
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      do {
        again = false;
        await takeNew().catch(() => undefined);
        // A busy log is read a few times a second, not with every commit.
        await new Promise((resolve) => setTimeout(resolve, 200));
      } while (again);
      asking = false;
    };
    return onNodeEvent((event) => {
      if (event.type === 'reset') void reload();
      if (event.type !== 'ledger.appended') return;
      const matching = event.entries.filter(
        ({ kind }) =>
          filter.kind === '' || kind === filter.kind || (filter.kind.endsWith('.') && kind.startsWith(filter.kind)),
      );
      if (matching.length === 0) return;
      if (atTop.current) void refresh();
      else setWaiting((before) => before + matching.length);
    });
  }, [takeNew, reload, filter.kind]);

  return { list, ...state, waiting, atTop, reload, loadOlder, takeNew };
}

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
      ...(note === undefined ? {} : { shortcut: note }),
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
                className="ledger-choice"
                data-on={filter.kind !== ''}
                onClick={(event) => void chooseKind(event.currentTarget)}
              >
                {filter.kind === '' ? 'All kinds' : filter.kind.endsWith('.') ? `${filter.kind}*` : filter.kind}
                <ChevronDown size={12} aria-hidden />
              </button>
              <button
                type="button"
                className="ledger-choice"
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
          <ShownEntry seq={shown} entries={entries.list.entries} />
        </Panel>
      </Group>
    </div>
  );
}

/** State of the verification and its button. */
function VerifyControls() {
  const { phase, entries, total, rate, report, ms } = useVerification();
  const verified = useLedgerStatus((status) => status.verified);
  const size = useLedgerStatus((status) => status.size);
  if (phase === 'running') {
    return (
      <div className="ledger-verify" role="status">
        <LoaderCircle size={14} className="ui-spin" aria-hidden />
        <span className="tabular cut">
          {thousands(entries)} of {thousands(total)}
          {rate === 0 ? '' : ` · ${thousands(rate)}/s`}
        </span>
        <Button icon={<Square />} onClick={cancelVerification}>
          Stop
        </Button>
        <progress value={entries} max={Math.max(1, total)} aria-label="Entries verified" />
      </div>
    );
  }
  const behind = report?.ok === true && size !== undefined ? size - report.size : 0;
  return (
    <div className="ledger-verify">
      {report?.ok === true ? (
        <span
          className="ledger-ok cut"
          role="status"
          data-tip={`${count(report.size, 'entry', 'entries')} and ${count(report.checkpoints, 'checkpoint')} recomputed in this window${verified === undefined ? '' : `\n${exactTime(verified.at)}`}`}
        >
          <ShieldCheck size={14} aria-hidden />
          verified here, {count(report.size, 'entry', 'entries')}, {(ms / 1000).toFixed(ms < 100 ? 3 : 2)} s
          {behind > 0 ? ` · ${thousands(behind)} new since` : ''}
        </span>
      ) : report?.ok === false ? (
        <span className="ledger-bad cut" role="status">
          <ShieldX size={14} aria-hidden />
          {report.problem.seq === undefined ? 'broken' : `broken at #${thousands(report.problem.seq)}`}
        </span>
      ) : null}
      <Button kind="primary" icon={<ShieldCheck />} onClick={() => void startVerification()}>
        Verify all
      </Button>
    </div>
  );
}

/** What a verification found, when it is not simply good. */
function VerifyFinding({ onOpen }: { onOpen(seq: number): void }) {
  const { report, problem, key } = useVerification();
  const changedKey = key?.state === 'changed' ? key : undefined;
  const broken = report?.ok === false ? report.problem : undefined;
  if (changedKey === undefined && broken === undefined && problem === undefined) return null;
  return (
    <div className="ledger-findings">
      {changedKey === undefined ? null : (
        <div className="finding" data-tone="warn" role="alert">
          <KeyRound size={16} aria-hidden />
          <div>
            <b>The node signs with another key than before.</b>
            <p>
              Known since {exactTime(changedKey.since)}: <code>{keyName(changedKey.pinned)}</code>. Now:{' '}
              <code>{keyName(changedKey.current)}</code>. If you did not set up this node anew, somebody may have
              replaced its ledger.
            </p>
          </div>
          <Button
            onClick={() =>
              void confirm({
                title: 'Trust the new key?',
                body: `From now on ledgers of ${logName(changedKey.current)} are checked against ${keyName(changedKey.current)}. What was signed with the key before no longer verifies here.`,
                action: 'Trust the new key',
                danger: true,
              }).then((yes) => (yes ? acceptKey(changedKey.current) : undefined))
            }
          >
            Trust the new key…
          </Button>
        </div>
      )}
      {broken === undefined ? null : (
        <div className="finding" data-tone="failed" role="alert">
          <CircleX size={16} aria-hidden />
          <div>
            <b>The ledger is not what was signed.</b>
            <p>{broken.detail}</p>
            <p>
              <code>{broken.code}</code>
              {broken.seq === undefined || broken.seq === 0
                ? ''
                : broken.seq === 1
                  ? ' · the entry before it is right'
                  : ` · the ${thousands(broken.seq)} entries before it are right`}
            </p>
          </div>
          {broken.seq === undefined ? null : (
            <Button onClick={() => onOpen(broken.seq!)}>Show #{thousands(broken.seq)}</Button>
          )}
        </div>
      )}
      {problem === undefined ? null : (
        <div className="finding" data-tone="warn" role="alert">
          <CircleX size={16} aria-hidden />
          <div>
            <b>The ledger could not be verified now.</b>
            <p>
              {problem.detail} {problem.hint ?? ''}
            </p>
          </div>
        </div>
      )}
    </div>
  );
}

function keyName(key: string): string {
  return key.split('+')[1] ?? key;
}

function EntryRows({
  entries,
  filtered,
  shown,
  onOpen,
}: {
  entries: ReturnType<typeof useEntries>;
  filtered: boolean;
  shown: number | undefined;
  onOpen(seq: number): void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const recent = useRuns((state) => state.recent);
  const broken = useVerification((state) => (state.report?.ok === false ? state.report.problem.seq : undefined));
  const { list, loadOlder } = entries;
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
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 30) void loadOlder();
  }, [last, rows.length, loadOlder]);

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
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const at = rows.findIndex((entry) => entry.seq === shown);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / ROW) - 1);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = steps[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(rows.length - 1, target));
    virtual.scrollToIndex(index);
    onOpen(rows[index]!.seq);
  };
  return (
    <div className="ledger-table">
      <div className="ledger-head" aria-hidden>
        <span>entry</span>
        <span>time</span>
        <span>kind</span>
        <span>what happened</span>
        <span>leaf hash</span>
      </div>
      <div
        ref={scroller}
        className="ledger-rows"
        role="listbox"
        tabIndex={0}
        aria-label="Entries, newest first"
        aria-activedescendant={shown === undefined ? undefined : `entry-${shown}`}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          const top = event.currentTarget.scrollTop < ROW;
          if (top && !entries.atTop.current && entries.waiting > 0) void entries.takeNew();
          entries.atTop.current = top;
        }}
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const entry = rows[item.index]!;
            return (
              <div
                key={entry.seq}
                id={`entry-${entry.seq}`}
                role="option"
                aria-selected={entry.seq === shown}
                className="ledger-row"
                data-odd={entry.seq % 2 === 1}
                data-broken={entry.seq === broken}
                style={{ transform: `translateY(${item.start}px)` }}
                onPointerDown={() => onOpen(entry.seq)}
              >
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
              </div>
            );
          })}
        </div>
        <p className="ledger-end">
          {list.next === undefined
            ? filtered
              ? 'That is every entry that fits.'
              : 'The beginning of the ledger.'
            : entries.error === undefined
              ? 'older entries load as you scroll'
              : problemOf(entries.error).detail}
        </p>
      </div>
      {entries.waiting > 0 ? (
        <button
          type="button"
          className="ledger-new"
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 });
            void entries.takeNew();
          }}
        >
          {count(entries.waiting, 'new entry', 'new entries')}
          <ArrowUp size={13} aria-hidden />
        </button>
      ) : null}
    </div>
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
