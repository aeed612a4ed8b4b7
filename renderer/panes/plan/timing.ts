/** Where the time goes: each step's share of the run, and the slowest path through the plan. Pure. */
import type { PlanEdge } from '../../../node-core/flow/plan/graph.ts';
import type { StepRecord } from '../../../node-core/runs/schema.ts';
import type { DrawnNode } from './drawing.ts';
import { edgeId } from './elk-graph.ts';

/** Shares from 0 to 1 of the time that all steps took together, by node id; empty when nothing took time. */
export function timeShares(steps: Iterable<StepRecord>): Map<string, number> {
  const times: [string, number][] = [];
  let total = 0;
  for (const step of steps) {
    if (step.ms === undefined || step.state === 'reused') continue;
    times.push([step.id, step.ms]);
    total += step.ms;
  }
  return new Map(total === 0 ? [] : times.map(([id, ms]) => [id, ms / total]));
}

export interface SlowestPath {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
}

/** The chain of nodes that costs most from its beginning to its end; `weight` is a time or an estimate. */
export function slowestPath(
  nodes: readonly DrawnNode[],
  edges: readonly PlanEdge[],
  weight: (node: DrawnNode) => number,
): SlowestPath {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const into = new Map<string, PlanEdge[]>();
  const out = new Map<string, PlanEdge[]>();
  const open = new Map<string, number>(nodes.map((node) => [node.id, 0]));
  for (const edge of edges) {
    if (!known.has(edge.from) || !known.has(edge.to)) continue;
    into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
    out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
    open.set(edge.to, open.get(edge.to)! + 1);
  }
  /** Cost up to and with a node, and the edge by which the path comes. */
  const best = new Map<string, { cost: number; by: PlanEdge | undefined }>();
  const ready = nodes.filter((node) => open.get(node.id) === 0).map((node) => node.id);
  let last: string | undefined;
  while (ready.length > 0) {
    const id = ready.pop()!;
    let cost = 0;
    let by: PlanEdge | undefined;
    for (const edge of into.get(id) ?? []) {
      const before = best.get(edge.from)!.cost;
      if (by !== undefined && before <= cost) continue;
      cost = before;
      by = edge;
    }
    cost += weight(known.get(id)!);
    best.set(id, { cost, by });
    if (last === undefined || cost > best.get(last)!.cost) last = id;
    for (const edge of out.get(id) ?? []) {
      const left = open.get(edge.to)! - 1;
      open.set(edge.to, left);
      if (left === 0) ready.push(edge.to);
    }
  }
  const path = { nodes: new Set<string>(), edges: new Set<string>() };
  for (let at = last; at !== undefined;) {
    path.nodes.add(at);
    const { by } = best.get(at)!;
    if (by !== undefined) path.edges.add(edgeId(by));
    at = by?.from;
  }
  return path;
}
