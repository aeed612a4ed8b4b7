/** The test function of the browser suite: a page on a running node, and a check that nothing went wrong unseen. */
import { test as base, type Page } from '@playwright/test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { type RunningNode, startNode } from './node.ts';

interface WorkerFixtures {
  chromiumBrowser: Browser;
  /** One node for every test that does it no harm. What other tests ran on it is there as well. */
  node: RunningNode;
}
interface Fixtures {
  /** A node for this test alone: it may be killed, and its data may be damaged. */
  ownNode: RunningNode;
  /** Opens an address in a profile of its own. Fails the test on an uncaught error or a violated security policy. */
  visit(address: string, options?: BrowserContextOptions): Promise<Page>;
  /** A page that has opened the workbench of `node`, with nothing open in it. */
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
  node: [
    async ({}, use) => {
      const node = await startNode();
      await use(node);
      await node.stop();
    },
    { scope: 'worker' },
  ],
  ownNode: async ({}, use) => {
    const node = await startNode();
    await use(node);
    await node.stop();
  },
  visit: async ({ chromiumBrowser }, use) => {
    const wrong: string[] = [];
    const close: (() => Promise<void>)[] = [];
    await use(async (address, options = {}) => {
      const context = await chromiumBrowser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      close.push(() => context.close());
      const page = await context.newPage();
      page.on('pageerror', (error) => wrong.push(`uncaught: ${error.stack ?? error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && /Content.Security.Policy|Refused to/i.test(message.text()))
          wrong.push(message.text());
      });
      await page.goto(address);
      return page;
    });
    for (const each of close) await each();
    if (wrong.length > 0) throw new Error(`the page reported:\n${wrong.join('\n')}`);
  },
  workbench: async ({ node, visit }, use) => {
    await use(await visit(node.link));
  },
});

export { expect } from '@playwright/test';
