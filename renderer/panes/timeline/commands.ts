/** The history of the active file, by command. */
import type { Command } from '../../state/commands.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';

export const timelineCommands: readonly Command[] = [
  {
    id: 'file.history',
    title: 'Show history of the file',
    run: () => {
      useLayout.getState().showSide('explorer');
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.timeline [data-row]')?.focus());
    },
    when: () => activeDocument() !== undefined,
  },
];
