import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createClient } from '../../node-core/client/client.ts';
import { startNode } from '../support/node.ts';
import { expect, test } from '../support/shell.ts';

const chip = (page: Page) => page.getByRole('button', { name: /^Node: / });

/** Every file below a folder that holds this text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    try {
      return statSync(path).isFile() && readFileSync(path).includes(text);
    } catch {
      // It went away meanwhile.
      return false;
    }
  });
}

test('the key of another node is in no file in the clear; without a key store it is asked for again, and that is said', async ({
  shell,
  page,
}) => {
  const other = await startNode();
  try {
    const { adminToken } = JSON.parse(readFileSync(join(other.dataDir, 'endpoint.json'), 'utf8')) as {
      adminToken: string;
    };
    const { apiKey } = await createClient({ baseUrl: other.url, adminToken }).call('admin.createProject', {
      organizationName: 'Port',
      projectName: 'Harbour',
    });
    const store = await shell.app.evaluate(
      ({ safeStorage }) =>
        safeStorage.isEncryptionAvailable() &&
        !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend?.() ?? ''),
    );

    await chip(page).click();
    await page.getByRole('menuitem', { name: 'Add a node…' }).click();
    await page.getByLabel('Name').fill('eu-1');
    await page.getByLabel('Address').fill(other.url);
    await page.getByLabel('Project key').fill(apiKey);
    await page.keyboard.press('Enter');
    await expect(chip(page)).toHaveAccessibleName('Node: eu-1, remote, connected');
    if (!store) await expect(page.getByText('This system has no key store, so the key is not kept.')).toBeVisible();

    await shell.quit();
    expect(filesWith(shell.dataDir, 'eu-1')).toContainEqual(expect.stringContaining('connections.json'));
    expect(filesWith(shell.dataDir, apiKey)).toEqual([]);

    const again = await shell.start();
    if (store) await expect(chip(again)).toHaveAccessibleName('Node: eu-1, remote, connected');
    else {
      await expect(again.getByText('The key of eu-1 was not kept.')).toBeVisible();
      await expect(chip(again)).toHaveAccessibleName('Node: Local node, connected');
      await again.getByRole('button', { name: 'Switch to eu-1' }).click();
      await again.getByLabel('Project key').fill(apiKey);
      await again.keyboard.press('Enter');
      await expect(chip(again)).toHaveAccessibleName('Node: eu-1, remote, connected');
    }
  } finally {
    await other.stop();
  }
});

test('a node on another machine is allowed to the page by name, from the load after it was added', async ({ page }) => {
  const sources = () =>
    page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[property="csp-connect"]')?.content ?? '');
  expect(await sources()).not.toContain('eu-1.invalid');
  await chip(page).click();
  await page.getByRole('menuitem', { name: 'Add a node…' }).click();
  await page.getByLabel('Name').fill('eu-1');
  await page.getByLabel('Address').fill('https://eu-1.invalid');
  await page.getByLabel('Project key').fill('any');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Load the window again' }).click();
  await expect.poll(sources).toContain('https://eu-1.invalid wss://eu-1.invalid');
  // Nobody is there: the window is on the local node, and says why.
  await expect(page.getByText(/Last time it was on eu-1/)).toBeVisible();
  await expect(chip(page)).toHaveAccessibleName('Node: Local node, connected');
});
