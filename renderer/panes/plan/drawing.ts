/**
 * What is drawn of a plan: its nodes and edges, but for a collapsed group one card in place of its steps, and for an
 * open one a frame around them. Pure.
 */
import type { PlanEdge, PlanGraph, PlanNode } from '../../../node-core/flow/plan/graph.ts';

/** Steps that stand together: `@group("Clean up")`. */
export interface Group {
  /** `group:Clean up`. */
  id: string;
  name: string;
  /** Node ids, in the order of the source. */
  members: string[];
}

/** A collapsed group. */
export interface GroupCard {
  kind: 'group';
  id: string;
  name: string;
  members: string[];
}

export type DrawnNode = PlanNode | GroupCard;

export interface Drawing {
  nodes: DrawnNode[];
  edges: PlanEdge[];
  /** Groups that are open: they get a frame. */
  frames: Group[];
  /** All groups, open or not. */
  groups: Group[];
  /** Places that the text names: `@at(120, 40)`. The left upper corner, pixels. */
  pins: Map<string, { x: number; y: number }>;
}

/** The name of the group that a node is in. */
export function groupOf(node: PlanNode): string | undefined {
  return node.kind === 'step' ? node.annotations.group : undefined;
}

export function groupsOf(graph: PlanGraph): Group[] {
  const groups = new Map<string, Group>();
  for (const node of graph.nodes) {
    const name = groupOf(node);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { id: `group:${name}`, name, members: [node.id] });
    else group.members.push(node.id);
  }
  return [...groups.values()];
}

/** The drawing of a graph; `collapsed` holds names of groups. */
export function drawingOf(graph: PlanGraph, collapsed: ReadonlySet<string>): Drawing {
  const groups = groupsOf(graph);
  const pins = new Map<string, { x: number; y: number }>();
  /** The card that stands for a node of a collapsed group. */
  const standsFor = new Map<string, string>();
  const cards = new Map<string, GroupCard>();
  for (const group of groups) {
    if (!collapsed.has(group.name)) continue;
    cards.set(group.id, { kind: 'group', ...group });
    for (const member of group.members) standsFor.set(member, group.id);
  }
  const nodes: DrawnNode[] = [];
  for (const node of graph.nodes) {
    const card = standsFor.get(node.id);
    if (card === undefined) {
      nodes.push(node);
      const pin = node.kind === 'step' ? node.annotations.at : undefined;
      if (pin !== undefined) pins.set(node.id, pin);
    } else if (cards.get(card)!.members[0] === node.id) nodes.push(cards.get(card)!);
  }
  if (cards.size === 0) return { nodes, edges: graph.edges, frames: groups, groups, pins };
  const edges: PlanEdge[] = [];
  const seen = new Set<string>();
  for (const edge of graph.edges) {
    const from = standsFor.get(edge.from) ?? edge.from;
    const to = standsFor.get(edge.to) ?? edge.to;
    const key = `${from}\n${to}\n${edge.kind}`;
    if (from === to || seen.has(key)) continue;
    seen.add(key);
    edges.push({ from, to, kind: edge.kind });
  }
  return { nodes, edges, frames: groups.filter((group) => !collapsed.has(group.name)), groups, pins };
}
