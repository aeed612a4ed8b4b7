/** Commands about WebAssembly modules of others. */
import type { Command } from '../../state/commands.ts';
import { useLayout } from '../../state/layout.ts';

export const wasiCommands: Command[] = [
  {
    id: 'view.wasi',
    title: 'Run a WebAssembly module (WASI)…',
    run: () => useLayout.getState().openEditor('wasi'),
  },
];
