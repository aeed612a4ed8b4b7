import { expect, it } from 'vitest';
import type { FileVersion } from '../../../node-core/files/schema.ts';
import type { RunSummary } from '../../../node-core/runs/schema.ts';
import { timelineOf } from './items.ts';

it('puts versions and runs into one order, the latest first', () => {
  const version = (id: number, time: string): FileVersion => ({ id, time, cause: 'saved', version: 'x', size: 1 });
  const run = { id: 'r', createdAt: '2026-01-02T00:00:00Z' } as RunSummary;
  const items = timelineOf([version(2, '2026-01-03T00:00:00Z'), version(1, '2026-01-01T00:00:00Z')], [run]);
  expect(items.map(({ key }) => key)).toEqual(['version:2', 'run:r', 'version:1']);
});
