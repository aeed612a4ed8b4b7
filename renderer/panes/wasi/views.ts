/** Jobs from WebAssembly modules, among the editors. */
import { Package } from 'lucide-react';
import type { View } from '../../state/views.ts';

export const wasiViews: readonly View[] = [
  {
    id: 'wasi',
    title: 'WASI job',
    icon: Package,
    place: 'editor',
    order: 70,
    load: () => import('./WasiView.tsx').then((it) => it.WasiView),
  },
];
