/** One tab among the docks: icon, name, what is unsaved or counted, and closing it. */
import type { IDockviewPanelHeaderProps } from 'dockview-react';
import { FileCode2, X } from 'lucide-react';
import { type MouseEvent, type RefObject, useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { withDocks } from '../../state/docks.ts';
import { besideName, type DocumentTab, useDocuments, useTabs } from '../../state/documents.ts';
import type { View } from '../../state/views.ts';
import { type MenuItems, openMenu } from '../../ui/index.ts';
import { closeDocument, saveDocument } from '../files.ts';
import { dockedPanel, isEditor, viewOf } from './panels.ts';

export function DockTab(props: IDockviewPanelHeaderProps) {
  const panel = { id: props.api.id, params: props.params };
  const { documentId } = dockedPanel(panel);
  const view = viewOf(panel);
  if (documentId !== undefined) return <DocumentTabFace {...props} documentId={documentId} />;
  return view === undefined ? null : <ViewTabFace {...props} view={view} />;
}

function DocumentTabFace({ api, documentId }: IDockviewPanelHeaderProps & { documentId: string }) {
  const tabs = useTabs();
  const document = tabs.find((item) => item.id === documentId);
  const beside = document === undefined ? undefined : besideName(tabs, document);
  const name = document?.name ?? '';
  const dirty = document?.dirty === true;
  const title = dirty ? `${name}, unsaved` : name;
  useEffect(() => {
    if (name !== '') api.setTitle(title);
  }, [api, name, title]);
  const tab = useOnView(api);
  if (document === undefined) return null;
  return (
    <div
      ref={tab}
      className="dock-tab"
      data-dirty={dirty}
      data-tip={document.path ?? document.origin}
      {...pointer(api.id, () => documentMenu(api.id, document))}
    >
      <FileCode2 />
      <span className="cut">{name}</span>
      {beside === undefined ? null : <small>{beside}</small>}
      <CloseMark id={api.id} />
    </div>
  );
}

function ViewTabFace({ api, view, params }: IDockviewPanelHeaderProps & { view: View }) {
  const Icon = view.icon;
  const editor = isEditor({ id: api.id, params });
  // A view has its badge or not for good: the order of hooks is the same at every call.
  const badge = view.useBadge?.();
  const title = useTitle(api);
  const tab = useOnView(api);
  useEffect(() => {
    // The title is the name of the tab for screen readers: it says what is seen.
    if (badge !== undefined) api.setTitle(`${view.title} ${badge}`);
  }, [api, badge, view.title]);
  return (
    <div ref={tab} className="dock-tab" data-quiet={!editor} {...pointer(api.id, () => viewMenu(api.id, editor))}>
      {editor ? <Icon /> : null}
      <span className="cut">{editor ? title : view.title}</span>{' '}
      {badge === undefined ? null : <span className="ui-tab-badge">{badge}</span>}
      {editor ? <CloseMark id={api.id} /> : null}
    </div>
  );
}

/** What the view calls itself now. */
function useTitle(api: IDockviewPanelHeaderProps['api']): string | undefined {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const subscription = api.onDidTitleChange(changed);
        return () => subscription.dispose();
      },
      [api],
    ),
    () => api.title,
  );
}

/** The tab in front is on view, also when it was made narrow or its neighbours grew: dockview leaves it where it is. */
function useOnView(api: IDockviewPanelHeaderProps['api']): RefObject<HTMLDivElement | null> {
  const tab = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const show = (): void => {
      const own = tab.current?.closest<HTMLElement>('.dv-tab');
      const strip = own?.parentElement;
      if (own === null || own === undefined || strip === null || strip === undefined || !api.isVisible) return;
      const left = own.getBoundingClientRect().left - strip.getBoundingClientRect().left + strip.scrollLeft;
      if (left < strip.scrollLeft) strip.scrollLeft = left;
      else if (left + own.offsetWidth > strip.scrollLeft + strip.clientWidth)
        strip.scrollLeft = Math.min(left, left + own.offsetWidth - strip.clientWidth);
    };
    const sizes = new ResizeObserver(show);
    const strip = tab.current?.closest('.dv-tabs-container');
    if (tab.current !== null) sizes.observe(tab.current);
    if (strip !== null && strip !== undefined) sizes.observe(strip);
    const shown = api.onDidVisibilityChange(show);
    return () => {
      sizes.disconnect();
      shown.dispose();
    };
  }, [api]);
  return tab;
}

/** For the pointer alone: the keyboard closes with Delete, and with the key of Close tab. */
function CloseMark({ id }: { id: string }) {
  return (
    <span
      className="tab-close"
      aria-hidden="true"
      onPointerDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        event.stopPropagation();
        withDocks((docks) => docks.closePanel(id));
      }}
    >
      <i className="dot" />
      <X />
    </span>
  );
}

function pointer(id: string, menu: () => MenuItems) {
  return {
    onDoubleClick: () => withDocks((docks) => docks.toggleMaximized(id)),
    onAuxClick: (event: MouseEvent) => {
      if (event.button === 1) withDocks((docks) => docks.closePanel(id));
    },
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      openMenu(event, menu());
    },
  };
}

const arrange = (id: string): MenuItems => [
  {
    label: 'Maximise or give back',
    command: 'view.maximize',
    run: () => withDocks((it) => it.toggleMaximized(id)),
  },
  { label: 'Move to a group at the right', run: () => withDocks((docks) => docks.moveTo('right', id)) },
  { label: 'Move to a group below', run: () => withDocks((docks) => docks.moveTo('below', id)) },
  { label: 'Float, or dock again', run: () => withDocks((docks) => docks.toggleFloating(id)) },
];

function documentMenu(id: string, document: DocumentTab): MenuItems {
  return [
    { label: 'Save', command: 'file.save', run: () => void saveDocument(document.id) },
    { label: 'Save as…', run: () => void saveDocument(document.id, true) },
    'separator',
    { label: 'Split right', command: 'view.split', run: () => withDocks((docks) => docks.split('right')) },
    ...arrange(id),
    'separator',
    { label: 'Close', run: () => withDocks((docks) => docks.closePanel(id)) },
    { label: 'Close the others', run: () => void closeOthers(document.id) },
  ];
}

async function closeOthers(documentId: string): Promise<void> {
  for (const other of useDocuments.getState().documents) if (other.id !== documentId) await closeDocument(other.id);
}

const viewMenu = (id: string, editor: boolean): MenuItems => [
  ...arrange(id),
  'separator',
  { label: editor ? 'Close' : 'Hide', run: () => withDocks((docks) => docks.closePanel(id)) },
];
