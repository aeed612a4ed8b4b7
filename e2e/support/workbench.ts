/** What a person does in the workbench, in the words of the tests. */
import { expect, type Locator, type Page } from '@playwright/test';

/** Drops a file somewhere, as from a file manager. */
export async function dropFile(
  target: Locator,
  name: string,
  content: string | Uint8Array,
  type = 'text/plain',
): Promise<void> {
  const transfer = await target.page().evaluateHandle(
    ([file, base64, mime]) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], file, { type: mime }));
      return data;
    },
    [name, Buffer.from(content).toString('base64'), type] as const,
  );
  await target.dispatchEvent('dragover', { dataTransfer: transfer });
  await target.dispatchEvent('drop', { dataTransfer: transfer });
  // Until then the page holds the file for the test.
  await transfer.dispose();
}

/** Opens a plan by dropping its file on the window, and waits until the language has read it. */
export async function openPlan(page: Page, text: string, name = 'plan.flow'): Promise<void> {
  await expect(page.getByText('node ready')).toBeVisible();
  await dropFile(page.locator('.app'), name, text);
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  await expect(page.locator('.view-line').first()).toBeVisible();
  await expect(sideBar(page).getByRole('button', { name: 'Outline' })).toBeVisible();
}

/** Opens a sample by its title and waits until its text stands in the editor. */
export async function openSample(page: Page, title: string): Promise<void> {
  await sideBar(page).getByRole('button', { name: title, exact: true }).click();
  await expect(page.locator('.view-line').first()).toContainText('FLOW');
  await expect(sideBar(page).getByRole('button', { name: 'Outline' })).toBeVisible();
}

/** Puts the cursor at a line and column (both from 1). */
export async function putCursor(page: Page, line: number, column: number): Promise<void> {
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
  for (let at = 1; at < column; at++) await page.keyboard.press('ArrowRight');
  await expect(page.getByText(`Ln ${line}, Col ${column}`)).toBeVisible();
}

/** Chooses a command by its title, from the palette. */
export async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.palette').getByRole('combobox').fill(`>${title}`);
  await page.keyboard.press('Enter');
}

/** Where something is once it stays there. */
export async function settled(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  let last = await of.boundingBox();
  await expect
    .poll(
      async () => {
        const before = JSON.stringify(last);
        last = await of.boundingBox();
        return last !== null && JSON.stringify(last) === before;
      },
      { intervals: [150] },
    )
    .toBe(true);
  return last!;
}

/** Runs the open plan and waits for how it ends. */
export async function run(page: Page, state: 'succeeded' | 'failed' | 'cancelled' = 'succeeded'): Promise<void> {
  await page.keyboard.press('F5');
  await ended(page, state);
}

/** Waits until the open plan's run has ended so. */
export const ended = (page: Page, state: string): Promise<void> =>
  expect(page.getByRole('contentinfo').getByRole('button', { name: `· ${state}` })).toBeVisible({ timeout: 30_000 });

export const sideBar = (page: Page): Locator => page.getByRole('complementary', { name: 'Flows' });
export const inspector = (page: Page): Locator => page.getByRole('region', { name: 'Inspector' });
export const bottom = (page: Page): Locator => page.getByRole('region', { name: 'Bottom panel' });
export const openTab = (within: Locator, name: string): Promise<void> => within.getByRole('tab', { name }).click();
/** A step in the list of the results. */
export const stepRow = (page: Page, name: string): Locator =>
  bottom(page).getByRole('option', { name: new RegExp(`^${name},`) });
