/** A JSON value as the rows of a collapsible tree: only what is open is made, so that a large value costs what one sees. Pure. */

export interface JsonRow {
  /** JSON Pointer (RFC 6901) of the value; '' is the root. */
  path: string;
  depth: number;
  /** Key or index in the parent; undefined for the root. */
  key: string | undefined;
  value: unknown;
  /** `object` and `array` rows can be opened. */
  kind: 'object' | 'array' | 'leaf';
  /** Children of an object or array. */
  size: number;
  open: boolean;
}

/** Two levels are open at first; `toggled` holds the paths that the person has changed from that. */
export function isOpen(path: string, depth: number, toggled: ReadonlySet<string>): boolean {
  return depth < 2 !== toggled.has(path);
}

/**
 * @param limit rows made at most; a tree with more says so in its last row's owner (the caller compares lengths)
 */
export function jsonRows(root: unknown, toggled: ReadonlySet<string>, limit = 200_000): JsonRow[] {
  const rows: JsonRow[] = [];
  // An explicit stack: a value may be nested deeper than the call stack goes.
  const stack: { path: string; depth: number; key: string | undefined; value: unknown }[] = [
    { path: '', depth: 0, key: undefined, value: root },
  ];
  while (stack.length > 0 && rows.length < limit) {
    const { path, depth, key, value } = stack.pop()!;
    const composite = typeof value === 'object' && value !== null;
    if (!composite) {
      rows.push({ path, depth, key, value, kind: 'leaf', size: 0, open: false });
      continue;
    }
    const array = Array.isArray(value);
    const keys = array ? undefined : Object.keys(value);
    const size = array ? value.length : keys!.length;
    const open = size > 0 && isOpen(path, depth, toggled);
    rows.push({ path, depth, key, value, kind: array ? 'array' : 'object', size, open });
    if (!open) continue;
    // No more than can become rows: a list of millions costs what is shown of it.
    for (let i = Math.min(size, limit - rows.length) - 1; i >= 0; i--) {
      const childKey = array ? String(i) : keys![i]!;
      const child = array ? value[i] : (value as Record<string, unknown>)[childKey];
      stack.push({
        path: `${path}/${childKey.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        depth: depth + 1,
        key: childKey,
        value: child,
      });
    }
  }
  return rows;
}

/** `{ name, age, … }`: what a closed object or array holds, in a few words. */
export function summary(value: object, room = 60): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length.toLocaleString('en-US')} items`;
  const keys = Object.keys(value);
  let text = '';
  for (const key of keys) {
    const next = text === '' ? key : `${text}, ${key}`;
    if (next.length > room) return text === '' ? `${keys.length} fields` : `${text}, …`;
    text = next;
  }
  return text;
}
