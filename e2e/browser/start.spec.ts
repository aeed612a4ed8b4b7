import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support/node.ts';
import { expect, test } from '../support/test.ts';

let dataDir: string;
let child: ChildProcess;
let output = '';

test.beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'voike-start-'));
  output = '';
});
test.afterEach(async () => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm start` as it stands in package.json, without npm around it. */
function start(args: string[], environment: Record<string, string | undefined> = {}): Promise<string> {
  child = spawn(
    process.execPath,
    [join(root, 'build', 'run.mjs'), 'start', '--data', dataDir, '--port', '0', ...args],
    {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const link = /http:\S+#launch=\S+/.exec(output)?.[0];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

test('npm start -- --web prints a link to the workbench and serves until it is stopped', async ({
  chromiumBrowser,
}) => {
  const link = await start(['--web']);
  const page = await chromiumBrowser.newPage();
  await page.goto(link);
  await expect(page.getByText('node ready')).toBeVisible();
  await page.close();
  expect(output).not.toContain('    at ');
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  // The node behind it has ended too, and has given its directory back.
  expect(existsSync(join(dataDir, 'endpoint.json'))).toBe(false);
  await expect(fetch(link)).rejects.toThrow();
});

// Other systems always have a display, and it cannot be taken away.
if (process.platform === 'linux') {
  test('without a display npm start says so in one line and goes on in the browser', async () => {
    const link = await start([], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined });
    expect(output.split('\n').filter((line) => line.startsWith('No window:'))).toEqual([
      'No window: this machine has no display. The workbench runs in your browser instead.',
    ]);
    expect((await fetch(new URL('/health', link))).ok).toBe(true);
  });

  test('an Electron that cannot start here is no dead end', async () => {
    // Whatever runtime is named: there is none at this path, or no display that answers.
    await start([], {
      DISPLAY: ':4077',
      WAYLAND_DISPLAY: undefined,
      ELECTRON_OVERRIDE_DIST_PATH: join(dataDir, 'no-electron'),
    });
    expect(output).toMatch(/^No window: .*\. The workbench runs in your browser instead\.$/m);
    expect(output).not.toContain('    at ');
  });
}
