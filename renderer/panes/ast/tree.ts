/** The syntax tree as rows: any node of the plan, its children in source order, made only where somebody looks. Pure. */
import type { Plan, SourceRange } from '../../../node-core/flow/syntax/ast.ts';

export interface TreeNode {
  /** Path in the tree; steps and inputs by name, so that it stays when lines are added above. */
  id: string;
  /** What it is to its parent: `where`, `by`; empty for members of lists that speak for themselves. */
  role: string;
  /** `step`, `binary`, `FILTER`. */
  kind: string;
  /** What tells it from its like: a name, a literal, an operator. */
  detail: string;
  range: SourceRange;
  children: () => TreeNode[];
}

type Raw = Record<string, unknown>;

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRange = (value: unknown): value is SourceRange =>
  isObject(value) && typeof value['start'] === 'number' && typeof value['end'] === 'number';

/** Members that are said in the row itself, or are places only. */
const QUIET = new Set([
  'kind',
  'range',
  'op',
  'wordRange',
  'typeRange',
  'fnRange',
  'name',
  'type',
  'optional',
  'help',
  'docString',
]);

export function treeOf(plan: Plan): TreeNode {
  return nodeOf(plan as unknown as Raw, 'plan', '', plan.range);
}

function nodeOf(raw: Raw, id: string, role: string, fallback: SourceRange): TreeNode {
  const range = isRange(raw['range']) ? raw['range'] : (spanOf(raw) ?? fallback);
  let made: TreeNode[] | undefined;
  return {
    id,
    role,
    kind: kindOf(raw),
    detail: detailOf(raw),
    range,
    children: () => (made ??= childrenOf(raw, id, range)),
  };
}

function kindOf(raw: Raw): string {
  // An operation has no `kind`, an aggregate is known by its function, what is only a name is a name.
  if (typeof raw['kind'] === 'string') return raw['kind'];
  if (typeof raw['op'] === 'string') return raw['op'];
  if (typeof raw['fn'] === 'string') return 'aggregate';
  if ('key' in raw) return 'entry';
  if ('args' in raw) return 'annotation';
  if ('values' in raw) return 'case';
  if ('column' in raw) return 'column';
  if ('descending' in raw) return raw['descending'] === true ? 'descending' : 'ascending';
  return typeof raw['value'] === 'string' ? 'text' : 'name';
}

function detailOf(raw: Raw): string {
  const name = raw['name'];
  const named =
    typeof name === 'string' ? name : isObject(name) ? String(name['name'] ?? name['value'] ?? '') : undefined;
  switch (raw['kind']) {
    case 'literal':
      return raw['value'] === null
        ? 'none'
        : typeof raw['value'] === 'string'
          ? JSON.stringify(raw['value'])
          : String(raw['value']);
    case 'binary':
    case 'unary':
      return String(raw['operator']);
    case 'input':
      return `${String(raw['type'])} ${named ?? ''}${raw['optional'] === true ? ' (optional)' : ''}`;
    case 'member':
      return `.${String((raw['property'] as Raw | undefined)?.['name'] ?? '')}`;
    case 'output':
      return isObject(raw['label']) ? JSON.stringify(raw['label']['value']) : '';
    case 'plan':
      return named === undefined ? '' : JSON.stringify(named);
  }
  if (typeof raw['fn'] === 'string') return raw['fn'];
  if (isObject(raw['key'])) return String(raw['key']['name']);
  if (isObject(raw['column'])) return String(raw['column']['name']);
  if (named !== undefined) return named;
  if (typeof raw['op'] === 'string') {
    const said = ['format', 'how', 'as', 'mode']
      .map((member) => raw[member])
      .filter((value) => typeof value === 'string');
    return said.join(' ');
  }
  return typeof raw['value'] === 'string' ? JSON.stringify(raw['value']) : '';
}

function childrenOf(raw: Raw, id: string, range: SourceRange): TreeNode[] {
  const children: TreeNode[] = [];
  for (const [member, value] of Object.entries(raw)) {
    if (QUIET.has(member) || (member === 'key' && 'value' in raw)) continue;
    if (raw['kind'] === 'member' && member === 'property') continue;
    if (Array.isArray(value)) {
      value.forEach((item: unknown, at) => {
        if (!isObject(item) || isRange(item)) return;
        const child = nodeOf(item, `${id}.${member}.${at}`, ROLES.has(member) ? '' : member, range);
        if (child.kind === 'step' || child.kind === 'input') child.id = `${id}.${child.kind}:${child.detail}`;
        children.push(child);
      });
    } else if (isObject(value) && !isRange(value)) {
      children.push(nodeOf(value, `${id}.${member}`, member, range));
    }
  }
  // The operation of a step stands under `op`, which is also how operations name themselves.
  if (isObject(raw['op'])) children.push(nodeOf(raw['op'], `${id}.op`, '', range));
  return children.toSorted((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
}

/** Lists of which the members need no name. */
const ROLES = new Set([
  'inputs',
  'body',
  'annotations',
  'args',
  'entries',
  'items',
  'aggregates',
  'cases',
  'description',
  'columns',
]);

/** The part of the source that a node without a range of its own covers: from its first to its last child. */
function spanOf(raw: Raw): SourceRange | undefined {
  let start = Infinity;
  let end = -Infinity;
  for (const value of Object.values(raw)) {
    const range = isObject(value)
      ? isRange(value['range'])
        ? value['range']
        : isRange(value)
          ? value
          : undefined
      : undefined;
    if (range === undefined) continue;
    start = Math.min(start, range.start);
    end = Math.max(end, range.end);
  }
  return end < start ? undefined : { start, end };
}

/** The ids from the root to the innermost node at an offset. */
export function pathAt(root: TreeNode, offset: number): string[] {
  const path = [root.id];
  let node = root;
  for (;;) {
    const inner = node.children().findLast((child) => child.range.start <= offset && offset <= child.range.end);
    if (inner === undefined) return path;
    path.push(inner.id);
    node = inner;
  }
}

export interface Row {
  node: TreeNode;
  depth: number;
  expanded: boolean;
  hasChildren: boolean;
  /** Among its siblings, from 1, for screen readers. */
  position: number;
  siblings: number;
}

/** The rows that are visible when `isExpanded` decides. */
export function visibleRows(root: TreeNode, isExpanded: (node: TreeNode, depth: number) => boolean): Row[] {
  const rows: Row[] = [];
  const visit = (node: TreeNode, depth: number, position: number, siblings: number): void => {
    const children = node.children();
    const expanded = children.length > 0 && isExpanded(node, depth);
    rows.push({ node, depth, expanded, hasChildren: children.length > 0, position, siblings });
    if (expanded) children.forEach((child, at) => visit(child, depth + 1, at + 1, children.length));
  };
  visit(root, 0, 1, 1);
  return rows;
}
