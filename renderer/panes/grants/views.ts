/** What programs may do in this project. */
import { ShieldQuestionMark } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const grantsViews: readonly View[] = [
  {
    id: 'grants',
    title: 'Permissions',
    icon: ShieldQuestionMark,
    place: 'editor',
    order: 60,
    load: () => import('./GrantsView.tsx').then((it) => it.GrantsView),
  },
];
