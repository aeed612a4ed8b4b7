/** A real Chromium without any system package: the one in npm on Linux, an installed one elsewhere. */
import { type Browser, chromium } from 'playwright-core';

/** Opens a headless Chromium. On Linux it is the one that npm brought, with the fonts and libraries that it carries. */
export async function openChromium(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return openInstalled();
  // Read when the package is imported: it unpacks its own shared libraries and fonts only where it believes to be in a bare machine.
  process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    // Not the package's own flags: those turn off web security and site isolation.
    args: ['--no-sandbox', '--disable-gpu', '--no-zygote'],
  });
}

async function openInstalled(): Promise<Browser> {
  for (const channel of ['chrome', 'chromium', 'msedge', undefined]) {
    try {
      return await chromium.launch(channel === undefined ? {} : { channel });
    } catch {
      // Not installed: the next.
    }
  }
  throw new Error('No browser was found. Install Chrome, Chromium or Edge, or run `npx playwright install chromium`.');
}
