/** What can be done with the rows of the tree. Failures are shown; the tree itself follows the node's events. */
import { client } from '../../state/connection.ts';
import { isDirty, NEW_PROGRAM, useDocuments } from '../../state/documents.ts';
import { openWorkspaceFile, toastDeleted } from '../../state/workspace-files.ts';
import { absolutePath, closeWorkspace, openWorkspace, workspaceById } from '../../state/workspaces.ts';
import { confirm, copyText, count, relativeTime, type MenuItems, toastProblem } from '../../ui/index.ts';
import { useLayout } from '../../state/layout.ts';
import { pick } from '../diff/pick.ts';
import { askPath } from './prompt.ts';
import { choose, readFolder, refreshTree, revealInTree, setOpen, useTree } from './tree-store.ts';
import { type Draft, joined, keyOf, parentOf, type Row } from './tree.ts';

/** Ctrl+K Ctrl+O: the shell's own dialog, or a field for the path. */
export async function openFolder(): Promise<void> {
  const path =
    window.voike === undefined
      ? await askPath({
          title: 'Open a folder',
          path: '',
          action: 'Open',
          hint: 'A folder on the machine of the node. Tab completes; ~ is your home.',
        })
      : (await window.voike.chooseFolder())?.path;
  if (path === undefined) return;
  const opened = await openWorkspace(path.length > 1 ? path.replace(/[\\/]$/, '') : path);
  if (opened === undefined) return;
  useLayout.getState().showSide('explorer');
  setOpen(keyOf(opened.id, ''), true);
  choose(keyOf(opened.id, ''));
}

export function openRow(row: Row, focus: boolean): void {
  if (row.kind === 'root' || row.kind === 'folder') setOpen(row.key, !row.open);
  else if (row.kind === 'file') void openWorkspaceFile(row).then(() => focus || focusTree());
}

export function focusTree(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.tree[role=tree]')?.focus());
}

/** Begins to name a new file or folder, in the folder of `row`. */
export async function startNew(kind: Draft['kind'], row: Row): Promise<void> {
  const folder = row.kind === 'file' || row.kind === 'outside' ? parentOf(row.path) : row.path;
  const key = keyOf(row.workspace, folder);
  setOpen(key, true);
  if (!useTree.getState().folders.has(key)) await readFolder(key);
  useTree.setState({ draft: { workspace: row.workspace, folder, kind }, renaming: undefined });
}

/** Ends naming; an empty name makes nothing. `plans.flow/x.flow` is refused by the node with its reason. */
export async function finishNew(name: string): Promise<void> {
  const { draft } = useTree.getState();
  useTree.setState({ draft: undefined });
  focusTree();
  const wanted = name.trim();
  if (draft === undefined || wanted === '') return;
  const { workspace, folder, kind } = draft;
  const path = joined(folder, kind === 'program' && !/\.flow$/i.test(wanted) ? `${wanted}.flow` : wanted);
  try {
    if (kind === 'folder') await client().call('files.createFolder', { workspace, path });
    else
      await client().call('files.create', {
        workspace,
        path,
        text: kind === 'program' ? NEW_PROGRAM : firstText(wanted),
      });
    await readFolder(keyOf(workspace, folder));
    choose(keyOf(workspace, path));
    if (kind !== 'folder') await openWorkspaceFile({ workspace, path });
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** A new plan is a plan; any other file is empty. */
function firstText(name: string): string {
  const title = name.replace(/\.flow$/i, '');
  return title === name ? '' : `FLOW "${title.replaceAll('"', "'")}"\n\nEND FLOW\n`;
}

export async function finishRename(row: Row, name: string): Promise<void> {
  useTree.setState({ renaming: undefined });
  focusTree();
  const wanted = name.trim();
  if (wanted === '' || wanted === row.name) return;
  await moveTo(row, parentOf(row.path), wanted);
}

/** Moves a file or folder into another folder of its workspace. */
export async function moveTo(
  row: Pick<Row, 'workspace' | 'path' | 'name'>,
  folder: string,
  name = row.name,
): Promise<void> {
  const to = joined(folder, name);
  if (to === row.path) return;
  try {
    await client().call('files.move', { workspace: row.workspace, from: row.path, to });
    // A folder that was open is open under its new name.
    const before = keyOf(row.workspace, row.path);
    for (const key of useTree.getState().open)
      if (key === before || key.startsWith(`${before}/`))
        setOpen(keyOf(row.workspace, to) + key.slice(before.length), true);
    await readFolder(keyOf(row.workspace, folder));
    choose(keyOf(row.workspace, to));
  } catch (thrown) {
    toastProblem(thrown);
  }
}

export async function deleteRow(row: Row): Promise<void> {
  if (row.kind === 'root') return removeRoot(row);
  const { workspace, path, name } = row;
  const within = useDocuments
    .getState()
    .documents.filter(
      ({ file }) => file?.workspace === workspace && (file.path === path || file.path.startsWith(`${path}/`)),
    );
  const unsaved = within.filter(isDirty);
  if (row.kind === 'folder' || unsaved.length > 0) {
    const sure = await confirm({
      title: `Delete ${name}?`,
      body: [
        row.kind === 'folder' ? 'Everything in it goes with it. It can be brought back for 30 days.' : '',
        unsaved.length > 0
          ? `${unsaved.map((item) => item.name).join(', ')} has changes that are not saved: their tabs stay open.`
          : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
      action: 'Delete',
      danger: true,
    });
    if (!sure) return;
  }
  try {
    const gone = await client().call<{ id: string; path: string; files: number }>('files.delete', { workspace, path });
    for (const item of within) if (!isDirty(item)) useDocuments.getState().close(item.id);
    toastDeleted(workspace, gone);
    choose(keyOf(workspace, parentOf(path)));
  } catch (thrown) {
    toastProblem(thrown);
  }
}

/** Chooses one of the things that were deleted from a folder, and puts it back where it was. */
async function bringBack(workspace: string): Promise<void> {
  const id = await pick('Bring back', async (query, signal) => {
    const { deleted } = await client().call<{ deleted: { id: string; path: string; time: string; files: number }[] }>(
      'files.deleted',
      { workspace },
      { signal },
    );
    return deleted
      .filter(({ path }) => path.toLowerCase().includes(query.trim().toLowerCase()))
      .map((item) => ({
        id: item.id,
        label: item.files > 1 ? `${item.path}, ${count(item.files, 'file')}` : item.path,
        side: `deleted ${relativeTime(item.time)}`,
      }));
  });
  if (id === undefined) return;
  try {
    const { path } = await client().call<{ path: string }>('files.undelete', { workspace, id });
    await revealInTree(workspace, path);
  } catch (thrown) {
    toastProblem(thrown);
  }
}

async function removeRoot(row: Row): Promise<void> {
  await closeWorkspace(row.workspace);
}

export const copyPath = (row: Row): Promise<void> => copyText(absolutePath(row.workspace, row.path), 'Path copied');

export function menuOf(row: Row): MenuItems {
  const open = row.kind === 'root' || row.kind === 'folder';
  return [
    ...(row.kind === 'file' ? [{ label: 'Open', shortcut: 'Enter', run: () => openRow(row, true) }] : []),
    ...(row.kind === 'file' || row.kind === 'outside'
      ? []
      : [
          { label: 'New file…', run: () => void startNew('file', row) },
          { label: 'New program…', run: () => void startNew('program', row) },
          { label: 'New folder…', run: () => void startNew('folder', row) },
        ]),
    'separator',
    ...(row.kind === 'root'
      ? []
      : [{ label: 'Rename…', shortcut: 'F2', run: () => useTree.setState({ renaming: row.key, draft: undefined }) }]),
    { label: 'Copy path', shortcut: 'Mod+C', run: () => void copyPath(row) },
    { label: 'Copy relative path', disabled: row.path === '', run: () => void copyText(row.path, 'Path copied') },
    ...(open ? [{ label: 'Refresh', run: refreshTree }] : []),
    ...(row.kind === 'root'
      ? [{ label: 'Bring back what was deleted…', run: () => void bringBack(row.workspace) }]
      : []),
    'separator',
    row.kind === 'root'
      ? { label: `Close folder ${workspaceById(row.workspace)?.name ?? ''}`, run: () => void removeRoot(row) }
      : { label: 'Delete', shortcut: 'Del', run: () => void deleteRow(row) },
  ];
}
