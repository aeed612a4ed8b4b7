/**
 * What is docked in the middle of the window, for everybody who is not the frame: showing a view, opening an editor,
 * asking what is on view. The frame registers itself; what is asked for before it is there waits for it.
 */
import { create } from 'zustand';
import type { ViewParams } from './views.ts';

/** A tab among the docks. */
export interface DockedPanel {
  /** Of the panel, unique and stable. */
  id: string;
  /** A document's tab, or a view with its parameters. */
  documentId?: string;
  view?: string;
  params?: ViewParams;
}

export interface DockActions {
  /** Shows a view of the inspector or the bottom panel, wherever it is docked now. */
  showView: (view: string) => void;
  /** Opens a view of the place `editor` among the editors, or shows it when it is open with the same parameters. */
  openEditor: (view: string, params: ViewParams) => void;
  /** Closes a panel, the active one unless named; asks first when a document would be lost. */
  closePanel: (panelId?: string) => void;
  /** Shows the active editor once more, beside or below. */
  split: (direction: 'right' | 'below') => void;
  /** The next (1) or the previous (-1) tab of the active group. */
  cycle: (by: 1 | -1) => void;
  /** Gives the active group all the room, or gives it back. */
  toggleMaximized: (panelId?: string) => void;
  /** Lets a panel float over the others, or docks it again. */
  toggleFloating: (panelId?: string) => void;
  /** Moves a panel into a group of its own at a side of the group that it is in. */
  moveTo: (direction: 'left' | 'right' | 'above' | 'below', panelId?: string) => void;
  /** Makes the active group larger or smaller by so many pixels. */
  resize: (by: number, axis: 'width' | 'height') => void;
  /** Focuses the editor group of this number, from 1; the next beyond the last is made by splitting. */
  focusEditorGroup: (number: number) => void;
  /** Everything where it was at the first start. Open documents stay open. */
  reset: () => void;
}

interface Docks {
  /** Panels that can be seen now, by group. */
  visible: readonly DockedPanel[];
  /** The panel that has the focus, or had it last. */
  active: DockedPanel | undefined;
  /** The tab in front of the editors that have the focus, or had it last. */
  editor: DockedPanel | undefined;
  maximized: boolean;
  editorGroups: number;
}

export const useDocks = create<Docks>()(() => ({
  visible: [],
  active: undefined,
  editor: undefined,
  maximized: false,
  editorGroups: 0,
}));

let actions: DockActions | undefined;
let waiting: ((actions: DockActions) => void)[] = [];

export function registerDocks(registered: DockActions | undefined): void {
  actions = registered;
  if (registered === undefined) return;
  const asked = waiting;
  waiting = [];
  for (const ask of asked) ask(registered);
}

/** Calls when the docks are there, at once when they are. */
export function withDocks(ask: (actions: DockActions) => void): void {
  if (actions === undefined) waiting.push(ask);
  else ask(actions);
}

/** Whether a view can be seen now. */
export function isViewVisible(view: string): boolean {
  return useDocks.getState().visible.some((panel) => panel.view === view);
}
