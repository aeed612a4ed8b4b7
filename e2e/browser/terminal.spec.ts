import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/test.ts';
import { bottom, command, openPlan, openSample, openTab, run } from '../support/workbench.ts';

/** What the terminal shows, as a screen reader hears it. */
const said = (page: Page): Locator => page.locator('.terminal .xterm-accessibility-tree');

async function open(page: Page): Promise<void> {
  await expect(page.getByText('node ready')).toBeVisible();
  await openSample(page, 'Airports by state');
  await command(page, 'Show the terminal');
  await expect(said(page)).toContainText('voike>');
}

async function enter(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'voike command line' }).focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

test('the commands of the command line run in the page, on the node that the window is connected to', async ({
  workbench: page,
}) => {
  await open(page);
  await run(page);
  await command(page, 'Show the terminal');
  await enter(page, 'tables list');
  await expect(said(page)).toContainText('airports_by_state');
  await enter(page, 'voike ledger verify');
  await expect(said(page)).toContainText(/entries/);
  await enter(page, 'tabels');
  await expect(said(page)).toContainText("unknown command 'tabels'");
  await enter(page, 'call --list');
  await expect(said(page)).toContainText('tables.list');

  // What was written stays while another tab is in front.
  await openTab(bottom(page), 'Output');
  await expect(said(page)).toBeHidden();
  await openTab(bottom(page), 'Terminal');
  await expect(said(page)).toContainText('tables.list');
});

test('results go through pipes and into files', async ({ workbench: page }) => {
  await openPlan(page, 'FLOW "Kept"\nEND FLOW\n', 'kept.flow');
  await command(page, 'Show the terminal');
  await expect(said(page)).toContainText('voike>');
  await enter(page, "call --list | grep '^tables' | sort -r | tail -n 1");
  await expect(said(page)).toContainText('tables.drop');
  await expect(said(page)).not.toContainText('tables.list');
  await enter(page, 'call --list | grep tables.list > kept.flow');
  await expect(said(page)).toContainText('bytes in kept.flow');
  await expect(page.locator('.view-lines').first()).toContainText('tables.list');
  const download = page.waitForEvent('download');
  await enter(page, 'call --list > operations.txt');
  expect((await download).suggestedFilename()).toBe('operations.txt');
  await enter(page, 'runs && tables list');
  await expect(said(page)).toContainText('This prompt has no &&');
});

test('a plan that is open in the editor is checked and run as it stands there', async ({ workbench: page }) => {
  await openPlan(
    page,
    'FLOW "Shown"\n\nSTEP made =\n  TRANSFORM { n: 41 + 1 }\n\nOUTPUT made.n AS "Answer"\nEND FLOW\n',
    'shown.flow',
  );
  await command(page, 'Show the terminal');
  await enter(page, 'run shown.flow');
  await expect(said(page)).toContainText('42');
  await enter(page, 'run nowhere.flow');
  await expect(said(page)).toContainText('There is no file nowhere.flow here.');
  await expect(said(page)).toContainText('exit 1');
});

test('Tab completes commands, options and names; the arrows bring lines back, also after a reload', async ({
  workbench: page,
}) => {
  await open(page);
  await page.getByRole('textbox', { name: 'voike command line' }).focus();
  await page.keyboard.type('led');
  await page.keyboard.press('Tab');
  await expect(said(page)).toContainText('voike> ledger');
  await page.keyboard.type('ver');
  await page.keyboard.press('Tab');
  await page.keyboard.type('--js');
  await page.keyboard.press('Tab');
  await expect(said(page)).toContainText('voike> ledger verify --json');
  await page.keyboard.press('Enter');
  await expect(said(page)).toContainText('"ok": true');
  await page.keyboard.type('check airp');
  await page.keyboard.press('Tab');
  await expect(said(page)).toContainText('check airports-by-state.flow');
  await page.keyboard.press('Control+c');
  await page.reload();
  await expect(page.getByText('node ready')).toBeVisible();
  await command(page, 'Show the terminal');
  await expect(said(page)).toContainText('voike>');
  await page.getByRole('textbox', { name: 'voike command line' }).focus();
  await page.keyboard.press('ArrowUp');
  await expect(said(page)).toContainText('voike> ledger verify --json');
  await page.keyboard.press('Control+c');

  // Ctrl+R looks back; the browser does not reload.
  await enter(page, 'status');
  await expect(said(page)).toContainText(/voike>\s*$/);
  await page.keyboard.press('Control+r');
  await page.keyboard.type('ver');
  await expect(said(page)).toContainText("(earlier 'ver') ledger verify --json");
  await page.keyboard.press('End');
  await expect(said(page)).toContainText(/voike> ledger verify --json\s*$/);
});

test('Ctrl-C cancels the run that a command waits for', async ({ workbench: page }) => {
  await openPlan(page, 'FLOW "Slow"\n\nSTEP wait =\n  WAIT "60s"\n\nOUTPUT wait\nEND FLOW\n', 'slow.flow');
  await command(page, 'Show the terminal');
  await enter(page, 'run slow.flow');
  await expect(said(page)).toContainText('0/');
  await page.keyboard.press('Control+c');
  await expect(said(page)).toContainText('Cancelling');
  await expect(said(page)).toContainText('cancelled');
  await expect(said(page)).toContainText(/voike>\s*$/);
});
