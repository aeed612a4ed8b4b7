/** Comparisons, among the editors. */
import { GitCompare } from 'lucide-react';
import type { View } from '../../state/views.ts';
import { nameOfSide } from './sources.ts';

export const diffViews: readonly View[] = [
  {
    id: 'diff',
    title: 'Compare',
    icon: GitCompare,
    place: 'editor',
    order: 10,
    titleOf: ({ right }) => `Compare ${nameOfSide(String(right ?? ''))}`,
    load: () => import('./DiffView.tsx').then((it) => it.DiffView),
  },
];
