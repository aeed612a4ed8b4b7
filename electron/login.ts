/** Whether the program opens when the person logs in. Off by default. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Electron's `app`, as far as it is used: Windows and macOS keep the list themselves. */
interface LoginItems {
  setLoginItemSettings(settings: { openAtLogin: boolean }): void;
}

/** Where a desktop looks for what to start (XDG Desktop Application Autostart). */
export const autostartFile = (environment: NodeJS.ProcessEnv = process.env): string =>
  join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'autostart', 'voike-desktop.desktop');

/** The entry; reserved characters of `Exec` are escaped as the Desktop Entry Specification says. */
export const autostartEntry = (executable: string): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=VOIKE Desktop',
    `Exec="${executable.replace(/[\\"$`]/g, '\\$&').replaceAll('%', '%%')}"`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

export async function openAtLogin(
  on: boolean,
  parts: {
    app: LoginItems;
    executable: string;
    platform?: NodeJS.Platform;
    file?: string;
    environment?: NodeJS.ProcessEnv;
  },
): Promise<void> {
  if ((parts.platform ?? process.platform) !== 'linux') return parts.app.setLoginItemSettings({ openAtLogin: on });
  const file = parts.file ?? autostartFile();
  if (!on) return rm(file, { force: true });
  await mkdir(join(file, '..'), { recursive: true });
  // An AppImage runs from a place that is mounted for this one run; the variable names the file itself.
  const { APPIMAGE } = parts.environment ?? process.env;
  await writeFile(file, autostartEntry(APPIMAGE ?? parts.executable));
}
