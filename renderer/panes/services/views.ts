/** What programs serve on this node. */
import { Server } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const servicesViews: readonly View[] = [
  {
    id: 'services',
    title: 'Services',
    icon: Server,
    place: 'area',
    order: 27,
    load: () => import('./ServicesView.tsx').then((it) => it.ServicesView),
  },
];
