import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEvents } from '../operations/events.ts';
import { createRequestLog, type RequestLog } from './requests.ts';
import type { NodeEvent } from '../runs/schema.ts';
import type { ServiceRequest } from './schema.ts';

const request = (service: string, ms: number, status = 200): ServiceRequest => ({
  id: `${service}-${ms}`,
  time: new Date().toISOString(),
  service,
  version: 1,
  method: 'GET',
  path: '/',
  status,
  ms,
  fuel: 1,
  actor: 'public',
});

let log: RequestLog;
let told: NodeEvent[];
beforeEach(() => {
  vi.useFakeTimers();
  const events = createEvents();
  told = [];
  events.subscribe('p', undefined, (event) => told.push(event));
  log = createRequestLog(events, (_project, service) => (service === 'Users' ? 3 : 0));
});
afterEach(() => {
  log.close();
  vi.useRealTimers();
});

it('tells many requests as one event, with the rates of their services alone', () => {
  log.add('p', request('Idle', 1));
  vi.runAllTimers();
  told.length = 0;
  for (let ms = 1; ms <= 60; ms++) log.add('p', request('Users', ms, ms === 60 ? 500 : 200));
  expect(told).toEqual([]);
  vi.runAllTimers();
  expect(told).toMatchObject([
    {
      type: 'service.requests',
      skipped: 10,
      rates: [{ service: 'Users', requests: 60, errors: 1, p50: 31, running: 3 }],
    },
  ]);
});

it('tells rates that are those which are read', () => {
  log.add('p', request('Users', 5));
  vi.runAllTimers();
  expect(told).toMatchObject([{ rates: [log.rates('p', 'Users')] }]);
});
