import type { Page } from '@playwright/test';
import { airports, buildByMouse, form, graph } from '../support/authoring.ts';
import { expect, test } from '../support/test.ts';
import { bottom, command, ended, stepRow } from '../support/workbench.ts';

/** The ten states with most airports north of 30°, as the sample has them. */
async function tenRows(page: Page): Promise<void> {
  await ended(page, 'succeeded');
  await stepRow(page, 'Top ten').click();
  await expect(bottom(page).getByText(/^10 rows · 3 columns/)).toBeVisible();
  await expect(bottom(page).getByRole('grid')).toContainText('AK');
  await expect(bottom(page).getByRole('grid')).toContainText('71.285448');
}

test('the flow of the tour, built from a CSV file by mouse alone', async ({ workbench: page }) => {
  await buildByMouse(page);
  await page.getByRole('button', { name: 'Run F5' }).first().click();
  await tenRows(page);
});

test('the flow of the tour, built from a CSV file by keyboard alone', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await command(page, 'New flow from a file');
  await (await chooser).setFiles(airports);
  const plan = graph(page);
  await expect(plan.getByRole('option', { name: /^load, LOAD_CSV/ })).toBeVisible();
  const keys = async (...pressed: string[]): Promise<void> => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  for (let part = 0; part < 8; part++) {
    if (await plan.evaluate((element) => element === document.activeElement)) break;
    await keys('F6');
  }
  await expect(plan).toBeFocused();
  const add = async (operation: string): Promise<void> => {
    await keys('a');
    await page.keyboard.type(operation);
    await expect(page.getByRole('dialog').getByRole('option', { name: operation }).first()).toHaveAttribute(
      'aria-selected',
      'true',
    );
    await keys('Enter');
  };
  const rename = async (title: string, name: string): Promise<void> => {
    await keys('Escape');
    await expect(plan).toBeFocused();
    await keys('F2');
    await expect(form(page, title).getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
    await keys('Control+a');
    await page.keyboard.type(name);
    await keys('Enter');
    await expect(plan.getByRole('option', { name: new RegExp(`^${name}, `) })).toHaveAttribute('aria-selected', 'true');
    await keys('Escape');
    await expect(plan).toBeFocused();
  };
  const focused = (name: string | RegExp): Promise<void> =>
    expect(page.locator('.plan-form :focus')).toHaveAccessibleName(name);

  await keys('Home', 'ArrowDown');
  await expect(plan.getByRole('option', { name: /^load, / })).toHaveAttribute('aria-selected', 'true');

  await add('FILTER');
  await focused('Add a condition');
  await keys('Enter');
  await focused('Column 1');
  await page.keyboard.type('country');
  await keys('Tab', 'Tab');
  await focused('Value 1');
  await page.keyboard.type('USA');
  await keys('Enter');
  await expect(page.locator('.view-line', { hasText: 'country == "USA"' })).toBeVisible();
  await keys('Tab', 'Tab');
  await focused('Add a condition');
  await keys('Enter');
  await focused('Column 2');
  await page.keyboard.type('latitude');
  await keys('Tab');
  await page.keyboard.type('is more');
  await keys('Tab');
  await focused('Value 2');
  await page.keyboard.type('30');
  await keys('Enter');
  await expect(page.locator('.view-line', { hasText: 'country == "USA" AND latitude > 30' })).toBeVisible();
  await rename('FILTER', 'usa');

  await add('GROUP');
  await focused('Column 1');
  await page.keyboard.type('state');
  await expect(page.locator('.view-line', { hasText: 'BY state' })).toBeVisible();
  // Past its remove button and the button that adds another.
  await keys('Tab', 'Tab', 'Tab');
  await focused('Function 1');
  await keys('Tab', 'Tab');
  await focused('Name of value 1');
  await keys('Control+a');
  await page.keyboard.type('n');
  await keys('Tab', 'Tab');
  await focused('Add a value');
  await keys('Enter');
  await focused('Function 2');
  await page.keyboard.type('max');
  await keys('Tab');
  await focused('Of column 2');
  await page.keyboard.type('latitude');
  await keys('Tab');
  await page.keyboard.type('north');
  await keys('Enter');
  await expect(page.locator('.view-line', { hasText: 'max(latitude) AS north' })).toBeVisible();
  await rename('GROUP', 'by_state');

  await add('SORT');
  await focused('Sort by 1');
  await page.keyboard.type('n');
  await keys('Tab');
  await focused('Direction 1');
  await page.keyboard.type('largest');
  await keys('Tab', 'Tab');
  await focused('Add a sort key');
  await keys('Enter');
  await focused('Sort by 2');
  await page.keyboard.type('state');
  await expect(page.locator('.view-line', { hasText: 'BY n DESC, state' })).toBeVisible();
  await keys('Tab', 'Tab', 'Tab', 'Tab', 'Tab');
  await focused(/Take|first/i);
  await page.keyboard.type('10');
  await keys('Enter');
  await expect(page.locator('.view-line', { hasText: 'TAKE 10' })).toBeVisible();
  await rename('SORT', 'top');

  // C leads an edge from the sorted rows to the output that there is.
  await keys('c');
  await page.keyboard.type('Airports');
  await expect(
    page
      .getByRole('dialog')
      .getByRole('option', { name: /^Airports/ })
      .first(),
  ).toHaveAttribute('aria-selected', 'true');
  await keys('Enter');
  await expect(plan.getByRole('option', { name: /^edge from top to Airports/ })).toHaveCount(1);
  await keys('End');
  await expect(plan.getByRole('option', { name: 'output Airports' })).toHaveAttribute('aria-selected', 'true');
  await keys('F2', 'Control+a');
  await page.keyboard.type('Top ten');
  await keys('Enter');
  await expect(plan.getByRole('option', { name: 'output Top ten' })).toBeVisible();

  await keys('F5');
  await tenRows(page);
});
