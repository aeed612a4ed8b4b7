import { expect, it } from 'vitest';
import { check } from '../../node-core/flow/plan/check.ts';
import { unreached } from './called-breakpoints.ts';

const open = [
  { id: 'a', name: 'caller.flow', text: 'FLOW "Caller"\nEND FLOW' },
  { id: 'b', name: 'summary.flow', text: 'FLOW "Weather summary"\nEND FLOW' },
  { id: 'c', name: 'other.flow', text: 'FLOW "Other"\nEND FLOW' },
];
const graph = (steps: string) => check(`FLOW "Caller"\n${steps}\nEND FLOW`).draft;

it('names the open flows with breakpoints that the plan calls, by file or by title', () => {
  const all = () => true;
  expect(unreached(graph('STEP x = CALL FLOW "lib/Summary.flow"'), open, all)).toEqual(['summary.flow']);
  expect(unreached(graph('STEP x = CALL FLOW "weather summary"'), open, all)).toEqual(['summary.flow']);
  expect(unreached(graph('STEP x = IF 1 > 0 THEN CALL FLOW "lib/summary"'), open, all)).toEqual(['summary.flow']);
});

it('names none that has no breakpoint, that is not called, or whose name is worked out', () => {
  const only = (id: string) => (documentId: string) => documentId === id;
  expect(unreached(graph('STEP x = CALL FLOW "lib/summary.flow"'), open, only('c'))).toEqual([]);
  expect(unreached(graph('STEP x = TRANSFORM "lib/summary.flow"'), open, only('b'))).toEqual([]);
  expect(unreached(graph('STEP n = TRANSFORM "summary"\nSTEP x = CALL FLOW n'), open, only('b'))).toEqual([]);
});
