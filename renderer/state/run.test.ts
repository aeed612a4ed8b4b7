import { describe, expect, it } from 'vitest';
import type { NodeEvent, RunRecord, RunSummary } from '../../node-core/runs/schema.ts';
import { useConnection } from './connection.ts';
import { loadRun, patchRuns, useRuns } from './run.ts';

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
  it('a run that goes on has no error and no end any more', () => {
    const error = { type: '', title: '', status: 400, code: 'x', detail: 'No such file.' };
    const failed = { ...record, state: 'failed' as const, error, finishedAt: '2026-11-21T10:00:02Z', ms: 5 };
    const after = patchRuns({ ...state, records: { r1: failed } }, event('run.changed', { run: summary }));
    expect(after.records?.['r1']).toEqual(record);
  });
  it('outputs arrive by label', () => {
    const output = { label: 'Top ten', kind: 'text', value: 'x', node: 'output:Top ten' };
    expect(patchRuns(state, event('run.output', { runId: 'r1', output })).records?.['r1']?.outputs).toEqual({
      'Top ten': output,
    });
  });
  it('of runs that nobody looks at leave a line in the log and nothing else', () => {
    const failed = {
      ...record.steps[0]!,
      state: 'failed' as const,
      error: { type: '', title: '', status: 400, code: 'x', detail: 'No such file.' },
    };
    const after = patchRuns(state, event('step.changed', { runId: 'other', step: failed }));
    expect(after.records).toBeUndefined();
    expect(after.log).toMatchObject([
      { runId: 'other', stepId: 'step:load', level: 'error', message: 'failed: No such file.' },
    ]);
    expect(patchRuns(state, event('reset', {}))).toEqual({});
  });
  it('the end of a run is said once', () => {
    const end = event('run.changed', { run: { ...summary, state: 'succeeded', ms: 82 } });
    const after = { ...state, ...patchRuns(state, end) };
    expect(after.log.map((line) => line.message)).toEqual(['Airports succeeded in 82 ms']);
    expect(patchRuns(after, end).log).toHaveLength(1);
  });
  it('the log forgets its oldest lines', () => {
    let after: Parameters<typeof patchRuns>[0] = state;
    for (let at = 0; at < 6001; at++) {
      after = {
        ...after,
        ...patchRuns(after, event('run.log', { runId: 'r1', level: 'info', message: `line ${at}` })),
      };
    }
    expect(after.log.length).toBeLessThanOrEqual(2000);
    expect(after.log.at(-1)?.message).toBe('line 6000');
  });
});

describe('reading a run', () => {
  it('reads again what ended while it was read', async () => {
    let reads = 0;
    const call = (): Promise<any> => {
      reads += 1;
      if (reads > 1) return Promise.resolve({ ...record, state: 'succeeded' });
      // The event that says so is there before the answer is.
      useRuns.setState(
        patchRuns(useRuns.getState(), event('run.changed', { run: { ...summary, state: 'succeeded' } })),
      );
      return Promise.resolve(record);
    };
    const never = () => Promise.reject(new Error('not asked for'));
    useConnection.setState({
      client: {
        sameMachine: true,
        call,
        upload: never,
        get: never,
        link: () => undefined,
        send: never,
        request: never,
      },
    });
    await loadRun('r1');
    expect(useRuns.getState().records['r1']?.state).toBe('succeeded');
  });
});
