import { describe, expect, it } from 'vitest';
import ELK from 'elkjs/lib/elk.bundled.js';
import { frameOf, fromElk, structureKey, toElk, withPins } from './elk-graph.ts';
import { drawn, planOf } from './testing.ts';

const grouped = planOf(
  { a: 'load', b: 'a', c: 'b', d: 'load' },
  { a: '@group("Clean")', b: '@group("Clean")', c: '@at(300, 40)' },
);

describe('the drawing of a plan', () => {
  it('draws open groups as frames around their steps', () => {
    const drawing = drawn(grouped);
    expect(drawing.frames).toEqual([{ id: 'group:Clean', name: 'Clean', members: ['step:a', 'step:b'] }]);
    expect(drawing.nodes).toHaveLength(6);
    expect(drawing.pins.get('step:c')).toEqual({ x: 300, y: 40 });
  });

  it('draws a collapsed group as one card with the edges of its steps', () => {
    const drawing = drawn(grouped, 'Clean');
    expect(drawing.nodes.map((node) => node.id)).toEqual([
      'input:data',
      'step:load',
      'group:Clean',
      'step:c',
      'step:d',
    ]);
    expect(drawing.edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'input:data step:load',
      'step:load group:Clean',
      'group:Clean step:c',
      'step:load step:d',
    ]);
    expect(drawing.frames).toEqual([]);
    expect(drawing.groups).toHaveLength(1);
  });

  it('lays the steps of a group out side by side, with nothing else in their frame', async () => {
    const drawing = drawn(grouped);
    const layout = fromElk(await new ELK().layout(toElk(drawing)), structureKey(drawing));
    expect(layout.nodes.size).toBe(6);
    expect(layout.edges.size).toBe(drawing.edges.length);
    const frame = frameOf(['step:a', 'step:b'], layout)!;
    for (const id of ['step:load', 'step:c', 'step:d', 'input:data']) {
      const box = layout.nodes.get(id)!;
      const apart =
        box.x + box.width <= frame.x ||
        box.x >= frame.x + frame.width ||
        box.y + box.height <= frame.y ||
        box.y >= frame.y + frame.height;
      expect(apart).toBe(true);
    }
    const pinned = withPins(layout, drawing);
    expect(pinned.nodes.get('step:c')).toMatchObject({ x: 300, y: 40 });
    expect(pinned.edges.get('step:b→step:c')).not.toEqual(layout.edges.get('step:b→step:c'));
    expect(pinned.edges.get('step:load→step:d')).toEqual(layout.edges.get('step:load→step:d'));
  });
});
