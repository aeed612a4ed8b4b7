/** Listens for the workbench's keys, in one stroke or two. */
import { commandById } from '../state/commands.ts';
import { candidates, mayRun, useKeybindings } from '../state/keybindings.ts';
import { keyLabel, strokeOf } from '../state/keys.ts';
import { toast } from '../ui/index.ts';

/** Where plain letters are text. */
const TEXT = 'input, textarea, select, [contenteditable="true"], .monaco-editor';

const within = (target: Element | null, selector: string): boolean =>
  target !== null && target.closest(selector) !== null;

/** Returns the function that stops. */
export function listenForKeys(): () => void {
  const pressed = (event: KeyboardEvent): void => {
    const stroke = strokeOf(event);
    if (stroke === undefined || event.isComposing) return;
    const { bindings, pending } = useKeybindings.getState();
    const target = event.target instanceof Element ? event.target : null;
    if (pending === undefined) {
      // A dialog answers its keys itself; so does what records a key.
      if (document.querySelector('dialog[open]') !== null || within(target, '[data-records-keys]')) return;
      const plain = !/^(?:Mod|Ctrl|Alt|F\d|Shift\+F\d)/.test(stroke);
      if (plain && within(target, TEXT)) return;
      // A view names the keys that it answers itself while it has the focus.
      if (within(target, `[data-own-keys~="${CSS.escape(stroke)}"]`)) return;
    }
    const keys = pending === undefined ? stroke : `${pending} ${stroke}`;
    const { exact, more } = candidates(bindings, keys);
    if (pending !== undefined) useKeybindings.setState({ pending: undefined });
    const inMonaco = within(target, '.monaco-editor');
    const found = exact.find(mayRun);
    const command = found === undefined ? undefined : commandById(found.command);
    if (command?.editorsOwn === true && found?.from === 'default' && inMonaco && pending === undefined) return;
    if (command === undefined && !more && pending === undefined) {
      // A key of ours that makes no sense now shall not do what the browser does with it (F5 reloads).
      if (exact.length > 0) stop(event);
      return;
    }
    stop(event);
    if (command !== undefined) command.run();
    else if (more) useKeybindings.setState({ pending: keys });
    else toast({ text: `${keyLabel(keys)} is no key of any command.` });
  };
  // Whoever clicks has changed their mind.
  const clicked = (): void => {
    if (useKeybindings.getState().pending !== undefined) useKeybindings.setState({ pending: undefined });
  };
  addEventListener('keydown', pressed, true);
  addEventListener('pointerdown', clicked, true);
  return () => {
    removeEventListener('keydown', pressed, true);
    removeEventListener('pointerdown', clicked, true);
  };
}

function stop(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
