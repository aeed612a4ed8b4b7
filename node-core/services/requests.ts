/** The latest requests of each project's services, in memory, with their rates; those who watch are told a few times a second. */
import type { EventHub } from '../operations/events.ts';
import type { ServiceRates, ServiceRequest } from './schema.ts';

/** Requests that are kept of a project. */
const KEPT = 1000;
const SECONDS = 60;
/** Between two events, and requests that one of them names. */
const TELL_MS = 250;
const MOST_TOLD = 50;

export interface RequestLog {
  add(project: string, request: ServiceRequest): void;
  /** The newest first. */
  latest(project: string, options: { service?: string; limit: number }): ServiceRequest[];
  rates(project: string, service: string): ServiceRates;
  close(): void;
}

interface Counter {
  requests: number;
  errors: number;
  perSecond: number[];
  /** The second that the last place of `perSecond` is. */
  second: number;
}

interface Kept {
  ring: ServiceRequest[];
  next: number;
  counters: Map<string, Counter>;
  untold: ServiceRequest[];
  /** Services that answered since the last event. */
  touched: Set<string>;
  skipped: number;
  timer: NodeJS.Timeout | undefined;
}

/** @param running requests of a service that are not answered yet */
export function createRequestLog(events: EventHub, running: (project: string, service: string) => number): RequestLog {
  const projects = new Map<string, Kept>();

  const keptOf = (project: string): Kept => {
    let kept = projects.get(project);
    if (kept === undefined)
      projects.set(
        project,
        (kept = {
          ring: [],
          next: 0,
          counters: new Map(),
          untold: [],
          touched: new Set(),
          skipped: 0,
          timer: undefined,
        }),
      );
    return kept;
  };

  function tell(project: string, kept: Kept): void {
    kept.timer = undefined;
    const requests = kept.untold.splice(0);
    const { skipped } = kept;
    kept.skipped = 0;
    const rates = [...kept.touched].map((service) => ratesOf(project, service));
    kept.touched.clear();
    if (requests.length > 0) events.publish(project, { type: 'service.requests', requests, skipped, rates });
  }

  function ratesOf(project: string, service: string): ServiceRates {
    const { counters, ring } = keptOf(project);
    const counter = counters.get(service);
    if (counter !== undefined) forward(counter);
    const times = ring
      .flatMap((request) => (request.service === service ? [request.ms] : []))
      .toSorted((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return {
      service,
      requests: counter?.requests ?? 0,
      errors: counter?.errors ?? 0,
      perSecond: [...(counter?.perSecond ?? Array<number>(SECONDS).fill(0))],
      p50: at(0.5),
      p95: at(0.95),
      running: running(project, service),
    };
  }

  return {
    add(project, request) {
      const kept = keptOf(project);
      kept.ring[kept.next] = request;
      kept.next = (kept.next + 1) % KEPT;
      let counter = kept.counters.get(request.service);
      if (counter === undefined)
        kept.counters.set(
          request.service,
          (counter = { requests: 0, errors: 0, perSecond: Array<number>(SECONDS).fill(0), second: 0 }),
        );
      counter.requests++;
      if (request.status >= 500) counter.errors++;
      forward(counter);
      counter.perSecond[SECONDS - 1]!++;
      if (events.listeners(project) === 0) return;
      kept.touched.add(request.service);
      if (kept.untold.length < MOST_TOLD) kept.untold.push(request);
      else kept.skipped++;
      kept.timer ??= setTimeout(() => tell(project, kept), TELL_MS).unref();
    },
    latest(project, { service, limit }) {
      const { ring, next } = keptOf(project);
      const found: ServiceRequest[] = [];
      for (let back = 1; back <= ring.length && found.length < limit; back++) {
        const request = ring[(next - back + ring.length) % ring.length]!;
        if (service === undefined || request.service === service) found.push(request);
      }
      return found;
    },
    rates: ratesOf,
    close() {
      for (const { timer } of projects.values()) clearTimeout(timer);
    },
  };
}

/** Moves the seconds on to now. */
function forward(counter: Counter): void {
  const now = Math.floor(Date.now() / 1000);
  const passed = Math.min(SECONDS, now - counter.second);
  if (passed <= 0) return;
  counter.perSecond.splice(0, passed);
  while (counter.perSecond.length < SECONDS) counter.perSecond.push(0);
  counter.second = now;
}
