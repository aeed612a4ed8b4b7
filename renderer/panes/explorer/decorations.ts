/** What the tree shows beside a file: unsaved, in conflict, with problems, running. */
import { useMemo } from 'react';
import { useDocuments, useTabs } from '../../state/documents.ts';
import { useLanguage } from '../../state/language.ts';
import { isActive, useRuns } from '../../state/run.ts';
import { absolutePath } from '../../state/workspaces.ts';
import { type Key, keyOf } from './tree.ts';

export interface Decoration {
  active?: boolean;
  unsaved?: boolean;
  conflict?: boolean;
  problems?: number;
  running?: boolean;
}

export function useDecorations(): ReadonlyMap<Key, Decoration> {
  const tabs = useTabs();
  const activeId = useDocuments((state) => state.activeId);
  const checked = useLanguage((state) => state.documentId);
  const problems = useLanguage((state) => state.diagnostics.filter(({ severity }) => severity === 'error').length);
  const running = useRuns((state) =>
    state.recent
      .filter((run) => isActive(run.state))
      .map((run) => run.origin ?? '')
      .join('\n'),
  );
  return useMemo(() => {
    const origins = new Set(running.split('\n'));
    return new Map(
      tabs.flatMap(({ id, file, dirty, conflict }): [Key, Decoration][] =>
        file === undefined
          ? []
          : [
              [
                keyOf(file.workspace, file.path),
                {
                  active: id === activeId,
                  unsaved: dirty,
                  conflict: conflict !== undefined,
                  problems: id === checked ? problems : 0,
                  running: origins.has(absolutePath(file.workspace, file.path)),
                },
              ],
            ],
      ),
    );
  }, [tabs, activeId, checked, problems, running]);
}
