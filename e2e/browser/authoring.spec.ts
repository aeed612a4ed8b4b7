import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, dropFile, openPlan, openSample, putCursor, run, settled } from '../support/workbench.ts';

const source = `FLOW "Words"

INPUTS
  file data
END INPUTS

# Where it begins.
STEP load =
  LOAD CSV FROM data

# Only long words.
STEP long =
  FILTER load WHERE n > 3

STEP top =
  SORT long BY n DESC
  TAKE 5

OUTPUT top AS "Best"
END FLOW
`;

const graph = (page: Page): Locator => page.getByRole('listbox', { name: /^Plan of/ });
const node = (page: Page, name: string): Locator =>
  graph(page).getByRole('option', { name: new RegExp(`^${name}, [A-Z]`) });
const edge = (page: Page, from: string, to: string): Locator =>
  graph(page).getByRole('option', { name: new RegExp(`^edge from ${from} to ${to}`) });
const line = (page: Page, text: string): Locator => page.locator('.view-line').filter({ hasText: text });
const tool = (page: Page, name: string): Locator =>
  page.getByRole('toolbar', { name: 'Plan tools' }).getByRole('button', { name });

async function open(page: Page, text = source): Promise<void> {
  await openPlan(page, text);
  await expect(node(page, 'load')).toBeVisible();
}

test('an operation dropped on an edge goes between the two; undo is one history for graph and text', async ({
  workbench: page,
}) => {
  await open(page);
  await tool(page, 'List of operations').click();
  const palette = page.getByRole('region', { name: 'Operations' });
  await palette.getByRole('combobox', { name: 'Search operations' }).fill('unique');
  await expect(palette.getByRole('option', { name: 'DISTINCT' })).toHaveAttribute('aria-selected', 'true');
  await expect(palette.getByRole('region', { name: 'About DISTINCT' })).toContainText('DISTINCT');
  await tool(page, 'Show the whole plan').click();
  // The canvas has less room now, and settles.
  const label = await settled(edge(page, 'load', 'long'));
  const canvas = (await graph(page).boundingBox())!;
  await palette.getByRole('option', { name: 'DISTINCT' }).dragTo(graph(page), {
    targetPosition: { x: label.x + label.width / 2 - canvas.x, y: label.y + label.height / 2 - canvas.y },
  });
  await expect(line(page, 'DISTINCT load')).toBeVisible();
  await expect(edge(page, 'load', 'unique_rows')).toHaveCount(1);
  await expect(edge(page, 'unique_rows', 'long')).toHaveCount(1);
  await expect(line(page, '# Only long words.')).toBeVisible();

  await putCursor(page, 1, 1);
  await page.keyboard.press('Control+z');
  await expect(node(page, 'unique_rows')).toHaveCount(0);
  await expect(edge(page, 'load', 'long')).toHaveCount(1);
  await graph(page).focus();
  await page.keyboard.press('Control+Shift+z');
  await expect(node(page, 'unique_rows')).toBeVisible();
  await expect(graph(page)).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(node(page, 'unique_rows')).toHaveCount(0);
});

test('Escape right after Enter leads back to the graph, while the new name is still on its way into the text', async ({
  workbench: page,
}) => {
  await open(page);
  await node(page, 'long').click();
  await page.keyboard.press('F2');
  const name = page.locator('.plan-form').getByRole('textbox', { name: 'Name', exact: true });
  await expect(name).toBeFocused();
  await name.fill('lengthy');
  // Both keys in one turn of the page: no answer can come in between.
  await name.evaluate((field) => {
    for (const key of ['Enter', 'Escape'])
      field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
  await expect(graph(page)).toBeFocused();
  await expect(node(page, 'lengthy')).toHaveAttribute('aria-selected', 'true');
});

test('by keyboard: into an edge with E and Enter, disconnected with Delete, connected with C', async ({
  workbench: page,
}) => {
  await open(page);
  await node(page, 'load').click();
  await page.keyboard.press('e');
  await expect(edge(page, 'load', 'long')).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Add between load and long' })).toBeVisible();
  await page.keyboard.type('TAKE');
  await page.keyboard.press('Enter');
  await expect(edge(page, 'load', 'first_rows').or(edge(page, 'load', 'first'))).toHaveCount(1);
  await expect(edge(page, 'load', 'long')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect(edge(page, 'load', 'long')).toHaveCount(1);

  await page.keyboard.press('0');
  await node(page, 'long').click();
  await page.keyboard.press('e');
  await page.keyboard.press('Delete');
  await expect(edge(page, 'long', 'top')).toHaveCount(0);
  await expect(line(page, 'SORT _ BY n DESC')).toBeVisible();
  await node(page, 'long').click();
  await page.keyboard.press('c');
  const list = page.getByRole('dialog', { name: 'Connect long to…' });
  await expect(list.getByRole('option', { name: /^load: / })).toHaveAttribute('aria-disabled', 'true');
  await expect(list.getByRole('option', { name: /^load: / })).toContainText(/circle/);
  await page.keyboard.type('top');
  await page.keyboard.press('Enter');
  await expect(edge(page, 'long', 'top')).toHaveCount(1);
});

test('a dragged edge lights the ports that take it, and the others say why not', async ({ workbench: page }) => {
  await open(page);
  await node(page, 'top').hover();
  const from = (await page.locator('[data-out="step:top"]').boundingBox())!;
  const to = (await node(page, 'long').boundingBox())!;
  await page.mouse.move(from.x + 9, from.y + 9);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + 20, { steps: 6 });
  await expect(page.locator('[data-port-of="step:long"]')).toHaveAttribute('data-open', 'false');
  await page.mouse.move(to.x + to.width / 2 + 3, to.y + 20);
  await expect(page.locator('.plan-says')).toContainText('circle');
  await page.mouse.up();
  await expect(line(page, 'FILTER load WHERE n > 3')).toBeVisible();
});

test('cards are moved, selected together, grouped, collapsed, duplicated, copied and deleted', async ({
  workbench: page,
}) => {
  await open(page);
  const card = node(page, 'top');
  const before = (await card.boundingBox())!;
  await page.mouse.move(before.x + 60, before.y + 12);
  await page.mouse.down();
  await page.mouse.move(before.x + 90, before.y + 42, { steps: 5 });
  await page.mouse.up();
  await expect(line(page, '@at(')).toBeVisible();
  const moved = (await card.boundingBox())!;
  expect(Math.abs(moved.x - before.x - 30)).toBeLessThan(3);
  await graph(page).focus();
  await page.keyboard.press('Control+z');
  await expect(line(page, '@at(')).toHaveCount(0);
  await expect.poll(async () => Math.abs((await card.boundingBox())!.x - before.x)).toBeLessThan(2);

  await node(page, 'load').click();
  await node(page, 'long').click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+g');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Reading');
  await page.keyboard.press('Enter');
  await expect(line(page, '@group("Reading")')).toHaveCount(2);
  await expect(page.locator('.plan-frame-title')).toContainText('Reading');
  await graph(page).focus();
  await page.keyboard.press('f');
  const group = graph(page).getByRole('option', { name: /^group Reading, collapsed, 2 steps/ });
  await expect(group).toBeVisible();
  await expect(node(page, 'long')).toHaveCount(0);
  await group.dblclick();
  await expect(node(page, 'long')).toBeVisible();
  await expect(line(page, '# Only long words.')).toBeVisible();

  await node(page, 'long').click();
  await page.keyboard.press('Control+d');
  await expect(node(page, 'long_2')).toBeVisible();
  await page.keyboard.press('Delete');
  await expect(node(page, 'long_2')).toHaveCount(0);
  // Only what is in view is drawn.
  await page.keyboard.press('0');
  await page.keyboard.press('Control+a');
  await expect(graph(page).locator('[data-node][aria-selected="true"]')).toHaveCount(5);

  // A frame drawn with Shift selects what it touches.
  await node(page, 'load').click();
  const a = (await node(page, 'long').boundingBox())!;
  const b = (await node(page, 'top').boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.move(a.x - 40, a.y + 4);
  await page.mouse.down();
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 6 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(node(page, 'top')).toHaveAttribute('aria-selected', 'true');
  await expect(node(page, 'long')).toHaveAttribute('aria-selected', 'true');
});

test('steps travel over the clipboard as text, and come back under new names', async ({ visit, node: running }) => {
  const page = await visit(running.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await open(page);
  await node(page, 'long').click();
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await expect(node(page, 'long_2')).toBeVisible();
  await expect(node(page, 'long_2')).toHaveAttribute('aria-selected', 'true');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('STEP long =');
});

test('cards move by keys as one step of undo, and tidying takes their places out of the text', async ({
  workbench: page,
}) => {
  await open(page);
  const card = node(page, 'top');
  await card.click();
  const before = (await card.boundingBox())!;
  await page.keyboard.down('Control');
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowDown']) await page.keyboard.press(key);
  await expect.poll(async () => (await card.boundingBox())!.x).toBeGreaterThan(before.x + 20);
  await expect(line(page, '@at(')).toHaveCount(0);
  await page.keyboard.up('Control');
  await expect(line(page, '@at(')).toHaveCount(1);
  await page.keyboard.press('Control+z');
  await expect(line(page, '@at(')).toHaveCount(0);
  await expect.poll(async () => (await card.boundingBox())!.x).toBeCloseTo(before.x, 0);

  await page.keyboard.press('Control+ArrowRight');
  await expect(line(page, '@at(')).toHaveCount(1);
  await graph(page).click({ button: 'right', position: { x: 6, y: 6 } });
  await page.getByRole('menuitem', { name: 'Tidy the layout' }).click();
  await expect(line(page, '@at(')).toHaveCount(0);
  await expect.poll(async () => (await card.boundingBox())!.x).toBeCloseTo(before.x, 0);
});

test('the menus of a card, of an edge and of the canvas cut, insert, disconnect and paste', async ({
  visit,
  node: running,
}) => {
  const page = await visit(running.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await open(page);
  const item = (name: string | RegExp): Locator => page.getByRole('menu').getByRole('menuitem', { name });
  await node(page, 'long').click({ button: 'right' });
  await expect(node(page, 'long')).toHaveAttribute('aria-selected', 'true');
  await expect(item('Run to here')).toBeVisible();
  await item(/^Cut/).click();
  await expect(node(page, 'long')).toHaveCount(0);
  await expect(edge(page, 'load', 'top')).toHaveCount(1);

  const menuOfEdge = async (): Promise<void> => {
    const { x, y, width, height } = (await edge(page, 'load', 'top').boundingBox())!;
    await page.mouse.click(x + width / 2, y + height / 2, { button: 'right' });
  };
  await menuOfEdge();
  await item(/^Insert a step here/).click();
  await expect(page.getByRole('dialog', { name: 'Add between load and top' })).toBeVisible();
  await page.keyboard.press('Escape');
  await menuOfEdge();
  await item(/^Disconnect/).click();
  await expect(edge(page, 'load', 'top')).toHaveCount(0);
  await expect(line(page, 'SORT _ BY n DESC')).toBeVisible();

  await graph(page).click({ button: 'right', position: { x: 6, y: 6 } });
  await item(/^Paste/).click();
  await expect(node(page, 'long')).toBeVisible();
  await expect(line(page, '# Only long words.')).toBeVisible();
  await page.keyboard.press('Control+x');
  await expect(node(page, 'long')).toHaveCount(0);
  await page.keyboard.press('Control+v');
  await expect(node(page, 'long')).toBeVisible();
});

test('dropped JSON, NDJSON and Parquet begin plans that load them, with the types of their columns', async ({
  workbench: page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-drop-'));
  const parquet = join(folder, 'cities.parquet');
  const duckdb = await DuckDBInstance.create();
  const connection = await duckdb.connect();
  await connection.run(`COPY (SELECT 'Rome' AS city, 41.9::DOUBLE AS north) TO '${parquet}' (FORMAT parquet)`);
  connection.closeSync();
  duckdb.closeSync();
  const files: [name: string, content: string | Uint8Array, load: string][] = [
    ['towns.json', '[{"city": "Rome", "north": 41.9}, {"city": "Oslo", "north": 59.9}]', 'LOAD JSON FROM towns'],
    ['places.ndjson', '{"city": "Rome", "north": 41.9}\n{"city": "Oslo", "north": 59.9}\n', 'LOAD NDJSON FROM places'],
    ['cities.parquet', readFileSync(parquet), 'LOAD PARQUET FROM cities'],
  ];
  rmSync(folder, { recursive: true });
  await expect(page.getByText('node ready')).toBeVisible();
  for (const [name, content, load] of files) {
    await dropFile(page.locator('.app'), name, content, 'application/octet-stream');
    await expect(line(page, load)).toBeVisible();
    await expect(
      graph(page)
        .getByRole('option', { name: /^edge from load_\w+ to |^edge from load to / })
        .first(),
    ).toHaveAttribute('data-tip', /city: text[^]*\nnorth: number/);
  }
});

test('a crowd of steps is drawn at once, and each of them is there for the pointer and the keys', async ({
  workbench: page,
}) => {
  const steps = Array.from(
    { length: 300 },
    (_, at) => `STEP s${at} =\n  FILTER ${at % 10 === 0 ? 'load' : `s${at - 1}`} WHERE n > ${at}\n`,
  );
  await open(page, source.slice(0, source.indexOf('# Only long')) + steps.join('\n') + '\nEND FLOW\n');
  await graph(page).focus();
  await page.keyboard.press('0');
  const chosen = graph(page).locator('[data-node][aria-selected="true"]');
  await expect.poll(() => graph(page).locator('[data-node]').count()).toBeLessThan(10);
  const { x, y, width, height } = (await graph(page).boundingBox())!;
  // A card is some pixels high now: one of these points is on one.
  for (let down = 0; down < 12 && (await chosen.count()) === 0; down++)
    await page.mouse.click(x + width / 2 + 4, y + height / 2 + down);
  await expect(chosen).toHaveCount(1);
  const first = await chosen.getAttribute('data-node');
  await page.keyboard.press('ArrowRight');
  await expect(chosen).not.toHaveAttribute('data-node', first!);
  await expect(graph(page)).toHaveAttribute('aria-activedescendant', (await chosen.getAttribute('id'))!);
});

test('the form follows the text, keeps its focus, and says what is wrong where it is wrong', async ({
  workbench: page,
}) => {
  await openSample(page, 'Airports by state');
  await node(page, 'usa').click();
  await page.keyboard.press('Enter');
  const form = page.getByRole('region', { name: 'FILTER usa' });
  await form.getByRole('button', { name: 'As text' }).click();
  const condition = form.getByRole('combobox', { name: 'condition' });
  await expect(condition).toHaveValue('country == "USA" AND latitude > 30');
  await condition.fill('country == "USA" AND latit');
  await expect(form.getByRole('listbox', { name: 'Suggestions' })).toContainText('latitude');
  await expect(form.getByRole('status')).toContainText('latit');
  await page.keyboard.press('Enter');
  await expect(condition).toHaveValue('country == "USA" AND latitude');
  await page.keyboard.type(' > 60');
  await page.keyboard.press('Enter');
  await expect(line(page, 'latitude > 60')).toBeVisible();
  await expect(condition).toBeFocused();

  await line(page, 'latitude > 60').click();
  await page.keyboard.press('Control+z');
  await expect(condition).toHaveValue('country == "USA" AND latitude > 30');

  // The cursor of the editor opens the form again later: the keyboard stays where one types.
  await openSample(page, 'Busiest airports');
  await expect(form).toHaveCount(0);
  await openSample(page, 'Airports by state');
  await putCursor(page, 16, 3);
  await expect(form).toBeVisible();
  await page.keyboard.type('x');
  await expect(line(page, 'xFILTER')).toBeVisible();
});

test('a broken text keeps the last good graph and marks the step that is broken', async ({ workbench: page }) => {
  await open(page);
  await putCursor(page, 13, 3);
  await page.keyboard.type('(((');
  await expect(page.getByText('this is the last plan that could be read')).toBeVisible();
  await expect(node(page, 'long').getByRole('img', { name: 'has a mistake' })).toBeVisible();
  await expect(node(page, 'top')).toBeVisible();
  for (let times = 0; times < 3; times++) await page.keyboard.press('Backspace');
  await expect(page.getByText('this is the last plan that could be read')).toHaveCount(0);
  await expect(node(page, 'long').getByRole('img', { name: 'has a mistake' })).toHaveCount(0);
});

test('a column is followed back to its source; edges and cards tell rows, shape and share of time', async ({
  workbench: page,
}) => {
  await openSample(page, 'Airports by state');
  await node(page, 'top').click();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Where north comes from' }).click();
  await expect(page.getByText('Where north of top comes from. Escape ends.')).toBeVisible();
  await expect(node(page, 'by_state')).toContainText('north = max(latitude)');
  await expect(node(page, 'kept')).toHaveAttribute('data-dim', 'true');
  await expect(node(page, 'load')).toHaveAttribute('data-hop', 'true');
  await graph(page).focus();
  await page.keyboard.press('Escape');
  await expect(node(page, 'kept')).toHaveAttribute('data-dim', 'false');

  await tool(page, 'Mark the slowest path, by estimated cost').click();
  await expect(node(page, 'load')).toHaveAttribute('data-slow', 'true');
  await run(page);
  await expect(tool(page, 'Mark the slowest path, by the time of this run')).toHaveAttribute('aria-pressed', 'true');
  await expect(edge(page, 'load', 'usa')).toHaveAttribute('data-tip', /table with 7 columns[^]*3,376 rows/);

  // A column of a result leads to where it comes from as well.
  await node(page, 'by_state').click();
  await bottom(page)
    .getByRole('columnheader', { name: /^north/ })
    .click({ button: 'right' });
  await page
    .getByRole('dialog', { name: 'Column north' })
    .getByRole('button', { name: 'Show in the plan where north comes from' })
    .click();
  await expect(page.getByText('Where north of by_state comes from. Escape ends.')).toBeVisible();
  await expect(node(page, 'load')).toHaveAttribute('data-hop', 'true');
});
