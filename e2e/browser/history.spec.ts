/** The local history of a file: its versions, comparing with one, restoring one. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test as base } from '../support/test.ts';
import { item, openFolder } from '../support/folders.ts';
import { run } from '../support/workbench.ts';

const PLAN = 'FLOW "Alpha"\n\nSTEP one = TRANSFORM { n: 1 }\n\nOUTPUT one AS "One"\nEND FLOW\n';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'voike-history-')));
    writeFileSync(join(folder, 'alpha.flow'), PLAN);
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const timeline = (page: Page): Locator => page.locator('.timeline').getByRole('button');

test('what is saved, found on the disk, run unsaved and restored is in the timeline of the file', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'alpha.flow').click();
  await expect(page.locator('.view-lines').first()).toContainText('"Alpha"');
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# first\n');
  await page.keyboard.press('Control+s');
  await expect(timeline(page).filter({ hasText: 'saved' })).toHaveCount(1);
  // What was there before is a version as well.
  await expect(timeline(page).filter({ hasText: 'found on the disk' })).toHaveCount(1);

  writeFileSync(join(folder, 'alpha.flow'), PLAN.replace('n: 1', 'n: 2'));
  await expect(timeline(page).filter({ hasText: 'found on the disk' })).toHaveCount(2);

  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# draft\n');
  await run(page);
  await expect(timeline(page).filter({ hasText: 'ran: succeeded' })).toHaveCount(1);
  await expect(timeline(page).filter({ hasText: 'not saved' })).toHaveCount(1);

  await timeline(page)
    .filter({ hasText: /^saved/ })
    .click();
  await expect(page.getByText(/alpha\.flow, saved/)).toBeVisible();
  await page.getByRole('button', { name: 'Restore this version' }).click();
  await expect(page.getByText('Restored. The text before is a version of its own.')).toBeVisible();
  expect(readFileSync(join(folder, 'alpha.flow'), 'utf8')).toBe(`# first\n${PLAN}`);
  await expect(timeline(page).filter({ hasText: 'restored' })).toHaveCount(1);
});
