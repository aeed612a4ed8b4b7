import { describe, expect, it } from 'vitest';
import type { StepNode } from '../../../node-core/flow/plan/graph.ts';
import type { Op } from '../../../node-core/flow/syntax/ast.ts';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import { excerpt, intent, outcome } from './facts.ts';

const range = { start: 0, end: 0 };
function node(op: Op, dependsOn: string[] = []): StepNode {
  return {
    kind: 'step',
    id: 'step:it',
    name: 'it',
    dependsOn,
    range,
    type: { kind: 'any' },
    contract: 'X@1.0',
    op,
    annotations: { source: [] },
    relational: true,
    effect: false,
    cost: 1,
    placement: 'any',
  };
}
const base = { range, wordRange: range };
const name = (text: string) => ({ kind: 'name' as const, name: text, range });
function record(step: Partial<StepRecord>): StepRecord {
  return { id: 'step:it', name: 'it', contract: 'X@1.0', state: 'done', ...step };
}
const filter = node({ ...base, op: 'FILTER', source: name('load'), where: name('x') }, ['step:load']);

describe('the fact on a card', () => {
  it('says how much a filter kept', () => {
    expect(outcome(filter, record({ rows: 2714, ms: 2.2 }), () => 3376)).toBe('2.2 ms · 80% kept');
    expect(outcome(filter, record({ rows: 1, ms: 2 }), () => 100_000)).toBe('2 ms · <1% kept');
    expect(outcome(filter, record({ rows: 0, ms: 2 }), () => 0)).toBe('2 ms · 0 rows');
  });
  it('says groups of a group, rows otherwise', () => {
    const group = node({ ...base, op: 'GROUP_AGG', source: name('usa'), by: [], aggregates: [] });
    expect(outcome(group, record({ rows: 51, ms: 4 }), () => undefined)).toBe('4 ms · 51 groups');
    expect(outcome(group, record({ rows: 1, state: 'reused' }), () => undefined)).toBe('reused · 1 group');
  });
  it('gives the first words of an error and the reason of a skip', () => {
    const error = { type: '', title: '', status: 400, code: 'x', detail: 'No such file airports.cvs. Choose another.' };
    expect(outcome(filter, record({ state: 'failed', error }), () => undefined)).toBe(
      'failed: No such file airports.cvs',
    );
    expect(outcome(filter, record({ state: 'skipped', reason: 'load failed' }), () => undefined)).toBe(
      'skipped: load failed',
    );
  });
  it('shows before a run what the source says', () => {
    const source = 'FILTER load WHERE a\n   > 3';
    const op: Op = {
      ...base,
      op: 'FILTER',
      source: name('load'),
      where: { ...name('a'), range: { start: 18, end: source.length } },
    };
    expect(intent(node(op), source)).toBe('a > 3');
    expect(excerpt('x'.repeat(100), { start: 0, end: 100 }, 10)).toBe('xxxxxxxxx…');
  });
});
