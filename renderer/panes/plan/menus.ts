/** The context menus of the graph: the same actions as by key. */
import { activeDocument } from '../../state/documents.ts';
import { useLayout as useWorkbenchLayout } from '../../state/layout.ts';
import { rerun, useRuns } from '../../state/run.ts';
import { selectNode } from '../../state/selection.ts';
import type { MenuItem, MenuItems } from '../../ui/index.ts';
import {
  chosenMembers,
  copyChosen,
  cutChosen,
  deleteChosen,
  disconnect,
  duplicateChosen,
  endsOf,
  groupChosen,
  redoChange,
  renameGroup,
  selectAll,
  tidy,
  toggleChosenGroups,
  undoChange,
  ungroupChosen,
} from './actions.ts';
import { openQuickAdd } from './add.ts';
import { openConnectList } from './connect.ts';
import { debugMenu } from './debug-marks.tsx';
import type { Drawing } from './drawing.ts';
import { groupOf } from './drawing.ts';
import { openForm } from './keys.ts';
import { pasteFromClipboard } from './paste.ts';

type At = { x: number; y: number } | undefined;

export function nodeMenu(id: string, drawing: Drawing, at: At): MenuItems {
  const node = drawing.nodes.find((item) => item.id === id);
  if (node === undefined) return canvasMenu(at);
  const many = chosenMembers().length;
  const document = activeDocument();
  const runId = document === undefined ? undefined : useRuns.getState().current[document.id];
  const group = node.kind === 'group' ? node.name : groupOf(node);
  const source: MenuItem[] =
    node.kind === 'group'
      ? []
      : [
          { label: 'Edit', shortcut: 'Enter', run: () => openForm(id) },
          { label: 'Go to source', shortcut: 'S', run: () => selectNode(id, { focus: true }) },
          {
            label: 'Show result',
            shortcut: 'Space',
            disabled: runId === undefined,
            run: () => useWorkbenchLayout.getState().showDocked('results'),
          },
          ...(node.kind === 'input' ? [] : debugMenu(id)),
          {
            label: 'Run again from here',
            disabled: runId === undefined || node.kind !== 'step',
            run: () => {
              if (runId !== undefined)
                void rerun(runId, { fromStep: id, ...(document === undefined ? {} : { documentId: document.id }) });
            },
          },
        ];
  const grouping: MenuItem[] = [
    ...(node.kind === 'step' || node.kind === 'group'
      ? [{ label: many > 1 ? `Group ${many} steps…` : 'Group…', shortcut: 'Mod+G', run: groupChosen }]
      : []),
    ...(group === undefined
      ? []
      : [
          {
            label: node.kind === 'group' ? 'Open the group' : 'Collapse the group',
            shortcut: 'F',
            run: toggleChosenGroups,
          },
          { label: 'Rename the group…', run: () => renameGroup(group) },
          { label: 'Take out of the group', shortcut: 'Mod+Shift+G', run: () => void ungroupChosen() },
        ]),
  ];
  return [
    ...source,
    ...(source.length === 0 ? [] : (['separator'] as const)),
    ...(node.kind === 'output' || node.kind === 'group'
      ? []
      : [
          { label: 'Add a step after it…', shortcut: 'A', run: () => openQuickAdd({ nodes: [id] }, at) },
          { label: 'Connect to…', shortcut: 'C', run: () => openConnectList(id) },
        ]),
    ...(node.kind === 'group' ? [] : [{ label: 'Comment…', shortcut: 'M', run: () => openForm(id, 'comment') }]),
    ...grouping,
    'separator',
    { label: 'Cut', shortcut: 'Mod+X', run: () => void cutChosen() },
    { label: 'Copy', shortcut: 'Mod+C', run: () => void copyChosen() },
    { label: 'Duplicate', shortcut: 'Mod+D', run: () => void duplicateChosen() },
    { label: many > 1 ? `Delete ${many} nodes` : 'Delete', shortcut: 'Del', run: () => void deleteChosen() },
  ];
}

export function edgeMenu(edge: string, at: At): MenuItems {
  const ends = endsOf(edge);
  if (ends === undefined) return [];
  const order = edge.endsWith(' (order)');
  return [
    { label: 'Insert a step here…', shortcut: 'A', disabled: order, run: () => openQuickAdd({ edge }, at) },
    { label: 'Disconnect', shortcut: 'Del', disabled: order, run: () => void disconnect(ends.from, ends.to) },
    'separator',
    { label: `Go to ${ends.from.replace(/^\w+:/, '')}`, shortcut: 'ArrowUp', run: () => selectNode(ends.from) },
    { label: `Go to ${ends.to.replace(/^\w+:/, '')}`, shortcut: 'ArrowDown', run: () => selectNode(ends.to) },
  ];
}

export function canvasMenu(at: At): MenuItems {
  return [
    { label: 'Add…', shortcut: 'A', run: () => openQuickAdd(undefined, at) },
    { label: 'Paste', shortcut: 'Mod+V', run: () => void pasteFromClipboard() },
    { label: 'Select everything', shortcut: 'Mod+A', run: selectAll },
    'separator',
    { label: 'Tidy the layout', run: () => void tidy() },
    { label: 'Undo', shortcut: 'Mod+Z', run: undoChange },
    { label: 'Redo', shortcut: 'Mod+Shift+Z', run: redoChange },
  ];
}
