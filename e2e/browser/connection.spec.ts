import { expect, test } from '../support/test.ts';
import { command, ended, openPlan, sideBar } from '../support/workbench.ts';

test('a node that is killed leaves a calm line; when it is back the workbench goes on without a reload', async ({
  ownNode,
  visit,
}) => {
  const page = await visit(ownNode.link);
  await openPlan(page, 'FLOW "Kept"\n\nSTEP a =\n  TRANSFORM { n: 1 }\n\nEND FLOW\n', 'kept.flow');
  await page.evaluate(() => Reflect.set(globalThis, 'notReloaded', true));
  await command(page, 'Show Schedules');
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();
  await command(page, 'Show Flows');
  await ownNode.kill();

  await expect(page.getByText(/The node does not answer since .* your text is kept/)).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('node offline since');
  await expect(page.getByRole('button', { name: 'Run F5' }).first()).toBeDisabled();
  // Writing goes on, and the language answers without the node.
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# written offline\n');
  await expect(page.locator('.view-line').first()).toContainText('# written offline');
  // A view that has to be read first says so calmly, and is there by itself later.
  await command(page, 'Show Schedules');
  await expect(page.getByText('Not here while the node is offline')).toBeVisible();

  await ownNode.restart();
  await expect(page.getByText('node ready')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Nothing runs by itself yet')).toBeVisible();
  await command(page, 'Show Flows');
  await expect(page.getByText('The node does not answer')).toHaveCount(0);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'notReloaded'))).toBe(true);
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(sideBar(page).getByRole('button', { name: /^succeeded .* Kept/ })).toBeVisible();
});
