/** `npm run screenshots`: makes the pictures of the README from the running product, in resources/screenshots/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openChromium } from '../e2e/support/chromium.ts';
import { root, startNode } from '../e2e/support/node.ts';
import { recordTour } from './tour.ts';

const folder = join(root, 'resources', 'screenshots');
mkdirSync(folder, { recursive: true });

const node = await startNode();
const browser = await openChromium();

async function open(colorScheme: 'dark' | 'light'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  await page.goto(node.link);
  return page;
}

async function runSample(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: title }).first().click();
  await page.locator('.view-line').first().waitFor();
  await page.keyboard.press('F5');
  await page.getByRole('grid').first().waitFor();
  await page.getByText('succeeded').first().waitFor();
  // Toasts and the first layout of the graph settle.
  await page.waitForTimeout(1500);
}

try {
  await recordTour(browser, node.link, join(folder, 'tour.gif'));

  const dark = await open('dark');
  await runSample(dark, 'Airports by state');
  await dark.screenshot({ path: join(folder, 'editor-dark.png') });
  await dark.getByRole('tab', { name: 'Execute' }).click();
  await dark.waitForTimeout(500);
  await dark.screenshot({ path: join(folder, 'execute-dark.png') });
  await dark
    .getByRole('button', { name: /^Ledger/ })
    .first()
    .click();
  await dark
    .getByRole('button', { name: /Verify/ })
    .first()
    .click();
  await dark
    .getByText(/verified here/)
    .first()
    .waitFor();
  await dark.getByText('by_state finished').first().click();
  await dark.waitForTimeout(800);
  await dark.screenshot({ path: join(folder, 'ledger-dark.png') });
  await dark.getByRole('navigation', { name: 'Areas' }).getByRole('button', { name: 'Flows' }).click();
  await dark.getByRole('button', { name: 'Words of a text' }).first().click();
  await dark.locator('.view-line', { hasText: 'model WordCount' }).waitFor();
  // The breakpoint is met after the loop has gone round a few times.
  await dark.locator('.view-line', { hasText: 'found.push(word)' }).first().click();
  await dark.keyboard.press('F9');
  await dark.keyboard.press('F5');
  await dark.getByText('at a breakpoint').first().waitFor();
  await dark.keyboard.press('F5');
  await dark.waitForTimeout(1200);
  await dark.screenshot({ path: join(folder, 'debugger-dark.png') });
  await dark.close();

  const light = await open('light');
  await runSample(light, 'Busiest airports');
  await light.screenshot({ path: join(folder, 'editor-light.png') });
  await light.getByRole('button', { name: /^Runs/ }).first().click();
  await light
    .getByRole('option', { name: /Airports by state/ })
    .first()
    .click();
  await light.waitForTimeout(1000);
  await light.screenshot({ path: join(folder, 'runs-light.png') });
} finally {
  await browser.close();
  await node.stop();
}
console.log(`The pictures are in ${folder}.`);
