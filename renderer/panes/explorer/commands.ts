/** Commands on folders and their files. */
import type { Command } from '../../state/commands.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { useWorkspaces } from '../../state/workspaces.ts';
import { focusTree, openFolder, startNew } from './actions.ts';
import { revealInTree, useTree } from './tree-store.ts';
import { keyOf, placeOfKey, type Row } from './tree.ts';

const anyFolder = (): boolean => (useWorkspaces.getState().workspaces ?? []).length > 0;

/** The folder in which something new is made: that of the chosen row, else the first. */
function here(): Row | undefined {
  const [first] = useWorkspaces.getState().workspaces ?? [];
  const { chosen, folders } = useTree.getState();
  const place = chosen === undefined ? undefined : placeOfKey(chosen);
  const workspace = place?.workspace ?? first?.id;
  if (workspace === undefined) return undefined;
  const path =
    place === undefined
      ? ''
      : folders.has(chosen!)
        ? place.path
        : place.path.slice(0, Math.max(0, place.path.lastIndexOf('/')));
  const key = keyOf(workspace, path);
  return { key, workspace, path, name: '', level: 1, kind: 'root', open: true, missing: false, at: 1, of: 1 };
}

const show = (): void => useLayout.getState().showSide('explorer');

export const explorerCommands: readonly Command[] = [
  {
    id: 'view.explorer',
    title: 'Show the Explorer',
    keys: 'Mod+Shift+E',
    run: () => {
      show();
      focusTree();
    },
  },
  { id: 'folder.open', title: 'Open folder…', keys: 'Mod+Alt+O', run: () => void openFolder() },
  {
    id: 'file.newInFolder',
    title: 'New file in the open folder…',
    run: () => {
      show();
      const place = here();
      if (place !== undefined) void startNew('file', place);
    },
    when: anyFolder,
  },
  {
    id: 'program.newInFolder',
    title: 'New program in the open folder…',
    run: () => {
      show();
      const place = here();
      if (place !== undefined) void startNew('program', place);
    },
    when: anyFolder,
  },
  {
    id: 'file.reveal',
    title: 'Show the open file in the Explorer',
    run: () => {
      const file = activeDocument()?.file;
      if (file === undefined) return;
      show();
      void revealInTree(file.workspace, file.path).then(focusTree);
    },
    when: () => activeDocument()?.file !== undefined,
  },
];
