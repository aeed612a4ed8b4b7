/** A shell of the system on a terminal of the page; in the desktop window, where the settings allow it. */
import type { Terminal } from '@xterm/xterm';

export function startSystemShell(terminal: Terminal): { dispose(): void } {
  const bridge = window.voike!;
  const size = () => ({ columns: terminal.cols, rows: terminal.rows });
  let id: string | undefined;
  let ended = false;
  /** What the shell said before its id was known here. */
  let early: { id: string; data: string }[] = [];
  const note = (text: string) => terminal.write(`\u001b[2m${text}\u001b[0m\r\n`);

  const open = async (): Promise<void> => {
    try {
      const opened = await bridge.openTerminal(size());
      if (ended) return void bridge.closeTerminal(opened.id);
      id = opened.id;
      for (const piece of early) if (piece.id === id) terminal.write(piece.data);
      early = [];
      void bridge.resizeTerminal(id, size());
    } catch (thrown) {
      const said = thrown instanceof Error ? thrown.message : String(thrown);
      // Electron puts the channel before what main said.
      note(`${said.replace(/^Error invoking remote method '[^']*': (Error: )?/, '')} Press Enter to try again.`);
    }
  };
  const stops = [
    bridge.on('terminalData', (piece) => {
      if (piece.id === id) terminal.write(piece.data);
      else if (id === undefined) early.push(piece);
    }),
    bridge.on('terminalExit', (exit) => {
      if (exit.id !== id) return;
      id = undefined;
      note(`The shell ended with ${exit.code}. Press Enter for another.`);
    }),
  ];
  const heard = terminal.onData((data) => {
    if (id !== undefined) void bridge.writeTerminal(id, data);
    else if (data === '\r') void open();
  });
  const resized = terminal.onResize(() => id !== undefined && void bridge.resizeTerminal(id, size()));
  void open();

  return {
    dispose: () => {
      ended = true;
      for (const stop of stops) stop();
      heard.dispose();
      resized.dispose();
      if (id !== undefined) void bridge.closeTerminal(id);
    },
  };
}
