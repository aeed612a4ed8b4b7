/** What stands below a tab: a document's text, or a view. */
import type { DockviewPanelApi, IDockviewPanelProps } from 'dockview-react';
import { FileCode2, Workflow } from 'lucide-react';
import { useCallback, useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { ConflictBar } from '../../panes/explorer/ConflictBar.tsx';
import { type DocumentTab, useActiveTab } from '../../state/documents.ts';
import { firstText } from '../../state/first-text.ts';
import { EmptyState, lazily, Skeleton } from '../../ui/index.ts';
import { ViewBarContext } from '../../ui/ViewBar.tsx';
import { LazyView } from '../LazyView.tsx';
import { dockedPanel, viewOf } from './panels.ts';

const CodeEditor = lazily(
  () => import('../../editor/CodeEditor.tsx'),
  <Skeleton lines={12} label="Loading the editor" />,
);

/** The element in the bar of each group that the view in front may write into (ViewBar). */
export const useBars = create<Readonly<Record<string, HTMLElement | null>>>()(() => ({}));

export function useVisible(api: DockviewPanelApi): boolean {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const subscription = api.onDidVisibilityChange(changed);
        return () => subscription.dispose();
      },
      [api],
    ),
    () => api.isVisible,
  );
}

function useGroupId(api: DockviewPanelApi): string {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const subscription = api.onDidGroupChange(changed);
        return () => subscription.dispose();
      },
      [api],
    ),
    () => api.group.id,
  );
}

export function DocumentContent({ api, containerApi, params }: IDockviewPanelProps) {
  const { documentId } = dockedPanel({ id: api.id, params });
  const visible = useVisible(api);
  const groupId = useGroupId(api);
  const isActive = useCallback(() => containerApi.activePanel?.id === api.id, [api, containerApi]);
  if (documentId === undefined) return null;
  return (
    <div className="dock-document">
      <ConflictBar documentId={documentId} />
      <div className="dock-text">
        <CodeEditor documentId={documentId} panelId={api.id} groupId={groupId} visible={visible} isActive={isActive} />
      </div>
    </div>
  );
}

export function ViewContent({ api, params }: IDockviewPanelProps) {
  const panel = dockedPanel({ id: api.id, params });
  const view = viewOf({ id: api.id, params });
  const visible = useVisible(api);
  const groupId = useGroupId(api);
  const bar = useBars((bars) => bars[groupId] ?? null);
  const tab = useActiveTab();
  const setTitle = useCallback((title: string) => api.setTitle(title), [api]);
  if (view === undefined) return null;
  return (
    <div className="dock-view">
      {view.needsDocument === true && !(tab !== undefined && (view.forms ?? ['plan']).includes(tab.form)) ? (
        <NotAbout tab={tab} />
      ) : visible ? (
        <ViewBarContext value={bar}>
          <LazyView
            view={view}
            after={firstText}
            setTitle={setTitle}
            {...(panel.params === undefined ? {} : { params: panel.params })}
          />
        </ViewBarContext>
      ) : null}
    </div>
  );
}

/** Instead of a view that is about other texts than the one in front. */
function NotAbout({ tab }: { tab: DocumentTab | undefined }) {
  if (tab === undefined)
    return (
      <EmptyState icon={<Workflow />} title="Nothing to inspect yet">
        Open a plan to see its syntax tree, its graph, and its inputs.
      </EmptyState>
    );
  if (tab.form === 'program')
    return (
      <EmptyState icon={<FileCode2 />} title={`${tab.name} is a program`}>
        A syntax tree and a graph are what plans have. Functions of a program are called in Execute; what they compile
        to stands in VASM.
      </EmptyState>
    );
  return (
    <EmptyState icon={<Workflow />} title={`${tab.name} is not a plan`}>
      Plans have a syntax tree, a graph and inputs. Their files end in .flow.
    </EmptyState>
  );
}
