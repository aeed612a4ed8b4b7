import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../service/navigation.ts';
import { format } from '../syntax/format.ts';
import { seeded } from '../random.ts';
import { damaged } from '../syntax/generate.ts';
import { edited, PLAN } from '../edit/testing.ts';
import { editGraph } from '../edit/graph-edit.ts';
import { randomEdit, randomPlan } from '../edit/invariants.ts';
import type { GraphEdit } from '../edit/types.ts';
import { check } from '../plan/check.ts';
import { diffPlans } from './diff.ts';
import { describeDifference } from './words.ts';

const words = (edit: GraphEdit): string[] => describeDifference(diffPlans(PLAN, edited(PLAN, edit)));

describe('two versions of a plan', () => {
  it('are the same when only white space differs', () => {
    expect(diffPlans(PLAN, PLAN)).toEqual({ same: true, sameMeaning: true, flow: [], nodes: [] });
    expect(diffPlans(PLAN, format(PLAN))).toMatchObject({ same: true, nodes: [] });
  });

  it('differ by steps that came and went', () => {
    expect(words({ kind: 'insert', item: 'DISTINCT', where: { place: 'end' } })).toEqual(['+ step unique_rows']);
    expect(words({ kind: 'delete', nodes: ['step:some'] })).toEqual([
      '- step some',
      '~ output named: value: some → named',
    ]);
    expect(words({ kind: 'addInput', type: 'text', name: 't' })).toEqual(['+ input t']);
  });

  it('say which part changed, with old and new text and the places on both sides', () => {
    const after = edited(PLAN, {
      kind: 'configure',
      node: 'step:top',
      values: { by: [{ value: 'n', descending: false }], take: '3' },
    });
    const { nodes } = diffPlans(PLAN, after);
    expect(nodes).toHaveLength(1);
    const [node] = nodes;
    expect(node).toMatchObject({
      kind: 'step',
      differences: ['changed'],
      old: { node: 'step:top' },
      new: { node: 'step:top' },
    });
    expect(node!.parts.map(({ id, old, new: now }) => [id, old, now])).toEqual([
      ['by', 'n DESC, state', 'n'],
      ['take', 'most', '3'],
    ]);
    const { newRange, oldRange } = node!.parts[0]!;
    expect(PLAN.slice(oldRange!.start, oldRange!.end)).toBe('n DESC, state');
    expect(after.slice(newRange!.start, newRange!.end)).toBe('n');
  });

  it('know a renamed step, and do not blame its readers', () => {
    expect(words({ kind: 'rename', node: 'step:usa', name: 'american' })).toEqual([
      '~ step american: renamed from usa',
    ]);
    expect(words({ kind: 'rename', node: 'input:most', name: 'limit' })).toEqual(['~ input limit: renamed from most']);
    expect(words({ kind: 'rename', node: 'output:Top', name: 'Best' })).toEqual(['~ output Best: renamed from Top']);
    const both = edited(edited(PLAN, { kind: 'rename', node: 'step:named', name: 'full' }), {
      kind: 'configure',
      node: 'step:full',
      values: { how: 'OUTER' },
    });
    expect(describeDifference(diffPlans(PLAN, both))[0]).toBe('~ step full: renamed from named; keep: LEFT → OUTER');
  });

  it('tell layout, comments and order from meaning', () => {
    const moved = diffPlans(PLAN, edited(PLAN, { kind: 'move', places: [{ node: 'step:load', at: { x: 1, y: 2 } }] }));
    expect(describeDifference(moved)).toEqual(['· step load: placed elsewhere in the graph']);
    expect(moved).toMatchObject({ same: false, sameMeaning: true });
    expect(words({ kind: 'comment', node: 'step:load', text: 'Read' })).toEqual(['· step load: comment changed']);
    expect(words({ kind: 'reorder', nodes: ['step:top'], before: 'step:load' })).toEqual([
      '· step top: moved in the text',
    ]);
    expect(words({ kind: 'annotate', node: 'step:usa', name: 'timeout', arguments: '"9s"' })).toEqual([
      '~ step usa: @timeout: @timeout("30s") → @timeout("9s")',
    ]);
  });

  it('know a renamed step that reads a table of its name', () => {
    const plan = 'FLOW "x"\nSTEP a = LOAD TABLE a\nOUTPUT a AS "A"\nEND FLOW';
    const renamed = plan.replace('STEP a', 'STEP b').replace('OUTPUT a', 'OUTPUT b');
    expect(describeDifference(diffPlans(plan, renamed))).toEqual(['~ step b: renamed from a']);
    expect(describeDifference(diffPlans(renamed, plan))).toEqual(['~ step a: renamed from b']);
  });

  it('know what a TAKE without FROM reads', () => {
    const plan = 'FLOW "x"\nSTEP a = RETURN [1]\nSTEP b = RETURN [2]\nSTEP c = TAKE 1\nOUTPUT c\nEND FLOW';
    expect(diffPlans(plan, plan.replace('TAKE 1', 'TAKE 1 FROM b'))).toMatchObject({ sameMeaning: true, nodes: [] });
    expect(diffPlans(plan.replaceAll(/\bb\b/g, 'q'), plan.replace('TAKE 1', 'TAKE 1 FROM b')).nodes).toMatchObject([
      { differences: ['renamed'] },
    ]);
    const swapped = diffPlans(plan, plan.replace(/(STEP a.*\n)(STEP b.*\n)/, '$2$1'));
    expect(swapped.sameMeaning).toBe(false);
    expect(describeDifference(swapped)).toContain('~ step c: table: b → a');
  });

  it('look into branches', () => {
    const plan = 'FLOW "x"\nSTEP a = IF true THEN TRANSFORM { ok: 1 } ELSE RETURN 2\nEND FLOW';
    expect(diffPlans(plan, plan.replace('ok: 1', 'ok: 3')).nodes[0]!.parts).toMatchObject([
      { id: 'then.value', old: '{ ok: 1 }', new: '{ ok: 3 }' },
    ]);
    expect(diffPlans(plan, plan.replace('RETURN 2', 'ERROR "no"')).nodes[0]!.parts).toMatchObject([
      { id: 'else', old: 'RETURN 2', new: 'ERROR "no"' },
    ]);
  });

  it('may be broken', () => {
    const broken = PLAN.replace('FILTER load ', 'FLTR_ ((');
    expect(diffPlans(PLAN, broken).nodes.length).toBeGreaterThan(0);
    expect(diffPlans('', PLAN).nodes.every((node) => node.differences[0] === 'added')).toBe(true);
  });
});

describe('differences, at random', () => {
  const seed = fc.integer({ min: 0, max: 0x7fffffff });
  it('are none exactly where the meaning is the same, and mirror each other', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const random = seeded(number);
        const before = randomPlan(random, 4);
        const result = editGraph(before, randomEdit(random, before));
        const after = result.ok ? applyEdits(before, result.edits) : before;
        const there = diffPlans(before, after);
        if (there.nodes.length === 0) expect(check(after).draft.hash).toBe(check(before).draft.hash);
        if (check(after).draft.hash === check(before).draft.hash) expect(there.sameMeaning).toBe(true);
        const backwards = diffPlans(after, before);
        expect(backwards.nodes.filter((node) => node.differences.includes('added')).length).toBe(
          there.nodes.filter((node) => node.differences.includes('removed')).length,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('are told of any two texts', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const random = seeded(number);
        const before = randomPlan(random, 4);
        describeDifference(diffPlans(before, damaged(before, random)));
      }),
      { numRuns: 150 },
    );
  });
});
