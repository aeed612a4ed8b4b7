/** Tests of programs, below the editors. */
import { FlaskConical } from 'lucide-react';
import { useTests } from '../../state/program-tests.ts';
import { useDocuments } from '../../state/documents.ts';
import type { View } from '../../state/views.ts';

export const testsViews: readonly View[] = [
  {
    id: 'tests',
    title: 'Tests',
    icon: FlaskConical,
    place: 'bottom',
    order: 35,
    useBadge: () => {
      const id = useDocuments(({ activeId }) => activeId);
      return useTests(
        ({ byDocument }) =>
          Object.values(byDocument[id ?? '']?.results ?? {}).filter(({ passed }) => !passed).length ||
          // None failed, or none was run: that is no figure to show.
          undefined,
      );
    },
    badgeLabel: (badge) => `${badge} failed`,
    load: () => import('./TestsPanel.tsx').then((it) => it.TestsPanel),
  },
];
