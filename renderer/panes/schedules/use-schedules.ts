/** The schedules of the project, kept true by events; and the time of day, to the minute. */
import { useCallback, useEffect, useState } from 'react';
import type { Firing, Schedule } from '../../../node-core/schedules/schema.ts';
import { client } from '../../state/connection.ts';
import { type FromNode, useFromNode } from '../../state/from-node.ts';

const readSchedules = async (signal: AbortSignal): Promise<Schedule[]> =>
  (await client().call<{ schedules: Schedule[] }>('schedules.list', {}, { signal })).schedules;

export const useSchedules = (): FromNode<Schedule[]> =>
  useFromNode(readSchedules, (all, event) => {
    if (event.type === 'schedule.removed') return all.filter((one) => one.id !== event.schedule);
    if (event.type !== 'schedule.changed') return all;
    const { schedule } = event;
    return all.some((one) => one.id === schedule.id)
      ? all.map((one) => (one.id === schedule.id ? schedule : one))
      : [...all, schedule];
  });

/** The newest firings of a schedule; read again when the schedule changes. */
export function useFirings(schedule: Schedule): FromNode<Firing[]> {
  const read = useCallback(
    async (signal: AbortSignal): Promise<Firing[]> =>
      (await client().call<{ firings: Firing[] }>('schedules.history', { id: schedule.id, limit: 100 }, { signal }))
        .firings,
    [schedule],
  );
  return useFromNode(read, (firings) => firings);
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
