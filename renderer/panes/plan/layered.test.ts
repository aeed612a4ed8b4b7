import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, edgeId, frameOf, layoutBounds } from './elk-graph.ts';
import { layeredLayout } from './layered.ts';
import { drawn, planOf } from './testing.ts';

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Plans in which each step reads an earlier one; some steps are in groups. */
const plans = fc
  .array(fc.record({ reads: fc.nat(), group: fc.option(fc.constantFrom('A', 'B', 'C')) }), { maxLength: 40 })
  .map((steps) =>
    planOf(
      Object.fromEntries(steps.map(({ reads }, at) => [`s${at}`, at === 0 ? 'load' : `s${reads % at}`])),
      Object.fromEntries(steps.flatMap(({ group }, at) => (group === null ? [] : [[`s${at}`, `@group("${group}")`]]))),
    ),
  );

describe('the layout of big plans', () => {
  it('gives every node a place of its own and every edge a line', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const drawing = drawn(plan);
        const { nodes, edges } = layeredLayout(drawing);
        const boxes = [...nodes.values()];
        expect(nodes.size).toBe(drawing.nodes.length);
        boxes.forEach((box, at) => {
          for (const other of boxes.slice(at + 1)) expect(overlaps(box, other)).toBe(false);
        });
        for (const edge of drawing.edges) expect(edges.get(edgeId(edge))?.path).toMatch(/^M.* C.*/);
      }),
    );
  });

  it('puts what reads below what it reads, where no group stands between', () => {
    const layout = layeredLayout(drawn(planOf({ a: 'load', b: 'a', c: 'b', d: 'load', e: 'd' })));
    const y = (name: string): number => layout.nodes.get(`step:${name}`)!.y;
    expect([y('load'), y('a'), y('b'), y('c')]).toEqual([y('load'), y('a'), y('b'), y('c')].toSorted((a, b) => a - b));
    expect(y('e')).toBe(y('b'));
    // A chain is straight.
    expect(layout.nodes.get('step:a')!.x).toBe(layout.nodes.get('step:c')!.x);
  });

  it('keeps the steps of a group together, with nothing else in their frame, also where groups read each other', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const drawing = drawn(plan);
        const layout = layeredLayout(drawing);
        for (const frame of drawing.frames) {
          const box = frameOf(frame.members, layout)!;
          for (const [id, other] of layout.nodes)
            if (!frame.members.includes(id)) expect(overlaps(box, other)).toBe(false);
        }
      }),
    );
  });

  it('leads a long edge around the cards of the layers that it passes', () => {
    const drawing = drawn(planOf({ a: 'load', b: 'a', c: 'b', far: 'load' }));
    const far = { from: 'step:load', to: 'step:c', kind: 'data' as const };
    const { nodes, edges } = layeredLayout({ ...drawing, edges: [...drawing.edges, far] });
    const passes = [...edges.get(edgeId(far))!.path.matchAll(/ L([\d.]+),/g)].map(([, x]) => Number(x));
    expect(passes).toHaveLength(2);
    for (const name of ['step:a', 'step:b']) {
      const { x, width } = nodes.get(name)!;
      for (const pass of passes) expect(pass < x || pass > x + width).toBe(true);
    }
  });

  it('lays 2,000 steps out as wide as their chains need', () => {
    const steps = Array.from({ length: 2000 }, (_, at) => [`s${at}`, at % 10 === 0 ? 'load' : `s${at - 1}`]);
    const layout = layeredLayout(drawn(planOf(Object.fromEntries(steps))));
    expect(layout.nodes.size).toBe(2002);
    expect(layoutBounds(layout).width).toBe(200 * 204 + 199 * 28);
  });
});
