import { SquareTerminal } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const terminalViews: readonly View[] = [
  {
    id: 'terminal',
    title: 'Terminal',
    icon: SquareTerminal,
    place: 'bottom',
    order: 40,
    load: () => import('./TerminalView.tsx').then((it) => it.TerminalView),
  },
];
