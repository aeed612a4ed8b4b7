import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../support/test.ts';
import {
  bottom,
  dropFile,
  ended,
  inspector,
  openPlan,
  openSample,
  openTab,
  putCursor,
  run,
  stepRow,
} from '../support/workbench.ts';

const readsFile = `FLOW "Reads a file"

INPUTS
  file data "What to read"
  number least = 2 "Rows below are left out"
END INPUTS

STEP rows =
  LOAD CSV FROM data

STEP kept =
  FILTER rows WHERE n >= least

OUTPUT kept AS "Kept"
END FLOW
`;
const csv = 'n,word\n1,one\n2,two\n3,three\n';

test('the plan draws every step; a click leads to its source; a broken text keeps what can be read of it', async ({
  workbench: page,
}) => {
  await openSample(page, 'Airports by state');
  const plan = page.getByRole('listbox', { name: /^Plan of Airports by state/ });
  for (const name of [/^load, LOAD_CSV/, /^usa, FILTER/, /^by_state, GROUP_AGG/, /^top, SORT/, /^kept, STORE/])
    await expect(plan.getByRole('option', { name })).toBeVisible();
  await expect(plan.getByRole('option', { name: 'input airports, file, airports.csv' })).toBeVisible();
  await plan.getByRole('option', { name: /^by_state, GROUP_AGG/ }).click();
  await expect(page.getByText(/^Ln 18, /)).toBeVisible();
  await putCursor(page, 24, 3);
  await expect(plan.getByRole('option', { name: /^top, SORT/ })).toHaveAttribute('aria-selected', 'true');

  await putCursor(page, 13, 1);
  await page.keyboard.type('LOAD (((');
  await expect(inspector(page)).toContainText('this is the last plan that could be read');
  await expect(plan.getByRole('option', { name: /^top, SORT/ })).toBeVisible();
  // It does not run: whoever wants it to is led to what is wrong.
  await putCursor(page, 24, 3);
  await page.keyboard.press('F5');
  await expect(page.getByText(/^airports-by-state\.flow cannot run yet: it has \d mistakes?\./)).toBeVisible();
  await expect(page.getByRole('contentinfo').getByText(/^Ln 13, /)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'FLOW source' })).toBeFocused();
});

test('after a run every step of the plan says how it went, and every edge its rows', async ({ workbench: page }) => {
  await openSample(page, 'Airports by state');
  await run(page);
  const plan = page.getByRole('listbox', { name: /^Plan of Airports by state/ });
  await expect(
    plan.getByRole('option', { name: /^load, LOAD_CSV, reads airports, (done|reused).* 3,376 rows/ }),
  ).toBeVisible();
  await expect(
    plan.getByRole('option', { name: /^edge from load to usa, table with 7 columns, 3,376 rows/ }),
  ).toContainText('3,376');
  await expect(plan.getByRole('option', { name: /^edge from top to Top ten,/ })).toContainText('10');
});

test('the form is made from the inputs: a file by the chooser, a number that is checked, a default', async ({
  workbench: page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'voike-files-'));
  writeFileSync(join(folder, 'words.csv'), csv);
  await openPlan(page, readsFile);
  await openTab(inspector(page), 'Execute');
  const form = page.getByRole('form', { name: 'Inputs of the run' });
  await expect(form).toContainText('data needs a value.');
  await expect(form.getByRole('button', { name: /^Run/ })).toBeDisabled();
  await expect(form).toContainText('Rows below are left out');
  await expect(form.getByRole('textbox', { name: 'least' })).toHaveAttribute('placeholder', '2');

  const chooser = page.waitForEvent('filechooser');
  await form.getByRole('button', { name: 'data' }).click();
  await (await chooser).setFiles(join(folder, 'words.csv'));
  await expect(form).toContainText('words.csv');
  await expect(form).toContainText('n, word');

  await form.getByRole('textbox', { name: 'least' }).fill('three');
  await expect(form.getByRole('alert')).toContainText(/number/);
  await expect(form.getByRole('button', { name: /^Run/ })).toBeDisabled();
  await form.getByRole('textbox', { name: 'least' }).fill('');
  await form.getByRole('button', { name: /^Run/ }).click();
  await ended(page, 'succeeded');
  await expect(page.getByRole('grid', { name: 'Result of Kept' }).getByRole('gridcell', { name: 'two' })).toBeVisible();
  await expect(bottom(page)).toContainText('2 rows · 2 columns');
  rmSync(folder, { recursive: true });
});

test('a file dropped on its field is taken, and the form is remembered over a reload', async ({ workbench: page }) => {
  await openPlan(page, readsFile);
  await openTab(inspector(page), 'Execute');
  const form = page.getByRole('form', { name: 'Inputs of the run' });
  await dropFile(form.locator('[data-drop="input"]'), 'dropped.csv', csv, 'text/csv');
  await expect(form).toContainText('dropped.csv');
  await form.getByRole('textbox', { name: 'least' }).fill('3');
  await expect(page.locator('.view-line', { hasText: 'FILTER rows' })).toBeVisible();
  // What the file holds is known to the language: a column that it lacks is a mistake in the text.
  await putCursor(page, 12, 22);
  await page.keyboard.type('x');
  await expect(page.getByRole('contentinfo').getByRole('button', { name: '1 problem' })).toBeVisible();
  await page.keyboard.press('Backspace');
  await expect(page.getByRole('contentinfo').getByRole('button', { name: '0 problems' })).toBeVisible();

  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(form).toContainText('dropped.csv');
  await expect(form.getByRole('textbox', { name: 'least' })).toHaveValue('3');
  await run(page);
  await expect(bottom(page)).toContainText('1 row · 2 columns');
});

const slow = `FLOW "Slow"

STEP first =
  TRANSFORM { n: 1 }

STEP pause =
  WAIT "60s"

STEP last =
  TRANSFORM { n: first.n, after: pause }
END FLOW
`;

test('a long run is shown while it works, and can be cancelled', async ({ workbench: page }) => {
  await openPlan(page, slow);
  await page.keyboard.press('F5');
  await expect(page.getByRole('contentinfo').getByRole('button', { name: /pause/ })).toBeVisible();
  const plan = page.getByRole('listbox', { name: /^Plan of Slow/ });
  await expect(plan.getByRole('option', { name: /^pause, WAIT, running/ })).toBeVisible();
  await expect(plan.getByRole('option', { name: /^first, TRANSFORM, (done|reused)/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Runs, 1 running' })).toBeVisible();
  await page.getByRole('button', { name: 'Stop Shift+F5' }).click();
  await ended(page, 'cancelled');
  await expect(stepRow(page, 'pause')).toContainText('cancelled');
  await expect(stepRow(page, 'first')).not.toContainText('cancelled');
  await expect(page.getByRole('button', { name: 'Run F5' })).toBeEnabled();
});

test('a repeated run takes up what it has; a run from a step computes that step anew and says why', async ({
  workbench: page,
}) => {
  await openPlan(
    page,
    'FLOW "Again"\n\nSTEP one =\n  TRANSFORM { n: 11 }\n\nSTEP two =\n  TRANSFORM { n: one.n + 1 }\n\nOUTPUT two.n AS "Two"\nEND FLOW\n',
  );
  await run(page);
  await openTab(inspector(page), 'Execute');
  const steps = inspector(page).getByRole('listbox', { name: /^Steps of the run/ });
  await expect(steps.getByRole('option', { name: /^one, done/ })).toBeVisible();
  await page.keyboard.press('F5');
  await expect(steps.getByRole('option', { name: /^one, reused/ })).toBeVisible();
  await expect(steps.getByRole('option', { name: /^two, reused/ })).toBeVisible();
  await steps.getByRole('option', { name: /^two, reused/ }).click();
  await expect(inspector(page)).toContainText('same operation, same inputs');
  await inspector(page).getByRole('button', { name: 'Run from here' }).click();
  await expect(steps.getByRole('option', { name: /^two, done/ })).toBeVisible();
  await expect(steps.getByRole('option', { name: /^one, reused/ })).toBeVisible();
  await expect(inspector(page)).toContainText('Forced by re-run from two');
});

test('a step that fails says why and leads to its line', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Fails"\n\nINPUTS\n  number by = 0\nEND INPUTS\n\nSTEP share =\n  TRANSFORM { n: 1 / by }\n\nSTEP after =\n  TRANSFORM { n: share.n }\nEND FLOW\n',
  );
  await run(page, 'failed');
  await expect(stepRow(page, 'share')).toContainText('failed');
  await expect(stepRow(page, 'after')).toContainText('skipped');
  await expect(bottom(page).getByRole('alert')).toContainText(/zero/);
  await putCursor(page, 1, 1);
  await bottom(page).getByRole('button', { name: 'Go to its source' }).click();
  await expect(page.getByText(/^Ln 8, /)).toBeVisible();
});
