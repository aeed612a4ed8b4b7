import { describe, expect, it } from 'vitest';
import type { RunState, RunSummary } from '../../../node-core/runs/schema.ts';
import { NO_RUNS, withOlderRuns, withRun } from './run-list.ts';

const run = (id: string, state: RunState = 'succeeded'): RunSummary => ({
  id,
  name: id,
  state,
  planHash: '',
  inputs: {},
  createdAt: '',
  stepsTotal: 1,
  stepsDone: 1,
});
const ids = (list: { runs: readonly RunSummary[] }) => list.runs.map((one) => one.id);

describe('the list of runs', () => {
  it('grows by pages without repeats', () => {
    const list = withOlderRuns(withOlderRuns(NO_RUNS, { runs: [run('c'), run('b')], next: 'x' }), {
      runs: [run('b'), run('a')],
    });
    expect(ids(list)).toEqual(['c', 'b', 'a']);
    expect(list.next).toBeUndefined();
  });
  it('takes events in place, new ones on top', () => {
    const list = { runs: [run('b', 'running'), run('a')], next: undefined };
    expect(withRun(list, run('b', 'failed'), undefined).runs[0]!.state).toBe('failed');
    expect(ids(withRun(list, run('c'), undefined))).toEqual(['c', 'b', 'a']);
  });
  it('shows under a filter only what fits it', () => {
    const list = { runs: [run('b', 'running')], next: undefined };
    expect(ids(withRun(list, run('b', 'succeeded'), 'running'))).toEqual([]);
    expect(ids(withRun(list, run('c', 'failed'), 'running'))).toEqual(['b']);
  });
});
