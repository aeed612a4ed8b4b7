import { expect, test } from '../support/test.ts';
import { command, openSample } from '../support/workbench.ts';

test('a setting is found, changed and kept, and stands in settings.json', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  const size = () =>
    page
      .locator('.view-lines')
      .first()
      .evaluate((lines) => getComputedStyle(lines).fontSize);
  const before = await size();
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('searchbox', { name: 'Search settings' })).toBeFocused();
  await page.keyboard.type('font');
  await page.getByRole('spinbutton', { name: 'Font size' }).fill('20');
  await page.getByRole('tab', { name: 'airports-by-state.flow' }).click();
  await expect.poll(size).toBe('20px');
  expect(before).toBe('13px');
  await page.reload();
  await expect(page.locator('.view-line').first()).toContainText('FLOW');
  await expect.poll(size).toBe('20px');
  await command(page, 'Settings as text');
  await expect(page.locator('.json-host .view-lines')).toContainText('"editor.fontSize": 20');
  await page.getByRole('tab', { name: 'Settings', exact: true }).click();
  await page.getByRole('button', { name: 'Reset Font size' }).click();
  await page.getByRole('tab', { name: 'airports-by-state.flow' }).click();
  await expect.poll(size).toBe('13px');
});

test('settings.json completes what is declared and says what is wrong', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Settings as text');
  const text = page.getByRole('textbox', { name: 'settings.json' });
  await text.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('{ ');
  await page.keyboard.press('Control+Space');
  await expect(page.getByRole('option', { name: /workbench\.theme/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('{ "editor.fontSize": 500 }');
  await expect(page.locator('.json-bar')).toContainText('must be a number from 8 to 32');
  await expect(page.locator('.json-host .squiggly-warning')).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('{ "workbench.theme": "light" }');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
});

test('a key is changed by recording it, its conflict is said, and it is reset', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  // Two strokes, the first of which is waited on.
  await page.keyboard.press('Control+k');
  await expect(page.getByText('Ctrl+K was pressed')).toBeVisible();
  await page.keyboard.press('Control+s');
  await page.getByRole('searchbox', { name: 'Search commands and keys' }).fill('view.sideBar');
  await page.getByRole('button', { name: 'Change the key of Side bar on or off' }).click();
  await page.keyboard.press('Control+j');
  await page.keyboard.press('Enter');
  const row = page.getByRole('group', { name: /^Side bar on or off: / });
  await expect(row).toContainText('Ctrl+J');
  await expect(row).toContainText('also: Bottom panel on or off');
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('complementary', { name: 'Flows' })).toHaveCount(0);
  await page.reload();
  await expect(row).toContainText('Ctrl+J');
  await page.getByRole('button', { name: 'Reset the key of Side bar on or off' }).click();
  await expect(row).toContainText('Ctrl+B');
  await page.keyboard.press('Control+b');
  await expect(page.getByRole('complementary', { name: 'Flows' })).toBeVisible();
});

test('keys are found by pressing them, and can be taken away', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Keyboard shortcuts, and');
  await page.getByRole('button', { name: 'Search by pressing a key' }).click();
  await page.getByRole('textbox', { name: 'Press the key to look for' }).press('F5');
  await expect(page.getByRole('group', { name: 'Run: F5' })).toBeVisible();
  await expect(page.locator('.key-row')).toHaveCount(1);
  await page.getByRole('button', { name: 'Take the key from Run', exact: true }).click();
  await expect(page.getByText('F5 is free')).toBeVisible();
});

test('messages are kept in the notifications, with marks, and do not disturb keeps them quiet', async ({
  workbench: page,
}) => {
  await openSample(page, 'Airports by state');
  await page.getByRole('button', { name: 'Notifications' }).click();
  const centre = page.getByRole('dialog', { name: 'Notifications' });
  await expect(centre).toContainText('Nothing to tell');
  await centre.getByRole('button', { name: 'Do not disturb' }).click();
  await page.keyboard.press('Escape');
  await expect(centre).toHaveCount(0);
  await page.evaluate(() => void (location.hash = '#/nothing/here'));
  await expect(page.getByRole('button', { name: 'Notifications, 1 unread' })).toBeVisible();
  await expect(page.locator('.ui-toast')).toHaveCount(0);
  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click();
  await expect(centre).toContainText('This is no address of the workbench.');
  await centre.getByRole('button', { name: 'Clear all notifications' }).click();
  await expect(centre).toContainText('Nothing to tell');
});

test('the tour is offered once, goes by keyboard, and can be skipped', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await page.getByRole('button', { name: 'Take the tour' }).click();
  const card = page.getByRole('dialog', { name: /^Tour, 1 of/ });
  await expect(card).toBeVisible();
  await expect(page.locator('.view-line').first()).toContainText('FLOW');
  await expect(card).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('dialog', { name: /^Tour, 2 of .*text of a plan/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: /^Tour, 3 of/ })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('dialog', { name: /^Tour, 2 of/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+F4');
  await expect(page.getByRole('heading', { name: 'Write a plan' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Take the tour' })).toHaveCount(0);
  await command(page, 'Take the tour');
  await expect(page.getByRole('dialog', { name: /^Tour, 1 of/ })).toBeVisible();
});

test('the sheet of keys shows what the person has made of them', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Sheet of keyboard');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toContainText('Ctrl+K Ctrl+S');
  await sheet.getByRole('button', { name: 'All keys, and changing them' }).click();
  await expect(page.getByRole('searchbox', { name: 'Search commands and keys' })).toBeVisible();
});

test('reduced motion can be chosen, whatever the system says', async ({ workbench: page }) => {
  // The first frame listens to no keys yet.
  await expect(page.getByText('node ready')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'full');
  await page.keyboard.press('Control+,');
  await page.getByRole('combobox', { name: 'Reduced motion' }).selectOption('on');
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'reduced');
});
