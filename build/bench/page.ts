/** What the benches of the workbench do in a page, and how they take times there. */
import type { BrowserContext, Page } from 'playwright-core';

export const viewport = { width: 1440, height: 900 };

/** A page on a node's address, connected. */
export async function visit(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.getByText('node ready').waitFor();
  return page;
}

/** Opens a plan by dropping its file on the window. */
export async function openPlan(page: Page, name: string, source: string): Promise<void> {
  await drop(page, '.app', name, source);
  await page.locator(`[role=tab][aria-selected=true]`, { hasText: name }).waitFor();
  await page.locator('.view-line').first().waitFor();
  await page.getByRole('button', { name: 'Outline' }).waitFor();
}

export async function drop(page: Page, selector: string, name: string, text: string): Promise<void> {
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

/** Drops a CSV of `rows` rows, made in the page: it is too large to be sent there. */
export async function dropRows(page: Page, selector: string, rows: number): Promise<void> {
  const dataTransfer = await page.evaluateHandle((count) => {
    const lines = ['n,label,hash,even'];
    for (let at = 0; at < count; at++) lines.push(`${at},row ${at},${(at * 7919) % 100_003},${at % 2 === 0}`);
    const data = new DataTransfer();
    data.items.add(new File([`${lines.join('\n')}\n`], 'rows.csv', { type: 'text/csv' }));
    return data;
  }, rows);
  await page.dispatchEvent(selector, 'dragover', { dataTransfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer });
}

/** Milliseconds between the frames that the page painted during `work`. */
export async function frames(page: Page, work: () => Promise<unknown>): Promise<number[]> {
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

/**
 * Milliseconds from an input event (its own time stamp) to the end of the frame that shows its effect: the first task
 * after the first animation frame that follows it.
 * @param act makes exactly one event of `type`.
 */
export async function inputToPaint(page: Page, type: string, act: () => Promise<unknown>): Promise<number> {
  // The page must listen before the event comes.
  await page.evaluate((name) => {
    const painted = new Promise<number>((resolve) =>
      addEventListener(
        name,
        (event) =>
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - event.timeStamp);
            port2.postMessage(undefined);
          }),
        { capture: true, once: true },
      ),
    );
    Reflect.set(globalThis, 'benchPainted', painted);
  }, type);
  await act();
  return page.evaluate(() => Reflect.get(globalThis, 'benchPainted') as Promise<number>);
}

/** {@link inputToPaint} of many events; the first ones are not counted, because code that ran once is not yet compiled for speed. */
export async function manyPaints(
  page: Page,
  type: string,
  times: number,
  act: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < times + 10; index++) taken.push(await inputToPaint(page, type, () => act(index)));
  return taken.slice(10);
}

/** When the page's marks were set, in milliseconds since the navigation began; `paint` is the first contentful paint. */
export function marks(page: Page): Promise<{ paint: number; shell: number; editor: number; origin: number }> {
  return page.evaluate(async () => {
    const at = (name: string): number => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
    while (Number.isNaN(at('voike:editor')) || Number.isNaN(at('first-contentful-paint')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    return {
      paint: at('first-contentful-paint'),
      shell: at('voike:shell'),
      editor: at('voike:editor'),
      origin: performance.timeOrigin,
    };
  });
}
