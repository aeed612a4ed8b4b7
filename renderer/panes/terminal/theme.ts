/** The terminal's colours, from the workbench's tokens. */
import type { ITheme } from '@xterm/xterm';
import { token } from '../../theme/tokens.ts';

export function terminalColors(): ITheme {
  const text = token('text');
  const quiet = token('text-3');
  return {
    background: token('panel'),
    foreground: text,
    cursor: token('accent'),
    cursorAccent: token('panel'),
    selectionBackground: token('selection'),
    black: quiet,
    brightBlack: quiet,
    white: token('text-2'),
    brightWhite: text,
    red: token('failed'),
    brightRed: token('failed'),
    green: token('done'),
    brightGreen: token('done'),
    yellow: token('warn'),
    brightYellow: token('warn'),
    blue: token('running'),
    brightBlue: token('running'),
    magenta: token('reused'),
    brightMagenta: token('reused'),
    cyan: token('accent'),
    brightCyan: token('accent'),
  };
}
