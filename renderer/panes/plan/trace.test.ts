import { describe, expect, it } from 'vitest';
import { lineageOf } from '../../../node-core/flow/plan/lineage.ts';
import { hopText } from './trace.ts';
import { wayOf } from './use-trace.ts';

const source = `FLOW "t"
INPUTS
  file data
END INPUTS
STEP load =
  LOAD CSV FROM data
STEP usa =
  FILTER load WHERE country == "USA"
STEP by_state =
  GROUP usa BY state
  AGG max(latitude) AS north
STEP top =
  SORT by_state BY north DESC
END FLOW`;
const columns = ['state', 'country', 'latitude'].map((name) => ({
  name,
  type: { kind: name === 'latitude' ? ('number' as const) : ('text' as const) },
}));

describe('the way of a column through the plan', () => {
  const way = wayOf(lineageOf(source, 'step:top', 'north', { inputColumns: { data: columns } })!);

  it('passes every step back to the file, and names what makes it where it is made', () => {
    expect([...way.hops.keys()]).toEqual(
      expect.arrayContaining(['step:top', 'step:by_state', 'step:usa', 'step:load']),
    );
    expect(hopText(way.hops.get('step:by_state')!)).toBe('north = max(latitude)');
    expect(hopText(way.hops.get('step:usa')!)).toBe('latitude');
  });

  it('comes along the edges that the graph draws', () => {
    expect([...way.edges]).toEqual(
      expect.arrayContaining(['step:by_state→step:top', 'step:usa→step:by_state', 'step:load→step:usa']),
    );
  });
});
