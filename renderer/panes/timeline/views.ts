/** The timeline below the folders. */
import { FileClock } from 'lucide-react';
import type { View } from '../../state/views.ts';
import { Timeline } from './Timeline.tsx';

export const timelineViews: readonly View[] = [
  {
    id: 'timeline',
    title: 'Timeline',
    icon: FileClock,
    place: 'side',
    within: 'explorer',
    order: 20,
    component: Timeline,
  },
];
