/** The workbench in the desktop shell: its commands make the native menu, and what the system opens comes here. */
import type { MenuCommand } from '../../electron/bridge.ts';
import type { NotificationLink } from '../../node-core/notifications/schema.ts';
import { canRun, runCommand, useCommands } from '../state/commands.ts';
import { onNodeEvent } from '../state/connection.ts';
import { useDocuments } from '../state/documents.ts';
import { useLayout } from '../state/layout.ts';
import { keepUserFilesIn } from '../state/user-files.ts';
import { toast, toastProblem } from '../ui/toasts.ts';
import { openAddress } from './places.ts';

/** Called once, when the workbench is there; does nothing in a browser tab. */
export function connectShell(): void {
  const shell = window.voike;
  if (shell === undefined) return;
  void keepUserFilesIn({
    read: (file) => shell.readUserFile(file),
    write: (file, text) => shell.writeUserFile(file, text).catch(toastProblem),
    onChange: (listener) => shell.on('userFile', ({ file, text }) => listener(file, text)),
  }).catch(toastProblem);
  shell.on('command', (id) => void runCommand(id));
  shell.on('openLink', (link) => void openAddress(link));
  shell.on('openFile', (file) => void useDocuments.getState().open({ ...file, origin: file.path }));
  tellNotifications(shell);
  mirrorCommands(shell);
  followUpdates(shell);
  void shell.ready();
}

type Shell = NonNullable<Window['voike']>;

/** What the node tells is also told by the system, where nobody looks at the workbench; a click leads to it. */
function tellNotifications(shell: Shell): void {
  const links = new Map<string, NotificationLink>();
  onNodeEvent((event) => {
    if (event.type !== 'notification') return;
    const { id, title, text, link } = event.notification;
    links.set(id, link);
    void shell.notify({ id, title: title.slice(0, 200), text: text.slice(0, 2000) });
  });
  shell.on('notificationClick', ({ id }) => {
    const run = links.get(id)?.run;
    if (run !== undefined) useLayout.getState().openRun(run);
  });
}

/**
 * The native menu shows which commands make sense now. That hangs on many stores; it can only have changed when the person
 * did something or a command came or went, and is looked at in the next idle moment after that.
 */
function mirrorCommands(shell: Shell): void {
  let sent = '';
  let asked = false;
  const send = (): void => {
    asked = false;
    const list = useCommands
      .getState()
      .commands.filter((command) => command.hidden !== true)
      .map((command): MenuCommand => {
        const { id, title, keys } = command;
        return { id, title, enabled: canRun(command), ...(keys === undefined ? {} : { keys }) };
      });
    const text = JSON.stringify(list);
    if (text === sent) return;
    sent = text;
    void shell.setCommands(list).catch(toastProblem);
  };
  const soon = (): void => {
    if (asked) return;
    asked = true;
    requestIdleCallback(send, { timeout: 1000 });
  };
  soon();
  useCommands.subscribe(soon);
  useDocuments.subscribe((now, before) => void (now.activeId !== before.activeId && soon()));
  for (const event of ['focusin', 'pointerup', 'keyup'] as const) addEventListener(event, soon, { passive: true });
}

/** Says what became of updates that were asked for; silent while they are off. */
function followUpdates(shell: Shell): void {
  shell.on('updateState', (update) => {
    switch (update.state) {
      case 'available':
        toast({
          text: `Version ${update.version} is there.`,
          action: { label: 'Download…', run: () => void shell.downloadUpdate().catch(toastProblem) },
        });
        break;
      case 'downloaded':
        toast({
          tone: 'done',
          text: `Version ${update.version} was downloaded.`,
          action: { label: 'Install…', run: () => void shell.installUpdate().catch(toastProblem) },
        });
        break;
      case 'failed':
        toast({ tone: 'failed', text: 'The update did not work.', hint: update.reason });
        break;
      default:
    }
  });
}
