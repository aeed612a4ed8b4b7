/** Opening real folders in the workbench. */
import { expect, type Locator, type Page } from '@playwright/test';
import { command } from './workbench.ts';

/** The tree of the Explorer. */
export const tree = (page: Page): Locator => page.getByRole('tree', { name: 'Files of the open folders' });
/** A row of it by its name, whatever is said beside it. */
export const item = (page: Page, name: string): Locator =>
  tree(page).getByRole('treeitem', { name: new RegExp(`^${name}(,|$)`) });

/** Opens a folder by its path, and waits until one of its entries is there. */
export async function openFolder(page: Page, folder: string, entry: string): Promise<void> {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Open folder…');
  const path = page.getByRole('combobox', { name: 'Path' });
  await path.fill(folder);
  await path.press('Enter');
  await expect(item(page, entry)).toBeVisible();
}
