/** The tree's state: which folders are read, open, chosen, being renamed. Follows the node's events. */
import { create } from 'zustand';
import type { FileEntry } from '../../../node-core/files/schema.ts';
import { client, onNodeEvent, useConnection } from '../../state/connection.ts';
import { useWorkspaces } from '../../state/workspaces.ts';
import { type Draft, type FolderState, type Key, keyOf, parentOf, placeOfKey } from './tree.ts';

interface Tree {
  folders: ReadonlyMap<Key, FolderState>;
  open: ReadonlySet<Key>;
  /** The row that the keyboard is on. */
  chosen: Key | undefined;
  renaming: Key | undefined;
  draft: Draft | undefined;
}

const KEPT = 'voike.explorer.open';

function keptOpen(): Set<Key> {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? '[]') as Key[]);
  } catch {
    return new Set();
  }
}

export const useTree = create<Tree>()(() => ({
  folders: new Map(),
  open: keptOpen(),
  chosen: undefined,
  renaming: undefined,
  draft: undefined,
}));

function keepOpen(open: ReadonlySet<Key>): void {
  useTree.setState({ open });
  try {
    localStorage.setItem(KEPT, JSON.stringify([...open].slice(-500)));
  } catch {
    // Without storage the tree begins closed next time.
  }
}

const reading = new Map<Key, Promise<void>>();

/** Reads a folder. What is on view stays there until the answer has come. */
export function readFolder(key: Key): Promise<void> {
  const present = reading.get(key);
  if (present !== undefined) return present;
  const { workspace, path } = placeOfKey(key);
  const mine = (async () => {
    let state: FolderState;
    try {
      const entries: FileEntry[] = [];
      let offset: number | undefined = 0;
      while (offset !== undefined) {
        const page: { entries: FileEntry[]; next?: number } = await client().call('files.list', {
          workspace,
          path,
          limit: 5000,
          offset,
        });
        entries.push(...page.entries);
        offset = page.next;
      }
      state = { entries };
    } catch (problem) {
      state = { problem };
    }
    useTree.setState(({ folders }) => ({ folders: new Map(folders).set(key, state) }));
  })().finally(() => reading.delete(key));
  reading.set(key, mine);
  return mine;
}

export function setOpen(key: Key, isOpen: boolean): void {
  const open = new Set(useTree.getState().open);
  if (isOpen) open.add(key);
  else open.delete(key);
  keepOpen(open);
  const { folders } = useTree.getState();
  const state = folders.get(key);
  if (isOpen && (state === undefined || 'problem' in state)) void readFolder(key);
}

export const choose = (chosen: Key | undefined): void => useTree.setState({ chosen });

/** Opens the folders above a file, so that it can be seen, and chooses it. */
export async function revealInTree(workspace: string, path: string): Promise<void> {
  const open = new Set(useTree.getState().open);
  const above: string[] = [''];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) above.push(path.slice(0, at));
  for (const folder of above) open.add(keyOf(workspace, folder));
  keepOpen(open);
  for (const folder of above) {
    const key = keyOf(workspace, folder);
    if (!useTree.getState().folders.has(key)) await readFolder(key);
  }
  choose(keyOf(workspace, path));
}

/** Reads what is on view again: after a break, or when somebody asks. */
export function refreshTree(): void {
  const { folders, open } = useTree.getState();
  const workspaces = new Set(useWorkspaces.getState().workspaces?.map(({ id }) => id));
  // Closed folders are read again when they are opened.
  const kept = [...folders].filter(([key]) => open.has(key) && workspaces.has(placeOfKey(key).workspace));
  useTree.setState({ folders: new Map(kept) });
  for (const [key] of kept) void readFolder(key);
}

let following = false;

/** Called when the tree is first shown. */
export function followTree(): void {
  if (following) return;
  following = true;
  const readOpen = (): void => {
    const { open, folders } = useTree.getState();
    const there = new Set(
      (useWorkspaces.getState().workspaces ?? []).filter(({ missing }) => !missing).map(({ id }) => id),
    );
    for (const key of open) {
      const { workspace, path } = placeOfKey(key);
      const visible = path === '' || open.has(keyOf(workspace, parentOf(path)));
      if (there.has(workspace) && visible && !folders.has(key)) void readFolder(key);
    }
  };
  readOpen();
  let known = new Set(useWorkspaces.getState().workspaces?.map(({ id }) => id));
  useWorkspaces.subscribe((now, before) => {
    if (now.workspaces === before.workspaces) return;
    const ids = new Set(now.workspaces?.map(({ id }) => id));
    // A folder that was opened now is open in the tree as well.
    if (before.workspaces !== undefined) {
      const fresh = [...ids].filter((id) => !known.has(id)).map((id) => keyOf(id, ''));
      if (fresh.length > 0) keepOpen(new Set([...useTree.getState().open, ...fresh]));
    }
    known = ids;
    readOpen();
  });
  onNodeEvent((event) => {
    if (event.type === 'reset') refreshTree();
    if (event.type !== 'files.changed') return;
    const { folders } = useTree.getState();
    const stale = new Set<Key>();
    if (event.all) {
      for (const key of folders.keys()) if (placeOfKey(key).workspace === event.workspace) stale.add(key);
    }
    for (const { path, change } of event.changes) {
      const above = keyOf(event.workspace, parentOf(path));
      const state = folders.get(above);
      if (state === undefined) continue;
      const known = 'entries' in state && state.entries.some((entry) => entry.path === path);
      // That a text changed is nothing that the tree shows.
      if (!known || change !== 'changed') stale.add(above);
    }
    for (const key of stale) void readAgain(key);
  });
  let phase = useConnection.getState().phase;
  useConnection.subscribe((now) => {
    if (now.phase === 'connected' && phase !== 'connected') refreshTree();
    phase = now.phase;
  });
}

const again = new Set<Key>();

/** Reads once more when a reading is under way: its answer may be older than the event. */
async function readAgain(key: Key): Promise<void> {
  const present = reading.get(key);
  if (present !== undefined) {
    if (again.has(key)) return;
    again.add(key);
    await present;
    again.delete(key);
  }
  await readFolder(key);
}
