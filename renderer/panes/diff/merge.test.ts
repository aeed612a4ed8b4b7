import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffPlans } from '../../../node-core/flow/diff/diff.ts';
import { seeded } from '../../../node-core/flow/random.ts';
import { editGraph } from '../../../node-core/flow/edit/graph-edit.ts';
import { randomEdit, randomPlan } from '../../../node-core/flow/edit/invariants.ts';
import { check } from '../../../node-core/flow/plan/check.ts';
import { applyEdits } from '../../../node-core/flow/service/navigation.ts';
import { edgeKey, mergeGraphs, type MergedGraph } from './merge.ts';

const merged = (before: string, after: string): MergedGraph =>
  mergeGraphs(check(before).draft, check(after).draft, diffPlans(before, after));

const PLAN = `FLOW "x"
STEP a = TRANSFORM [ { n: 1 } ]
STEP b = FILTER a WHERE n > 0
STEP c = SORT b BY n
OUTPUT c AS "C"
END FLOW
`;

describe('one graph of two plans', () => {
  it('is the plan itself when nothing differs', () => {
    const { graph, marks, edges } = merged(PLAN, PLAN);
    expect(graph.nodes).toHaveLength(check(PLAN).draft.nodes.length);
    expect(Object.values(marks).filter((mark) => mark !== 'same')).toEqual([]);
    expect(edges).toEqual({});
  });

  it('keeps what was removed, with its edges', () => {
    const { marks, edges } = merged(
      PLAN,
      PLAN.replace('STEP b = FILTER a WHERE n > 0\n', '').replace('SORT b', 'SORT a'),
    );
    expect(marks['old:step:b']).toBe('removed');
    expect(edges).toEqual({
      'step:a→step:c': 'added',
      'step:a→old:step:b': 'removed',
      'old:step:b→step:c': 'removed',
    });
  });

  it('knows a renamed step under its new name', () => {
    const { marks, edges } = merged(PLAN, PLAN.replaceAll(/\bb\b/g, 'big'));
    expect(marks['step:big']).toBe('renamed');
    expect(edges).toEqual({});
  });

  it('of any two plans has no edge to nowhere, and no id twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fffffff }), (seed) => {
        const random = seeded(seed);
        const before = randomPlan(random, 4);
        const result = editGraph(before, randomEdit(random, before));
        const after = result.ok ? applyEdits(before, result.edits) : randomPlan(random, 4);
        const { graph } = merged(before, after);
        const ids = new Set(graph.nodes.map((node) => node.id));
        expect(ids.size).toBe(graph.nodes.length);
        for (const edge of graph.edges) expect([edge.from, edge.to].every((id) => ids.has(id))).toBe(true);
        expect(new Set(graph.edges.map(edgeKey)).size).toBe(graph.edges.length);
      }),
      { numRuns: 200 },
    );
  });
});
