/**
 * Cursor, selection and scroll of every editor tab, kept while it is in the background, and over a reload or a crash of the
 * page.
 */
import { keep, readKept, windowKey } from '../state/window-key.ts';
import type { monaco } from './monaco.ts';

export type ViewState = NonNullable<ReturnType<ReturnType<typeof monaco.editor.create>['saveViewState']>>;

const KEY = windowKey('cursors');
/** More tabs than anybody has open; what is forgotten is only a scroll position. */
const MOST = 200;

const states = new Map<string, ViewState>(Object.entries(readKept<Record<string, ViewState>>(KEY) ?? {}));
let timer: ReturnType<typeof setTimeout> | undefined;

export function viewStateOf(panelId: string): ViewState | undefined {
  return states.get(panelId);
}

/** Writes are gathered for a second; the page writes what is left when it is hidden. */
export function keepViewState(panelId: string, state: ViewState | null): void {
  if (state === null) return;
  // The newest last, so that the oldest is the one that goes.
  states.delete(panelId);
  states.set(panelId, state);
  for (const oldest of states.keys()) {
    if (states.size <= MOST) break;
    states.delete(oldest);
  }
  timer ??= setTimeout(writeViewStates, 1000);
}

export function writeViewStates(): void {
  clearTimeout(timer);
  timer = undefined;
  keep(KEY, Object.fromEntries(states));
}
