/** Named values as the rows of a tree: what is open is made, and nothing else. Pure. */
import { summary } from '../results/json-rows.ts';
import type { NamedValue } from './ValueTree.tsx';

export interface ValueRow extends NamedValue {
  /** Of names and keys, joined so that none is another's. */
  path: string;
  depth: number;
  kind: 'list' | 'record' | 'text' | 'number' | 'bool' | 'none';
  /** Values in it. */
  size: number;
  open: boolean;
}

export function valueRows(named: readonly NamedValue[], open: ReadonlySet<string>): ValueRow[] {
  const rows: ValueRow[] = [];
  const add = (one: NamedValue, path: string, depth: number): void => {
    const { value } = one;
    const inner: [string, unknown][] =
      typeof value === 'object' && value !== null
        ? Array.isArray(value)
          ? value.map((element, at) => [String(at), element])
          : Object.entries(value)
        : [];
    const isOpen = inner.length > 0 && open.has(path);
    rows.push({ ...one, path, depth, kind: kindOf(value), size: inner.length, open: isOpen });
    if (isOpen) for (const [key, element] of inner) add({ name: key, value: element }, `${path}\n${key}`, depth + 1);
  };
  for (const one of named) add(one, one.name, 0);
  return rows;
}

function kindOf(value: unknown): ValueRow['kind'] {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'record';
  return typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'bool';
}

/** The value in one line. */
export function valueWords({ value, kind, size, open }: ValueRow): string {
  switch (kind) {
    case 'list':
      return size === 0 ? '[ ]' : open ? `[ ${size} ]` : cut(JSON.stringify(value));
    case 'record':
      return size === 0 ? '{ }' : open ? '{ … }' : `{ ${summary(value as object)} }`;
    case 'text':
      return cut(JSON.stringify(value));
    case 'none':
      return 'none';
    default:
      return String(value);
  }
}

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
