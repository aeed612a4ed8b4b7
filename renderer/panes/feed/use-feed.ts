/** A list that the node gives in pages, newest first: read at the start and when the node is back, older pages on demand. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from '../../state/connection.ts';
import { problemOf } from '../../ui/problem.ts';

export interface FeedOptions<List, Page, Cursor> {
  empty: List;
  /** Reads the newest page; `current` says whether its answer is still wanted. Make it with `useCallback`. */
  newest(current: () => boolean): Promise<Page>;
  /** Reads the page at a cursor. */
  page(cursor: Cursor): Promise<Page>;
  /** The list of the newest page alone. */
  fresh(page: Page): List;
  withOlder(list: List, page: Page): List;
  /** Told when the list was read anew. */
  onRead?(page: Page): void;
}

export interface Feed<List> {
  list: List;
  setList(change: (before: List) => List): void;
  /** It was read at least once. */
  loaded: boolean;
  loading: boolean;
  error: unknown;
  /** Whether the person is at the newest rows; new ones appear only then by themselves. */
  atTop: { current: boolean };
  /** Grows with each reading anew: an answer of an older one is not wanted. */
  generation: { readonly current: number };
  reload(): Promise<void>;
  loadOlder(): Promise<void>;
}

/** The node is away and nothing was read before: the list says so, and whoever shows a row beside it need not say it again. */
export const isAway = ({ loaded, error }: Pick<Feed<unknown>, 'loaded' | 'error'>): boolean =>
  !loaded && error !== undefined && problemOf(error).code === 'node-unreachable';

export function useFeed<List extends { next: Cursor | undefined }, Page, Cursor>(
  options: FeedOptions<List, Page, Cursor>,
): Feed<List> {
  const { newest } = options;
  const latest = useRef(options);
  latest.current = options;
  const [list, setList] = useState<List>(options.empty);
  const [state, setState] = useState<{ loading: boolean; error: unknown; loaded: boolean }>({
    loading: true,
    error: undefined,
    loaded: false,
  });
  const atTop = useRef(true);
  const generation = useRef(0);
  const older = useRef(false);
  const loaded = useRef(false);
  const phase = useConnection((connection) => connection.phase);

  const reload = useCallback(async () => {
    generation.current += 1;
    const mine = generation.current;
    setState((before) => ({ ...before, loading: true, error: undefined }));
    try {
      const page = await newest(() => generation.current === mine);
      if (generation.current !== mine) return;
      setList(latest.current.fresh(page));
      latest.current.onRead?.(page);
      loaded.current = true;
      setState({ loading: false, error: undefined, loaded: true });
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, loading: false, error }));
    }
  }, [newest]);

  useEffect(() => {
    // Offline, what is there stays; when the node is back, everything is read again.
    if (phase === 'connected' || (phase === 'offline' && !loaded.current)) void reload();
  }, [reload, phase]);

  const { next } = list;
  const loadOlder = useCallback(async () => {
    if (older.current || next === undefined) return;
    older.current = true;
    const mine = generation.current;
    try {
      const page = await latest.current.page(next);
      if (generation.current === mine) setList((before) => latest.current.withOlder(before, page));
    } catch (error) {
      if (generation.current === mine) setState((before) => ({ ...before, error }));
    } finally {
      older.current = false;
    }
  }, [next]);

  return { list, setList, ...state, atTop, generation, reload, loadOlder };
}
