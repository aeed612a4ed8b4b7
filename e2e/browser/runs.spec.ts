import { expect, test } from '../support/test.ts';
import { ended, openPlan, openTab, run } from '../support/workbench.ts';

const plan = (name: string, wait: string): string =>
  `FLOW "${name}"\n\nSTEP before =\n  TRANSFORM { made: "${name}" }\n\nSTEP pause =\n  WAIT "${wait}"\n\nSTEP after =\n  TRANSFORM { text: before.made + " went on", waited: pause }\nEND FLOW\n`;

test('every run is kept: after a reload it opens with its steps, its results, its source and its inputs', async ({
  workbench: page,
}) => {
  await openPlan(page, plan('Kept run', '1ms'));
  await run(page);
  await openPlan(page, plan('Another run', '1ms'), 'another.flow');
  await run(page);
  await page.reload();
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  const list = page.getByRole('listbox', { name: 'Runs, newest first' });
  await expect(list.getByRole('option').first()).toContainText('Another run');
  await list.getByRole('option', { name: /Kept run/ }).click();
  const opened = page.getByRole('article', { name: 'Run of Kept run' });
  await expect(opened).toContainText('succeeded');
  await opened.getByRole('option', { name: /^before,/ }).click();
  await expect(opened.getByRole('tree', { name: 'Result of before' })).toContainText('"Kept run"');
  await openTab(opened, 'Source');
  await expect(opened.getByRole('textbox', { name: 'Source of Kept run' })).toContainText('WAIT "1ms"');
  await openTab(opened, 'Inputs');
  await expect(opened).toContainText('This run had no inputs');
  await opened.getByRole('button', { name: 'Run again' }).click();
  await expect(page.getByRole('article', { name: 'Run of Kept run' })).toContainText('again of');
});

test('runs are chosen by their state', async ({ workbench: page }) => {
  await openPlan(page, 'FLOW "Goes wrong"\n\nSTEP wrong =\n  ERROR "as it should"\nEND FLOW\n');
  await run(page, 'failed');
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await page.getByRole('button', { name: 'All states' }).click();
  await page.getByRole('menuitemradio', { name: 'failed' }).click();
  const list = page.getByRole('listbox', { name: 'Runs, newest first' });
  await expect(list.getByRole('option', { name: /Goes wrong/ })).toContainText('as it should');
  await expect(list.getByRole('option', { name: /Kept run/ })).toHaveCount(0);
});

test('a run that a crash has interrupted goes on from what it had', async ({ ownNode, visit }) => {
  const page = await visit(ownNode.link);
  await openPlan(page, plan('Interrupted', '4s'));
  await openTab(page.getByRole('region', { name: 'Inspector' }), 'Execute');
  await expect(page.getByRole('form', { name: 'Inputs of the run' })).toBeVisible();
  await page.keyboard.press('F5');
  await expect(page.getByRole('contentinfo').getByRole('button', { name: /· pause/ })).toBeVisible();
  await ownNode.kill();
  await expect(page.getByText('The node does not answer')).toBeVisible();
  await ownNode.restart();
  await expect(page.getByText('node ready')).toBeVisible({ timeout: 30_000 });
  await ended(page, 'interrupted');
  await page.getByRole('button', { name: 'Resume' }).click();
  await ended(page, 'succeeded');
  const steps = page.getByRole('region', { name: 'Inspector' }).getByRole('listbox', { name: /^Steps of the run/ });
  await expect(steps.getByRole('option', { name: /^before, (done|reused)/ })).toBeVisible();
  await steps.getByRole('option', { name: /^after, done/ }).click();
  await expect(page.getByRole('tree', { name: 'Result of after' })).toContainText('Interrupted went on');
  // One run, not two.
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  await expect(page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option')).toHaveCount(1);
});

test('results of old runs are let go after what goes was said; a pinned run keeps its own', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, plan('Let go', '1ms'));
  await run(page);
  await page.getByRole('button', { name: 'Runs', exact: true }).click();
  const list = page.getByRole('listbox', { name: 'Runs, newest first' });
  await list.getByRole('option', { name: /Let go/ }).click();
  const opened = page.getByRole('article', { name: 'Run of Let go' });
  await opened.getByRole('button', { name: 'Keep the results of this run' }).click();
  await expect(opened.getByRole('button', { name: 'Let the rule decide what is kept' })).toBeVisible();
  await page.getByRole('button', { name: 'Free the space of old results' }).click();
  const dialog = page.getByRole('dialog', { name: 'Free the space of old results' });
  await expect(dialog.getByRole('textbox', { name: /Keep the newest/ })).toHaveValue('20');
  await dialog.getByRole('textbox', { name: /Keep the newest/ }).fill('0');
  await dialog.getByRole('textbox', { name: /last/ }).fill('0');
  await expect(dialog.getByRole('status')).toContainText('Nothing would go. 1 run keeps its results.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await opened.getByRole('button', { name: 'Let the rule decide what is kept' }).click();
  await page.getByRole('button', { name: 'Free the space of old results' }).click();
  await dialog.getByRole('textbox', { name: /Keep the newest/ }).fill('0');
  await dialog.getByRole('textbox', { name: /last/ }).fill('0');
  await expect(dialog.getByRole('status')).toContainText('3 results of 1 run would go');
  await dialog.getByRole('button', { name: 'Let them go' }).click();
  await expect(opened).toContainText('Results of this run were let go');
  await opened.getByRole('option', { name: /^before,/ }).click();
  await expect(opened).toContainText('The result of before was let go');
  await opened.getByRole('button', { name: 'Run again' }).click();
  await expect(page.getByRole('article', { name: 'Run of Let go' })).toContainText('again of');
});
