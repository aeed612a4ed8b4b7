/** Commands that only the desktop shell can carry out; in a browser tab they are not offered. */
import type { Command } from '../state/commands.ts';
import { ask } from '../ui/dialogs.ts';
import { toast, toastProblem } from '../ui/toasts.ts';

const inShell = (): boolean => window.voike !== undefined;

async function checkForUpdate(): Promise<void> {
  const found = await window.voike!.checkForUpdate();
  if (found.state === 'off') toast({ text: 'Updates are off.', hint: found.why });
  else if (found.state === 'idle') toast({ tone: 'done', text: 'This is the newest version.' });
}

async function removeCrashReports(): Promise<void> {
  const reports = await window.voike!.crashReports();
  if (reports.length === 0) return toast({ text: 'There are no crash reports.' });
  const kilobytes = Math.ceil(reports.reduce((sum, { size }) => sum + size, 0) / 1024);
  const answer = await ask({
    title: reports.length === 1 ? 'Delete one crash report?' : `Delete ${reports.length} crash reports?`,
    body: `The newest is from ${new Date(reports[0]!.time).toLocaleString()}. They take ${kilobytes} KB, were never sent anywhere, and may hold parts of what you worked on.`,
    answers: [
      { id: 'cancel', label: 'Keep them' },
      { id: 'delete', label: 'Delete', kind: 'danger' },
    ],
  });
  if (answer === 'delete') await window.voike!.removeCrashReports(reports.map(({ id }) => id));
}

export const shellCommands: readonly Command[] = [
  {
    id: 'file.newWindow',
    title: 'New window',
    keys: 'Mod+Shift+N',
    run: () => void window.voike?.newWindow().catch(toastProblem),
    when: inShell,
  },
  {
    id: 'help.checkForUpdate',
    title: 'Check for updates',
    run: () => void checkForUpdate().catch(toastProblem),
    when: inShell,
  },
  {
    id: 'help.crashReports',
    title: 'Delete crash reports…',
    run: () => void removeCrashReports().catch(toastProblem),
    when: inShell,
  },
];
