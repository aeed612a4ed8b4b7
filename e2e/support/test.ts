/** The test function of the browser suite: a page on a running node, and a check that nothing went wrong unseen. */
import { test as base, type Page } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { openProfile } from './chromium.ts';
import { type RunningNode, startNode } from './node.ts';

interface WorkerFixtures {
  chromiumBrowser: Browser;
  /** What it has fetched and compiled is there for every test; what pages have stored is gone when a test begins. */
  profile: BrowserContext;
  /** One node for every test that does it no harm. What other tests ran on it is there as well. */
  node: RunningNode;
}
interface Fixtures {
  /** A node for this test alone: it may be killed, and its data may be damaged. */
  ownNode: RunningNode;
  /** Opens an address where no page has stored anything. Fails the test on an uncaught error or a violated security policy. */
  visit(address: string, options?: BrowserContextOptions): Promise<Page>;
  /** A page that has opened the workbench of `node`, with nothing open in it. */
  workbench: Page;
}

const VIEWPORT = { width: 1440, height: 900 };

/** Addresses that pages of a profile were at. */
const visited = new WeakMap<BrowserContext, Set<string>>();

/** Lets go what pages have stored, but not what the browser has fetched and compiled. */
async function forget(profile: BrowserContext): Promise<void> {
  const origins = visited.get(profile) ?? new Set();
  if (!visited.has(profile)) {
    visited.set(profile, origins);
    profile.on('request', (request) => {
      if (request.isNavigationRequest()) origins.add(new URL(request.url()).origin);
    });
  }
  const devtools = await profile.newCDPSession(profile.pages()[0]!);
  for (const origin of origins)
    if (origin !== 'null')
      await devtools.send('Storage.clearDataForOrigin', {
        origin,
        storageTypes: 'cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems',
      });
  await devtools.detach();
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  chromiumBrowser: [
    async ({ profile }, use) => {
      await use(profile.browser()!);
    },
    { scope: 'worker' },
  ],
  profile: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'voike-profile-'));
      const profile = await openProfile(folder, { viewport: VIEWPORT });
      await use(profile);
      await profile.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
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
  visit: async ({ chromiumBrowser, profile }, use) => {
    const wrong: string[] = [];
    const close: (() => Promise<void>)[] = [];
    let taken = false;
    await use(async (address, options) => {
      const own = taken || options !== undefined;
      const context = own ? await chromiumBrowser.newContext({ viewport: VIEWPORT, ...options }) : profile;
      if (own) close.push(() => context.close());
      else {
        taken = true;
        await forget(profile);
        close.push(async () => {
          // The first page is nobody's: without one the browser would end.
          for (const page of profile.pages().slice(1)) await page.close();
        });
      }
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
