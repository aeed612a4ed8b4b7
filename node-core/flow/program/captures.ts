/** Which names of the surroundings a part of a body uses. Browser-safe. */
import type { Local } from './check.ts';

/** Those of `known` that stand in it, in the order in which they are met, and whether one of them is assigned. */
export function namesUsed(
  part: unknown,
  locals: ReadonlyMap<object, Local>,
  known: { has(local: Local): boolean },
): { used: Local[]; assigned: Set<Local> } {
  const used = new Set<Local>();
  const assigned = new Set<Local>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) visit(one);
      return;
    }
    const { kind } = node as { kind?: unknown };
    if (kind === 'name') {
      const local = locals.get(node);
      if (local && known.has(local)) used.add(local);
    }
    if (kind === 'assign') {
      const local = locals.get((node as { target: object }).target);
      if (local && known.has(local)) assigned.add(local);
    }
    for (const [key, inner] of Object.entries(node)) if (key !== 'range') visit(inner);
  };
  visit(part);
  return { used: [...used], assigned };
}
