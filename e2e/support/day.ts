/** A day's work in small: what a person does again and again, for measuring what piles up. */
import { expect, type Page } from '@playwright/test';
import { command, openPlan, openSample, run, sideBar } from './workbench.ts';

const SAMPLES = ['Airports by state', 'Busiest airports', 'Electricity of Iowa', 'Weather advice'];

/** One turn: opens a sample, runs it, looks at runs and ledger, writes in a plan of its own, undoes it, closes everything. */
export async function turn(page: Page, number: number): Promise<void> {
  await openSample(page, SAMPLES[number % SAMPLES.length]!);
  await run(page);
  await command(page, 'Show runs');
  await expect(page.getByRole('row').or(page.getByRole('option')).first()).toBeVisible();
  await command(page, 'Show ledger');
  await expect(page.locator('.ledger-row').first()).toBeVisible();
  await command(page, 'Show flows');
  await openPlan(
    page,
    'FLOW "Own"\n\nSTEP made =\n  TRANSFORM { n: 1 }\n\nOUTPUT made AS "Made"\nEND FLOW\n',
    'own.flow',
  );
  await page.getByRole('textbox', { name: 'FLOW source' }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('# a word\n');
  for (let at = 0; at < 3; at++) await page.keyboard.press('Control+z');
  for (let open = 0; open < 2; open++) await closeTab(page);
  await expect(sideBar(page)).toBeVisible();
}

async function closeTab(page: Page): Promise<void> {
  const tabs = page.getByRole('tablist', { name: /^Editors/ }).getByRole('tab');
  const open = await tabs.count();
  await command(page, 'Close tab');
  const lose = page.getByRole('dialog').getByRole('button', { name: "Don't save" });
  await expect.poll(async () => (await lose.isVisible()) || (await tabs.count()) < open).toBe(true);
  if (await lose.isVisible()) await lose.click();
  await expect(tabs).toHaveCount(open - 1);
}
