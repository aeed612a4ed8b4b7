/** The flow of the README's tour, built in the graph from a CSV file: what a person does with the mouse alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { root } from './node.ts';
import { dropFile } from './workbench.ts';

export const airports = join(root, 'resources', 'data', 'airports.csv');

export const graph = (page: Page): Locator => page.getByRole('listbox', { name: /^Plan of Airports/ });
export const form = (page: Page, title: string): Locator =>
  page.getByRole('region', { name: new RegExp(`^${title} `) });

/** @param seen called whenever there is something to look at. */
export async function buildByMouse(page: Page, seen: () => Promise<void> = async () => {}): Promise<void> {
  await expect(page.getByText('node ready')).toBeVisible();
  await dropFile(page.locator('.app'), 'airports.csv', readFileSync(airports, 'utf8'), 'text/csv');
  const plan = graph(page);
  await expect(plan.getByRole('option', { name: /^load, LOAD_CSV/ })).toBeVisible();
  await seen();

  const after = async (step: string, operation: string): Promise<void> => {
    await plan.getByRole('option', { name: new RegExp(`^${step}, `) }).hover();
    await page.locator(`[data-out="step:${step}"]`).click();
    await seen();
    await page
      .getByRole('dialog', { name: `Add after ${step}` })
      .getByRole('option', { name: operation })
      .first()
      .click();
  };

  await after('load', 'FILTER');
  const filter = form(page, 'FILTER');
  await filter.getByRole('button', { name: 'Add a condition' }).click();
  await filter.getByRole('combobox', { name: 'Column 1' }).selectOption('country');
  await filter.getByRole('combobox', { name: 'Value 1' }).fill('USA');
  await seen();
  await filter.getByRole('button', { name: 'Add a condition' }).click();
  await filter.getByRole('combobox', { name: 'Column 2' }).selectOption('latitude');
  await filter.getByRole('combobox', { name: 'Comparison 2' }).selectOption('is more than');
  await filter.getByRole('combobox', { name: 'Value 2' }).fill('30');
  await filter.getByRole('textbox', { name: 'Name' }).fill('usa');
  await filter.getByRole('textbox', { name: 'Comment' }).click();
  await expect(page.locator('.view-line', { hasText: 'country == "USA" AND latitude > 30' })).toBeVisible();
  await seen();

  await after('usa', 'GROUP');
  const group = form(page, 'GROUP');
  await group.locator('[data-field="by"]').getByRole('combobox').selectOption('state');
  await expect(page.locator('.view-line', { hasText: 'BY state' })).toBeVisible();
  await seen();
  const values = group.locator('[data-field="aggregates"]');
  await values.getByRole('textbox', { name: 'Name of value 1' }).fill('n');
  await values.getByRole('button', { name: 'Add a value' }).click();
  await values.getByRole('combobox', { name: 'Function 2' }).selectOption('max');
  await values.getByRole('combobox', { name: 'Of column 2' }).selectOption('latitude');
  await values.getByRole('textbox', { name: 'Name of value 2' }).fill('north');
  await group.getByRole('textbox', { name: 'Name', exact: true }).fill('by_state');
  await group.getByRole('textbox', { name: 'Comment' }).click();
  await expect(plan.getByRole('option', { name: /^by_state, GROUP_AGG/ })).toBeVisible();
  await seen();

  await after('by_state', 'SORT');
  const sort = form(page, 'SORT');
  await sort.getByRole('combobox', { name: 'Sort by 1' }).selectOption('n');
  await sort.getByRole('combobox', { name: 'Direction 1' }).selectOption('largest first');
  await sort.getByRole('button', { name: 'Add a sort key' }).click();
  await sort.getByRole('combobox', { name: 'Sort by 2' }).selectOption('state');
  await sort.locator('[data-field="take"]').getByRole('combobox').fill('10');
  await sort.getByRole('textbox', { name: 'Name', exact: true }).fill('top');
  await sort.getByRole('textbox', { name: 'Comment' }).click();
  await expect(plan.getByRole('option', { name: /^top, SORT/ })).toBeVisible();
  await seen();

  // The output reads the rows of the file; an edge leads it to the sorted ones.
  await sort.getByRole('button', { name: 'Close the form' }).click();
  await page.getByRole('button', { name: 'Show the whole plan' }).click();
  await plan.getByRole('option', { name: /^top, SORT/ }).hover();
  const from = (await page.locator('[data-out="step:top"]').boundingBox())!;
  const to = (await plan.getByRole('option', { name: 'output Airports' }).boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 });
  await expect(page.locator('[data-port-of="output:Airports"]')).toHaveAttribute('data-open', 'true');
  await seen();
  await page.mouse.move(to.x + to.width / 2 + 2, to.y + to.height / 2);
  await page.mouse.up();
  await expect(plan.getByRole('option', { name: /^edge from top to Airports/ })).toHaveCount(1);
  await plan.getByRole('option', { name: 'output Airports' }).dblclick();
  await form(page, 'OUTPUT').getByRole('textbox', { name: 'Label', exact: true }).first().fill('Top ten');
  await form(page, 'OUTPUT').getByRole('button', { name: 'Close the form' }).click();
  await expect(plan.getByRole('option', { name: /^output Top ten/ })).toBeVisible();
  await seen();
}
