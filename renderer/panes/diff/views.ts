/** Comparisons, among the editors. */
import { GitCompare } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const diffViews: readonly View[] = [
  {
    id: 'diff',
    title: 'Compare',
    icon: GitCompare,
    place: 'editor',
    order: 10,
    load: () => import('./DiffView.tsx').then((it) => it.DiffView),
  },
];
