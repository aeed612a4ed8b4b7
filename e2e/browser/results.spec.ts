import { expect, test } from '../support/test.ts';
import { bottom, dropFile, inspector, openPlan, openTab, run, stepRow } from '../support/workbench.ts';

/** As many rows as are asked for: a number, its square, a word. */
const table = (rows: number): string =>
  `n,square,word\n${Array.from({ length: rows }, (_, at) => `${at + 1},${(at + 1) ** 2},word ${(at + 1) % 97}`).join('\n')}\n`;

test('a table of 100,000 rows is read to its end by wheel and keys, and its cells can be copied', async ({
  node,
  visit,
}) => {
  const page = await visit(node.link, { permissions: ['clipboard-read', 'clipboard-write'] });
  await openPlan(
    page,
    'FLOW "Large"\n\nINPUTS\n  file data\nEND INPUTS\n\nSTEP rows =\n  LOAD CSV FROM data\n\nOUTPUT rows AS "Rows"\nEND FLOW\n',
  );
  await openTab(inspector(page), 'Execute');
  const form = page.getByRole('form', { name: 'Inputs of the run' });
  await dropFile(form.locator('[data-drop="input"]'), 'large.csv', table(100_000), 'text/csv');
  await expect(form).toContainText('n, square, word');
  await run(page);
  await expect(bottom(page)).toContainText('100,000 rows · 3 columns');

  const grid = page.getByRole('grid', { name: 'Result of Rows' });
  await expect(grid).toHaveAttribute('aria-rowcount', '100001');
  await grid.hover();
  await page.mouse.wheel(0, 40_000);
  await expect(grid.getByRole('rowheader', { name: '1', exact: true })).toHaveCount(0);
  await expect(grid.getByRole('gridcell').first()).not.toBeEmpty();
  await grid.press('Control+End');
  await expect(grid.getByRole('rowheader', { name: '100,000' })).toBeVisible();
  await expect(grid.getByRole('gridcell', { name: '10,000,000,000' })).toBeVisible();
  await expect(bottom(page)).toContainText('row 100,000');
  await grid.press('Home');
  await grid.press('Control+c');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('100000');
  await grid.press('Shift+ArrowRight');
  await grid.press('Shift+ArrowUp');
  await expect(bottom(page)).toContainText('2 × 2 selected');
  await grid.press('Control+c');
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toBe('99999\t9999800001\n100000\t10000000000');
  await grid.press('Control+Home');
  await expect(grid.getByRole('rowheader', { name: '1', exact: true })).toBeVisible();
});

test('a record is a tree that opens and closes, a text is a text', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Shapes"\n\nSTEP made =\n  TRANSFORM { name: "deep", inner: { list: [1, 2, 3], nothing: none } }\n\nSTEP said =\n  OUTPUT_TEXT "first line\\nsecond line" AS "Text"\n\nOUTPUT made AS "Record"\nEND FLOW\n',
  );
  await run(page);
  await stepRow(page, 'made').click();
  const tree = page.getByRole('tree', { name: 'Result of made' });
  await expect(tree.getByRole('treeitem', { name: /^name/ })).toContainText('"deep"');
  const inner = tree.getByRole('treeitem', { name: /^inner/ });
  if ((await inner.getAttribute('aria-expanded')) === 'true') await inner.click();
  await expect(tree.getByRole('treeitem', { name: /^nothing/ })).toHaveCount(0);
  await inner.click();
  await expect(tree.getByRole('treeitem', { name: /^nothing/ })).toContainText('null');
  await stepRow(page, 'said').click();
  const text = page.getByRole('textbox', { name: 'Result of said' });
  await expect(text).toContainText('first line');
  await expect(text).toContainText('second line');
  await expect(bottom(page)).toContainText('2 lines');
});

test('an empty table says its columns', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Empty"\n\nINPUTS\n  file data\nEND INPUTS\n\nSTEP rows =\n  LOAD CSV FROM data\n\nSTEP none_left =\n  FILTER rows WHERE n > 5\nEND FLOW\n',
  );
  await openTab(inspector(page), 'Execute');
  await dropFile(page.locator('[data-drop="input"]'), 'small.csv', table(3), 'text/csv');
  await expect(inspector(page)).toContainText('n, square, word');
  await run(page);
  await expect(bottom(page)).toContainText('The table has the columns n, square, word, and no row.');
});
