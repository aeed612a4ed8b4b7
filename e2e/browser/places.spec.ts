import { expect, test } from '../support/test.ts';
import { command, openSample, putCursor, run } from '../support/workbench.ts';

test('the palette goes to a line, a step, an entry, a setting, and shows what can be typed', async ({
  workbench: page,
}) => {
  await openSample(page, 'Airports by state');
  const box = page.getByRole('combobox');
  await page.keyboard.press('Control+g');
  await box.pressSequentially('13,5');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Ln 13, Col 5')).toBeVisible();
  await page.keyboard.press('Control+Shift+o');
  await box.fill('@kept');
  await expect(page.getByRole('listbox', { name: 'What fits' }).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByText('Ln 13, Col 5')).toHaveCount(0);
  await page.keyboard.press('Control+p');
  await box.fill('editor.fontSize');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('spinbutton', { name: 'Font size' })).toBeVisible();
  await page.keyboard.press('Control+p');
  await box.fill('#0');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox', { name: 'Entries, newest first' })).toBeVisible();
  await page.keyboard.press('Control+p');
  await box.fill('#999999');
  await expect(page.getByText(/^Type the number of an entry/)).toBeVisible();
  await box.fill('?');
  await expect(page.getByRole('option', { name: />\s+commands/ })).toBeVisible();
});

test('what was chosen lately comes first', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await page.keyboard.press('Control+p');
  await page.getByRole('combobox').fill('Busiest');
  await expect(page.getByRole('option', { name: 'Busiest airports sample' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: /busiest/ })).toBeVisible();
  await page.keyboard.press('Control+p');
  await expect(page.getByRole('listbox', { name: 'What fits' }).getByRole('option').first()).toContainText(/busiest/i);
});

test('the palette says what a command needs, and opens again when it was closed a moment ago', async ({
  workbench: page,
}) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const box = page.locator('.palette').getByRole('combobox');
  await page.keyboard.press('F1');
  await box.fill('>Plan: tidy the layout');
  const tidy = page.getByRole('option', { name: 'Plan: tidy the layout needs an open plan' });
  await expect(tidy).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(tidy).toBeVisible();
  await box.fill('>zzzz');
  await expect(page.getByText('Nothing fits “zzzz”.')).toBeVisible();
  // A key that comes before the page has heard of the end of the dialog.
  await page.evaluate(() => {
    document.querySelector<HTMLDialogElement>('dialog.palette')!.close();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F1', code: 'F1', bubbles: true }));
  });
  await expect(box).toHaveValue('>');
  await expect(box).toBeFocused();
});

test('Alt+Left and Alt+Right go through places, and through the lines of a text', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await expect(page).toHaveURL(/#\/file\/sample/);
  await putCursor(page, 20, 1);
  await expect(page).toHaveURL(/line=20/);
  await page.getByRole('button', { name: 'Ledger', exact: true }).click();
  await expect(page).toHaveURL(/#\/ledger$/);
  await page.keyboard.press('Control+,');
  await expect(page).toHaveURL(/#\/settings$/);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page).toHaveURL(/#\/ledger$/);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByText('Ln 20, Col 1')).toBeVisible();
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.getByRole('listbox', { name: 'Entries, newest first' })).toBeVisible();
});

test('an address survives a reload, is opened from the page and from the palette, and can be copied', async ({
  node,
  visit,
}) => {
  const page = await visit(node.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await openSample(page, 'Airports by state');
  await run(page);
  await page.getByRole('button', { name: /^run / }).first().click();
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option').first().click();
  await expect(page.getByRole('article')).toBeVisible();
  await expect(page).toHaveURL(/#\/run\/[0-9a-f-]+$/);
  const address = page.url();
  await page.reload();
  await expect(page.getByRole('article')).toBeVisible();
  await command(page, 'Copy link');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^voike:\/\/node\/[^/]+\/run\/[0-9a-f-]+$/);
  await page.getByRole('button', { name: 'Flows', exact: true }).click();
  await page.keyboard.press('Control+p');
  await page.getByRole('combobox').fill(copied);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toBeVisible();
  // The route alone, as from a bookmark, in the same profile.
  const other = await page.context().newPage();
  await other.goto(address);
  await expect(other.getByRole('article')).toBeVisible();
  await other.evaluate(() => (location.hash = '#/settings'));
  await expect(other.getByRole('searchbox', { name: 'Search settings' })).toBeVisible();
  await other.evaluate(() => (location.hash = '#/nothing/here'));
  await expect(other.getByText('This is no address of the workbench.')).toBeVisible();
});
