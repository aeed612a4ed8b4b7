import type { Command } from '../../state/commands.ts';
import { focusSoon } from '../../state/focus.ts';
import { useLayout } from '../../state/layout.ts';

export const terminalCommands: Command[] = [
  {
    id: 'view.terminal',
    title: 'Show the terminal',
    keys: 'Mod+`',
    run: () => {
      useLayout.getState().showDocked('terminal');
      // Who asks for the terminal wants to type.
      focusSoon('.terminal .xterm-helper-textarea');
    },
  },
];
