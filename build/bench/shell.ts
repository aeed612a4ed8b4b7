/** The shell: how soon its window can be seen and used, and what all of its processes hold and do while nobody works. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { electronRuntime } from '../electron-runtime.ts';
import { type Bench, type Figure, median } from './figure.ts';
import { ended } from './node.ts';
import { marks } from './page.ts';
import { tree, usage } from './processes.ts';

const root = join(import.meta.dirname, '..', '..');
const STARTS = 10;
const IDLE_SECONDS = 30;
/** A start leaves work for later, mostly to V8: it collects garbage and drops code for half a minute. */
const SETTLE_SECONDS = 45;

/** An empty window of the same runtime: what Electron itself takes. */
const BARE = `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadURL('data:text/html,<title>bare</title><p>bare'));`;

interface Started {
  child: ChildProcess;
  browser: Browser;
  page: Page;
  /** Wall clock, milliseconds, just before the process was made. */
  at: number;
}

export const shell: Bench = {
  name: 'shell',
  async run() {
    const runtime = electronRuntime(root, { fetch: false });
    if ('missing' in runtime) {
      process.stderr.write(`shell: not measured, ${runtime.missing}\n`);
      return [];
    }
    const folder = mkdtempSync(join(tmpdir(), 'voike-bench-shell-'));
    const display = runtime.wrap.length === 0 ? undefined : await virtualDisplay();
    const start = async (...args: string[]): Promise<Started> => {
      const at = Date.now();
      const child = spawn(
        runtime.executable,
        [...runtime.flags, `--user-data-dir=${join(folder, 'profile')}`, '--remote-debugging-port=0', ...args],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
          env: { ...process.env, ...(display === undefined ? {} : { DISPLAY: display.name }) },
        },
      );
      const address = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stderr?.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
          if (found !== undefined) resolve(found);
        });
        child.once('exit', (code) => reject(new Error(`Electron ended with ${code}: ${text}`)));
      });
      // Connecting before there is a page waits for ever now and then.
      const list = `http://${new URL(address).host}/json/list`;
      for (;;) {
        const targets = (await (await fetch(list)).json()) as { type: string }[];
        if (targets.some((target) => target.type === 'page')) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const browser = await chromium.connectOverCDP(address);
      let page: Page | undefined;
      while (page === undefined) {
        page = browser.contexts()[0]?.pages()[0];
        if (page === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return { child, browser, page, at };
    };
    const end = async ({ child, browser }: Started): Promise<void> => {
      const gone = ended(child);
      child.kill('SIGTERM');
      await gone;
      await browser.close();
    };
    const own = () => start(root, '--data', join(folder, 'data'));
    const bareApp = join(folder, 'bare.cjs');
    writeFileSync(bareApp, BARE);
    const bare = () => start(bareApp);
    try {
      const first = await own();
      await first.page.getByRole('button', { name: 'Airports by state' }).first().click();
      await first.page.locator('.view-line').first().waitFor();
      // Drafts are written a moment after the last change.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await end(first);

      const painted: number[] = [];
      const barePainted: number[] = [];
      const usable: number[] = [];
      const parts = { process: [] as number[], paint: [] as number[], shell: [] as number[], editor: [] as number[] };
      for (let index = 0; index < STARTS; index++) {
        const started = await own();
        const seen = await marks(started.page);
        const toPage = seen.origin - started.at;
        parts.process.push(toPage);
        for (const mark of ['paint', 'shell', 'editor'] as const) parts[mark].push(seen[mark]);
        painted.push(toPage + seen.paint);
        usable.push(toPage + seen.editor);
        await end(started);
        const empty = await bare();
        barePainted.push((await firstPaint(empty.page)) - empty.at);
        await end(empty);
      }
      const note = `medians: process to page ${Math.round(median(parts.process))}, then first paint ${Math.round(median(parts.paint))}, voike:shell ${Math.round(median(parts.shell))}, voike:editor ${Math.round(median(parts.editor))} ms`;

      const figures: Figure[] = [
        {
          what: `Electron start to painted shell, median of ${STARTS}`,
          value: median(painted),
          unit: 'ms',
          baseline: { what: 'empty Electron window', value: median(barePainted) },
          target: { kind: 'most', value: 500 },
          note,
        },
        {
          what: `Electron start to a usable editor, median of ${STARTS}`,
          value: median(usable),
          unit: 'ms',
          target: { kind: 'most', value: 1000 },
        },
      ];
      if (process.platform === 'linux') figures.push(...(await idle(own, bare, end)));
      return figures;
    } finally {
      display?.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function idle(
  own: () => Promise<Started>,
  bare: () => Promise<Started>,
  end: (started: Started) => Promise<void>,
): Promise<Figure[]> {
  const measure = async (started: Started): Promise<{ mib: number; percent: number }> => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_SECONDS * 1000));
    const pids = tree(started.child.pid!);
    const before = usage(pids);
    await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
    const after = usage(pids);
    return { mib: after.mib, percent: (after.cpuMs - before.cpuMs) / IDLE_SECONDS / 10 };
  };
  const app = await own();
  await marks(app.page);
  const ours = await measure(app);
  await end(app);
  const empty = await bare();
  const theirs = await measure(empty);
  await end(empty);
  return [
    {
      what: 'idle app, memory of all processes',
      value: ours.mib,
      unit: 'MiB',
      baseline: { what: 'empty Electron window', value: theirs.mib },
      target: { kind: 'most', value: 300 },
    },
    {
      what: `idle app, processor over ${IDLE_SECONDS} s`,
      value: ours.percent,
      unit: '% of a core',
      ...(theirs.percent > 0 ? { baseline: { what: 'empty Electron window', value: theirs.percent } } : {}),
      target: { kind: 'most', value: 0.5 },
    },
  ];
}

/** When a page's first paint was, as wall clock in milliseconds. */
const firstPaint = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    for (;;) {
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      if (paint !== undefined) return performance.timeOrigin + paint.startTime;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

/** A display that nobody sees, for as long as the bench runs. */
function virtualDisplay(): Promise<{ name: string; end(): void }> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stdio[3]?.once('data', (number: Buffer) =>
      resolve({ name: `:${number.toString().trim()}`, end: () => server.kill() }),
    );
  });
}
