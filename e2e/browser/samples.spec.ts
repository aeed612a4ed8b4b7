import { expect, test } from '../support/test.ts';
import { bottom, openSample, run, sideBar } from '../support/workbench.ts';

test('every sample that ships runs to its end, in the order in which they are shown', async ({ workbench: page }) => {
  await expect(page.getByText('node ready')).toBeVisible();
  const list = sideBar(page).locator('section', { has: page.getByRole('button', { name: 'Samples' }) });
  await expect(list.locator('[data-row]').first()).toBeVisible();
  const titles = await list.locator('[data-row]').allInnerTexts();
  expect(titles.length).toBeGreaterThanOrEqual(8);
  for (const title of titles) {
    await test.step(title, async () => {
      await openSample(page, title);
      await expect(page.getByRole('contentinfo').getByRole('button', { name: '0 problems' })).toBeVisible();
      await run(page);
      await expect(bottom(page).getByRole('option', { name: /, failed|, skipped/ })).toHaveCount(0);
    });
  }
});
