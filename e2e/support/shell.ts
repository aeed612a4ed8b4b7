/** The real shell on a data directory of its own: started, started again, and what its main process says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test';
import type { VoikeBridge } from '../../electron/bridge.ts';
import { root } from './node.ts';

declare global {
  interface Window {
    voike?: VoikeBridge;
  }
}

const HOLD_READY = join(root, 'e2e', 'support', 'hold-ready.cjs');

export interface Shell {
  /** The node's data; the shell keeps its own files in `desktop/` below it. */
  dataDir: string;
  app: ElectronApplication;
  page: Page;
  /** Everything that was printed since the last start. */
  output(): string;
  /** Starts it, on the same directory when it ran before; waits for the first window. */
  start(...args: string[]): Promise<Page>;
  /** Quits as a person would. */
  quit(): Promise<void>;
}

/**
 * How Electron is started here. Chromium's own sandbox does not work for root, and tests in containers run as root. Its
 * complaints about a desktop that is not there would run into the line by which the test library finds its port.
 */
export const electronArguments = (dataDir: string, ...args: string[]): string[] => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--log-level=3',
  root,
  '--data',
  dataDir,
  ...args,
];
export const electronExecutable = (): string => process.env['VOIKE_ELECTRON'] as string;

/** A shell that was not started yet. `end` quits it and removes its directory. */
function createShell(): Shell & { end(): Promise<void> } {
  const dataDir = mkdtempSync(join(tmpdir(), 'voike-electron-'));
  let app: ElectronApplication | undefined;
  let page: Page | undefined;
  let text = '';
  return {
    dataDir,
    get app() {
      return app as ElectronApplication;
    },
    get page() {
      return page as Page;
    },
    output: () => text,
    async start(...args) {
      text = '';
      app = await _electron.launch({
        executablePath: electronExecutable(),
        args: ['-r', HOLD_READY, ...electronArguments(dataDir, ...args)],
        timeout: 60_000,
      });
      for (const stream of [app.process().stdout, app.process().stderr])
        stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      page = await app.firstWindow();
      return page;
    },
    async quit() {
      await app?.close();
    },
    async end() {
      await app?.close().catch(() => undefined);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Loads the page anew, with the settings of the first start and nothing of what it kept. All of it is done by the shell: where a
 * test before tried a navigation that is refused, the test library waits for its end for ever.
 */
async function loadAnew({ app }: Shell): Promise<void> {
  const said = (): Promise<string> =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.body.innerText'),
    );
  await expect.poll(said).toContain('node ready');
  await app.evaluate(async ({ BrowserWindow, session }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    await webContents.executeJavaScript(`window.voike.writeUserFile('settings.json', '{}')`);
    const address = webContents.getURL().replace(/#.*/, '');
    // What a page writes while it goes is gone as well.
    await webContents.loadURL('about:blank');
    await session.defaultSession.clearStorageData();
    await webContents.loadURL(address);
  });
}

export const test = base.extend<{ shell: Shell; page: Page }, { program: Shell }>({
  program: [
    async ({}, use) => {
      const program = createShell();
      await program.start();
      await use(program);
      await program.end();
    },
    { scope: 'worker' },
  ],
  shell: async ({}, use) => {
    const shell = createShell();
    await use(shell);
    await shell.end();
  },
  /** The first window of a shell that was started without more. */
  page: async ({ shell }, use) => {
    const page = await shell.start();
    await expect(page.getByText('node ready')).toBeVisible();
    await use(page);
  },
});

/**
 * For tests that can follow one another in one program: each finds its page as at the first start. They do not quit it, close
 * its window or crash its page, and what they leave on its node harms nobody.
 */
export const inOneProgram = test.extend({
  shell: async ({ program }, use) => {
    await use(program);
  },
  page: async ({ program }, use) => {
    await loadAnew(program);
    await expect(program.page.getByText('node ready')).toBeVisible();
    await use(program.page);
  },
});

export { expect };
