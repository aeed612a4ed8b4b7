import { describe, expect, it } from 'vitest';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { drawn, planOf } from './testing.ts';
import { slowestPath, timeShares } from './timing.ts';

const step = (id: string, ms: number | undefined, state: StepRecord['state'] = 'done'): StepRecord => ({
  id,
  name: id,
  contract: 'FILTER@1.0',
  state,
  ...(ms === undefined ? {} : { ms }),
});

describe('where the time of a run goes', () => {
  it('shares it among the steps that took some, and leaves out what was reused', () => {
    const shares = timeShares([step('a', 30), step('b', 10), step('c', undefined), step('d', 500, 'reused')]);
    expect([...shares]).toEqual([
      ['a', 0.75],
      ['b', 0.25],
    ]);
    expect(timeShares([]).size).toBe(0);
  });

  it('finds the chain that costs most, not the one with most steps', () => {
    const { nodes, edges } = drawn(planOf({ a: 'load', b: 'a', c: 'b', slow: 'load' }));
    const costs: Record<string, number> = { 'step:load': 5, 'step:a': 1, 'step:b': 1, 'step:c': 1, 'step:slow': 10 };
    const path = slowestPath(nodes, edges, (node) => costs[node.id] ?? 0);
    expect([...path.nodes].toSorted()).toEqual(['input:data', 'step:load', 'step:slow']);
    expect([...path.edges].toSorted()).toEqual(['input:data→step:load', 'step:load→step:slow']);
  });

  it('ends with steps that read each other in a circle', () => {
    const { nodes, edges } = drawn(planOf({ a: 'b', b: 'a' }));
    expect(slowestPath(nodes, edges, () => 1).nodes.size).toBeGreaterThan(0);
  });
});
