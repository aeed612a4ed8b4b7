/** Breakpoints that a run does not reach: those of flows that it calls. A called flow runs in one go, inside of its step. */
import type { PlanGraph } from '../../node-core/flow/plan/graph.ts';
import type { FlowDocument } from './documents.ts';

type Open = Pick<FlowDocument, 'id' | 'name' | 'text' | 'path' | 'origin'>;

/**
 * Names of the open documents that have breakpoints and that the plan calls by name.
 *
 * @param stops whether a document has breakpoints
 */
export function unreached(graph: PlanGraph, open: readonly Open[], stops: (documentId: string) => boolean): string[] {
  const called = new Set(graph.nodes.flatMap((node) => (node.kind === 'step' ? callsIn(node.op) : [])));
  if (called.size === 0) return [];
  return open.filter((one) => stops(one.id) && namesOf(one).some((name) => called.has(name))).map((one) => one.name);
}

/** What CALL FLOW calls by a literal, also inside of IF, SWITCH and FOR EACH. */
function callsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { op, path } = part as { op?: unknown; path?: { kind?: unknown; value?: unknown } };
  const own =
    op === 'CALL_FLOW' && path?.kind === 'literal' && typeof path.value === 'string' ? [bare(path.value)] : [];
  return [...own, ...Object.values(part).flatMap(callsIn)];
}

/** A flow is called by the path of its file, or by the name of a stored plan. */
function namesOf({ name, text, path, origin }: Open): string[] {
  const title = /^[ \t]*FLOW[ \t]+"([^"]+)"/im.exec(text)?.[1];
  return [name, path, origin, title].filter((one) => one !== undefined).map(bare);
}

const bare = (name: string): string => (/[^/\\:]*$/.exec(name)?.[0] ?? name).replace(/\.flow$/i, '').toLowerCase();
