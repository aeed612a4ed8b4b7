/** The services of the project with their rates, and the latest requests: kept true by events. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ServiceInfo, ServiceRates, ServiceRequest } from '../../../node-core/services/schema.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';

export interface Services {
  /** Undefined while they are read for the first time. */
  list: ServiceInfo[] | undefined;
  rates: ReadonlyMap<string, ServiceRates>;
  error: unknown;
  reload(): void;
}

export function useServices(): Services {
  const [found, setFound] = useState<{ services: ServiceInfo[]; rates: ServiceRates[] }>();
  const [error, setError] = useState<unknown>();
  const phase = useConnection((state) => state.phase);
  const reload = useCallback(() => {
    client()
      .call<{ services: ServiceInfo[]; rates: ServiceRates[] }>('service.list')
      .then((answer) => {
        setFound(answer);
        setError(undefined);
      }, setError);
  }, []);
  useEffect(() => {
    if (phase === 'connected' || phase === 'offline') reload();
  }, [phase, reload]);
  useEffect(
    () =>
      onNodeEvent((event) => {
        if (event.type === 'service.requests')
          setFound((before) => before && { ...before, rates: withNews(before.rates, event.rates) });
        else if (event.type === 'reset' || event.type.startsWith('service.')) reload();
      }),
    [reload],
  );
  const rates = useMemo(() => new Map(found?.rates.map((one) => [one.service, one])), [found]);
  return {
    list: found?.services,
    rates,
    error,
    reload,
  };
}

/** Rates of services of which an event told, in the place of what was known of them. */
const withNews = (before: readonly ServiceRates[], news: readonly ServiceRates[]): ServiceRates[] => [
  ...before.filter(({ service }) => !news.some((one) => one.service === service)),
  ...news,
];

/** Requests that are kept on view. */
const MOST = 500;

/** The latest requests of a service, the newest first. */
export function useRequests(service: string): { requests: ServiceRequest[] | undefined; skipped: number } {
  const [requests, setRequests] = useState<ServiceRequest[]>();
  const [skipped, setSkipped] = useState(0);
  useEffect(() => {
    let gone = false;
    setRequests(undefined);
    setSkipped(0);
    const read = (): void =>
      void client()
        .call<{ requests: ServiceRequest[] }>('service.requests', { service, limit: 200 })
        .then(
          (answer) => gone || setRequests(answer.requests),
          () => undefined,
        );
    read();
    const stop = onNodeEvent((event) => {
      if (event.type === 'reset') read();
      if (event.type !== 'service.requests') return;
      const own = event.requests.filter((one) => one.service === service);
      setSkipped((before) => before + event.skipped);
      if (own.length > 0) setRequests((before) => merged(own, before ?? []));
    });
    return () => {
      gone = true;
      stop();
    };
  }, [service]);
  return { requests, skipped };
}

/** The newest first, each once. Exported for tests. */
export function merged(news: readonly ServiceRequest[], before: readonly ServiceRequest[]): ServiceRequest[] {
  const known = new Set(before.map(({ id }) => id));
  return [...news.filter(({ id }) => !known.has(id)), ...before]
    .toSorted((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
    .slice(0, MOST);
}
