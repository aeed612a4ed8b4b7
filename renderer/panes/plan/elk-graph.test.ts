import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import type { PlanGraph, PlanNode } from '../../../node-core/flow/plan/graph.ts';
import { drawingOf } from './drawing.ts';
import { CARD, edgeId, fromElk, neighbour, splinePath, structureKey, toElk } from './elk-graph.ts';

const range = { start: 0, end: 0 };

function step(name: string, dependsOn: string[]): PlanNode {
  return {
    kind: 'step',
    id: `step:${name}`,
    name,
    dependsOn,
    range,
    type: { kind: 'any' },
    contract: 'FILTER@1.0',
    op: { op: 'BROKEN', range, wordRange: range },
    annotations: { source: [] },
    relational: true,
    effect: false,
    cost: 1,
    placement: 'any',
  };
}
function input(name: string): PlanNode {
  return {
    kind: 'input',
    id: `input:${name}`,
    name,
    dependsOn: [],
    range,
    type: { kind: 'any' },
    inputType: 'file',
    optional: false,
  };
}
function graphOf(nodes: PlanNode[]): PlanGraph {
  const edges = nodes.flatMap((node) => node.dependsOn.map((from) => ({ from, to: node.id, kind: 'data' as const })));
  return { v: 1, name: 'test', description: '', hash: '0'.repeat(64), nodes, edges };
}
const airports = graphOf([
  input('airports'),
  input('most'),
  step('load', ['input:airports']),
  step('usa', ['step:load']),
  step('by_state', ['step:usa']),
  step('top', ['step:by_state', 'input:most']),
  step('kept', ['step:by_state']),
]);

const draw = (graph: PlanGraph) => drawingOf(graph, new Set());

async function layout(graph: PlanGraph) {
  return fromElk(await new ELK().layout(toElk(draw(graph))), structureKey(draw(graph)));
}

describe('the layout of a plan', () => {
  it('puts every step below what it reads, without overlaps', async () => {
    const drawn = await layout(airports);
    for (const edge of airports.edges) {
      const from = drawn.nodes.get(edge.from)!;
      expect(drawn.nodes.get(edge.to)!.y).toBeGreaterThanOrEqual(from.y + from.height);
    }
    const boxes = [...drawn.nodes.values()];
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });

  it('draws every edge as curves and keeps its label between the two cards', async () => {
    const drawn = await layout(airports);
    for (const edge of airports.edges) {
      const { path, label } = drawn.edges.get(edgeId(edge))!;
      expect(path).toMatch(/^M[\d.-]+,[\d.-]+( [CL])/);
      expect(label.y).toBeGreaterThan(drawn.nodes.get(edge.from)!.y);
      expect(label.y).toBeLessThan(drawn.nodes.get(edge.to)!.y);
    }
  });

  it('is the same for the same structure, whatever the expressions and ranges are', async () => {
    const edited = {
      ...airports,
      hash: 'f'.repeat(64),
      nodes: airports.nodes.map((node) => ({ ...node, range: { start: 5, end: 9 } })),
    };
    expect(structureKey(draw(edited))).toBe(structureKey(draw(airports)));
    expect(await layout(edited)).toEqual(await layout(airports));
  });

  it('lays out as many steps as it is asked for (layered.ts draws more)', async () => {
    const nodes: PlanNode[] = [input('file'), step('s0', ['input:file'])];
    for (let i = 1; i < 239; i++) nodes.push(step(`s${i}`, [`step:s${Math.floor((i * 7) / 9)}`]));
    const drawn = await layout(graphOf(nodes));
    expect(drawn.nodes.size).toBe(240);
    expect(drawn.edges.size).toBe(239);
  });

  it('skips an edge to a node that is not there', () => {
    const graph = {
      ...airports,
      edges: [...airports.edges, { from: 'step:gone', to: 'step:load', kind: 'data' as const }],
    };
    expect(toElk(draw(graph)).edges).toHaveLength(airports.edges.length);
  });
});

describe('going about with the arrow keys', () => {
  it('goes to the nearest card in the direction of the key, and stays where there is none', async () => {
    const drawn = await layout(airports);
    expect(neighbour(drawn, 'step:load', 'down')).toBe('step:usa');
    expect(neighbour(drawn, 'step:usa', 'up')).toBe('step:load');
    expect(neighbour(drawn, 'step:kept', 'down')).toBeUndefined();
    const sideways = new Set([neighbour(drawn, 'step:top', 'left'), neighbour(drawn, 'step:top', 'right')]);
    expect(sideways.has('step:kept')).toBe(true);
  });
});

describe('spline paths', () => {
  it('reads bend points as cubic curves, and falls back to lines', () => {
    const p = (x: number, y: number) => ({ x, y });
    expect(splinePath([p(0, 0), p(0, 5), p(10, 5), p(10, 10)])).toBe('M0,0 C0,5 10,5 10,10');
    expect(splinePath([p(0, 0), p(0, 10)])).toBe('M0,0 L0,10');
    expect(splinePath([])).toBe('');
    expect(CARD.width).toBeGreaterThan(0);
  });
});
