/** Stored tables, among the editors. */
import { Table2 } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const tableViews: readonly View[] = [
  {
    id: 'table',
    title: 'Table',
    icon: Table2,
    place: 'editor',
    order: 50,
    titleOf: ({ name }) => (typeof name === 'string' ? name : 'Table'),
    load: () => import('./TableView.tsx').then((it) => it.TableView),
  },
];
