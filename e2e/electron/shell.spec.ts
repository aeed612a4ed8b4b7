import type { Page } from '@playwright/test';
import { expect, type Shell, test } from '../support/shell.ts';

/** The process id of the node host, as the shell's own process list names it. */
const nodeHost = (shell: Shell) =>
  shell.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'VOIKE node')?.pid);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function runSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Airports by state' }).first().click();
  await expect(page.locator('.monaco-editor').first()).toContainText('FLOW');
  await page.keyboard.press('F5');
  await expect(page.getByRole('grid').first()).toContainText('AK', { timeout: 30_000 });
}

test('the window opens on the workbench, runs a flow, and shows its result', async ({ page }) => {
  await runSample(page);
});

test('a node that is killed comes back, and the workbench with it', async ({ shell, page }) => {
  const first = await nodeHost(shell);
  expect(first).toBeGreaterThan(0);
  process.kill(first as number, 'SIGKILL');
  await expect.poll(() => nodeHost(shell)).not.toBe(first);
  await expect(page.getByText('node ready')).toBeVisible();
  await runSample(page);
});

test('quitting ends the node in order: the directory can be opened again at once', async ({ shell, page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const host = (await nodeHost(shell)) as number;
  await shell.quit();
  await expect.poll(() => isRunning(host)).toBe(false);
});
