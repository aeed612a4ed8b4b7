import type { Command } from '../../state/commands.ts';
import { useLayout } from '../../state/layout.ts';

export const terminalCommands: Command[] = [
  {
    id: 'view.terminal',
    title: 'Show the terminal',
    keys: 'Mod+`',
    run: () => useLayout.getState().showBottom('terminal'),
  },
];
