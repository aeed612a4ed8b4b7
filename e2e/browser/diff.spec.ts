/** Comparing two versions of a plan: in text, step by step, and as one graph. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test as base } from '../support/test.ts';
import { item, openFolder } from '../support/folders.ts';
import { command } from '../support/workbench.ts';

const BEFORE = `FLOW "Sales"

STEP rows = TRANSFORM [ { n: 1 }, { n: 2 } ]

STEP doubled = TRANSFORM { twice: 2 }

STEP gone = FILTER rows WHERE n > 1

OUTPUT rows AS "Rows"
END FLOW
`;
const AFTER = `FLOW "Sales"

STEP rows = TRANSFORM [ { n: 1 }, { n: 3 } ]

STEP twice = TRANSFORM { twice: 2 }

STEP fresh = SORT rows BY n DESC

OUTPUT rows AS "Rows"
END FLOW
`;

const test = base.extend<{ folder: string }>({
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'voike-diff-')));
    writeFileSync(join(folder, 'before.flow'), BEFORE);
    writeFileSync(join(folder, 'after.flow'), AFTER);
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

const structure = (page: Page): Locator => page.getByRole('region', { name: 'What changed in the plan' });

test('two files are compared in text, as a list of steps, and as one graph', async ({ ownNode, visit, folder }) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'after.flow');
  await item(page, 'after.flow').click();
  await expect(page.locator('.view-lines').first()).toContainText('"Sales"');
  await command(page, 'Compare with…');
  await page.getByRole('combobox', { name: 'Compare with' }).fill('before');
  await expect(page.getByRole('option', { name: 'before.flow' })).toBeVisible();
  await page.keyboard.press('Enter');

  await expect(structure(page)).toContainText('1 added');
  await expect(structure(page).getByRole('button', { name: /gone/ })).toContainText('removed');
  await expect(structure(page).getByRole('button', { name: /fresh/ })).toContainText('added');
  await expect(structure(page).getByRole('button', { name: /rows/ }).first()).toContainText('changed');
  await expect(page.locator('.diff-editor .char-delete, .diff-editor .line-delete').first()).toBeVisible();

  await page.getByRole('button', { name: 'Graph' }).click();
  const graph = page.getByRole('group', { name: 'The two plans as one graph' });
  await expect(graph.getByRole('button', { name: 'gone, removed' })).toBeVisible();
  await expect(graph.getByRole('button', { name: 'fresh, added' })).toBeVisible();
  await expect(graph.getByRole('button', { name: 'rows, changed' })).toBeVisible();

  await page.getByRole('button', { name: 'One text' }).click();
  await expect(page.getByRole('button', { name: 'Side by side' })).toBeVisible();
});

test('the text of the editor is compared with what was saved, and follows as one types', async ({
  ownNode,
  visit,
  folder,
}) => {
  const page = await visit(ownNode.link);
  await openFolder(page, folder, 'after.flow');
  await item(page, 'after.flow').click();
  await expect(page.locator('.view-lines').first()).toContainText('"Sales"');
  await command(page, 'Compare with saved');
  await expect(structure(page)).toContainText('The same plan');
  await page.getByRole('textbox', { name: 'The text after' }).focus();
  await page.keyboard.press('Control+Home');
  for (let line = 1; line < 8; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.insertText('STEP added = TRANSFORM { z: 1 }\n');
  await expect(structure(page).getByRole('button', { name: /added/ })).toContainText('step');
  await expect(item(page, 'after.flow')).toHaveAccessibleName(/unsaved/);
});
