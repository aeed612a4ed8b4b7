import { expect, it, vi } from 'vitest';
import { isId, newId, timeOfId } from './uuid.ts';

it('makes UUIDs of version 7 that carry the time', () => {
  const before = Date.now();
  const id = newId();
  expect(isId(id)).toBe(true);
  expect(timeOfId(id)).toBeGreaterThanOrEqual(before);
  expect(isId('../../etc/passwd')).toBe(false);
});

it('makes ids that grow strictly, however many in a millisecond', () => {
  const ids = Array.from({ length: 50_000 }, newId);
  expect(ids.every((id, i) => isId(id) && (i === 0 || id > ids[i - 1]!))).toBe(true);
});

it('makes ids that grow when the clock is set back', () => {
  vi.useFakeTimers({ now: Date.now() + 60_000 });
  const early = newId();
  vi.setSystemTime(Date.now() - 30_000);
  expect(newId() > early).toBe(true);
  vi.useRealTimers();
});
