/**
 * Finding the place in the grammar where a cursor is: the word there is replaced by a name that nobody uses, and that name is
 * looked for in the tree. So it works in text that is being written, as far as the parser recovers. Browser-safe.
 */
import type { Expr, Program, SourceRange } from '../tree.ts';

export const MARK = 'voike__cursor';

/** The text with the mark instead of what is in `range`. */
export const withMarker = (source: string, { start, end }: SourceRange): string =>
  source.slice(0, start) + MARK + source.slice(end);

type Node = Readonly<Record<string, unknown>>;

/** A node of the tree, and under which member it hangs in the one before it. */
export interface Step {
  node: Node;
  key: string;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** From the declaration down to the node whose name the mark is; undefined where the parser gave it up. */
export function pathToMark(program: Program, offset: number): Step[] | undefined {
  const path: Step[] = [];
  const search = (node: Node, key: string): boolean => {
    const range = node['range'] as SourceRange | undefined;
    if (range && (offset < range.start || offset > range.end)) return false;
    path.push({ node, key });
    if (node['name'] === MARK || node['value'] === MARK) return true;
    for (const [member, value] of Object.entries(node)) {
      if (member === 'range' || !isNode(value)) continue;
      // A list hangs under the same member as what is in it.
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item) && search(item, member)) return true;
      } else if (search(value, member)) return true;
    }
    path.pop();
    return false;
  };
  for (const item of program.items) if (search(item as unknown as Node, 'items')) return path;
  return undefined;
}

/** The innermost call between whose brackets `offset` is. */
export function callAt(program: Program, offset: number): (Expr & { kind: 'call' }) | undefined {
  let found: (Expr & { kind: 'call' }) | undefined;
  const search = (node: Node): void => {
    const range = node['range'] as SourceRange | undefined;
    if (range && (offset < range.start || offset > range.end)) return;
    if (node['kind'] === 'call' && 'callee' in node) {
      const call = node as unknown as Expr & { kind: 'call' };
      if (call.callee.range.end < offset) found = call;
    }
    for (const [member, value] of Object.entries(node)) {
      if (member === 'range' || !isNode(value)) continue;
      for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) search(item);
    }
  };
  for (const item of program.items) search(item as unknown as Node);
  return found;
}
