/** A terminal of this window, as large as its place. */
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { isMac } from '../../state/keys.ts';
import { screen, type ScreenName, useEnded } from './screens.ts';
import './terminal.css';

/** Ctrl with these edits the line, as in every shell; what else they mean in the window waits (on a Mac that is Cmd). */
const LINE_KEYS = isMac ? '' : 'Mod+A Mod+D Mod+E Mod+H Mod+L Mod+R Mod+U Mod+W';

export function Screen({ name }: { name: ScreenName }) {
  const place = useRef<HTMLDivElement>(null);
  const ended = useEnded((all) => all[name]);
  useEffect(() => screen(name).show(place.current!), [name, ended]);
  return (
    <div className="terminal" data-own-keys={LINE_KEYS}>
      <div className="terminal-screen" ref={place} />
    </div>
  );
}
