/** Where views stand at the first start, where a view goes that has no place, and keeping what the person made of it. */
import type { DockviewApi, IDockviewPanel, SerializedDockview } from 'dockview-react';
import type { View } from '../../state/views.ts';
import { keep, windowKey } from '../../state/window-key.ts';
import { viewsIn } from '../views.ts';
import { groupKind, type PanelParams, viewPanel } from './panels.ts';

export const LAYOUT_KEY = windowKey('docks');

export interface KeptLayout {
  layout: SerializedDockview;
  /** Views that the person closed. */
  hidden: string[];
  /** The group of editors that had the focus last: another view may have it when the page goes. */
  editors?: string;
}

/** Editors, the inspector at their right, the bottom panel below both. */
export function buildDefault(api: DockviewApi): void {
  api.addGroup();
  for (const view of viewsIn('inspector', 'bottom')) placeView(api, view, true);
  // The first view of each group is in front: the graph before the tree, though the tree stands first.
  for (const id of ['plan', 'results']) api.getPanel(viewPanel(id))?.api.setActive();
  api.groups.find((group) => groupKind(group.panels) === 'editors')?.api.setActive();
}

/** Docks a view where others of its place are, in order; else at the side where its place begins. */
export function placeView(api: DockviewApi, view: View, inactive: boolean): IDockviewPanel {
  const params: PanelParams = { view: view.id };
  const common = { id: viewPanel(view.id), component: 'view', title: view.title, params, inactive };
  const kind = view.place === 'inspector' ? 'inspector' : 'bottom';
  const home = api.groups.find((group) => groupKind(group.panels) === kind && group.panels.length > 0);
  if (home !== undefined) {
    const order = viewsIn(view.place).map((item) => viewPanel(item.id));
    const index = home.panels.filter((panel) => order.indexOf(panel.id) < order.indexOf(common.id)).length;
    return api.addPanel({ ...common, position: { referenceGroup: home, index } });
  }
  if (kind === 'bottom')
    return api.addPanel({ ...common, position: { direction: 'below' }, initialHeight: Math.round(api.height * 0.35) });
  const editors = api.groups.find((group) => groupKind(group.panels) === 'editors');
  const initialWidth = Math.round(api.width * 0.46);
  return editors === undefined
    ? api.addPanel({ ...common, position: { direction: 'right' }, initialWidth })
    : api.addPanel({ ...common, position: { referenceGroup: editors, direction: 'right' }, initialWidth });
}

/** Writes the layout a moment after its last change; `flush` writes what is left at once. */
export const keepLayout = (() => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest: (() => KeptLayout) | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (latest !== undefined) keep(LAYOUT_KEY, latest());
    latest = undefined;
  };
  const later = (made: () => KeptLayout): void => {
    latest = made;
    timer ??= setTimeout(flush, 250);
  };
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
    latest = undefined;
  };
  return Object.assign(later, { flush, cancel });
})();
