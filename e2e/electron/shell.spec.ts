import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';

const root = join(import.meta.dirname, '..', '..');

let dataDir: string;
let app: ElectronApplication;
let page: Page;

test.beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-electron-'));
  app = await _electron.launch({
    executablePath: process.env['VOIKE_ELECTRON'] as string,
    // Chromium's own sandbox does not work for root, and tests in containers run as root.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, '--data', dataDir],
  });
  page = await app.firstWindow();
});

test.afterEach(async () => {
  await app.close().catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

/** The process id of the node host, as the shell's own process list names it. */
const nodeHost = () =>
  app.evaluate(({ app: shell }) => shell.getAppMetrics().find(({ name }) => name === 'VOIKE node')?.pid);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function openSample(title: string) {
  await page.getByRole('button', { name: title }).first().click();
  await expect(page.locator('.monaco-editor').first()).toContainText('FLOW');
}

test('the window opens on the workbench, runs a flow, and shows its result', async () => {
  await openSample('Airports by state');
  await page.keyboard.press('F5');
  await expect(page.getByRole('grid').first()).toContainText('AK', { timeout: 30_000 });
});

test('a node that is killed comes back, and the workbench with it', async () => {
  await expect(page.getByText('node ready')).toBeVisible();
  const first = await nodeHost();
  expect(first).toBeGreaterThan(0);
  process.kill(first as number, 'SIGKILL');
  await expect.poll(nodeHost).not.toBe(first);
  await expect(page.getByText('node ready')).toBeVisible();
  await openSample('Airports by state');
  await page.keyboard.press('F5');
  await expect(page.getByRole('grid').first()).toContainText('AK', { timeout: 30_000 });
});

test('the page has no Node, cannot leave its address, opens no window, and gets no permission', async () => {
  await expect(page.getByText('node ready')).toBeVisible();
  expect(
    await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
  ).toEqual(['undefined', 'undefined']);
  expect(page.url()).toMatch(/^app:\/\/voike\//);
  await page.evaluate(() => void (location.href = 'https://example.org/'));
  expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
  expect(page.url()).toMatch(/^app:\/\/voike\//);
  // An inline script is refused by the policy of the page.
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    try {
      script.textContent = 'globalThis.inlineScriptRan = true';
    } catch {
      // Trusted Types refuse it already here.
    }
    document.head.append(script);
    return Reflect.get(globalThis, 'inlineScriptRan') === true;
  });
  expect(ran).toBe(false);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('quitting ends the node in order: the directory can be opened again at once', async () => {
  await expect(page.getByText('node ready')).toBeVisible();
  const host = (await nodeHost()) as number;
  await app.close();
  await expect.poll(() => isRunning(host)).toBe(false);
});
