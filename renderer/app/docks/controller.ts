/**
 * Steers dockview: keeps its panels in step with the open documents and the registered views, and does what the rest of
 * the workbench asks of the docks. One controller lives as long as the docks are mounted.
 */
import type { DockviewApi, DockviewGroupPanel, IDockviewPanel } from 'dockview-react';
import { type DockActions, type DockedPanel, registerDocks, useDocks } from '../../state/docks.ts';
import { useDocuments } from '../../state/documents.ts';
import { useConnection } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import type { ViewParams } from '../../state/views.ts';
import { readKept } from '../../state/window-key.ts';
import { closeDocument } from '../files.ts';
import { viewById, viewsIn } from '../views.ts';
import { buildDefault, keepLayout, type KeptLayout, LAYOUT_KEY, placeView } from './arrange.ts';
import {
  dockedPanel,
  documentPanel,
  editorPanel,
  groupKind,
  isEditor,
  KIND_LABELS,
  type PanelParams,
  viewOf,
  viewPanel,
} from './panels.ts';
import { labelSeparators } from './separators.ts';

export class DockController {
  readonly #api: DockviewApi;
  readonly #stops: (() => void)[] = [];
  /** Views that the person closed: they come back when somebody asks for them. */
  #hidden = new Set<string>();
  /** The bottom panel was asked for while nothing is open. */
  #bottomAsked = false;
  #refreshing = false;
  #busy = 0;

  constructor(api: DockviewApi) {
    this.#api = api;
    this.#restore();
    const listen = (event: (listener: () => void) => { dispose(): void }, then: () => void): void => {
      const subscription = event(then);
      this.#stops.push(() => subscription.dispose());
    };
    const changed = (): void => this.#changed();
    listen(api.onDidLayoutChange, changed);
    listen(api.onDidActivePanelChange, () => this.#activePanelChanged());
    listen(api.onDidMaximizedGroupChange, changed);
    this.#stops.push(
      useDocuments.subscribe((now, before) => {
        // Which documents there are, not their text: typing in a comparison must not bring the document's own tab to the front.
        const others =
          now.documents.length !== before.documents.length ||
          now.documents.some((item, at) => item.id !== before.documents[at]?.id);
        if (others || now.restored !== before.restored) this.#followDocuments();
        // What comes back at the start stands in the kept layout as it was left, also which tab is in front.
        const back = now.restored && !before.restored;
        if (!back && (now.activeId !== before.activeId || now.asked !== before.asked)) this.#showActiveDocument();
      }),
      useLayout.subscribe((now, before) => {
        if (before.bottom && !now.bottom) this.#bottomAsked = false;
        if (now.inspector !== before.inspector || now.bottom !== before.bottom) {
          if (this.#api.hasMaximizedGroup()) this.#api.exitMaximizedGroup();
          this.#applyVisibility();
        }
      }),
      useConnection.subscribe((now, before) => {
        if (now.phase !== before.phase) this.#followViews();
      }),
    );
    registerDocks(this.#actions());
    this.#followDocuments();
    // At once: the editors that come up now ask which of them was used last.
    this.#tell();
    this.#changed();
  }

  dispose(): void {
    // dockview is gone by now: what it says of its layout is no layout any more.
    keepLayout.cancel();
    registerDocks(undefined);
    for (const stop of this.#stops) stop();
  }

  // What is there at the start.

  #restore(): void {
    const kept = readKept<KeptLayout>(LAYOUT_KEY);
    try {
      if (kept === undefined) throw new Error('nothing was kept');
      this.#api.fromJSON(kept.layout);
      this.#hidden = new Set(kept.hidden);
      this.#lastEditors = this.#api.groups.find((group) => group.id === kept.editors);
      for (const panel of this.#api.panels.slice()) if (!this.#isKnown(panel)) this.#remove(panel);
    } catch {
      // Nothing was kept, or it is of another version: the arrangement of the first start.
      this.#api.clear();
      this.#hidden = new Set();
      buildDefault(this.#api);
    }
    this.#followViews();
  }

  #isKnown(panel: IDockviewPanel): boolean {
    const { documentId } = dockedPanel(panel);
    return documentId !== undefined || viewOf(panel) !== undefined;
  }

  // Documents and views.

  /** One panel at least for each open document, none for others. */
  #followDocuments(): void {
    const { documents, restored, activeId } = useDocuments.getState();
    if (!restored) return;
    let added = false;
    this.#quietly(() => {
      const open = new Set(documents.map((item) => item.id));
      const shown = new Set<string>();
      for (const panel of this.#api.panels.slice()) {
        const { documentId } = dockedPanel(panel);
        if (documentId === undefined) continue;
        if (open.has(documentId)) shown.add(documentId);
        else this.#remove(panel);
      }
      for (const item of documents)
        if (!shown.has(item.id)) {
          this.#addDocument(item.id, item.name, item.id !== activeId);
          added ||= item.id === activeId;
        }
    });
    if (added) this.#showActiveDocument();
    this.#applyVisibility();
    this.#changed();
  }

  #addDocument(documentId: string, title: string, inactive: boolean): void {
    const params: PanelParams = { documentId };
    this.#api.addPanel({
      id: documentPanel(documentId),
      component: 'document',
      title,
      params,
      inactive,
      position: { referenceGroup: this.#editorGroup() },
    });
  }

  /** A tab of the document that is active in the store comes to the front, one in the active group if there is one. */
  #showActiveDocument(): void {
    const { activeId, restored } = useDocuments.getState();
    if (activeId === undefined || !restored || this.#busy > 0) return;
    const active = this.#api.activePanel;
    if (active !== undefined && dockedPanel(active).documentId === activeId) return;
    const tabs = this.#api.panels.filter((panel) => dockedPanel(panel).documentId === activeId);
    const here = this.#editorGroup();
    const tab = tabs.find((panel) => panel.group === here) ?? tabs.find((panel) => panel.api.isVisible) ?? tabs[0];
    tab?.api.setActive();
  }

  /** Views that are new get a place, views that the node has not lose theirs. */
  #followViews(): void {
    this.#quietly(() => {
      const there = new Set(viewsIn('inspector', 'bottom', 'editor').map((view) => view.id));
      for (const panel of this.#api.panels.slice()) {
        const view = viewOf(panel);
        if (view !== undefined && !there.has(view.id)) this.#remove(panel);
      }
      for (const view of viewsIn('inspector', 'bottom'))
        if (!this.#hidden.has(view.id) && this.#api.getPanel(viewPanel(view.id)) === undefined)
          placeView(this.#api, view, true);
    });
    this.#applyVisibility();
  }

  // Groups.

  /** The group that new editors open in: the active one if it holds editors, else the one that did last. */
  #editorGroup(): DockviewGroupPanel {
    return this.#presentEditors() ?? this.#api.addGroup({ direction: 'left' });
  }

  #presentEditors(): DockviewGroupPanel | undefined {
    const groups = this.#editorGroups();
    const active = this.#api.activeGroup;
    return groups.find((item) => item === active) ?? groups.find((item) => item === this.#lastEditors) ?? groups[0];
  }

  #lastEditors: DockviewGroupPanel | undefined;

  #editorGroups(): DockviewGroupPanel[] {
    return this.#api.groups.filter((group) => groupKind(group.panels) === 'editors');
  }

  /** Takes a panel away; the last group for editors stays, empty, and shows the welcome. */
  #remove(panel: IDockviewPanel): void {
    const editors = this.#editorGroups();
    const last = isEditor(panel) && editors.length === 1 && panel.group.panels.length === 1;
    this.#api.removePanel(panel, { removeEmptyGroup: !last });
  }

  #applyVisibility(): void {
    const { inspector, bottom } = useLayout.getState();
    const { documents, restored } = useDocuments.getState();
    // With nothing open there is nothing to inspect: the welcome has the room.
    const documentOpen = !restored || documents.length > 0;
    const wanted = {
      editors: true,
      inspector: inspector && documentOpen,
      bottom: bottom && (documentOpen || this.#bottomAsked),
    };
    const maximized = this.#api.hasMaximizedGroup();
    for (const group of this.#api.groups) {
      const visible = wanted[groupKind(group.panels)];
      // While one group has all the room, dockview itself hides the others and brings them back.
      if (!maximized && group.api.location.type === 'grid' && group.api.isVisible !== visible)
        group.api.setVisible(visible);
      // dockview leaves a hidden group in the page, with no size: nobody shall find it there.
      group.element.dataset['hidden'] = String(!group.api.isVisible);
      group.model.header.hidden = group.panels.length === 0;
    }
  }

  // What happens in dockview.

  #activePanelChanged(): void {
    const panel = this.#api.activePanel;
    if (panel !== undefined && isEditor(panel)) {
      this.#lastEditors = panel.group;
      const { documentId } = dockedPanel(panel);
      if (documentId !== undefined && this.#busy === 0) useDocuments.getState().activate(documentId);
    }
    this.#changed();
  }

  /** Several things change at once: told once, and written after a moment. */
  #changed(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    queueMicrotask(() => {
      this.#refreshing = false;
      this.#applyVisibility();
      this.#tell();
      this.#label();
      if (useDocuments.getState().restored)
        keepLayout(() => {
          const editors = this.#presentEditors()?.id;
          return {
            layout: this.#api.toJSON(),
            hidden: [...this.#hidden],
            ...(editors === undefined ? {} : { editors }),
          };
        });
    });
  }

  #tell(): void {
    const visible: DockedPanel[] = [];
    for (const group of this.#api.groups)
      if (group.api.isVisible && group.activePanel !== undefined) visible.push(dockedPanel(group.activePanel));
    const active = this.#api.activePanel;
    const editor = this.#presentEditors()?.activePanel;
    useDocks.setState({
      visible,
      active: active === undefined ? undefined : dockedPanel(active),
      editor: editor === undefined ? undefined : dockedPanel(editor),
      maximized: this.#api.hasMaximizedGroup(),
      editorGroups: this.#editorGroups().length,
    });
  }

  /** dockview names a group after its active tab; people look for the inspector. */
  #label(): void {
    let editors = 0;
    for (const group of this.#api.groups) {
      const kind = groupKind(group.panels);
      if (kind === 'editors') editors += 1;
      const label = kind === 'editors' && editors > 1 ? `${KIND_LABELS.editors} ${editors}` : KIND_LABELS[kind];
      group.element.setAttribute('aria-label', label);
      group.element.dataset['kind'] = kind;
      group.element.querySelector('[role="tablist"]')?.setAttribute('aria-label', `${label}: tabs`);
    }
    const docks = this.#api.groups[0]?.element.closest<HTMLElement>('.docks');
    if (docks !== undefined && docks !== null) labelSeparators(docks);
  }

  /** What dockview tells meanwhile is our own doing. */
  #quietly(change: () => void): void {
    this.#busy += 1;
    try {
      change();
    } finally {
      this.#busy -= 1;
    }
  }

  // What others ask.

  #actions(): DockActions {
    return {
      showView: (id) => this.#showView(id),
      openEditor: (view, params) => this.#openEditor(view, params),
      closePanel: (id) => void this.closePanel(id),
      split: (direction) => this.#split(direction),
      cycle: (by) => this.#cycle(by),
      toggleMaximized: (id) => this.#toggleMaximized(id),
      toggleFloating: (id) => this.#toggleFloating(id),
      moveTo: (direction, id) => this.#moveTo(direction, id),
      resize: (by, axis) => this.#resize(by, axis),
      focusEditorGroup: (number) => this.#focusEditorGroup(number),
      reset: () => this.#reset(),
    };
  }

  #panel(id: string | undefined): IDockviewPanel | undefined {
    return id === undefined ? this.#api.activePanel : this.#api.getPanel(id);
  }

  #showView(id: string): void {
    const view = viewById(id);
    if (view === undefined) return;
    if (view.place === 'editor') return this.#openEditor(id, {});
    this.#hidden.delete(id);
    const panel = this.#api.getPanel(viewPanel(id)) ?? placeView(this.#api, view, false);
    const kind = groupKind(panel.group.panels);
    if (kind === 'bottom') this.#bottomAsked = true;
    if (kind !== 'editors') useLayout.setState({ [kind]: true });
    if (this.#api.hasMaximizedGroup() && !panel.api.isMaximized()) this.#api.exitMaximizedGroup();
    this.#applyVisibility();
    // The keyboard stays where it is: what is shown is looked at first. So the editor stays the active group.
    const before = this.#api.activePanel;
    panel.api.setActive();
    if (before !== undefined && before !== panel && before.api.isVisible && before.group !== panel.group)
      before.api.setActive();
  }

  #openEditor(view: string, params: ViewParams): void {
    const declared = viewById(view);
    if (declared === undefined || declared.place !== 'editor') return;
    const id = editorPanel(view, params);
    const present = this.#api.getPanel(id);
    if (present !== undefined) return present.api.setActive();
    const content: PanelParams = { view, params };
    this.#api.addPanel({
      id,
      component: 'view',
      title: declared.titleOf?.(params) ?? declared.title,
      params: content,
      position: { referenceGroup: this.#editorGroup() },
    });
    this.#applyVisibility();
  }

  async closePanel(id?: string): Promise<void> {
    const panel = this.#panel(id);
    if (panel === undefined) return;
    const { documentId, view } = dockedPanel(panel);
    if (documentId !== undefined) {
      const more = this.#api.panels.some((other) => other !== panel && dockedPanel(other).documentId === documentId);
      if (more) this.#remove(panel);
      else await closeDocument(documentId);
      return;
    }
    if (view !== undefined && !isEditor(panel)) this.#hidden.add(view);
    this.#remove(panel);
    this.#applyVisibility();
  }

  #split(direction: 'right' | 'below'): void {
    const active = this.#api.activePanel;
    const panel = active !== undefined && isEditor(active) ? active : this.#editorGroup().activePanel;
    if (panel === undefined) return;
    const { documentId } = dockedPanel(panel);
    if (documentId === undefined) {
      // A view is open once with its parameters: it moves.
      if (panel.group.panels.length > 1) this.#moveTo(direction, panel.id);
      return;
    }
    let copy = 1;
    while (this.#api.getPanel(documentPanel(documentId, copy)) !== undefined) copy += 1;
    this.#api.addPanel({
      id: documentPanel(documentId, copy),
      component: 'document',
      title: panel.title ?? documentId,
      params: { documentId } satisfies PanelParams,
      position: { referenceGroup: panel.group, direction },
    });
  }

  #cycle(by: 1 | -1): void {
    const group = this.#api.activeGroup ?? this.#editorGroup();
    const at = group.panels.findIndex((panel) => panel === group.activePanel);
    group.panels[(at + by + group.panels.length) % group.panels.length]?.api.setActive();
  }

  #toggleMaximized(id: string | undefined): void {
    if (this.#api.hasMaximizedGroup()) this.#api.exitMaximizedGroup();
    else {
      const panel = this.#panel(id);
      if (panel?.api.location.type === 'grid') this.#api.maximizeGroup(panel);
    }
    this.#changed();
  }

  #toggleFloating(id: string | undefined): void {
    const panel = this.#panel(id);
    if (panel === undefined) return;
    if (panel.api.location.type === 'floating') {
      const view = viewOf(panel);
      if (isEditor(panel) || view === undefined) panel.api.moveTo({ group: this.#editorGroup() });
      else {
        this.#remove(panel);
        placeView(this.#api, view, false);
      }
    } else {
      const { width, height } = this.#api;
      this.#api.addFloatingGroup(panel, {
        x: Math.round(width / 4),
        y: Math.round(height / 5),
        width: Math.min(560, Math.round(width / 2)),
        height: Math.min(420, Math.round(height / 2)),
      });
    }
    this.#changed();
  }

  #moveTo(direction: 'left' | 'right' | 'above' | 'below', id: string | undefined): void {
    const panel = this.#panel(id);
    if (panel === undefined || panel.group.panels.length < 2) return;
    const position = direction === 'above' ? 'top' : direction === 'below' ? 'bottom' : direction;
    panel.api.moveTo({ group: panel.group, position });
  }

  #resize(by: number, axis: 'width' | 'height'): void {
    const group = this.#api.activeGroup;
    group?.api.setSize(axis === 'width' ? { width: group.width + by } : { height: group.height + by });
  }

  #focusEditorGroup(number: number): void {
    const groups = this.#editorGroups();
    const group = groups[number - 1];
    if (group !== undefined) group.activePanel?.api.setActive();
    else if (number === groups.length + 1) this.#split('right');
  }

  #reset(): void {
    this.#quietly(() => {
      this.#hidden.clear();
      this.#bottomAsked = false;
      this.#lastEditors = undefined;
      const editors = this.#api.panels.filter(isEditor).map((panel) => dockedPanel(panel));
      this.#api.clear();
      buildDefault(this.#api);
      const group = this.#editorGroup();
      for (const { id, view, params } of editors) {
        if (view === undefined) continue;
        this.#api.addPanel({
          id,
          component: 'view',
          title: viewById(view)?.titleOf?.(params ?? {}) ?? viewById(view)?.title ?? view,
          params: { view, params },
          inactive: true,
          position: { referenceGroup: group },
        });
      }
    });
    this.#followDocuments();
  }
}
