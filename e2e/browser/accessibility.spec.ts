import type { Page } from '@playwright/test';
import { findings } from '../support/axe.ts';
import { expect, test } from '../support/test.ts';
import { bottom, command, inspector, openSample, openTab, run } from '../support/workbench.ts';

const THEMES = ['dark', 'light', 'high contrast'];

/** Ways to every view, from a window in which a sample has run. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  'editor, plan and results': async () => {},
  'syntax tree': (page) => openTab(inspector(page), 'AST'),
  execute: (page) => openTab(inspector(page), 'Execute'),
  problems: (page) => openTab(bottom(page), 'Problems'),
  output: (page) => openTab(bottom(page), 'Output'),
  terminal: (page) => command(page, 'Show the terminal'),
  palette: async (page) => {
    await page.keyboard.press('F1');
    await expect(page.locator('.palette')).toBeVisible();
  },
  'a menu': async (page) => {
    await page.getByRole('tab', { name: 'airports-by-state.flow' }).first().click({ button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible();
  },
  'a chart': async (page) => {
    await command(page, 'Show results');
    await bottom(page)
      .getByRole('radio', { name: 'Chart' })
      .or(bottom(page).getByRole('tab', { name: 'Chart' }))
      .first()
      .click();
    await expect(bottom(page).locator('canvas').first()).toBeVisible();
  },
  explorer: (page) => command(page, 'Show the Explorer'),
  search: (page) => command(page, 'Search in files'),
  history: (page) => command(page, 'Show history of the file'),
  schedules: (page) => command(page, 'Show Schedules'),
  'a new schedule': (page) => command(page, 'Schedule this flow…'),
  runs: (page) => command(page, 'Show Runs'),
  'a run': async (page) => {
    await command(page, 'Show Runs');
    await page
      .getByRole('option', { name: /Airports by state/ })
      .first()
      .click();
  },
  ledger: (page) => command(page, 'Show Ledger'),
};

for (const theme of THEMES)
  test(`nobody is kept out of any view in the ${theme} theme`, async ({ ownNode, visit }) => {
    test.setTimeout(300_000);
    const page = await visit(ownNode.link);
    await command(page, `Theme: ${theme}`);
    const found: string[] = (await findings(page)).map((one) => `welcome: ${one}`);
    await openSample(page, 'Airports by state');
    await run(page);
    for (const [name, open] of Object.entries(VIEWS)) {
      await open(page);
      await page.waitForTimeout(300);
      found.push(...(await findings(page)).map((one) => `${name}: ${one}`));
      await page.keyboard.press('Escape');
      await command(page, 'Show flows');
    }
    expect([...new Set(found)]).toEqual([]);
  });
