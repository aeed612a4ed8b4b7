/** Search and replace in the files of open folders. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test as base } from '../support/test.ts';
import { openFolder } from '../support/folders.ts';

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'voike-search-')));
    mkdirSync(join(folder, 'lib'));
    writeFileSync(
      join(folder, 'top.flow'),
      'FLOW "Top"\nSTEP airports = TRANSFORM { n: 1 }\nOUTPUT airports AS "A"\nEND FLOW\n',
    );
    writeFileSync(join(folder, 'lib', 'part.flow'), 'FLOW "Airports"\nEND FLOW\n');
    writeFileSync(join(folder, 'notes.md'), 'airports are places\n');
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const matches = (page: Page) => page.getByRole('tree', { name: 'Matches' });

test('matches come as one types, by file, and open the place', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'top.flow');
  await page.keyboard.press('Control+Shift+F');
  const field = page.getByRole('textbox', { name: 'Search for' });
  await expect(field).toBeFocused();
  await page.keyboard.type('airports');
  await expect(page.getByText('4 matches in 3 files')).toBeVisible();
  await page.getByRole('button', { name: 'Capital letters matter' }).click();
  await expect(page.getByText('3 matches in 2 files')).toBeVisible();
  await page.getByRole('button', { name: 'Which files' }).click();
  await page.getByRole('textbox', { name: 'Only in these files' }).fill('*.flow');
  await expect(page.getByText('2 matches in 1 file')).toBeVisible();

  await field.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'top.flow' })).toBeVisible();
  await expect(page.getByText('Ln 3, Col 16')).toBeVisible();
});

test('an expression that is not whole yet says so, and one that is finds', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'top.flow');
  await page.keyboard.press('Control+Shift+F');
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await page.getByRole('textbox', { name: 'Search for' }).fill('^(STEP');
  await expect(page.getByText('This is not a regular expression')).toBeVisible();
  await page.getByRole('textbox', { name: 'Search for' }).fill('^(STEP|OUTPUT)');
  await expect(page.getByText('2 matches in 1 file')).toBeVisible();
});

test('what another program writes is found without asking again', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'top.flow');
  await page.keyboard.press('Control+Shift+F');
  await page.getByRole('textbox', { name: 'Search for' }).fill('pelican');
  await expect(page.getByText('Nothing found.')).toBeVisible();
  writeFileSync(join(folder, 'lib', 'bird.flow'), '# a pelican\n');
  await expect(page.getByText('1 match in 1 file')).toBeVisible();
});

test('replacing shows what becomes of each match, changes the files, and can be undone', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'top.flow');
  await page.keyboard.press('Control+Shift+H');
  await page.getByRole('textbox', { name: 'Search for' }).fill('airports');
  await page.getByRole('textbox', { name: 'Replace with' }).fill('harbours');
  await expect(page.getByText('4 matches in 3 files')).toBeVisible();
  await expect(matches(page).locator('del')).toHaveCount(4);
  await expect(matches(page).locator('ins').first()).toHaveText('harbours');
  await page.getByRole('button', { name: 'Replace all' }).click();
  await page.getByRole('button', { name: 'Replace', exact: true }).click();
  await expect(page.getByText('4 matches replaced in 3 files.')).toBeVisible();
  expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('harbours are places\n');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('4 matches in 3 files')).toBeVisible();
  expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('airports are places\n');
  expect(readFileSync(join(folder, 'lib', 'part.flow'), 'utf8')).toContain('"Airports"');
});
