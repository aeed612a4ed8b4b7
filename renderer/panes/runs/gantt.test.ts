import { expect, test } from 'vitest';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { ganttOf, ticksOf } from './gantt.ts';

const at = (ms: number): string => new Date(1_700_000_000_000 + ms).toISOString();
const step = (name: string, start: number, ms: number, more: Partial<StepRecord> = {}): StepRecord => ({
  id: `step:${name}`,
  name,
  contract: 'TRANSFORM@1.0',
  state: 'done',
  startedAt: at(start),
  ms,
  ...more,
});

test('steps that ran beside each other lie in lanes of their own, others follow in the first free one', () => {
  const { bars, lanes, span } = ganttOf([step('a', 0, 10), step('b', 2, 4), step('c', 12, 5)], new Map(), 0);
  expect(bars.map((bar) => [bar.label, bar.lane, bar.start, bar.end])).toEqual([
    ['a', 0, 0, 10],
    ['b', 1, 2, 6],
    ['c', 0, 12, 17],
  ]);
  expect([lanes, span]).toEqual([2, 17]);
});

test('the steps of one query are one bar', () => {
  const fused = ['step:a', 'step:b'];
  const { bars } = ganttOf(
    [{ ...step('a', 0, 0, { fusedWith: fused }), ms: undefined as never }, step('b', 0, 8, { fusedWith: fused })],
    new Map(),
    0,
  );
  expect(bars).toMatchObject([{ label: 'a, b', end: 8, steps: fused }]);
});

test('the critical path goes back from the last end by what each waited for longest, past what took no time', () => {
  const reads = new Map([
    ['step:end', ['step:slow', 'step:quick']],
    ['step:slow', ['step:reused']],
    ['step:reused', ['step:first']],
  ]);
  const { bars } = ganttOf(
    [
      step('first', 0, 5),
      { ...step('reused', 5, 0), state: 'reused' },
      step('quick', 5, 2),
      step('slow', 5, 20),
      step('end', 25, 1),
    ],
    reads,
    0,
  );
  expect(bars.filter((bar) => bar.critical).map((bar) => bar.label)).toEqual(['first', 'slow', 'end']);
});

test('long stretches in which nothing ran are left out', () => {
  const { bars, span, leftOut } = ganttOf([step('a', 0, 100), step('b', 5100, 100)], new Map(), 0);
  expect(bars.map((bar) => [bar.start, bar.end])).toEqual([
    [0, 100],
    [110, 210],
  ]);
  expect([span, leftOut]).toEqual([210, 4990]);
});

test('a scale has round times', () => {
  expect(ticksOf(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(ticksOf(0, 1, 4).length).toBeLessThanOrEqual(6);
});
