/** What a view reads from the node as a whole: at its beginning, when the node is back, and whenever an event says so. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { NodeEvent } from '../../node-core/runs/schema.ts';
import { onNodeEvent, onNodeLeft, useConnection } from './connection.ts';

export interface FromNode<T> {
  /** Undefined until it was read for the first time; what was read stays while the node is away. */
  value: T | undefined;
  /** Why it could not be read the last time that it was tried. */
  error: unknown;
  reload(): void;
}

/** What an event means for what was read: this instead, or `again` for reading it anew. */
export type Follow<T> = (value: T, event: NodeEvent) => T | 'again';

/**
 * @param read asks the node; another function (make it with `useCallback`) is asked at once, and what was read stays until it has answered
 * @param follow keeps the value true by events; one that changes nothing gives the value back
 */
export function useFromNode<T>(read: (signal: AbortSignal) => Promise<T>, follow: Follow<T>): FromNode<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const phase = useConnection((state) => state.phase);
  const known = useRef<T>(undefined);
  const asked = useRef<AbortController>(undefined);
  const latest = useRef(follow);
  latest.current = follow;

  const keep = useCallback((next: T | undefined): void => {
    known.current = next;
    setValue(next);
  }, []);
  const reload = useCallback((): void => {
    asked.current?.abort();
    const { signal } = (asked.current = new AbortController());
    // What fails before it is sent fails like everything else.
    Promise.resolve()
      .then(() => read(signal))
      .then(
        (found) => {
          if (signal.aborted) return;
          keep(found);
          setError(undefined);
        },
        (thrown: unknown) => signal.aborted || setError(thrown),
      );
  }, [read, keep]);

  useEffect(() => {
    // Offline, what is there stays; where nothing is there yet, asking in vain says so.
    if (phase === 'connected' || (phase === 'offline' && known.current === undefined)) reload();
  }, [phase, reload]);
  useEffect(() => {
    const stop = onNodeEvent((event) => {
      if (event.type === 'reset') return reload();
      if (known.current === undefined) return;
      const next = latest.current(known.current, event);
      if (next === 'again') reload();
      else if (next !== known.current) keep(next);
    });
    const forget = onNodeLeft(() => keep(undefined));
    return () => {
      stop();
      forget();
      asked.current?.abort();
    };
  }, [reload, keep]);
  return { value, error, reload };
}
