import { expect, it } from 'vitest';
import { untilText } from './use-schedules.ts';

it.each([
  ['2026-11-27T10:00:20Z', 'now'],
  ['2026-11-27T09:00:00Z', 'now'],
  ['2026-11-27T10:12:00Z', 'in 12 min'],
  ['2026-11-27T12:00:00Z', 'in 2 h'],
  ['2026-11-27T12:30:00Z', 'in 2 h 30 min'],
  ['2026-11-27T18:30:00Z', 'in 8 h'],
  ['2026-11-28T10:00:00Z', 'in a day'],
  ['2026-11-30T10:00:00Z', 'in 3 days'],
])('%s is %s', (iso, text) => expect(untilText(iso, Date.parse('2026-11-27T10:00:00Z'))).toBe(text));
