/** The windows: each with a layout of its own, where it was last time, and back after its page has crashed. */
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';
import { SHELL_EVENT, type ShellEvent, type ShellEvents } from './bridge.ts';
import { WINDOW_PREFERENCES } from './window-policy.ts';
import {
  fitToDisplays,
  freeName,
  readWindowStates,
  SMALLEST,
  type WindowState,
  writeWindowStates,
} from './window-state.ts';

/** A page that crashes this often within a minute is not loaded again. */
const MOST_CRASHES = 3;

export interface Windows {
  /** Those that were open last, or a first one. */
  restore(): void;
  /** Another window, under the first name that is free: what was left in a window that was closed is there again. */
  open(): BrowserWindow;
  /** Brings a window to the front, opening one when there is none. */
  show(): BrowserWindow;
  all(): BrowserWindow[];
  /** Tells an event to every page. */
  tell<E extends ShellEvent>(event: E, detail: ShellEvents[E]): void;
  /** Tells it to one page, as soon as that page listens. */
  tellTo<E extends ShellEvent>(window: BrowserWindow, event: E, detail: ShellEvents[E]): void;
  /** A page says that it listens. */
  ready(page: WebContents): void;
  /** Keeps what is open now for the next start. */
  keep(): void;
}

/**
 * @param options.stateFile the profile's `windows.json`
 * @param options.pageGone is told when a page is left: closed, reloaded or crashed
 */
export function createWindows(options: {
  stateFile: string;
  preload: string;
  pageGone: (pageId: number) => void;
}): Windows {
  const states = new Map<BrowserWindow, WindowState>();
  /** What a page is to be told once it listens; undefined from then on. */
  const waiting = new Map<number, (() => void)[] | undefined>();
  let closing: WindowState[] = [];

  const areas = () => {
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    return [primary, ...others].map(({ workArea }) => workArea);
  };
  const write = () => writeWindowStates(options.stateFile, states.size > 0 ? [...states.values()] : closing);

  function make(state: WindowState): BrowserWindow {
    const window = new BrowserWindow({
      ...fitToDisplays(state.bounds, areas()),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      title: 'VOIKE Desktop',
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1115' : '#f8fafb',
      webPreferences: {
        ...WINDOW_PREFERENCES,
        preload: options.preload,
      },
    });
    const contents = window.webContents;
    // Read now: a window that is gone answers no more.
    const pageId = contents.id;
    states.set(window, state);
    if (state.maximized) window.maximize();
    if (state.fullScreen) window.setFullScreen(true);
    window.once('ready-to-show', () => window.show());

    const remember = () => {
      if (window.isDestroyed() || window.isMinimized()) return;
      states.set(window, {
        ...state,
        bounds: window.getNormalBounds(),
        maximized: window.isMaximized(),
        fullScreen: window.isFullScreen(),
      });
    };
    for (const event of ['resize', 'move', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'] as const)
      window.on(event as 'resize', remember);
    window.on('close', () => {
      remember();
      // Closed one after the other while the program quits, they all come back; closed by hand, only the last does.
      closing = [...states.values()];
      write();
    });
    window.on('closed', () => {
      states.delete(window);
      waiting.delete(pageId);
      options.pageGone(pageId);
      if (states.size > 0 && !quitting) write();
    });

    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (!isMainFrame || isSameDocument) return;
      waiting.set(pageId, waiting.get(pageId) ?? []);
      options.pageGone(pageId);
    });
    let crashes: number[] = [];
    contents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || reason === 'killed') return;
      crashes = [...crashes.filter((at) => Date.now() - at < 60_000), Date.now()];
      // Drafts are kept by the page as they are typed: loading it again loses nothing.
      // Not in the event itself: the page is still being taken away.
      if (crashes.length <= MOST_CRASHES) setTimeout(() => window.isDestroyed() || contents.reload(), 50);
    });
    waiting.set(pageId, []);
    // The page keeps its layout and its tabs under the name of its window.
    void window.loadURL(`${APP_ORIGIN}/${state.name === 'main' ? '' : `?window=${state.name}`}`);
    return window;
  }

  let quitting = false;
  app.on('before-quit', () => (quitting = true));

  const windows: Windows = {
    restore() {
      const last = readWindowStates(options.stateFile);
      for (const state of last.length > 0 ? last : [fresh('main')]) make(state);
    },
    open() {
      return make(fresh(freeName([...states.values()].map(({ name }) => name))));
    },
    show() {
      const window = BrowserWindow.getFocusedWindow() ?? [...states.keys()].at(-1) ?? windows.open();
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return window;
    },
    all: () => [...states.keys()],
    tell(event, detail) {
      for (const window of states.keys())
        if (!window.isDestroyed()) window.webContents.send(SHELL_EVENT, event, detail);
    },
    tellTo(window, event, detail) {
      const send = () => !window.isDestroyed() && window.webContents.send(SHELL_EVENT, event, detail);
      const queue = waiting.get(window.webContents.id);
      if (queue === undefined) send();
      else queue.push(send);
    },
    ready(page) {
      const queue = waiting.get(page.id);
      waiting.set(page.id, undefined);
      for (const send of queue ?? []) send();
    },
    keep: write,
  };
  return windows;
}

const fresh = (name: string): WindowState => ({ name, maximized: false, fullScreen: false });
