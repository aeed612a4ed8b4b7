import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, command, ended, inspector, openPlan, openTab, putCursor, run, stepRow } from '../support/workbench.ts';

/** Every test has a flow of its own name and data, so that nothing is reused from another. */
const plan = (name: string): string => `FLOW "${name}"

INPUTS
  list people = [{ name: "ann", age: 41 }, { name: "bob", age: 20 }, { name: "cy", age: 55 }, { name: "${name}", age: 1 }]
END INPUTS

STEP old =
  FILTER people WHERE age > 30

STEP twice =
  MAP old TO { name: name, age: age * 2 }

STEP top =
  SORT twice BY age DESC

STEP facts =
  TRANSFORM { n: LEN(top) }

OUTPUT top AS "Top"
END FLOW
`;
const LINE_OF_TOP = 13;

async function atTop(page: Page): Promise<void> {
  await putCursor(page, LINE_OF_TOP, 3);
}

const paused = (page: Page) => page.getByRole('region', { name: 'Paused before top' });

test('a breakpoint is set with F9 or in the margin, shown in text and graph, and a run stops there', async ({
  workbench: page,
}) => {
  await openPlan(page, plan('Breaks'));
  await atTop(page);
  await page.keyboard.press('F9');
  await expect(page.locator('.flow-break')).toHaveCount(1);
  await openTab(inspector(page), 'Plan');
  await expect(inspector(page).getByRole('option', { name: /^top,/ }).getByLabel('breakpoint')).toBeVisible();
  await page.keyboard.press('F5');
  await ended(page, 'paused');
  await expect(paused(page)).toBeVisible();
  await expect(page.locator('.flow-stopped')).toHaveCount(1);
  await expect(paused(page).getByRole('grid', { name: 'twice, read by top' })).toContainText('cy');

  // The mark in the margin is a button as well.
  await page.locator('.flow-break').click();
  await expect(page.locator('.flow-break')).toHaveCount(0);
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(page.locator('.flow-stopped')).toHaveCount(0);
});

test('F10 goes from step to step, Shift+F5 stops a paused run', async ({ workbench: page }) => {
  await openPlan(page, plan('Steps'));
  await putCursor(page, 7, 3);
  await page.keyboard.press('F9');
  await page.keyboard.press('F5');
  await expect(page.getByRole('region', { name: 'Paused before old' })).toBeVisible();
  await page.keyboard.press('F10');
  await expect(page.getByRole('region', { name: 'Paused before twice' })).toBeVisible();
  await page.keyboard.press('F10');
  await expect(paused(page)).toBeVisible();
  await page.keyboard.press('Shift+F5');
  await ended(page, 'cancelled');
});

test('cells of what a paused step reads are edited, and the run goes on with them', async ({ workbench: page }) => {
  await openPlan(page, plan('Cells'));
  await atTop(page);
  await page.keyboard.press('F9');
  await page.keyboard.press('F5');
  await expect(paused(page)).toBeVisible();
  await paused(page).getByRole('button', { name: 'Edit twice' }).click();
  const editor = page.getByRole('region', { name: 'Edit twice, which top reads' });
  await editor.getByRole('textbox', { name: 'age, row 1' }).fill('many');
  await editor.getByRole('button', { name: 'Put it there' }).click();
  await expect(editor.getByRole('alert')).toContainText('Row 1, column "age": "many" is not a whole number.');
  await editor.getByRole('textbox', { name: 'age, row 1' }).fill('7000');
  await editor.getByRole('textbox', { name: 'name, row 2' }).fill('zoe');
  await editor.getByRole('button', { name: 'Put it there' }).click();
  await expect(paused(page)).toContainText('edited by local');
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await stepRow(page, 'top').click();
  const grid = page.getByRole('grid', { name: 'Result of top' });
  await expect(grid).toContainText('7,000');
  await expect(grid).toContainText('zoe');
});

test('the result of a step of an ended run is edited as JSON or by a file, and a run goes on from there', async ({
  workbench: page,
}) => {
  await openPlan(page, plan('Goes on'));
  await run(page);
  await stepRow(page, 'facts').click();
  await command(page, 'Edit the result of the chosen step');
  const editor = page.getByRole('region', { name: 'Edit the result of facts' });
  await editor.getByRole('textbox', { name: 'JSON of the result of facts' }).fill('{ "n": 9000 }');
  await editor.getByRole('button', { name: 'Go on with it' }).click();
  await ended(page, 'succeeded');
  await stepRow(page, 'facts').click();
  await expect(page.getByRole('tree', { name: 'Result of facts' })).toContainText('9000');

  await stepRow(page, 'twice').click();
  await command(page, 'Edit the result of the chosen step');
  await page.getByLabel('File with the value').setInputFiles({
    name: 'rows.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('name,age\nkim,1\nlee,2\n'),
  });
  await ended(page, 'succeeded');
  await stepRow(page, 'top').click();
  await expect(page.getByRole('grid', { name: 'Result of top' })).toContainText('lee');
});

test('run to here runs what the step needs and nothing else', async ({ workbench: page }) => {
  await openPlan(page, plan('To here'));
  await putCursor(page, 10, 3);
  await page.keyboard.press('Control+F10');
  await ended(page, 'succeeded');
  await expect(stepRow(page, 'twice')).toHaveAccessibleName(/^twice, (done|reused)/);
  await expect(stepRow(page, 'top')).toHaveAccessibleName(/^top, skipped/);
  await stepRow(page, 'top').click();
  await expect(bottom(page)).toContainText('Not needed: the run was asked to end at twice.');
});

test('the page of a run shows its time, its steps with reasons and use, and what happened', async ({
  workbench: page,
}) => {
  await openPlan(page, plan('Page of a run'));
  await run(page);
  await run(page);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page
    .getByRole('listbox', { name: 'Runs, newest first' })
    .getByRole('option', { name: /Page of a run/ })
    .nth(1)
    .click();
  const article = page.getByRole('article', { name: 'Run of Page of a run' });
  await openTab(article, 'Timeline');
  const time = article.getByRole('listbox', { name: 'Steps by time' });
  await expect(time.getByRole('option', { name: /critical/ }).first()).toBeVisible();
  await time.focus();
  await page.keyboard.press('ArrowDown');
  await expect(time.getByRole('option', { selected: true })).toHaveCount(1);
  await page.keyboard.press('+');
  await expect(article.getByRole('button', { name: 'Whole run' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(article.getByRole('tab', { name: 'Results' })).toHaveAttribute('aria-selected', 'true');
  await openTab(article, 'Steps');
  const steps = article.getByRole('table', { name: 'Steps of the run' });
  await expect(steps).toContainText('Ran: no earlier run has its result.');
  await openTab(article, 'Events');
  await expect(article.getByRole('list', { name: 'Events, oldest first' })).toContainText('succeeded');

  await page
    .getByRole('listbox', { name: 'Runs, newest first' })
    .getByRole('option', { name: /Page of a run/ })
    .first()
    .click();
  await openTab(article, 'Steps');
  await expect(steps).toContainText('same operation, same inputs');
  await steps.getByRole('button', { name: 'More for top', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run again from here' }).click();
  await expect(article).toContainText('again of');
  await openTab(article, 'Steps');
  await expect(steps).toContainText('Forced by re-run from top.');
  await expect(steps).toContainText('Kept from run');
});

test('what failed is tried again in the same run', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Tried again"\n\nSTEP fine =\n  TRANSFORM 1\n\nSTEP wrong =\n  ERROR "as it should"\nEND FLOW\n',
  );
  await run(page, 'failed');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page
    .getByRole('option', { name: /Tried again/ })
    .first()
    .click();
  const article = page.getByRole('article', { name: 'Run of Tried again' });
  await article.getByRole('button', { name: 'Retry failed' }).click();
  await openTab(article, 'Events');
  await expect(article.getByRole('list', { name: 'Events, oldest first' })).toContainText(
    'resumed from what is stored',
  );
});

test('two runs are compared side by side, down to their rows', async ({ workbench: page }) => {
  await openPlan(page, plan('Compared'));
  await run(page);
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await putCursor(page, 8, 31);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('10');
  await run(page);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page
    .getByRole('listbox', { name: 'Runs, newest first' })
    .getByRole('option', { name: /Compared/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Compare with another run' }).click();
  await page
    .getByRole('menuitem', { name: /Compared,/ })
    .first()
    .click();
  const compare = page.getByRole('article', { name: 'Comparison of two runs of Compared' });
  await expect(compare).toContainText('The plans differ in 1 step');
  const steps = compare.getByRole('table', { name: 'Steps side by side' });
  await expect(steps.getByRole('row', { name: /^old/ })).toContainText('condition: age > 30 -> age > 10');
  await compare.getByRole('button', { name: 'Graph' }).click();
  const drawn = compare.getByRole('group', { name: 'The two plans as one graph' });
  await expect(drawn.getByRole('button', { name: 'old, changed' })).toBeVisible();
  await drawn.getByRole('button', { name: 'top, the same, another result', exact: true }).click();
  await expect(compare.getByRole('region', { name: 'Rows of top that differ' })).toBeVisible();
  await compare.getByRole('button', { name: 'Table' }).click();
  await steps.getByRole('row', { name: /^top/ }).getByRole('button', { name: 'rows' }).click();
  const rows = compare.getByRole('region', { name: 'Rows of top that differ' });
  await expect(rows).toContainText('1 added, 0 removed, 0 changed, 2 the same');
  await rows.getByRole('button', { name: 'Match by content' }).click();
  await page.getByRole('menuitemradio', { name: 'name' }).click();
  await expect(rows.getByRole('table', { name: 'Differences of top' })).toContainText('bob');
});

test('a run is exported, and another node takes it in by a drop', async ({ workbench: page, ownNode, visit }) => {
  await openPlan(page, plan('Shared'));
  await run(page);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page
    .getByRole('listbox', { name: 'Runs, newest first' })
    .getByRole('option', { name: /Shared/ })
    .first()
    .click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export the run as a file' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^Shared-[0-9a-f]{6}\.voikerun$/);
  const bytes = await readFile(await download.path());

  const other = await visit(ownNode.link);
  await expect(other.getByText('node ready')).toBeVisible();
  const transfer = await other.evaluateHandle(
    ({ name, content }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(content)], name));
      return data;
    },
    { name: download.suggestedFilename(), content: [...bytes] },
  );
  await other.locator('.app').dispatchEvent('dragover', { dataTransfer: transfer });
  await other.locator('.app').dispatchEvent('drop', { dataTransfer: transfer });
  const article = other.getByRole('article', { name: 'Run of Shared' });
  await expect(article).toContainText('Everything in it is what its sender has signed');
  await article.getByRole('option', { name: /^top,/ }).click();
  await expect(article.getByRole('grid', { name: 'Result of top' })).toContainText('110');
});
