/** Commands of settings, keys, notifications and help. */
import type { Command } from '../../state/commands.ts';
import { focusSoon } from '../../state/focus.ts';
import { useLayout } from '../../state/layout.ts';
import { showNotices, useNotices } from '../../state/notifications.ts';
import { getSetting, setSetting } from '../../state/settings.ts';
import { useKeySheet } from './KeySheet.tsx';
import { startTour } from './tour.ts';

const open = (view: string) => (): void => useLayout.getState().openEditor(view);
/** With the keyboard in its search, ready to type. */
const openSearch = (view: string, search: string) => (): void => {
  open(view)();
  focusSoon(search);
};

export const helpCommands: Command[] = [
  {
    id: 'settings.open',
    title: 'Settings',
    keys: 'Mod+,',
    run: openSearch('settings', '[aria-label="Search settings"]'),
  },
  { id: 'settings.json', title: 'Settings as text (settings.json)', run: open('settings-json') },
  {
    id: 'keys.open',
    title: 'Keyboard shortcuts, and changing them',
    keys: 'Mod+K Mod+S',
    run: openSearch('keys', '[aria-label="Search commands and keys"]'),
  },
  { id: 'keys.json', title: 'Keyboard shortcuts as text (keybindings.json)', run: open('keys-json') },
  {
    id: 'notifications.show',
    title: 'Notifications',
    keys: 'Mod+K Mod+Shift+N',
    run: () => showNotices(!useNotices.getState().open),
  },
  {
    id: 'notifications.doNotDisturb',
    title: 'Do not disturb on or off',
    run: () => setSetting('workbench.doNotDisturb', !getSetting('workbench.doNotDisturb') || undefined),
  },
  {
    id: 'help.keys',
    title: 'Sheet of keyboard shortcuts',
    keys: 'Mod+K Mod+R',
    run: () => useKeySheet.setState({ open: true }),
  },
  { id: 'help.tour', title: 'Take the tour', run: startTour },
];
