import { describe, expect, it } from 'vitest';
import type { Drawing } from './drawing.ts';
import type { Layout } from './elk-graph.ts';
import { placeAnew, renamedNodes } from './place.ts';
import { column, drawn, planOf } from './testing.ts';

const before = drawn(planOf({ a: 'load', b: 'a', c: 'b' }));
const layout = column(before);

function anew(
  drawing: Drawing,
  ...more: [Map<string, { x: number; y: number }>?, Map<string, { x: number; y: number }>?]
): Layout {
  const next = placeAnew({ drawing: before, layout }, drawing, ...more);
  expect(next).toBeDefined();
  return next!;
}

function apart(made: Layout): void {
  const boxes = [...made.nodes.values()];
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
}

describe('the layout after an edit', () => {
  it('leaves every node where it was when a step is added at the end, and puts the new one below what it reads', () => {
    const now = anew(drawn(planOf({ a: 'load', b: 'a', c: 'b', d: 'c' })));
    for (const [id, box] of layout.nodes) expect(now.nodes.get(id)).toEqual(box);
    expect(now.nodes.get('step:d')!.y).toBeGreaterThan(now.nodes.get('step:c')!.y);
    expect(now.nodes.get('step:d')!.x).toBe(now.nodes.get('step:c')!.x);
    apart(now);
  });

  it('makes room between two steps by moving only what comes after', () => {
    const now = anew(drawn(planOf({ a: 'load', between: 'a', b: 'between', c: 'b' })));
    for (const id of ['input:data', 'step:load', 'step:a']) expect(now.nodes.get(id)).toEqual(layout.nodes.get(id));
    const between = now.nodes.get('step:between')!;
    expect(between.y).toBeGreaterThan(now.nodes.get('step:a')!.y);
    expect(now.nodes.get('step:b')!.y).toBeGreaterThan(between.y + between.height);
    expect(now.nodes.get('step:c')!.y - now.nodes.get('step:b')!.y).toBe(
      layout.nodes.get('step:c')!.y - layout.nodes.get('step:b')!.y,
    );
    apart(now);
  });

  it('puts a second reader beside the first', () => {
    const now = anew(drawn(planOf({ a: 'load', b: 'a', c: 'b', other: 'a' })));
    for (const [id, box] of layout.nodes) expect(now.nodes.get(id)).toEqual(box);
    apart(now);
  });

  it('keeps the others when a step goes, and draws the edge that closes the gap', () => {
    const now = anew(drawn(planOf({ a: 'load', c: 'a' })));
    expect(now.nodes.get('step:c')).toEqual(layout.nodes.get('step:c'));
    expect(now.edges.get('step:a→step:c')!.path).toMatch(/^M/);
    expect(now.edges.get('step:load→step:a')).toBe(layout.edges.get('step:load→step:a'));
  });

  it('knows a renamed step again', () => {
    const now = anew(drawn(planOf({ a: 'load', better: 'a', c: 'better' })));
    expect(now.nodes.get('step:better')).toEqual(layout.nodes.get('step:b'));
    expect(now.edges.get('step:a→step:better')).toEqual(layout.edges.get('step:a→step:b'));
    const names = renamedNodes(before.nodes, drawn(planOf({ a: 'load', better: 'a', c: 'better' })).nodes);
    expect([...names]).toEqual([['step:better', 'step:b']]);
  });

  it('puts a node where it was dropped, and where the text places it', () => {
    const dropped = anew(
      drawn(planOf({ a: 'load', b: 'a', c: 'b', d: 'load' })),
      new Map([['step:d', { x: 700, y: 300 }]]),
    );
    const box = dropped.nodes.get('step:d')!;
    expect([box.x + box.width / 2, box.y + box.height / 2]).toEqual([700, 300]);
    const pinned = drawn(planOf({ a: 'load', b: 'a', c: 'b' }, { b: '@at(400, -20)' }));
    expect(anew(pinned).nodes.get('step:b')).toMatchObject({ x: 400, y: -20 });
  });

  it('puts a node back where the layout had it when the text does not place it any more', () => {
    const pinned = drawn(planOf({ a: 'load', b: 'a', c: 'b' }, { b: '@at(400, -20)' }));
    const moved = anew(pinned);
    const home = layout.nodes.get('step:b')!;
    const back = placeAnew(
      { drawing: pinned, layout: moved },
      before,
      new Map(),
      new Map([['step:b', { x: home.x, y: home.y }]]),
    );
    expect(back!.nodes.get('step:b')).toEqual(home);
  });

  it('gives up when most of the plan is new', () => {
    const steps = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`s${at}`, at === 0 ? 'load' : `s${at - 1}`]),
    );
    expect(placeAnew({ drawing: before, layout }, drawn(planOf(steps)))).toBeUndefined();
  });

  it('keeps 2,000 steps in place when one is added among them', () => {
    const steps = Object.fromEntries(
      Array.from({ length: 2000 }, (_, at) => [`s${at}`, at === 0 ? 'load' : `s${Math.floor(at / 2)}`]),
    );
    const wide = drawn(planOf(steps));
    const laid = column(wide);
    const more = drawn(planOf({ ...steps, extra: 's1999' }));
    const now = placeAnew({ drawing: wide, layout: laid }, more)!;
    for (const [id, box] of laid.nodes) expect(now.nodes.get(id)).toEqual(box);
  });
});
