/** An xterm screen in the colours of the theme, as large as its place. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useLayout } from '../../state/layout.ts';
import { useTheme } from '../../state/theme.ts';
import { IconButton } from '../../ui/index.ts';
import './terminal.css';
import { terminalColors } from './theme.ts';

interface ScreenProps {
  label: string;
  /** Begins reading and writing; what it gives ends that. */
  start: (terminal: Terminal) => { dispose(): void };
  /** Whether what is written ends its lines with LF alone; a shell of the system sends CR LF itself. */
  convertEol: boolean;
}

export function Screen({ label, start, convertEol }: ScreenProps) {
  const place = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<Terminal>();

  useEffect(() => {
    const element = place.current!;
    const made = new Terminal({
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
    made.loadAddon(fit);
    made.open(element);
    made.textarea?.setAttribute('aria-label', label);
    // F6, F1 and the like belong to the window, Tab to the prompt.
    made.attachCustomKeyEventHandler((event) => !/^F\d+$/.test(event.key));
    made.registerLinkProvider(runLinks(made));
    const measure = (): void => {
      if (element.clientHeight > 0) fit.fit();
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // After the frame has put the new tokens in force.
    const unthemed = useTheme.subscribe(() => requestAnimationFrame(() => (made.options.theme = terminalColors())));
    const reading = start(made);
    setTerminal(made);
    return () => {
      observer.disconnect();
      unthemed();
      reading.dispose();
      made.dispose();
      setTerminal(undefined);
    };
  }, [label, start, convertEol]);

  return (
    <div className="terminal">
      <div className="terminal-screen" ref={place} />
      <div className="terminal-tools">
        <IconButton label="Clear the terminal" shortcut="Ctrl+L" onClick={() => terminal?.clear()}>
          <Trash2 />
        </IconButton>
      </div>
    </div>
  );
}

const RUN_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids of runs lead to the run. */
const runLinks = (terminal: Terminal): Parameters<Terminal['registerLinkProvider']>[0] => ({
  provideLinks(row, found) {
    const text = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
    found(
      [...text.matchAll(RUN_ID)].map((match) => ({
        text: match[0],
        range: { start: { x: match.index + 1, y: row }, end: { x: match.index + match[0].length, y: row } },
        activate: (_event, id) => useLayout.getState().openRun(id),
      })),
    );
  },
});
