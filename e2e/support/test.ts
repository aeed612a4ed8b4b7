/** The test function of the browser suite: a page on a running node, and a check that nothing went wrong unseen. */
import { test as base, type Page } from '@playwright/test';
import type { Browser } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { type RunningNode, startNode } from './node.ts';

interface WorkerFixtures {
  chromiumBrowser: Browser;
}
interface Fixtures {
  node: RunningNode;
  /** A page that has opened the workbench. Fails the test on an uncaught error or a violated security policy. */
  workbench: Page;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  chromiumBrowser: [
    async ({}, use) => {
      const browser = await openChromium();
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  node: async ({}, use) => {
    const node = await startNode();
    await use(node);
    await node.stop();
  },
  workbench: async ({ chromiumBrowser, node }, use) => {
    const context = await chromiumBrowser.newContext({
      viewport: { width: 1440, height: 900 },
    });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy|Refused to/i.test(message.text()))
        wrong.push(message.text());
    });
    await page.goto(node.link);
    await use(page);
    await context.close();
    if (wrong.length > 0) throw new Error(`the page reported:\n${wrong.join('\n')}`);
  },
});

export { expect } from '@playwright/test';
