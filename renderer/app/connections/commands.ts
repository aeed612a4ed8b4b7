/** Commands of nodes. */
import type { Command } from '../../state/commands.ts';
import { LOCAL_ID, useConnection } from '../../state/connection.ts';
import { tryNow } from '../../state/session.ts';
import { openNodeMenu } from './ConnectionChip.tsx';
import { addNode, goTo, showNodes } from './dialog.ts';

export const connectionCommands: readonly Command[] = [
  {
    id: 'node.connect',
    title: 'Connect to…',
    keys: 'Mod+Alt+C',
    run: () => {
      const chip = document.querySelector('.connection-chip');
      if (chip !== null) openNodeMenu(chip);
    },
  },
  { id: 'node.add', title: 'Add a node…', run: addNode },
  { id: 'node.manage', title: 'Manage nodes…', run: showNodes },
  {
    id: 'node.local',
    title: 'Switch to the local node',
    run: () => void goTo(LOCAL_ID),
    when: () => useConnection.getState().at.id !== LOCAL_ID,
  },
  {
    id: 'node.tryNow',
    title: 'Try to reach the node now',
    run: () => tryNow(),
    when: () => useConnection.getState().phase === 'offline',
  },
];
