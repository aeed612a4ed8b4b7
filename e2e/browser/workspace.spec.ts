/** Open folders: the tree, saving through the node, and other programs that write the same files. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { item, openFolder, tree } from '../support/folders.ts';
import { expect, test as base } from '../support/test.ts';
import { command } from '../support/workbench.ts';

const PLAN = (name: string): string =>
  `FLOW "${name}"\n\nSTEP one = TRANSFORM { n: 1 }\n\nOUTPUT one AS "One"\nEND FLOW\n`;

/** A folder of a person, with plans in it. */
const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'voike-folder-')));
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'alpha.flow'), PLAN('Alpha'));
    writeFileSync(join(folder, 'beta.flow'), PLAN('Beta'));
    writeFileSync(join(folder, 'lib', 'part.flow'), PLAN('Part'));
    writeFileSync(join(folder, 'notes.md'), '# Notes\n');
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

/** Said above the text when another program changed its file. */
const conflict = (page: Page): Locator => page.getByRole('alert', { name: 'Another program' });

async function type(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(text);
}

test('a folder is opened by its path, completed as one types, and is there again after a reload', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await page.getByRole('button', { name: 'Explorer' }).click();
  await expect(page.getByText('No folder is open')).toBeVisible();
  await page.getByRole('button', { name: 'Open folder…' }).click();
  const path = page.getByRole('combobox', { name: 'Path' });
  await path.fill(folder.slice(0, -3));
  await expect(page.getByRole('option', { name: folder })).toBeVisible();
  await path.press('Tab');
  await expect(path).toHaveValue(`${folder}/`);
  await path.press('Enter');
  await expect(item(page, 'alpha.flow')).toBeVisible();
  await item(page, 'alpha.flow').click();
  await expect(page.getByRole('tab', { name: 'alpha.flow' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.view-lines')).toContainText('"Alpha"');
  await page.reload();
  await expect(item(page, 'alpha.flow')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'alpha.flow' })).toBeVisible();
});

test('what is typed is saved into the real file', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'alpha.flow').click();
  await expect(page.locator('.view-lines')).toContainText('"Alpha"');
  await type(page, '# mine\n');
  await expect(item(page, 'alpha.flow')).toHaveAccessibleName(/unsaved/);
  await page.keyboard.press('Control+s');
  await expect(item(page, 'alpha.flow')).not.toHaveAccessibleName(/unsaved/);
  expect(readFileSync(join(folder, 'alpha.flow'), 'utf8')).toBe(`# mine\n${PLAN('Alpha')}`);
});

test('the tree goes by keyboard: arrows, typing a name, opening, renaming, a new file, deleting and undoing it', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await tree(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await expect(item(page, 'lib')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(item(page, 'part.flow')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(item(page, 'part.flow')).toHaveCount(0);

  await page.keyboard.type('be');
  await expect(item(page, 'beta.flow')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('F2');
  const name = page.getByRole('textbox', { name: 'New name of beta.flow' });
  await expect(name).toBeFocused();
  await page.keyboard.type('gamma');
  await page.keyboard.press('Enter');
  await expect(item(page, 'gamma.flow')).toHaveAttribute('aria-selected', 'true');
  expect(existsSync(join(folder, 'gamma.flow'))).toBe(true);
  expect(existsSync(join(folder, 'beta.flow'))).toBe(false);

  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'gamma.flow' })).toBeVisible();
  await tree(page).focus();
  await page.keyboard.press('Delete');
  await expect(item(page, 'gamma.flow')).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'gamma.flow' })).toHaveCount(0);
  expect(existsSync(join(folder, 'gamma.flow'))).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(item(page, 'gamma.flow')).toBeVisible();
  expect(existsSync(join(folder, 'gamma.flow'))).toBe(true);

  // Also when the message is gone: from what was deleted from this folder.
  await item(page, 'gamma.flow').click();
  await tree(page).focus();
  await page.keyboard.press('Delete');
  await expect(item(page, 'gamma.flow')).toHaveCount(0);
  await tree(page).getByRole('treeitem').first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Bring back what was deleted…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('option', { name: /gamma\.flow/ })
    .click();
  await expect(item(page, 'gamma.flow')).toHaveAttribute('aria-selected', 'true');
  expect(existsSync(join(folder, 'gamma.flow'))).toBe(true);

  await page.getByRole('button', { name: 'New file', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name of the new file' }).fill('delta.flow');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'delta.flow' })).toHaveAttribute('aria-selected', 'true');
  expect(readFileSync(join(folder, 'delta.flow'), 'utf8')).toContain('FLOW "delta"');
});

test('a name that cannot be is refused with the reason', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await page.getByRole('button', { name: 'New folder' }).click();
  await page.getByRole('textbox', { name: 'Name of the new folder' }).fill('a:b');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Windows does not allow : in names')).toBeVisible();
});

test('a file is dragged into another folder, and its tab goes with it', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'alpha.flow').click();
  await expect(page.getByRole('tab', { name: 'alpha.flow' })).toBeVisible();
  await item(page, 'alpha.flow').dragTo(item(page, 'lib'));
  await expect.poll(() => existsSync(join(folder, 'lib', 'alpha.flow'))).toBe(true);
  await type(page, '# moved\n');
  await page.keyboard.press('Control+s');
  await expect.poll(() => readFileSync(join(folder, 'lib', 'alpha.flow'), 'utf8')).toContain('# moved');
  expect(existsSync(join(folder, 'alpha.flow'))).toBe(false);
});

test('what another program does is seen: new files, a new text in place, a file that is gone', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'alpha.flow').click();
  await expect(page.locator('.view-lines')).toContainText('"Alpha"');
  writeFileSync(join(folder, 'outside.flow'), PLAN('Outside'));
  await expect(item(page, 'outside.flow')).toBeVisible();
  writeFileSync(join(folder, 'alpha.flow'), PLAN('Changed'));
  await expect(page.locator('.view-lines')).toContainText('"Changed"');
  await expect(page.getByRole('tab', { name: 'alpha.flow, unsaved' })).toHaveCount(0);
  renameSync(join(folder, 'alpha.flow'), join(folder, 'elsewhere.flow'));
  await expect(conflict(page)).toContainText('was deleted or renamed by another program');
  await page.getByRole('button', { name: 'Save it again' }).click();
  await expect(conflict(page)).toHaveCount(0);
  expect(readFileSync(join(folder, 'alpha.flow'), 'utf8')).toBe(PLAN('Changed'));
});

test('unsaved changes and another program are a conflict that a person decides', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'alpha.flow').click();
  await expect(page.locator('.view-lines')).toContainText('"Alpha"');
  await type(page, '# mine\n');
  writeFileSync(join(folder, 'alpha.flow'), PLAN('Theirs'));
  await expect(conflict(page)).toContainText('Another program changed alpha.flow');
  await page.keyboard.press('Control+s');
  await expect(conflict(page)).toContainText('Another program changed alpha.flow');
  expect(readFileSync(join(folder, 'alpha.flow'), 'utf8')).toBe(PLAN('Theirs'));
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await expect(conflict(page)).toHaveCount(0);
  expect(readFileSync(join(folder, 'alpha.flow'), 'utf8')).toBe(`# mine\n${PLAN('Alpha')}`);

  await type(page, '# more\n');
  writeFileSync(join(folder, 'alpha.flow'), PLAN('Again'));
  await page.getByRole('button', { name: 'Take theirs' }).click();
  await expect(page.locator('.view-lines')).toContainText('"Again"');
  await expect(conflict(page)).toHaveCount(0);
});

test('a new plan without a file is saved into the open folder', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await command(page, 'New plan');
  await expect(page.getByRole('tab', { name: 'untitled-1.flow' })).toBeVisible();
  await page.keyboard.press('Control+s');
  const path = page.getByRole('combobox', { name: 'Path' });
  await expect(path).toHaveValue(join(folder, 'untitled-1.flow'));
  await path.fill(join(folder, 'lib', 'fresh.flow'));
  await path.press('Enter');
  await expect(page.getByRole('tab', { name: 'fresh.flow' })).toBeVisible();
  expect(readFileSync(join(folder, 'lib', 'fresh.flow'), 'utf8')).toContain('FLOW "Untitled"');
});

test('a text that is no plan is opened as text, without problems', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'notes.md').click();
  await expect(page.locator('.view-lines')).toContainText('# Notes');
  await expect(page.getByRole('contentinfo')).toContainText('plain text');
  await expect(page.getByRole('contentinfo')).not.toContainText('problems');
  // It cannot be run, and has no graph.
  await expect(page.getByRole('button', { name: 'Run F5' })).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('notes.md is not a plan');
  await expect(page.getByText('Ln 1, Col 1')).toBeVisible();
});

test('three thousand plans in one folder are a tree that scrolls', async ({ ownNode, visit, folder }) => {
  mkdirSync(join(folder, 'many'));
  for (let n = 0; n < 3000; n++) writeFileSync(join(folder, 'many', `plan-${n}.flow`), PLAN(`Plan ${n}`));
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await item(page, 'many').click();
  await expect(item(page, 'plan-0.flow')).toBeVisible();
  await tree(page).focus();
  await page.keyboard.type('plan-2999');
  await expect(item(page, 'plan-2999.flow')).toBeVisible();
  expect(await tree(page).getByRole('treeitem').count()).toBeLessThan(120);
});

test('a file of the folder is gone to by a few letters of its name', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'alpha.flow');
  await page.keyboard.press('Control+p');
  await page.getByRole('combobox').fill('prtfl');
  await expect(page.getByRole('option', { name: 'part.flow' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'part.flow' })).toHaveAttribute('aria-selected', 'true');
});
