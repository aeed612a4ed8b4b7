/** The schedules of the project, kept true by events; and the time of day, to the minute. */
import { useCallback, useEffect, useState } from 'react';
import type { Firing, Schedule } from '../../../node-core/schedules/schema.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';

export interface Schedules {
  /** Undefined while they are read for the first time. */
  list: Schedule[] | undefined;
  error: unknown;
  reload(): void;
}

export function useSchedules(): Schedules {
  const [list, setList] = useState<Schedule[] | undefined>();
  const [error, setError] = useState<unknown>();
  const phase = useConnection((state) => state.phase);
  const reload = useCallback(() => {
    client()
      .call<{ schedules: Schedule[] }>('schedules.list')
      .then(({ schedules }) => {
        setList(schedules);
        setError(undefined);
      }, setError);
  }, []);
  useEffect(() => {
    // Offline, what is there stays; where nothing is there yet, asking in vain says so.
    if (phase === 'connected' || phase === 'offline') reload();
  }, [phase, reload]);
  useEffect(
    () =>
      onNodeEvent((event) => {
        if (event.type === 'reset') reload();
        if (event.type === 'schedule.removed') setList((all) => all?.filter((one) => one.id !== event.schedule));
        if (event.type !== 'schedule.changed') return;
        const { schedule } = event;
        setList((all) => {
          if (all === undefined) return all;
          return all.some((one) => one.id === schedule.id)
            ? all.map((one) => (one.id === schedule.id ? schedule : one))
            : [...all, schedule];
        });
      }),
    [reload],
  );
  return { list, error, reload };
}

/** The newest firings of a schedule; read again when the schedule changes. */
export function useFirings(schedule: Schedule): { firings: Firing[] | undefined; error: unknown } {
  const [firings, setFirings] = useState<Firing[] | undefined>();
  const [error, setError] = useState<unknown>();
  const connected = useConnection((state) => state.phase === 'connected');
  useEffect(() => {
    if (!connected) return;
    let gone = false;
    client()
      .call<{ firings: Firing[] }>('schedules.history', { id: schedule.id, limit: 100 })
      .then(
        (page) => {
          if (gone) return;
          setFirings(page.firings);
          setError(undefined);
        },
        (thrown: unknown) => gone || setError(thrown),
      );
    return () => {
      gone = true;
    };
  }, [schedule, connected]);
  return { firings, error };
}

/** Now, so that "in 12 min" stays true: moves on the minute while the page is on view, and with whatever `also` is. */
export function useMinute(also?: unknown): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: number | undefined;
    const move = (): void => {
      clearTimeout(timer);
      if (document.hidden) return;
      setNow(Date.now());
      timer = window.setTimeout(move, 60_050 - (Date.now() % 60_000));
    };
    move();
    document.addEventListener('visibilitychange', move);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', move);
    };
  }, [also]);
  return now;
}

/** `in 12 min`, `in 3 h`, `tomorrow` … for what is to come; `now` when it is due. */
export function untilText(iso: string, now: number): string {
  const minutes = Math.round((Date.parse(iso) - now) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours > 5 ? `in ${hours} h` : `in ${hours} h ${minutes % 60} min`;
  const days = Math.round(hours / 24);
  return days === 1 ? 'in a day' : `in ${days} days`;
}
