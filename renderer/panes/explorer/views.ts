/** The folders in the side bar. */
import { FolderTree } from 'lucide-react';
import type { View } from '../../state/views.ts';
import { Explorer } from './Explorer.tsx';

export const explorerViews: readonly View[] = [
  { id: 'explorer', title: 'Explorer', icon: FolderTree, place: 'side', order: 5 },
  {
    id: 'folders',
    title: 'Folders',
    icon: FolderTree,
    place: 'side',
    within: 'explorer',
    order: 10,
    component: Explorer,
  },
];
