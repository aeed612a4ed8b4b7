/** Finding things in a JSON value, and saying where they are. Pure. */
import { isOpen } from './json-rows.ts';

export interface JsonMatches {
  /** JSON Pointers, in the order of the tree. */
  paths: string[];
  /** Whether there are more. */
  more: boolean;
}

/** Keys and values that contain the text, in any case. */
export function searchJson(root: unknown, text: string, most = 5000): JsonMatches {
  const wanted = text.toLowerCase();
  const paths: string[] = [];
  if (wanted === '') return { paths, more: false };
  const has = (part: string): boolean => part.toLowerCase().includes(wanted);
  // An explicit stack, as in jsonRows; the paths are made only for what is found.
  interface Place {
    key: string | undefined;
    value: unknown;
    parent: Place | undefined;
    /** Keys of an array are positions: nobody searches for those. */
    named: boolean;
  }
  const stack: Place[] = [{ key: undefined, value: root, parent: undefined, named: false }];
  while (stack.length > 0) {
    const place = stack.pop()!;
    const { key, value, named } = place;
    const composite = typeof value === 'object' && value !== null;
    if ((named && key !== undefined && has(key)) || (!composite && has(String(value)))) {
      if (paths.length >= most) return { paths, more: true };
      paths.push(pointer(place));
    }
    if (!composite) continue;
    if (Array.isArray(value))
      for (let at = value.length - 1; at >= 0; at--)
        stack.push({ key: String(at), value: value[at], parent: place, named: false });
    else {
      const entries = Object.entries(value);
      for (let at = entries.length - 1; at >= 0; at--)
        stack.push({ key: entries[at]![0], value: entries[at]![1], parent: place, named: true });
    }
  }
  return { paths, more: false };

  function pointer(place: Place): string {
    const parts: string[] = [];
    for (let at: Place | undefined = place; at?.key !== undefined; at = at.parent) parts.push(escaped(at.key));
    return parts.length === 0 ? '' : `/${parts.reverse().join('/')}`;
  }
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const plain = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** `toggled` with everything above `path` open, so that its row is there. */
export function openedTo(path: string, toggled: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Set(toggled);
  let above = '';
  for (const [depth, part] of path.split('/').slice(1).entries()) {
    if (!isOpen(above, depth, next) && !next.delete(above)) next.add(above);
    above += `/${part}`;
  }
  return next;
}

/** The place as FLOW writes it: `inner.list[0]`, and `["odd key"]` for what is no name. */
export function flowPath(path: string, root: unknown): string {
  let text = '';
  let value = root;
  for (const part of path.split('/').slice(1)) {
    const key = plain(part);
    if (Array.isArray(value)) text += `[${key}]`;
    else if (/^[A-Za-z_]\w*$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return text;
}
