import { describe, expect, it } from 'vitest';
import type { NodeEvent, RunRecord, RunSummary } from '../../node-core/runs/schema.ts';
import { patchRuns } from './run.ts';

const summary: RunSummary = {
  id: 'r1',
  name: 'Airports',
  state: 'running',
  planHash: 'ab',
  inputs: {},
  createdAt: '2026-11-21T10:00:00Z',
  stepsTotal: 2,
  stepsDone: 0,
};
const record: RunRecord = {
  ...summary,
  source: '',
  outputs: {},
  steps: [{ id: 'step:load', name: 'load', contract: 'LOAD_CSV@1.0', state: 'waiting' }],
};
const state = { records: { r1: record }, recent: [summary], log: [] };
const event = <T extends NodeEvent['type']>(type: T, rest: object): NodeEvent =>
  ({ id: '1', time: '2026-11-21T10:00:01Z', type, ...rest }) as NodeEvent;

describe('events patch runs', () => {
  it('a step changes in place', () => {
    const step = { ...record.steps[0]!, state: 'done' as const, rows: 3376 };
    const after = patchRuns(state, event('step.changed', { runId: 'r1', step }));
    expect(after.records?.['r1']?.steps).toEqual([step]);
  });
  it('a run that was never seen appears first in the list', () => {
    const after = patchRuns(state, event('run.changed', { run: { ...summary, id: 'r2' } }));
    expect(after.recent?.map((run) => run.id)).toEqual(['r2', 'r1']);
  });
  it('a known run keeps its place and its steps', () => {
    const after = patchRuns(state, event('run.changed', { run: { ...summary, state: 'succeeded', ms: 82 } }));
    expect(after.recent).toHaveLength(1);
    expect(after.records?.['r1']).toMatchObject({ state: 'succeeded', ms: 82, steps: record.steps });
  });
  it('outputs arrive by label', () => {
    const output = { label: 'Top ten', kind: 'text', value: 'x', node: 'output:Top ten' };
    expect(patchRuns(state, event('run.output', { runId: 'r1', output })).records?.['r1']?.outputs).toEqual({
      'Top ten': output,
    });
  });
  it('events of runs that nobody looks at change nothing but the list', () => {
    expect(patchRuns(state, event('step.changed', { runId: 'other', step: record.steps[0] }))).toEqual({});
    expect(patchRuns(state, event('reset', {}))).toEqual({});
  });
});
