/** The history of runs under a filter, with everything that keeps it true. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunState, RunSummary } from '../../../node-core/runs/schema.ts';
import { client, onNodeEvent } from '../../state/connection.ts';
import { useFeed } from '../feed/use-feed.ts';
import { NO_RUNS, type RunList, withOlderRuns, withRun } from './run-list.ts';

interface Page {
  runs: RunSummary[];
  next?: string;
}

export type Runs = ReturnType<typeof useRunList>;

export function useRunList(filter: RunState | undefined) {
  /** New runs that wait because the person has scrolled away. */
  const [waiting, setWaiting] = useState<readonly RunSummary[]>([]);
  const ask = useCallback(
    (cursor?: string) =>
      client().call<Page>('flow.listRuns', {
        limit: 100,
        ...(cursor === undefined ? {} : { cursor }),
        ...(filter === undefined ? {} : { state: filter }),
      }),
    [filter],
  );
  const newest = useCallback(() => ask(), [ask]);
  const feed = useFeed<RunList, Page, string>({
    empty: NO_RUNS,
    newest,
    page: ask,
    fresh: ({ runs, next }) => ({ runs, next }),
    withOlder: withOlderRuns,
    onRead: () => setWaiting([]),
  });
  const { list, setList, atTop, reload } = feed;

  const known = useRef(list);
  known.current = list;
  useEffect(
    () =>
      onNodeEvent((event) => {
        if (event.type === 'reset') void reload();
        if (event.type !== 'run.changed') return;
        const { run } = event;
        const listed = known.current.runs.some((item) => item.id === run.id);
        if (listed || atTop.current) setList((before) => withRun(before, run, filter));
        else setWaiting((before) => withRun({ runs: before, next: undefined }, run, filter).runs);
      }),
    [filter, reload, atTop, setList],
  );
  const takeNew = useCallback(() => {
    setList((before) => waiting.toReversed().reduce((sum, run) => withRun(sum, run, filter), before));
    setWaiting([]);
  }, [waiting, filter, setList]);

  return { ...feed, waiting: waiting.length, takeNew };
}
