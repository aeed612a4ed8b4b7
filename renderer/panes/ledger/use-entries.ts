/** The ledger's entries under a filter, with everything that keeps them true. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LedgerRecord } from '../../../node-core/ledger/entry.ts';
import { client, onNodeEvent } from '../../state/connection.ts';
import { useLedgerStatus } from '../../state/ledger.ts';
import { useFeed } from '../feed/use-feed.ts';
import { EMPTY_LIST, type EntryList, withNewest, withOlder } from './entry-list.ts';

const PAGE = 200;

interface Page {
  entries: LedgerRecord[];
  size: number;
  next?: number;
}

export interface Filter {
  text: string;
  /** A kind, or the beginning of kinds with a point at its end. */
  kind: string;
  since: Since;
}

export type Since = 'all' | 'hour' | 'today' | 'week';
export const SINCE: Record<Since, string> = { all: 'All time', hour: 'Last hour', today: 'Today', week: 'Last 7 days' };

function sinceIso(since: Since, now = new Date()): string | undefined {
  if (since === 'all') return undefined;
  if (since === 'today') return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
  return new Date(now.getTime() - (since === 'hour' ? 3_600_000 : 7 * 86_400_000)).toISOString();
}

export const NO_FILTER: Filter = { text: '', kind: '', since: 'all' };

export type Entries = ReturnType<typeof useEntries>;

export function useEntries(filter: Filter) {
  /** New entries that wait because the person has scrolled away. */
  const [waiting, setWaiting] = useState(0);

  const ask = useCallback(
    (before?: number, limit = PAGE) => {
      const since = sinceIso(filter.since);
      return client().call<Page>('ledger.recent', {
        limit,
        ...(before === undefined ? {} : { before }),
        ...(filter.kind === '' ? {} : { kind: filter.kind }),
        ...(filter.text.trim() === '' ? {} : { text: filter.text.trim() }),
        ...(since === undefined ? {} : { since }),
      });
    },
    [filter],
  );
  const newest = useCallback(
    async (current: () => boolean) => {
      let page = await ask();
      // A rare text may stand far down: pages that found nothing are gone through until something is there.
      for (let tries = 0; page.entries.length === 0 && page.next !== undefined && tries < 20 && current(); tries++)
        page = await ask(page.next);
      return page;
    },
    [ask],
  );
  const feed = useFeed<EntryList, Page, number>({
    empty: EMPTY_LIST,
    newest,
    page: (cursor) => ask(cursor),
    fresh: ({ entries, next }) => ({ entries, next }),
    withOlder,
    onRead: ({ size }) => {
      setWaiting(0);
      useLedgerStatus.setState((status) => ({ size: Math.max(status.size ?? 0, size) }));
    },
  });
  const { setList, generation, atTop, reload } = feed;

  /** Entries that the node told of since the newest were read. */
  const told = useRef(0);
  // Reading what is new goes on over a change of the filter: it must ask with the one that is chosen now.
  const askNow = useRef(ask);
  askNow.current = ask;
  const takeNew = useCallback(async () => {
    const mine = generation.current;
    // A few more than are new: the page has to reach down to what is there, and answers should stay small.
    const limit = Math.min(PAGE, told.current + 5);
    told.current = 0;
    const page = await askNow.current(undefined, limit);
    if (generation.current !== mine) return;
    setList((before) => withNewest(before, page));
    setWaiting(0);
  }, [generation, setList]);

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
      told.current += matching.length;
      if (atTop.current) void refresh();
      else setWaiting((before) => before + matching.length);
    });
  }, [takeNew, reload, filter.kind, atTop]);

  return { ...feed, waiting, takeNew };
}
