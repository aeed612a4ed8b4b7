/** The short animated tour of the README: a flow is built from a CSV file with the mouse, runs, and is charted. */
import { readFileSync, writeFileSync } from 'node:fs';
import gifenc from 'gifenc';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';
import { buildByMouse } from '../e2e/support/authoring.ts';
import { run } from '../e2e/support/workbench.ts';

const { GIFEncoder, applyPalette, quantize } = gifenc;
const VIEWPORT = { width: 1080, height: 720 };
/** Milliseconds that a picture stands. */
const STANDS = 1100;

/** @param link opens the workbench of a node. @param file where the animation goes (GIF). */
export async function recordTour(browser: Browser, link: string, file: string): Promise<void> {
  const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.goto(link);
  await page.getByText('node ready').waitFor();
  await page.locator('.sample-card').first().waitFor();
  const gif = GIFEncoder();
  const seen = async (): Promise<void> => {
    await page.waitForTimeout(400);
    const { data } = PNG.sync.read(await page.screenshot());
    const palette = quantize(data, 64);
    gif.writeFrame(applyPalette(data, palette), VIEWPORT.width, VIEWPORT.height, { palette, delay: STANDS });
  };
  await seen();
  await buildByMouse(page, seen);
  await run(page);
  await page.waitForTimeout(800);
  await seen();
  await page.getByRole('region', { name: 'Bottom panel' }).getByText('Chart', { exact: true }).click();
  await page.waitForTimeout(1200);
  await seen();
  await page
    .getByRole('button', { name: /^Ledger/ })
    .first()
    .click();
  await page.locator('.ledger-row').first().waitFor();
  await seen();
  await seen();
  gif.finish();
  writeFileSync(file, gif.bytes());
  await page.close();
  if (readFileSync(file).length > 4 * 2 ** 20) throw new Error(`${file} is larger than 4 MiB.`);
}
