/** The workbench in a real Chromium on a real node: how soon it can be used, how soon it answers a key, how it scrolls. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../../e2e/support/chromium.ts';
import { type RunningNode, root, startNode } from '../../e2e/support/node.ts';
import { type Bench, type Figure, median, percentile } from './figure.ts';
import { generatePlan } from './flow.ts';

const viewport = { width: 1440, height: 900 };
const small = generatePlan(40);
const empty = 'FLOW "Empty"\n\nINPUTS\n  file data\n  number least = 10\nEND INPUTS\n\nEND FLOW\n';
const table = 'FLOW "Table"\n\nINPUTS\n  file data\nEND INPUTS\n\nSTEP rows =\n  LOAD CSV FROM data\nEND FLOW\n';

export const workbench: Bench = {
  name: 'workbench',
  async run() {
    if (!existsSync(join(root, 'out', 'renderer', 'index.html')))
      throw new Error('The workbench is not built: run `npm run build` first.');
    const node = await startNode();
    const browser = await openChromium();
    try {
      return [await opening(browser, node), await typing(browser, node), ...(await scrolling(browser, node))];
    } finally {
      await browser.close();
      await node.stop();
    }
  },
};

/** From the start of the navigation to an editor that takes keys, in profiles that have a plan open and no cache. */
async function opening(browser: Browser, node: RunningNode): Promise<Figure> {
  const first = await browser.newContext({ viewport });
  await openPlan(await visit(first, node.link), 'small.flow', small);
  // Drafts are written a moment after the last change.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const storageState = await first.storageState({ indexedDB: true });
  await first.close();
  const times: number[] = [];
  for (let index = 0; index < 5; index++) {
    const context = await browser.newContext({ viewport, storageState });
    const page = await visit(context, node.url);
    await page.locator('.view-line').first().waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByName('voike:editor')[0]!.startTime));
    await context.close();
  }
  return {
    what: 'page load to an editor that can be used',
    value: median(times),
    unit: 'ms',
    target: { kind: 'most', value: 1500 },
  };
}

/** From the key to the diagnostics of the text that it made. */
async function typing(browser: Browser, node: RunningNode): Promise<Figure> {
  const context = await browser.newContext({ viewport });
  const page = await visit(context, node.link);
  const measure = async (name: string, source: string, line: number): Promise<number[]> => {
    await openPlan(page, name, source);
    await page.getByRole('textbox', { name: 'FLOW source' }).focus();
    await page.keyboard.press('Control+Home');
    for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    const times: number[] = [];
    // The first presses are not counted: code that ran once is not yet compiled for speed.
    for (let index = 0; index < 50; index++) {
      // The page must listen before the key comes.
      await page.evaluate(() => {
        const answered = new Promise<number>((resolve) => {
          let pressed = 0;
          let revision: unknown;
          addEventListener('keydown', (event) => (pressed = event.timeStamp), { capture: true, once: true });
          const seen = new PerformanceObserver((list) => {
            for (const mark of list.getEntries() as PerformanceMark[]) {
              const made = (mark.detail as { revision?: unknown } | null)?.revision;
              if (mark.name === 'voike:keystroke' && pressed > 0) revision = made;
              if (mark.name === 'voike:diagnostics' && revision !== undefined && made === revision) {
                seen.disconnect();
                resolve(mark.startTime - pressed);
              }
            }
          });
          seen.observe({ type: 'mark' });
        });
        Reflect.set(globalThis, 'benchAnswered', answered);
      });
      await page.keyboard.press(index % 2 === 0 ? '1' : 'Backspace');
      times.push(await page.evaluate(() => Reflect.get(globalThis, 'benchAnswered') as Promise<number>));
    }
    return times.slice(10);
  };
  const bare = percentile(await measure('empty.flow', empty, 5), 95);
  const large = percentile(await measure('large.flow', generatePlan(5000), 5), 95);
  await context.close();
  return {
    what: 'key to diagnostics in 5,000 lines, p95',
    value: large,
    unit: 'ms',
    baseline: { what: 'in an empty plan', value: bare },
    target: { kind: 'most', value: 50 },
  };
}

/** Frames while a result of 100,000 rows goes by under the wheel. */
async function scrolling(browser: Browser, node: RunningNode): Promise<Figure[]> {
  const context = await browser.newContext({ viewport });
  const page = await visit(context, node.link);
  await openPlan(page, 'table.flow', table);
  await page.getByRole('tab', { name: 'Execute' }).click();
  const rows = Array.from({ length: 100_000 }, (_, at) => `${at},row ${at},${(at * 7919) % 100_003},${at % 2 === 0}`);
  await drop(page, '[data-drop="input"]', 'rows.csv', `n,label,hash,even\n${rows.join('\n')}\n`);
  await page.getByText('n, label, hash, even').waitFor();
  await page.keyboard.press('F5');
  const grid = page.getByRole('grid');
  await grid.waitFor();
  await grid.hover();
  const still = await frames(page, () => new Promise((resolve) => setTimeout(resolve, 1000)));
  const moving = await frames(page, async () => {
    for (let turn = 0; turn < 150; turn++) await page.mouse.wheel(0, 600);
  });
  await context.close();
  return [
    {
      what: 'scrolling 100,000 rows, p95 frame',
      value: percentile(moving, 95),
      unit: 'ms',
      baseline: { what: 'at rest', value: percentile(still, 95) },
      target: { kind: 'most', value: 50 },
    },
    {
      what: 'scrolling 100,000 rows, frames over 50 ms',
      value: (100 * moving.filter((ms) => ms > 50).length) / moving.length,
      unit: '% of frames',
      target: { kind: 'most', value: 5 },
    },
  ];
}

/** Milliseconds between the frames that the page painted during `work`. */
async function frames(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    const tick = (time: number): void => {
      times.push(time);
      Reflect.set(globalThis, 'benchFrame', requestAnimationFrame(tick));
    };
    Reflect.set(globalThis, 'benchTimes', times);
    requestAnimationFrame(tick);
  });
  await work();
  const times = await page.evaluate(() => {
    cancelAnimationFrame(Reflect.get(globalThis, 'benchFrame') as number);
    return Reflect.get(globalThis, 'benchTimes') as number[];
  });
  return times.slice(1).map((time, at) => time - times[at]!);
}

async function visit(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.getByText('node ready').waitFor();
  return page;
}

async function openPlan(page: Page, name: string, source: string): Promise<void> {
  await drop(page, '.app', name, source);
  await page.locator(`[role=tab][aria-selected=true]`, { hasText: name }).waitFor();
  await page.locator('.view-line').first().waitFor();
  await page.getByRole('button', { name: 'Outline' }).waitFor();
}

async function drop(page: Page, selector: string, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], file, { type: 'text/plain' }));
      return data;
    },
    [name, text] as const,
  );
  await page.dispatchEvent(selector, 'dragover', { dataTransfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer });
}
