import { expect, test } from '../support/test.ts';
import { bottom, openSample, run, sideBar } from '../support/workbench.ts';

test('every plan that ships runs to its end, in the order in which they are shown', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const list = sideBar(page).locator('section', { has: page.getByRole('button', { name: 'Samples' }) });
  await expect(list.locator('[data-row]').first()).toBeVisible();
  const plans = await list.locator('[data-row]:not([data-program])').allInnerTexts();
  expect(plans.length).toBeGreaterThanOrEqual(8);
  // The tests of the programs run in the suite of the node.
  expect(await list.locator('[data-program]').count()).toBeGreaterThanOrEqual(10);
  for (const title of plans) {
    await test.step(title, async () => {
      await openSample(page, title);
      await expect(page.getByRole('contentinfo').getByRole('button', { name: '0 problems' })).toBeVisible();
      await run(page);
      await expect(bottom(page).getByRole('option', { name: /, failed|, skipped/ })).toHaveCount(0);
    });
  }
});
