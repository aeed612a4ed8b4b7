/** Search in files, in the side bar. */
import { Search } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const searchViews: readonly View[] = [
  {
    id: 'search',
    title: 'Search',
    icon: Search,
    place: 'side',
    order: 15,
    load: () => import('./SearchView.tsx').then((it) => it.SearchView),
  },
];
