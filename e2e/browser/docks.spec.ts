import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openPlan, openSample, sideBar } from '../support/workbench.ts';

const editors = (page: Page) => page.getByRole('region', { name: /^Editors/ });

test('Ctrl+\\ shows the document once more beside it, and both show every key', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await page.keyboard.press('Control+\\');
  await expect(editors(page)).toHaveCount(2);
  await expect(editors(page).nth(1).locator('.view-line').first()).toContainText('FLOW');
  const [left, right] = [editors(page).nth(0), editors(page).nth(1)];
  const a = (await left.boundingBox())!;
  const b = (await right.boundingBox())!;
  expect(b.x).toBeGreaterThanOrEqual(a.x + a.width - 1);
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# both see this ');
  for (const group of [left, right]) await expect(group.locator('.view-line').first()).toContainText('# both see this');
  // Closing one of two tabs asks nothing: the text is still open.
  await page.keyboard.press('Control+F4');
  await expect(editors(page)).toHaveCount(1);
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow, unsaved' })).toBeVisible();
});

test('the tab in front is on view, however many there are, and the flows come back beside them', async ({
  workbench: page,
}) => {
  for (const title of ['Airports by state', 'Busiest airports', 'Countries, from JSON', 'Weather advice'])
    await openSample(page, title);
  const tab = (name: string): Locator => editors(page).getByRole('tab', { name });
  await expect(tab('weather-advice.flow')).toBeInViewport({ ratio: 1 });
  await expect(tab('airports-by-state.flow')).not.toBeInViewport({ ratio: 1 });
  await sideBar(page).getByRole('button', { name: 'Airports by state', exact: true }).click();
  await expect(tab('airports-by-state.flow')).toBeInViewport({ ratio: 1 });
  await command(page, 'Settings');
  await expect(tab('Settings')).toBeInViewport({ ratio: 1 });
  // Whatever the side bar showed: who asks for the flows gets them.
  await command(page, 'Search in files');
  await expect(sideBar(page)).toHaveCount(0);
  await command(page, 'Show Flows');
  await expect(sideBar(page)).toBeVisible();
});

test('the layout, the tabs and the cursor come back after a reload', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await openSample(page, 'Busiest airports');
  await page.keyboard.press('Control+\\');
  await expect(editors(page)).toHaveCount(2);
  await editors(page).nth(1).getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  for (let line = 1; line < 9; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByText('Ln 9, Col 3')).toBeVisible();
  await inspector(page).getByRole('tab', { name: 'Execute' }).click();
  await page.keyboard.press('Control+j');
  await expect(bottom(page)).toHaveCount(0);
  // The last session's documents are read slowly, as on a busy machine: their tabs wait for them.
  await page.addInitScript(() => {
    const ask = LockManager.prototype.request;
    LockManager.prototype.request = async function (this: LockManager, ...given: unknown[]) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return Reflect.apply(ask, this, given);
    };
  });
  await page.reload();
  await expect(editors(page)).toHaveCount(2);
  await expect(editors(page).nth(0).getByRole('tab')).toHaveCount(2);
  await expect(inspector(page).getByRole('tab', { name: 'Execute' })).toHaveAttribute('aria-selected', 'true');
  await expect(bottom(page)).toHaveCount(0);
  await expect(page.getByText('Ln 9, Col 3')).toBeVisible();
  // The other tab of the same text has its own cursor still.
  await editors(page).nth(0).getByRole('textbox', { name: 'FLOW source' }).focus();
  await expect(page.getByText('Ln 1, Col 1')).toBeVisible();
});

test('a tab is dragged into another group, and the layout can be reset', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  const ast = inspector(page).getByRole('tab', { name: 'AST' });
  const to = (await bottom(page).getByRole('tab', { name: 'Output' }).boundingBox())!;
  await ast.hover();
  await page.mouse.down();
  await page.mouse.move(to.x + 5, to.y - 40, { steps: 8 });
  await page.mouse.move(to.x + to.width - 6, to.y + to.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(bottom(page).getByRole('tab', { name: 'AST' })).toBeVisible();
  await expect(inspector(page).getByRole('tab', { name: 'AST' })).toHaveCount(0);
  await command(page, 'Reset the layout');
  await expect(inspector(page).getByRole('tab', { name: 'AST' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow' })).toBeVisible();
});

test('separators between groups are moved by keyboard, and say where they are', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  const width = page.getByRole('separator', { name: 'Width of Editors' });
  const height = page.getByRole('separator', { name: 'Height of Editors and Inspector' });
  const sizes = async () => {
    const [a, b] = await Promise.all([editors(page).boundingBox(), bottom(page).boundingBox()]);
    return { width: Math.round(a!.width), height: Math.round(b!.height) };
  };
  const before = await sizes();
  const said = Number(await width.getAttribute('aria-valuenow'));
  await width.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await sizes()).toEqual({ ...before, width: before.width - 16 });
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await sizes()).toEqual({ ...before, width: before.width - 96 });
  expect(Number(await width.getAttribute('aria-valuenow'))).toBeLessThan(said);
  await page.keyboard.press('Shift+Tab');
  await expect(height).toBeFocused();
  await page.keyboard.press('ArrowUp');
  expect((await sizes()).height).toBe(before.height + 16);
  await page.keyboard.press('End');
  expect((await sizes()).height).toBeLessThan(before.height);
  await expect(width).toHaveAttribute('aria-orientation', 'vertical');
  // Nothing to move beside a panel that is not there.
  await page.keyboard.press('Control+j');
  await expect(height).toHaveCount(0);
});

test('a double click on a tab gives its group all the room, and gives it back', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await inspector(page).getByRole('tab', { name: 'Plan' }).dblclick();
  await expect(bottom(page)).toHaveCount(0);
  await expect(editors(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Give the room back' }).click();
  await expect(bottom(page)).toBeVisible();
  await expect(editors(page)).toBeVisible();
});

test('a view floats, is hidden, and comes back when it is asked for', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await inspector(page).getByRole('tab', { name: 'AST' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Float, or dock again' }).click();
  await expect(page.locator('.dv-resize-container').getByRole('tab', { name: 'AST' })).toBeVisible();
  await page.getByRole('tab', { name: 'AST' }).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('tab', { name: 'AST' })).toHaveCount(0);
  await command(page, 'Show the syntax tree');
  await expect(inspector(page).getByRole('tab', { name: 'AST' })).toHaveAttribute('aria-selected', 'true');
});

test('tabs go by arrow keys, and Delete closes one, asking first', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await openPlan(page, 'FLOW "Two"\nOUTPUT 1 AS "x"\nEND FLOW\n', 'two.flow');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# changed');
  const tab = page.getByRole('tab', { name: 'two.flow, unsaved' });
  await tab.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow' })).toBeFocused();
  await expect(page.getByRole('tab', { name: 'airports-by-state.flow' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('heading', { name: 'Save two.flow before closing?' })).toBeVisible();
  await page.getByRole('button', { name: "Don't save" }).click();
  await expect(tab).toHaveCount(0);
});

test('F6 goes through the side bar, the editor, the inspector and the bottom panel', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  const inPart = (part: Locator) => part.evaluate((element) => element.contains(document.activeElement));
  for (const part of [inspector(page), bottom(page), sideBar(page), editors(page)]) {
    await page.keyboard.press('F6');
    await expect.poll(() => inPart(part)).toBe(true);
  }
});
