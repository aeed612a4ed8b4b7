/** A real Chromium without any system package: the one in npm on Linux, an installed one elsewhere. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
} from 'playwright-core';

const isBundled = process.platform === 'linux' && process.arch === 'x64';

/**
 * Unpacks the Chromium that npm brought, with the fonts and libraries that it carries, unless that was done before; gives its
 * path. Two processes must not do it at the same time: the second would start a file that the first still writes.
 */
async function unpackChromium(): Promise<string> {
  // Read when the package is imported: it unpacks its own shared libraries and fonts only where it believes to be in a bare machine.
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  const { default: bundled } = await import('@sparticuz/chromium');
  return bundled.executablePath();
}

/** Runs once, before there are workers (playwright.config.ts). */
export default async function beforeWorkers(): Promise<void> {
  if (isBundled) await unpackChromium();
}

/** Opens a headless Chromium: on Linux the one that npm brought. */
export const openChromium = (): Promise<Browser> => launch((options) => chromium.launch(options));

/** The same with a profile in a folder, which keeps what it has fetched and compiled from page to page. */
export const openProfile = (folder: string, options: BrowserContextOptions): Promise<BrowserContext> =>
  launch((found) => chromium.launchPersistentContext(folder, { ...options, ...found }));

async function launch<T>(start: (options: LaunchOptions) => Promise<T>): Promise<T> {
  if (isBundled)
    return start({
      executablePath: await unpackChromium(),
      // Not the package's own flags: those turn off web security and site isolation.
      args: ['--no-sandbox', '--disable-gpu', '--no-zygote'],
    });
  for (const channel of ['chrome', 'chromium', 'msedge', undefined]) {
    try {
      return await start(channel === undefined ? {} : { channel });
    } catch {
      // Not installed: the next.
    }
  }
  throw new Error('No browser was found. Install Chrome, Chromium or Edge, or run `npx playwright install chromium`.');
}
