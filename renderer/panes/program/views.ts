/** Views about programs. */
import { Bug, Cpu } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const programViews: readonly View[] = [
  {
    id: 'vasm',
    title: 'VASM',
    icon: Cpu,
    place: 'inspector',
    order: 40,
    needsDocument: true,
    forms: ['program', 'plan'],
    load: () => import('./VasmPane.tsx').then((it) => it.VasmPane),
  },
  {
    id: 'debugger',
    title: 'Debug',
    icon: Bug,
    place: 'inspector',
    order: 50,
    needsDocument: true,
    forms: ['program', 'plan'],
    load: () => import('./DebugPane.tsx').then((it) => it.DebugPane),
  },
];
