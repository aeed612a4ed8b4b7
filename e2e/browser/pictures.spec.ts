import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { PNG } from 'pngjs';
import { expect, test } from '../support/test.ts';
import { bottom, dropFile, inspector, openPlan, openSample, openTab, run, stepRow } from '../support/workbench.ts';

const look = (page: Page, view: string): Promise<void> =>
  bottom(page).getByRole('radio', { name: view, exact: true }).click();
const chart = (page: Page, name: string): Locator => page.getByRole('region', { name: `Chart of ${name}` });

/** Opens a plan that loads a CSV file as `rows`, and runs it. */
async function runTable(page: Page, csv: string): Promise<void> {
  await openPlan(
    page,
    'FLOW "Table"\n\nINPUTS\n  file data\nEND INPUTS\n\nSTEP rows =\n  LOAD CSV FROM data\n\nOUTPUT rows AS "Rows"\nEND FLOW\n',
  );
  await openTab(inspector(page), 'Execute');
  const form = page.getByRole('form', { name: 'Inputs of the run' });
  await dropFile(form.locator('[data-drop="input"]'), 'data.csv', csv, 'text/csv');
  await expect(form).toContainText(/CSV \d columns?/);
  await run(page);
}

/** Whether anything but the background stands on a canvas. */
const isDrawn = (canvas: Locator): Promise<boolean> =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
    const colors = new Set<number>();
    for (let at = 0; at < data.length; at += 4) colors.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
    return colors.size > 8;
  });

test('the weather is a line; it is read by keys, looked at closer, and remembered', async ({ workbench: page }) => {
  await openSample(page, 'Weather advice');
  await run(page);
  await stepRow(page, 'days').click();
  await look(page, 'Chart');
  const drawing = page.getByRole('application', {
    name: /^Lines: precipitation by date\. 1 series, 1,461 points, from 0 to 55\.9\.$/,
  });
  await expect(drawing).toBeVisible();
  await expect.poll(() => isDrawn(drawing.locator('canvas'))).toBe(true);
  await drawing.focus();
  await drawing.press('Home');
  await expect(page.getByText('2012-01-01: precipitation 0')).toBeAttached();
  await drawing.press('ArrowRight');
  await expect(page.getByText('2012-01-02: precipitation 10.9')).toBeAttached();
  await drawing.press('+');
  await expect(bottom(page).getByRole('button', { name: 'Show the whole' })).toBeVisible();
  await page.getByRole('application', { name: /^Lines: precipitation/ }).press('0');
  await expect(bottom(page).getByRole('button', { name: 'Show the whole' })).toHaveCount(0);

  // What comes while one drags would end the drag.
  await expect(page.locator('.chart-stage')).toHaveAttribute('aria-busy', 'false');
  const box = (await drawing.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(bottom(page).getByRole('button', { name: 'Show the whole' })).toBeVisible();
  await bottom(page).getByRole('button', { name: 'Show the whole' }).click();

  // A second run of the same flow is looked at in the same way.
  await chart(page, 'days').getByRole('button', { name: /^Up: / }).click();
  await page.getByRole('menuitemradio', { name: 'temp_max' }).click();
  await expect(page.getByRole('application', { name: /^Lines: precipitation, temp_max by date/ })).toBeVisible();
  await page.reload();
  await expect(page.locator('.view-line').first()).toBeVisible();
  await stepRow(page, 'days').click();
  await expect(page.getByRole('application', { name: /^Lines: precipitation, temp_max by date/ })).toBeVisible();
  await bottom(page)
    .getByRole('button', { name: /^temp_max$/ })
    .click();
  await expect(bottom(page).getByRole('button', { name: /^temp_max$/ })).toHaveAttribute('aria-pressed', 'false');
});

test('a chart can be read as a table, changed in kind, copied and saved as a picture', async ({ node, visit }) => {
  const page = await visit(node.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await openSample(page, 'Busiest airports');
  await run(page);
  await look(page, 'Chart');
  await expect(page.getByRole('application', { name: /^Bars: flights by airport/ })).toBeVisible();
  await bottom(page).getByRole('button', { name: 'Show the data as a table' }).click();
  const table = bottom(page).getByRole('region', { name: 'Data of the chart' });
  await expect(table.getByRole('row', { name: 'ATL 414,513' })).toBeVisible();
  await bottom(page).getByRole('button', { name: 'Show the data as a table' }).click();
  await bottom(page).getByRole('button', { name: 'Points' }).click();
  await expect(page.getByRole('application', { name: /^Points: flights by destinations/ })).toBeVisible();
  await bottom(page).getByRole('button', { name: 'Histogram' }).click();
  await expect(page.getByRole('application', { name: /^Histogram: count of rows by / })).toBeVisible();
  const download = page.waitForEvent('download');
  await bottom(page).getByRole('button', { name: 'Save as PNG' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('Busiest airports.png');
  expect((await readFile(await saved.path())).subarray(1, 4).toString()).toBe('PNG');
  await bottom(page).getByRole('button', { name: 'Copy picture' }).click();
  await expect(page.getByText('Picture copied')).toBeVisible();
  expect(await page.evaluate(async () => (await navigator.clipboard.read())[0]!.types)).toContain('image/png');
});

test('a chart of many rows keeps the one that stands out', async ({ workbench: page }) => {
  test.slow();
  const rows = Array.from({ length: 400_000 }, (_, at) => `${at},${at === 271_828 ? 5000 : at % 97}`).join('\n');
  await runTable(page, `n,value\n${rows}\n`);
  await look(page, 'Chart');
  await bottom(page).getByRole('button', { name: 'Lines' }).click();
  await expect(page.getByRole('application', { name: /^Lines: value by n\. .* from 0 to 5,000\.$/ })).toBeVisible({
    timeout: 30_000,
  });
  await expect(bottom(page)).toContainText('thinned, extremes kept');
});

test('airports are on a map without a network; the row under the cursor is shown', async ({ workbench: page }) => {
  const outside: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1' && !request.url().startsWith('blob:'))
      outside.push(request.url());
  });
  await openSample(page, 'Busiest airports');
  await run(page);
  await stepRow(page, 'places').click();
  await look(page, 'Map');
  const map = page.getByRole('application', {
    name: /^Map of places: 3,376 places, latitude 7\.37 to 71\.29, longitude -176\.65 to 145\.62\.$/,
  });
  await expect(map).toBeVisible();
  await expect.poll(() => isDrawn(map.locator('canvas'))).toBe(true);
  await map.press('PageDown');
  await expect(map).toContainText('Thigpen');
  await map.press('PageDown');
  await expect(map).toContainText('Livingston Municipal');
  await map.press('+');
  await map.press('ArrowLeft');
  await map.hover();
  await page.mouse.wheel(0, -600);
  await map.press('0');
  expect(outside).toEqual([]);
});

test('Markdown is laid out without its HTML, and its links do not lead away', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Texts"\n\nSTEP page =\n  OUTPUT_TEXT "# Title\\n\\nSome **bold** words, a [link](https://example.org/), a [bad one](javascript:alert(1)), <img src=x onerror=alert(1)> and ![a picture](https://example.org/p.png)\\n\\n| a | b |\\n| --- | ---: |\\n| 1 | 2 |" AS "Page"\n\nSTEP drawing =\n  OUTPUT_TEXT "<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"40\\" height=\\"20\\"><script>window.hacked = true</script><rect width=\\"40\\" height=\\"20\\"/></svg>" AS "Drawing"\nEND FLOW\n',
  );
  await run(page);
  await stepRow(page, 'page').click();
  const text = page.getByRole('document', { name: 'Result of page' });
  await expect(text.getByRole('heading', { name: 'Title' })).toBeVisible();
  await expect(text.getByRole('cell', { name: '2' })).toBeVisible();
  await expect(text.getByRole('link')).toHaveCount(1);
  await expect(text.getByRole('link', { name: 'link' })).toHaveAttribute('target', '_blank');
  await expect(text.locator('img')).toHaveCount(0);
  await expect(text).toContainText('<img src=x onerror=alert(1)>');
  await look(page, 'Text');
  await expect(page.getByRole('textbox', { name: 'Result of page' })).toContainText('# Title');

  await stepRow(page, 'drawing').click();
  const picture = page.getByRole('img', { name: 'drawing, SVG' });
  await expect(picture).toBeVisible();
  expect(await picture.getAttribute('src')).toMatch(/^blob:/);
  await expect(bottom(page)).toContainText('40 × 20 px');
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
});

test('a picture that was uploaded as an input is shown where it comes out', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Pictures"\n\nINPUTS\n  file shot\nEND INPUTS\n\nSTEP same =\n  TRANSFORM { picture: shot }\n\nOUTPUT same.picture AS "Picture"\nEND FLOW\n',
  );
  await openTab(inspector(page), 'Execute');
  const png = PNG.sync.write(Object.assign(new PNG({ width: 3, height: 2 }), { data: Buffer.alloc(24, 0x7f) }));
  await inspector(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'shot.png', mimeType: 'image/png', buffer: png });
  await expect(inspector(page).getByRole('button', { name: 'Take shot.png away' })).toBeVisible();
  await run(page);
  await stepRow(page, 'Picture').click();
  const picture = page.getByRole('img', { name: 'Picture, PNG' });
  await expect(picture).toBeVisible();
  expect(await picture.getAttribute('src')).toMatch(/^blob:/);
  await expect(bottom(page)).toContainText('3 × 2 px');
});

test('a selection and a table are copied as CSV, Markdown and JSON; a column says what it holds', async ({
  node,
  visit,
}) => {
  const page = await visit(node.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await runTable(page, 'n,word\n1,"a, ""b"""\n2,c|d\n3,\n');
  const grid = page.getByRole('grid', { name: 'Result of Rows' });
  await expect(grid.getByRole('gridcell', { name: 'c|d' })).toBeVisible();
  const copy = async (item: string): Promise<void> => {
    await bottom(page).getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await copy('Whole table as CSV');
  await expect.poll(clipboard).toBe('n,word\r\n1,"a, ""b"""\r\n2,c|d\r\n3,\r\n');
  await copy('Whole table as Markdown');
  await expect.poll(clipboard).toBe('| n | word |\n| ---: | --- |\n| 1 | a, "b" |\n| 2 | c\\|d |\n| 3 |  |\n');
  await grid.focus();
  await grid.press('Control+Home');
  await grid.press('Shift+ArrowDown');
  await copy('Selection as JSON');
  await expect.poll(clipboard).toBe('[\n  {\n    "n": 1\n  },\n  {\n    "n": 2\n  }\n]');

  await bottom(page).getByRole('button', { name: 'Column', exact: true }).click();
  const card = page.getByRole('dialog', { name: 'Column n' });
  await expect(card).toContainText('Mean2');
  await expect(card).toContainText('Greatest3');
  await card.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(grid).toBeFocused();
});

test('a whole result is saved as a file', async ({ workbench: page }) => {
  const lines = Array.from({ length: 30_000 }, (_, at) => String(at));
  await runTable(page, `n\n${lines.join('\n')}\n`);
  await bottom(page).getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('Rows.csv');
  expect(await readFile(await saved.path(), 'utf8')).toBe(`n\n${lines.join('\n')}\n`);
});
