/** Plans for the tests of the drawing: checked from FLOW text, as the workbench has them. */
import { check } from '../../../node-core/flow/plan/check.ts';
import type { PlanGraph } from '../../../node-core/flow/plan/graph.ts';
import { type Drawing, drawingOf } from './drawing.ts';
import { edgeId, edgeLine, type Layout, sizeOf, structureKey } from './elk-graph.ts';

/** A plan of FILTERs: `{ a: 'load', b: 'a' }` are the steps a and b with what they read, after a step `load`. */
export function planOf(reads: Record<string, string>, annotations: Record<string, string> = {}): PlanGraph {
  const steps = Object.entries(reads).map(
    ([name, from]) => `${annotations[name] ?? ''}\nSTEP ${name} =\n  FILTER ${from} WHERE n > 1\n`,
  );
  return check(
    `FLOW "t"\nINPUTS\n  file data\nEND INPUTS\nSTEP load =\n  LOAD CSV FROM data\n${steps.join('\n')}END FLOW`,
  ).draft;
}

export const drawn = (graph: PlanGraph, ...collapsed: string[]): Drawing => drawingOf(graph, new Set(collapsed));

/** A layout of one column, in the order of the plan, with room between the cards as ELK leaves it. */
export function column(drawing: Drawing): Layout {
  const nodes: Layout['nodes'] = new Map();
  let y = 16;
  for (const node of drawing.nodes) {
    nodes.set(node.id, { x: 16, y, ...sizeOf(node) });
    y += sizeOf(node).height + 54;
  }
  const edges: Layout['edges'] = new Map(
    drawing.edges.map((edge) => [edgeId(edge), edgeLine(nodes.get(edge.from)!, nodes.get(edge.to)!)]),
  );
  return { key: structureKey(drawing), nodes, edges, width: 300, height: y };
}
