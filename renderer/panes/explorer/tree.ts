/** What of the tree is read and open, as a list of rows. Pure. */
import type { FileEntry, Workspace } from '../../../node-core/files/schema.ts';

/** A folder or file of a folder: `<workspace>:<path>`. */
export type Key = string;

export const keyOf = (workspace: string, path: string): Key => `${workspace}:${path}`;

export function placeOfKey(key: Key): { workspace: string; path: string } {
  const at = key.indexOf(':');
  return { workspace: key.slice(0, at), path: key.slice(at + 1) };
}

export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export type FolderState = { entries: FileEntry[] } | { problem: unknown };

/** A new file or folder whose name is being typed. */
export interface Draft {
  workspace: string;
  folder: string;
  /** A program is a file too, that begins as one. */
  kind: 'file' | 'program' | 'folder';
}

interface Place {
  key: Key;
  workspace: string;
  path: string;
  name: string;
  /** From 1, for a folder that was opened. */
  level: number;
}
export type Row = Place &
  (
    | { kind: 'root'; open: boolean; missing: boolean; at: number; of: number }
    | { kind: 'folder'; open: boolean; entry: FileEntry; at: number; of: number }
    | { kind: 'file' | 'outside'; entry: FileEntry; at: number; of: number }
    | { kind: 'draft'; draft: Draft['kind'] }
    | { kind: 'loading' }
    | { kind: 'empty' }
    | { kind: 'problem'; problem: unknown }
  );

/** The rows that are there to be seen, in order. */
export function rowsOf(
  workspaces: readonly Workspace[],
  folders: ReadonlyMap<Key, FolderState>,
  open: ReadonlySet<Key>,
  draft: Draft | undefined,
): Row[] {
  const rows: Row[] = [];
  const below = (workspace: string, folder: string, level: number): void => {
    const state = folders.get(keyOf(workspace, folder));
    const note = { workspace, path: folder, name: '', level };
    const drafted = draft?.workspace === workspace && draft.folder === folder ? draft.kind : undefined;
    const push = (kind: Draft['kind']): void =>
      void rows.push({ ...note, key: `${keyOf(workspace, folder)}/*draft`, kind: 'draft', draft: kind });
    if (drafted === 'folder') push('folder');
    if (state === undefined) {
      rows.push({ ...note, key: `${keyOf(workspace, folder)}/*loading`, kind: 'loading' });
      return;
    }
    if ('problem' in state) {
      rows.push({ ...note, key: `${keyOf(workspace, folder)}/*problem`, kind: 'problem', problem: state.problem });
      return;
    }
    const of = state.entries.length;
    let waiting = drafted === 'file' || drafted === 'program';
    for (const [index, entry] of state.entries.entries()) {
      // A new file stands before the first file, where its like are.
      if (waiting && entry.kind !== 'folder') {
        push(drafted ?? 'file');
        waiting = false;
      }
      const { path, name } = entry;
      const key = keyOf(workspace, path);
      const place = { key, workspace, path, name, level, at: index + 1, of };
      if (entry.kind === 'folder') {
        rows.push({ ...place, kind: 'folder', open: open.has(key), entry });
        if (open.has(key)) below(workspace, path, level + 1);
      } else rows.push({ ...place, kind: entry.kind, entry });
    }
    if (waiting) push(drafted ?? 'file');
    else if (of === 0 && drafted === undefined)
      rows.push({ ...note, key: `${keyOf(workspace, folder)}/*empty`, kind: 'empty' });
  };
  for (const [index, { id, name, missing }] of workspaces.entries()) {
    const key = keyOf(id, '');
    const isOpen = open.has(key) && !missing;
    rows.push({
      key,
      workspace: id,
      path: '',
      name,
      level: 1,
      kind: 'root',
      open: isOpen,
      missing,
      at: index + 1,
      of: workspaces.length,
    });
    if (isOpen) below(id, '', 2);
  }
  return rows;
}

/** Rows that can be chosen: not what only says something. */
export const isItem = (row: Row): row is Row & { kind: 'root' | 'folder' | 'file' | 'outside' } =>
  row.kind === 'root' || row.kind === 'folder' || row.kind === 'file' || row.kind === 'outside';

/** The next row, from `at` on and around, whose name begins with what was typed. */
export function typedTo(rows: readonly Row[], at: number, typed: string): number | undefined {
  const wanted = typed.toLowerCase();
  for (let step = typed.length === 1 ? 1 : 0; step <= rows.length; step++) {
    const index = (at + step + rows.length) % rows.length;
    const row = rows[index];
    if (row !== undefined && isItem(row) && row.name.toLowerCase().startsWith(wanted)) return index;
  }
  return undefined;
}
