/** The views of schedules. */
import { CalendarClock } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const schedulesViews: readonly View[] = [
  {
    id: 'schedules',
    title: 'Schedules',
    icon: CalendarClock,
    place: 'area',
    order: 25,
    load: () => import('./SchedulesView.tsx').then((it) => it.SchedulesView),
  },
];
