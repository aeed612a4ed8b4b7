/** Commands of schedules. */
import type { Command } from '../../state/commands.ts';
import { activeDocument } from '../../state/documents.ts';
import { useLayout } from '../../state/layout.ts';
import { scheduleActive } from './state.ts';

export const schedulesCommands: readonly Command[] = [
  { id: 'view.schedules', title: 'Show Schedules', run: () => useLayout.getState().showArea('schedules') },
  {
    id: 'schedules.new',
    title: 'Schedule this flow…',
    run: scheduleActive,
    when: () => activeDocument() !== undefined,
  },
];
