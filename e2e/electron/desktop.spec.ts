/** What the shell adds to the workbench: windows, menu, files, links, secrets, crash reports, the system's terminal. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createClient } from '../../node-core/client/client.ts';
import { electronArguments, electronExecutable, expect, inOneProgram, test } from '../support/shell.ts';
import { command, openSample } from '../support/workbench.ts';

/** The name that a window was opened under. */
const nameOf = (page: Page): string => new URL(page.url()).searchParams.get('window') ?? 'main';

const PLAN = 'FLOW "From the system"\n\nEND FLOW\n';

test('a window comes back where it was, with the size it had', async ({ shell, page }) => {
  await shell.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.setBounds({ x: 20, y: 30, width: 1010, height: 650 }),
  );
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(1010);
  await shell.quit();
  await shell.start();
  expect(
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds()),
  ).toMatchObject({ width: 1010, height: 650 });
});

test('a second window has a name and drafts of its own, and both are there after a restart', async ({
  shell,
  page,
}) => {
  const opened = shell.app.waitForEvent('window');
  await page.keyboard.press('Control+Shift+N');
  const second = await opened;
  await expect(second.getByText('node ready')).toBeVisible();
  expect(nameOf(second)).toBe('2');
  expect(nameOf(page)).toBe('main');
  for (const window of [page, second]) {
    await command(window, 'New plan');
    await window.getByRole('textbox', { name: 'FLOW source' }).focus();
    await window.keyboard.press('Control+Home');
    await window.keyboard.type(`# of ${nameOf(window)}\n`);
    await expect(window.locator('.view-line', { hasText: `# of ${nameOf(window)}` })).toBeVisible();
  }
  await shell.quit();
  await shell.start();
  await expect.poll(() => shell.app.windows().map(nameOf).toSorted()).toEqual(['2', 'main']);
  for (const window of shell.app.windows()) {
    await expect(window.locator('.view-line', { hasText: `# of ${nameOf(window)}` })).toBeVisible();
    await expect(window.getByRole('tab', { name: /^untitled/ })).toHaveCount(1);
  }
});

inOneProgram('the native menu holds the commands of the workbench, and a click runs one', async ({ shell, page }) => {
  const item = (id: string) =>
    shell.app.evaluate(({ Menu }, wanted) => {
      const found = Menu.getApplicationMenu()?.getMenuItemById(wanted);
      return found === null || found === undefined ? undefined : { label: found.label, enabled: found.enabled };
    }, id);
  await expect.poll(() => item('file.new')).toEqual({ label: 'New plan', enabled: true });
  // Nothing is open: there is nothing to save.
  await expect.poll(() => item('file.save')).toMatchObject({ enabled: false });
  await shell.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('file.new')?.click());
  await expect(page.getByRole('tab', { name: 'untitled-1.flow' })).toBeVisible();
  await expect.poll(() => item('file.save')).toMatchObject({ enabled: true });
});

test('a file that is named at the start opens, is saved to its place, and is remembered', async ({ shell }) => {
  const file = join(shell.dataDir, 'from system.flow');
  writeFileSync(file, PLAN);
  const page = await shell.start(file);
  await expect(page.getByRole('tab', { name: 'from system.flow' })).toBeVisible();
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# mine\n');
  await page.keyboard.press('Control+S');
  await expect.poll(() => readFileSync(file, 'utf8')).toBe(`# mine\n${PLAN}`);
  expect(await page.evaluate(() => window.voike?.recentFiles())).toEqual([{ path: file, name: 'from system.flow' }]);
});

inOneProgram('a second start hands its file to the first and ends', async ({ shell, page }) => {
  const file = join(shell.dataDir, 'second.flow');
  writeFileSync(file, PLAN);
  const second = spawn(electronExecutable(), electronArguments(shell.dataDir, 'second.flow'), {
    cwd: shell.dataDir,
    stdio: 'ignore',
  });
  const code = await new Promise((resolve) => second.on('exit', resolve));
  expect(code).toBe(0);
  await expect(page.getByRole('tab', { name: 'second.flow' })).toBeVisible();
  expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

inOneProgram('a voike:// link is handed to the page; any other is not', async ({ shell, page }) => {
  await page.evaluate(() => {
    Reflect.set(globalThis, 'links', []);
    window.voike?.on('openLink', (link) => (Reflect.get(globalThis, 'links') as string[]).push(link));
  });
  for (const url of ['https://example.org/', 'voike://run/01a2', 'javascript:alert(1)'])
    await shell.app.evaluate(({ app }, link) => void app.emit('open-url', { preventDefault() {} }, link), url);
  await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'links'))).toEqual(['voike://run/01a2']);
});

test('a link that is named at the start shows what it names', async ({ shell }) => {
  const page = await shell.start('voike://node/local/ledger');
  await expect(page.getByRole('button', { name: /verify/i }).first()).toBeVisible();
});

inOneProgram(
  'settings are a file of the profile: what the workbench writes the shell follows, and what is written there the workbench',
  async ({ shell, page }) => {
    const file = join(shell.dataDir, 'desktop', 'settings.json');
    await page.keyboard.press('F1');
    await page.getByRole('combobox').fill('>Theme: light');
    await page.keyboard.press('Enter');
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toContain('"light"');
    await expect.poll(() => shell.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('light');
    writeFileSync(file, '{ "workbench.theme": "dark" }');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  },
);

test('a page that crashes comes back, and leaves a report that can be deleted', async ({ shell, page }) => {
  await page.keyboard.press('Control+Alt+N');
  await expect(page.getByRole('tab', { name: 'untitled-1.flow' })).toBeVisible();
  await page.waitForTimeout(500);
  const first = await shell.app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const pid = webContents.getOSProcessId();
    webContents.forcefullyCrashRenderer();
    return pid;
  });
  // Until another process shows the page: a question to the old one is never answered.
  const process = () =>
    shell.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return webContents.isCrashed() || webContents.isLoading() ? 0 : webContents.getOSProcessId();
    });
  await expect.poll(async () => [0, first].includes(await process()), { timeout: 30_000 }).toBe(false);
  const text = () =>
    shell.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.body.innerText'),
    );
  await expect.poll(text, { timeout: 30_000 }).toContain('untitled-1.flow');
  const ask = (code: string) =>
    shell.app.evaluate(
      ({ BrowserWindow }, asked) => BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(asked),
      code,
    );
  await expect.poll(() => ask('voike.crashReports().then((all) => all.length)')).toBeGreaterThan(0);
  await ask('voike.crashReports().then((all) => voike.removeCrashReports(all.map(({ id }) => id)))');
  expect(await ask('voike.crashReports()')).toEqual([]);
});

inOneProgram(
  'the system shell is off; switched on, a native dialog asks once, and then it runs',
  async ({ shell, page }) => {
    const open = () =>
      page.evaluate(() =>
        window.voike!.openTerminal({ columns: 80, rows: 24 }).then(
          ({ id }) => id,
          (error: Error) => error.message,
        ),
      );
    expect(await open()).toContain('terminal.systemShell');
    await page.evaluate(() => window.voike!.writeUserFile('settings.json', '{ "terminal.systemShell": true }'));
    await shell.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false });
    });
    await expect.poll(open).toContain('was not opened');
    await shell.app.evaluate(({ dialog }) => {
      dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    });
    await page.evaluate(() => {
      Reflect.set(globalThis, 'seen', '');
      window.voike!.on('terminalData', ({ data }) =>
        Reflect.set(globalThis, 'seen', (Reflect.get(globalThis, 'seen') as string) + data),
      );
    });
    const id = await open();
    await page.evaluate((to) => window.voike!.writeTerminal(to, 'echo $((6 * 7))\r'), id);
    await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'seen') as string)).toContain('42');
  },
);

inOneProgram('a shell of the system is a tab of the terminal once the settings allow it', async ({ shell, page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await openSample(page, 'Airports by state');
  await command(page, 'Show the terminal');
  await expect(page.getByRole('tab', { name: 'System shell' })).toHaveCount(0);
  await page.evaluate(() => window.voike!.writeUserFile('settings.json', '{ "terminal.systemShell": true }'));
  await page.reload();
  await expect(page.getByText('node ready')).toBeVisible();
  await shell.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
  });
  await command(page, 'Show the terminal');
  await page.getByRole('tab', { name: 'System shell' }).click();
  const screen = page.getByRole('tabpanel', { name: 'System shell' });
  await expect(screen.locator('.xterm-accessibility-tree')).toContainText(/[#$%]/);
  await screen.getByRole('textbox', { name: 'System shell' }).focus();
  await page.keyboard.type('echo $((6 * 7))');
  await page.keyboard.press('Enter');
  await expect(screen.locator('.xterm-accessibility-tree')).toContainText('42');
});

inOneProgram(
  'the page is zoomed from the menu, to twice its size and back, and stays usable',
  async ({ shell, page }) => {
    const zoom = (role: string, times: number) =>
      shell.app.evaluate(
        ({ BrowserWindow, Menu }, [wanted, count]) => {
          const [window] = BrowserWindow.getAllWindows();
          const view = Menu.getApplicationMenu()!.items.find((item) => item.label === 'View')!;
          const item = view.submenu!.items.find((one) => one.role?.toLowerCase() === wanted)!;
          for (let at = 0; at < count; at++) item.click(undefined, window, window!.webContents);
          return window!.webContents.getZoomFactor();
        },
        [role, times] as const,
      );
    await expect(page.getByText('node ready')).toBeVisible();
    await openSample(page, 'Airports by state');
    expect(await zoom('zoomin', 8)).toBeGreaterThan(1.9);
    await expect(page.locator('.view-line').first()).toBeVisible();
    await page.keyboard.press('F5');
    await expect(page.getByRole('contentinfo').getByRole('button', { name: '· succeeded' })).toBeVisible();
    expect(await zoom('resetzoom', 1)).toBe(1);
  },
);

inOneProgram('sleep and waking up are told to the page, and the node is still there', async ({ shell, page }) => {
  await page.evaluate(() => {
    Reflect.set(globalThis, 'power', []);
    window.voike?.on('power', (event) => (Reflect.get(globalThis, 'power') as string[]).push(event));
  });
  await shell.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('suspend');
    powerMonitor.emit('resume');
  });
  await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, 'power'))).toEqual(['suspend', 'resume']);
  await expect(page.getByText('node ready')).toBeVisible();
});

inOneProgram('where the system has no key store, a key is refused, not written', async ({ shell, page }) => {
  const backend = await shell.app.evaluate(({ safeStorage }) => safeStorage.getSelectedStorageBackend?.() ?? 'system');
  const kept = await page.evaluate(() =>
    window.voike!.keepSecret('lab', 'voike_key').then(
      () => 'kept',
      (error: Error) => error.message,
    ),
  );
  if (backend === 'basic_text' || backend === 'unknown') expect(kept).toContain('no key store');
  else expect(await page.evaluate(() => window.voike!.readSecret('lab'))).toBe('voike_key');
  const file = join(shell.dataDir, 'desktop', 'secrets.json');
  if (existsSync(file)) expect(readFileSync(file, 'utf8')).not.toContain('voike_key');
});

test('the tray icon comes and goes with its setting, and keeps the program when the window closes', async ({
  shell,
  page,
}) => {
  await page.evaluate(() => window.voike!.writeUserFile('settings.json', '{ "desktop.tray": true }'));
  await expect.poll(() => page.evaluate(() => window.voike!.readUserFile('settings.json'))).toContain('true');
  await page.waitForTimeout(300);
  await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
  await expect.poll(() => shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  // Still running: a second start opens the window again.
  await shell.app.evaluate(({ app }) =>
    app.emit('second-instance', {}, [], '', { args: [], cwd: '/' }, { args: [], cwd: '/' }),
  );
  await expect.poll(() => shell.app.windows().length).toBe(1);
});

inOneProgram('a folder is opened by the native dialog', async ({ shell, page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  // Not in the data directory: the node opens no folder that holds its keys.
  const folder = mkdtempSync(join(tmpdir(), 'voike-plans-'));
  writeFileSync(join(folder, 'from folder.flow'), PLAN);
  await shell.app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, folder);
  await command(page, 'Open folder…');
  await page.getByRole('treeitem', { name: 'from folder.flow' }).click();
  await expect(page.locator('.view-line').first()).toContainText('FLOW "From the system"');
  // Somebody who changes their mind changes nothing.
  await shell.app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = async () => ({ canceled: true, filePaths: [] });
  });
  await command(page, 'Open folder…');
  await expect(page.getByRole('tree').getByRole('treeitem', { level: 1 })).toHaveCount(1);
  rmSync(folder, { recursive: true, force: true });
});

inOneProgram(
  'a run that somebody sent is taken in from its file; after a sleep the events come over a new connection',
  async ({ shell, page }) => {
    await expect(page.getByText('node ready')).toBeVisible();
    await openSample(page, 'Airports by state');
    await page.keyboard.press('F5');
    await expect(page.getByRole('contentinfo').getByRole('button', { name: '· succeeded' })).toBeVisible();
    const { url, key } = JSON.parse(readFileSync(join(shell.dataDir, 'endpoint.json'), 'utf8')) as {
      url: string;
      key: string;
    };
    const client = createClient({ baseUrl: url, key });
    const [first] = (await client.call('flow.listRuns', {})).runs;
    const file = join(shell.dataDir, 'sent.voikerun');
    writeFileSync(file, Buffer.from(await (await client.get(`/flow/runs/${first!.id}/export`, {})).arrayBuffer()));
    const chooser = page.waitForEvent('filechooser');
    await command(page, 'Import a run from a file…');
    await (await chooser).setFiles(file);
    await expect(
      page.getByText('sent.voikerun is here; everything in it is what its sender has signed.'),
    ).toBeVisible();
    await expect(page.getByRole('article')).toContainText('Airports by state');

    const anew = page.waitForEvent('websocket');
    await shell.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('resume'));
    await anew;
    await expect(page.getByText('node ready')).toBeVisible();
  },
);
