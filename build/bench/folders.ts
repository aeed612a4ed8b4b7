/** Opening a folder of 3,000 flows: from the click to its rows on view, and until all of it can be found and searched. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium } from '../../e2e/support/chromium.ts';
import { startNode } from '../../e2e/support/node.ts';
import { type Bench, type Figure, median } from './figure.ts';
import { generatePlan } from './flow.ts';

const FLOWS = 3000;

export const folders: Bench = {
  name: 'folders',
  async run() {
    const small = makeFolder(10);
    const large = makeFolder(FLOWS);
    const node = await startNode();
    const browser = await openChromium();
    const figures: Figure[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(node.link);
      await page.getByText('node ready').waitFor();
      const open = async (folder: string): Promise<number> => {
        await page.keyboard.press('F1');
        await page.getByRole('combobox').fill('>Open folder…');
        await page.keyboard.press('Enter');
        const path = page.getByRole('combobox', { name: 'Path' });
        await path.fill(folder);
        const started = performance.now();
        await path.press('Enter');
        await page.getByRole('treeitem', { name: 'plan-0.flow' }).waitFor();
        const taken = performance.now() - started;
        await page.getByRole('treeitem').first().click({ button: 'right' });
        await page.getByRole('menuitem', { name: /^Close folder/ }).click();
        await page.getByText('No folder is open').waitFor();
        return taken;
      };
      const times = { small: [] as number[], large: [] as number[] };
      for (let turn = 0; turn < 5; turn++) {
        times.small.push(await open(small));
        times.large.push(await open(large));
      }
      figures.push({
        what: `opening a folder of ${FLOWS.toLocaleString('en')} flows, to its rows on view`,
        value: median(times.large),
        unit: 'ms',
        baseline: { what: 'of 10 flows', value: median(times.small) },
        target: { kind: 'most', value: 2000 },
      });

      const call = async (name: string, input: object): Promise<any> =>
        page.evaluate(
          async ([operation, body]) => {
            const answer = await fetch(`/call/${operation}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body,
            });
            return answer.json();
          },
          [name, JSON.stringify(input)] as const,
        );
      const { id } = await call('files.openWorkspace', { path: large });
      const taken = async (work: () => Promise<unknown>): Promise<number> => {
        const started = performance.now();
        await work();
        return performance.now() - started;
      };
      const first = await taken(() => call('files.find', { query: 'plan2999', workspace: id }));
      const again = await taken(() => call('files.find', { query: 'plan1234', workspace: id }));
      figures.push({
        what: 'going to a file by its name, the first time',
        value: first,
        unit: 'ms',
        baseline: { what: 'and then', value: again },
        target: { kind: 'most', value: 2000 },
      });
      const search = async (): Promise<void> => {
        let cursor: string | undefined;
        do {
          const page_: { next?: string } = await call('files.search', {
            text: 'a word that is nowhere',
            workspace: id,
            ...(cursor === undefined ? {} : { cursor }),
          });
          cursor = page_.next;
        } while (cursor !== undefined);
      };
      await search();
      figures.push({
        what: `searching ${FLOWS.toLocaleString('en')} flows to the end`,
        value: await taken(search),
        unit: 'ms',
        target: { kind: 'most', value: 2000 },
      });
    } finally {
      await browser.close();
      await node.stop();
      for (const folder of [small, large]) rmSync(folder, { recursive: true, force: true });
    }
    return figures;
  },
};

/** Half of the flows in the folder itself, the others in folders of fifty. */
function makeFolder(flows: number): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'voike-bench-folder-')));
  const text = generatePlan(60);
  for (let n = 0; n < flows; n++) {
    const below = n % 2 === 0 ? folder : join(folder, `part-${Math.floor(n / 100)}`);
    mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `plan-${n}.flow`), text);
  }
  return folder;
}
