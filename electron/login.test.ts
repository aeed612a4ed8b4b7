import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { autostartEntry, autostartFile, openAtLogin } from './login.ts';

const app = { setLoginItemSettings: () => expect.unreachable('Linux has no list of its own') };

test('on Linux an autostart entry is written and taken away', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-login-'));
  const file = join(folder, 'autostart', 'voike-desktop.desktop');
  await openAtLogin(true, { app, executable: '/opt/VOIKE Desktop/voike-desktop', platform: 'linux', file });
  expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/VOIKE Desktop/voike-desktop"');
  const environment = { APPIMAGE: '/home/ada/VOIKE.AppImage' };
  await openAtLogin(true, { app, executable: '/tmp/.mount_VOIKE/x', platform: 'linux', file, environment });
  expect(readFileSync(file, 'utf8')).toContain('Exec="/home/ada/VOIKE.AppImage"');
  await openAtLogin(false, { app, executable: '/x', platform: 'linux', file });
  await openAtLogin(false, { app, executable: '/x', platform: 'linux', file });
  expect(existsSync(file)).toBe(false);
  rmSync(folder, { recursive: true });
});

test('elsewhere the system keeps the list', async () => {
  const asked: boolean[] = [];
  const list = { setLoginItemSettings: ({ openAtLogin: on }: { openAtLogin: boolean }) => asked.push(on) };
  await openAtLogin(true, { app: list, executable: '/x', platform: 'darwin' });
  expect(asked).toEqual([true]);
});

test('no path can add a command', () => {
  expect(autostartEntry('/a"b$c`d%e')).toContain('Exec="/a\\"b\\$c\\`d%%e"');
  expect(autostartFile({ XDG_CONFIG_HOME: '/c' })).toBe(join('/c', 'autostart', 'voike-desktop.desktop'));
});
