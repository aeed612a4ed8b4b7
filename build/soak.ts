/**
 * `npm run soak [-- MINUTES]`: a scripted session in a real browser on a real node, an hour long unless told otherwise.
 * Prints what page and node hold after garbage collection, and ends with 1 when one of them has grown by more than a tenth.
 */
import { turn } from '../e2e/support/day.ts';
import { openChromium } from '../e2e/support/chromium.ts';
import { startNode } from '../e2e/support/node.ts';
import { held, type Held } from '../e2e/support/held.ts';

/**
 * Turns before anything is compared: panes are fetched, the log has filled to its 2,000 lines (eight a turn), and V8 has compiled
 * what is used again and again: its machine code is most of the 2.5 MiB that a page grows by between the 60th turn and here, the
 * lines of the log are the rest.
 */
const WARM_UP = 250;
const MOST_GROWTH = 0.1;
/** MiB of all workers of the page. One of them is made anew every few layouts, so that a share of growth says nothing. */
const MOST_IN_WORKERS = 32;

const minutes = Number(process.argv[2] ?? 60);
if (!(minutes > 0)) {
  console.error('soak: say for how many minutes, for example `npm run soak -- 10`.');
  process.exit(2);
}
const node = await startNode({ measured: true });
const browser = await openChromium();
let grown = false;
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(node.link);
  for (let number = 0; number < WARM_UP; number++) await turn(page, number);
  const before = await held(page, node.process.pid!);
  print('after warm-up', before);
  const end = Date.now() + minutes * 60_000;
  let turns = 0;
  let said = Date.now();
  while (Date.now() < end) {
    await turn(page, turns++);
    if (Date.now() - said < 60_000) continue;
    said = Date.now();
    print(`after ${turns} turns`, await held(page, node.process.pid!));
  }
  const after = await held(page, node.process.pid!);
  print(`at the end, ${turns} turns`, after);
  for (const what of Object.keys(before) as (keyof Held)[]) {
    const growth = after[what] / before[what] - 1;
    const over = what === 'workersHeapMib' ? after[what] > MOST_IN_WORKERS : growth > MOST_GROWTH;
    grown ||= over;
    console.log(`${what.padEnd(16)} ${(growth * 100).toFixed(1)} %${over ? '  GREW' : ''}`);
  }
} finally {
  await browser.close();
  await node.stop();
}
process.exitCode = grown ? 1 : 0;

function print(when: string, now: Held): void {
  console.log(
    `${when}: ${Object.entries(now)
      .map(([what, value]) => `${what} ${value.toFixed(1)}`)
      .join(', ')}`,
  );
}
