/** The services of the project with their rates, and the latest requests: kept true by events. */
import { useCallback, useMemo } from 'react';
import type { ServiceInfo, ServiceRates, ServiceRequest } from '../../../node-core/services/schema.ts';
import { client } from '../../state/connection.ts';
import { type FromNode, useFromNode } from '../../state/from-node.ts';

export interface Services {
  /** Undefined while they are read for the first time. */
  list: ServiceInfo[] | undefined;
  rates: ReadonlyMap<string, ServiceRates>;
  error: unknown;
  reload(): void;
}

interface Listed {
  services: ServiceInfo[];
  rates: ServiceRates[];
}

const readServices = (signal: AbortSignal): Promise<Listed> => client().call('service.list', {}, { signal });

export function useServices(): Services {
  const { value, error, reload } = useFromNode<Listed>(readServices, (listed, event) =>
    event.type === 'service.requests'
      ? { ...listed, rates: withNews(listed.rates, event.rates) }
      : event.type.startsWith('service.')
        ? 'again'
        : listed,
  );
  const rates = useMemo(() => new Map(value?.rates.map((one) => [one.service, one])), [value]);
  return { list: value?.services, rates, error, reload };
}

/** Rates of services of which an event told, in the place of what was known of them. */
const withNews = (before: readonly ServiceRates[], news: readonly ServiceRates[]): ServiceRates[] => [
  ...before.filter(({ service }) => !news.some((one) => one.service === service)),
  ...news,
];

/** Requests that are kept on view. */
const MOST = 500;

interface Requests {
  requests: ServiceRequest[];
  /** How many more there were than the node told of. */
  skipped: number;
}

/** The latest requests of a service, the newest first. */
export function useRequests(service: string): FromNode<Requests> {
  const read = useCallback(
    async (signal: AbortSignal): Promise<Requests> => {
      const { requests } = await client().call<{ requests: ServiceRequest[] }>(
        'service.requests',
        { service, limit: 200 },
        { signal },
      );
      return { requests, skipped: 0 };
    },
    [service],
  );
  return useFromNode(read, (known, event) => {
    if (event.type !== 'service.requests') return known;
    const own = event.requests.filter((one) => one.service === service);
    if (own.length === 0 && event.skipped === 0) return known;
    return { requests: merged(own, known.requests), skipped: known.skipped + event.skipped };
  });
}

/** The newest first, each once. Exported for tests. */
export function merged(news: readonly ServiceRequest[], before: readonly ServiceRequest[]): ServiceRequest[] {
  const known = new Set(before.map(({ id }) => id));
  return [...news.filter(({ id }) => !known.has(id)), ...before]
    .toSorted((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0))
    .slice(0, MOST);
}
