/**
 * The terminals of this window. Each lives from the first time that it is shown, and only its element goes in and out of
 * the page: another tab, another group or a node that is away for a moment costs no line of what was written.
 */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { create } from 'zustand';
import { onNodeLeft } from '../../state/connection.ts';
import { useLayout } from '../../state/layout.ts';
import { onSetting } from '../../state/settings.ts';
import { useTheme } from '../../state/theme.ts';
import { startPrompt } from './prompt.ts';
import { startSystemShell } from './system-shell.ts';
import { terminalColors } from './theme.ts';

export type ScreenName = 'voike' | 'shell';

export interface TerminalScreen {
  readonly terminal: Terminal;
  /** Puts it into the page, as large as this place; returns the function that takes it out again. */
  show(place: HTMLElement): () => void;
}

interface Kept extends TerminalScreen {
  end(): void;
}

const KINDS = {
  // The prompt ends its lines with LF alone, a shell of the system sends CR LF itself.
  voike: { label: 'voike command line', start: startPrompt, convertEol: true },
  shell: { label: 'System shell', start: startSystemShell, convertEol: false },
} as const;

const kept = new Map<ScreenName, Kept>();

/** The terminal of that name; it begins when it is first asked for. */
export function screen(name: ScreenName): TerminalScreen {
  const present = kept.get(name);
  if (present !== undefined) return present;
  const made = make(name);
  kept.set(name, made);
  return made;
}

/** How many of each have ended: what shows one asks again. */
export const useEnded = create<Record<ScreenName, number>>()(() => ({ voike: 0, shell: 0 }));

function end(name: ScreenName): void {
  kept.get(name)?.end();
  if (kept.delete(name)) useEnded.setState((ended) => ({ [name]: ended[name] + 1 }));
}

// What a node said goes with it; a shell is of this machine, and goes with the setting that allows it.
onNodeLeft(() => end('voike'));
onSetting('terminal.systemShell', (allowed) => {
  if (!allowed) end('shell');
});

function make(name: ScreenName): Kept {
  const { label, start, convertEol } = KINDS[name];
  const element = document.createElement('div');
  element.className = 'terminal-host';
  const terminal = new Terminal({
    convertEol,
    cursorBlink: false,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontSize: 13,
    lineHeight: 1.3,
    scrollback: 5000,
    // Screen readers hear what is written; it costs a copy of the rows in view.
    screenReaderMode: true,
    theme: terminalColors(),
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  // F6, F1 and the like belong to the window, Tab to the prompt.
  terminal.attachCustomKeyEventHandler((event) => !/^F\d+$/.test(event.key));
  terminal.registerLinkProvider(runLinks(terminal));
  // After the frame has put the new tokens in force.
  const unthemed = useTheme.subscribe(() => requestAnimationFrame(() => (terminal.options.theme = terminalColors())));
  let reading: { dispose(): void } | undefined;
  return {
    terminal,
    show(place) {
      place.append(element);
      const measure = (): void => {
        if (place.clientHeight > 0) fit.fit();
      };
      if (reading === undefined) {
        terminal.open(element);
        terminal.textarea?.setAttribute('aria-label', label);
      }
      measure();
      reading ??= start(terminal);
      const observer = new ResizeObserver(measure);
      observer.observe(place);
      return () => {
        observer.disconnect();
        element.remove();
      };
    },
    end() {
      unthemed();
      reading?.dispose();
      terminal.dispose();
      element.remove();
    },
  };
}

const RUN_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids of runs lead to the run. */
const runLinks = (terminal: Terminal): Parameters<Terminal['registerLinkProvider']>[0] => ({
  provideLinks(row, found) {
    const text = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
    found(
      [...text.matchAll(RUN_ID)].map((match) => ({
        text: match[0],
        range: {
          start: { x: match.index + 1, y: row },
          end: { x: match.index + match[0].length, y: row },
        },
        activate: (_event, id) => useLayout.getState().openRun(id),
      })),
    );
  },
});
