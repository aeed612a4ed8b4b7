/** Which ways of looking fit a result, the best first choice first. Pure. */
import { chartable } from './chart/choose.ts';
import { placeColumns } from './map/columns.ts';
import { imageOfText, isMarkdown, jsonOfText } from './sniff.ts';

export type ResultLook =
  | { kind: 'table'; columns: readonly { name: string; type: string }[]; total: number }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string };

export type View = 'table' | 'chart' | 'map' | 'json' | 'image' | 'markdown' | 'text';

export const VIEW_NAMES: Record<View, string> = {
  table: 'Table',
  chart: 'Chart',
  map: 'Map',
  json: 'JSON',
  image: 'Image',
  markdown: 'Markdown',
  text: 'Text',
};

/** At least one; the first is what is shown when nobody has chosen. */
export function viewsOf(look: ResultLook): View[] {
  if (look.kind === 'table') {
    const views: View[] = ['table'];
    if (look.total > 0 && chartable(look.columns)) views.push('chart');
    if (look.total > 0 && placeColumns(look.columns) !== undefined) views.push('map');
    return [...views, 'json'];
  }
  if (look.kind === 'json') {
    if (imageBlob(look.value) !== undefined) return ['image', 'json'];
    return recordsOf(look.value) === undefined ? ['json'] : ['json', 'table'];
  }
  if (imageOfText(look.text) !== undefined) return ['image', 'text'];
  if (jsonOfText(look.text) !== undefined) return ['json', 'text'];
  return isMarkdown(look.text) ? ['markdown', 'text'] : ['text'];
}

/** A reference to stored bytes that are a picture by their name; whether they are is seen when they are there. */
export function imageBlob(value: unknown): { id: string; name: string } | undefined {
  if (typeof value !== 'object' || value === null || !('$blob' in value)) return undefined;
  const { $blob: id, name } = value as { $blob: unknown; name?: unknown };
  return typeof id === 'string' && typeof name === 'string' && /\.(png|jpe?g|gif|webp|svg)$/i.test(name)
    ? { id, name }
    : undefined;
}

/** A list of records as a table: columns in order of first appearance. Undefined when it is not one. */
export function recordsOf(
  value: unknown,
): { columns: { name: string; type: string }[]; rows: unknown[][] } | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const types = new Map<string, string>();
  for (const item of value as unknown[]) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
    for (const [name, field] of Object.entries(item)) {
      const type = typeof field === 'number' ? 'DOUBLE' : typeof field === 'boolean' ? 'BOOLEAN' : 'VARCHAR';
      const before = types.get(name);
      if (field === null || field === undefined) types.set(name, before ?? 'NULL');
      else if (typeof field === 'object') types.set(name, 'JSON');
      else types.set(name, before === undefined || before === 'NULL' || before === type ? type : 'JSON');
    }
    if (types.size > 500) return undefined;
  }
  const columns = [...types].map(([name, type]) => ({ name, type: type === 'NULL' ? 'VARCHAR' : type }));
  if (columns.length === 0) return undefined;
  return {
    columns,
    rows: (value as Record<string, unknown>[]).map((item) => columns.map(({ name }) => item[name] ?? null)),
  };
}
