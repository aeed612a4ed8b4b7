import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandFile, root } from '../support/node.ts';
import { expect, test } from '../support/test.ts';
import { bottom, ended, inspector, openTab, putCursor, sideBar, stepRow } from '../support/workbench.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the five minutes of the README, word by word', async ({ workbench: page }) => {
  // 1: the sample, its text and its graph.
  await sideBar(page).getByRole('button', { name: 'Airports by state', exact: true }).click();
  await expect(page.locator('.view-line').first()).toContainText('FLOW "Airports by state"');
  await expect(page.locator('.react-flow__node').filter({ hasText: 'by_state' }).first()).toBeVisible();

  // 2: F5; row counts in the source and on the edges; Top ten below; the table of a step.
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(page.getByText('3,190 rows · 7 columns')).toBeVisible();
  await expect(page.locator('.react-flow').getByText('3,190', { exact: true })).toBeVisible();
  await expect(bottom(page).getByRole('grid')).toContainText('AK');
  await stepRow(page, 'usa').click();
  await expect(bottom(page).getByText('3,190 rows')).toBeVisible();

  // 3: a column that does not exist, and the right one by Ctrl+.
  const line =
    readFileSync(join(root, 'flows/demo/airports-by-state.flow'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('latitude > 30')) + 1;
  await putCursor(page, line, 1);
  const text = '  FILTER load WHERE country == "USA" AND latitud';
  for (let column = 0; column < text.length; column++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Delete');
  await openTab(bottom(page), 'Problems');
  await expect(bottom(page)).toContainText('latitud');
  await page.keyboard.press('Control+.');
  await page
    .locator('.action-widget [role="option"], .action-widget .action')
    .filter({ hasText: 'latitude' })
    .first()
    .click();
  await expect(page.locator('.view-line').filter({ hasText: 'latitude > 30' })).toBeVisible();
  await page.keyboard.press('End');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('60');
  await page.keyboard.press('F5');
  await ended(page, 'succeeded');
  await expect(page.getByText(/3,190 rows/)).toHaveCount(0);

  // 4: the tree follows the cursor; the form made from INPUTS.
  await openTab(inspector(page), 'AST');
  await expect(inspector(page).getByRole('tree')).toBeVisible();
  await openTab(inspector(page), 'Execute');
  await inspector(page)
    .getByRole('textbox', { name: /most/ })
    .or(inspector(page).getByRole('spinbutton', { name: /most/ }))
    .fill('3');
  await inspector(page).getByRole('button', { name: 'Run F5' }).click();
  await ended(page, 'succeeded');
  await openTab(bottom(page), 'Results');
  await stepRow(page, 'Top ten').click();
  await expect(bottom(page).getByText(/^[123] rows? · 3 columns/)).toBeVisible();

  // 5: the ledger.
  await page
    .getByRole('button', { name: /^Ledger/ })
    .first()
    .click();
  await page.getByText('by_state finished').first().click();
  await expect(page.getByText(/checked in this window/)).toBeVisible();
  await page.getByRole('button', { name: 'Verify all' }).click();
  await expect(page.getByText(/verified here, \d+ entries/)).toBeVisible();
});

test('the commands of the README run as they stand there', () => {
  const commands = [...readme.matchAll(/^ {4}npm run voike -- (run flows\S+ .*|ledger verify)$/gm)].map(
    (match) => match[1]!,
  );
  expect(commands.length).toBeGreaterThanOrEqual(2);
  const dataDir = mkdtempSync(join(tmpdir(), 'voike-tour-'));
  try {
    for (const command of commands) {
      const done = spawnSync(process.execPath, [commandFile, ...command.split(' '), '--data', dataDir], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(done.stderr + done.stdout).toMatch(/succeeded|intact/);
      expect(done.status).toBe(0);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
