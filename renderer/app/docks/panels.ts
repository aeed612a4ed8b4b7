/** What a docked panel is, by its id and parameters; which kind a group is. Pure. */
import type { DockedPanel } from '../../state/docks.ts';
import type { View, ViewParams } from '../../state/views.ts';
import { viewById } from '../views.ts';

/**
 * A group is named after what is in it: one with an editor (or with nothing) is a place for editors; else it is the
 * inspector or the bottom panel, after its first view.
 */
export type GroupKind = 'editors' | 'inspector' | 'bottom';

/** As dockview has it: enough of a panel to say what it is. */
export interface PanelLike {
  id: string;
  params?: unknown;
}

/** Parameters of a panel in the saved layout. */
export interface PanelParams {
  documentId?: string;
  view?: string;
  params?: ViewParams;
}

export const documentPanel = (documentId: string, copy = 0): string =>
  copy === 0 ? `doc:${documentId}` : `doc:${documentId}~${copy}`;

export const viewPanel = (view: string): string => `view:${view}`;

/** The same view with the same parameters is the same panel. */
export function editorPanel(view: string, params: ViewParams): string {
  const written = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `editor:${view}?${written}`;
}

export function dockedPanel(panel: PanelLike): DockedPanel {
  const { documentId, view, params } = (panel.params ?? {}) as PanelParams;
  return {
    id: panel.id,
    ...(documentId === undefined ? {} : { documentId }),
    ...(view === undefined ? {} : { view }),
    ...(params === undefined ? {} : { params }),
  };
}

export function viewOf(panel: PanelLike): View | undefined {
  const { view } = dockedPanel(panel);
  return view === undefined ? undefined : viewById(view);
}

export function isEditor(panel: PanelLike): boolean {
  return dockedPanel(panel).documentId !== undefined || viewOf(panel)?.place === 'editor';
}

export function groupKind(panels: readonly PanelLike[]): GroupKind {
  const [first] = panels;
  if (first === undefined || panels.some(isEditor)) return 'editors';
  return viewOf(first)?.place === 'inspector' ? 'inspector' : 'bottom';
}

/** How screen readers hear a group. */
export const KIND_LABELS: Record<GroupKind, string> = {
  editors: 'Editors',
  inspector: 'Inspector',
  bottom: 'Bottom panel',
};
