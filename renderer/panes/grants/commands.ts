/** Commands about what programs may do. */
import type { Command } from '../../state/commands.ts';
import { useLayout } from '../../state/layout.ts';

export const grantsCommands: Command[] = [
  {
    id: 'view.grants',
    title: 'Permissions of programs: decisions and refusals',
    run: () => useLayout.getState().openEditor('grants'),
  },
];
