import type { Command } from '../../state/commands.ts';
import { useLayout } from '../../state/layout.ts';

/** Who asks for the terminal wants to type. Its code may still be on the way: it is looked for a few frames long. */
function typeInTerminal(frames = 120): void {
  const input = document.querySelector<HTMLElement>('.terminal .xterm-helper-textarea');
  if (input !== null && input.offsetParent !== null) input.focus();
  else if (frames > 0) requestAnimationFrame(() => typeInTerminal(frames - 1));
}

export const terminalCommands: Command[] = [
  {
    id: 'view.terminal',
    title: 'Show the terminal',
    keys: 'Mod+`',
    run: () => {
      useLayout.getState().showDocked('terminal');
      typeInTerminal();
    },
  },
];
