/** Commands about tabs and groups, with the keys that VS Code has for them. */
import type { Command } from '../../state/commands.ts';
import { type DockActions, useDocks, withDocks } from '../../state/docks.ts';
import { useLayout } from '../../state/layout.ts';

const hasTab = (): boolean => useDocks.getState().active !== undefined && useLayout.getState().area === 'flows';
const isEditorActive = (): boolean => {
  const { active } = useDocks.getState();
  return hasTab() && (active?.documentId !== undefined || active?.id.startsWith('editor:') === true);
};

const dock = (
  id: string,
  title: string,
  run: (docks: DockActions) => void,
  more: Partial<Pick<Command, 'keys' | 'moreKeys' | 'when' | 'hidden'>> = {},
): Command => ({ id, title, run: () => withDocks(run), when: hasTab, ...more });

const STEP = 60;

export const dockCommands: Command[] = [
  dock('file.close', 'Close tab', (docks) => docks.closePanel(), { keys: 'Mod+F4', moreKeys: ['Mod+W'] }),
  dock('file.next', 'Next tab', (docks) => docks.cycle(1), { keys: 'Mod+Alt+ArrowRight', moreKeys: ['Mod+PageDown'] }),
  dock('file.previous', 'Previous tab', (docks) => docks.cycle(-1), {
    keys: 'Mod+Alt+ArrowLeft',
    moreKeys: ['Mod+PageUp'],
  }),
  dock('view.split', 'Split the editor', (docks) => docks.split('right'), { keys: 'Mod+\\', when: isEditorActive }),
  dock('view.splitBelow', 'Split the editor below', (docks) => docks.split('below'), {
    keys: 'Mod+K Mod+\\',
    when: isEditorActive,
  }),
  dock('view.maximize', 'Maximise the group, or give the room back', (docks) => docks.toggleMaximized(), {
    keys: 'Mod+K Mod+M',
  }),
  dock('view.float', 'Float the tab, or dock it again', (docks) => docks.toggleFloating()),
  dock('view.moveLeft', 'Move the tab to a group at the left', (docks) => docks.moveTo('left')),
  dock('view.moveRight', 'Move the tab to a group at the right', (docks) => docks.moveTo('right')),
  dock('view.moveAbove', 'Move the tab to a group above', (docks) => docks.moveTo('above')),
  dock('view.moveBelow', 'Move the tab to a group below', (docks) => docks.moveTo('below')),
  dock('view.wider', 'Make the group wider', (docks) => docks.resize(STEP, 'width')),
  dock('view.narrower', 'Make the group narrower', (docks) => docks.resize(-STEP, 'width')),
  dock('view.taller', 'Make the group taller', (docks) => docks.resize(STEP, 'height')),
  dock('view.shorter', 'Make the group shorter', (docks) => docks.resize(-STEP, 'height')),
  ...[1, 2, 3].map((number) =>
    dock(`view.editors${number}`, `Go to editor group ${number}`, (docks) => docks.focusEditorGroup(number), {
      keys: `Mod+${number}`,
    }),
  ),
];
