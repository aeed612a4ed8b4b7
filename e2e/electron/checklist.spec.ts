/**
 * Electron's security checklist (electronjs.org/docs/latest/tutorial/security, 20 points), each as a person who attacks
 * the page would meet it. The fuses (19) can only be seen in the packaged program: e2e/packaged/.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/node.ts';
import { expect, inOneProgram, type Shell, test } from '../support/shell.ts';

const preferences = (shell: Shell) =>
  shell.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });

inOneProgram('the page, its security and what it may reach', async ({ shell, page }) => {
  const set = await preferences(shell);

  await test.step('1. only secure content: our own scheme, and a policy that names loopback alone', async () => {
    expect(page.url()).toMatch(/^app:\/\/voike\//);
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    for (const name of loaded) expect(name).toMatch(/^(app:\/\/voike\/|http:\/\/127\.0\.0\.1:\d+\/|data:)/);
    expect(
      await page.evaluate(() =>
        fetch('https://example.org/').then(
          () => 'reached',
          () => 'refused',
        ),
      ),
    ).toBe('refused');
  });

  await test.step('2. no Node for content', async () => {
    expect(set).toMatchObject({ nodeIntegration: false });
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global'].map((name) => typeof Reflect.get(globalThis, name)),
      ),
    ).toEqual(Array(5).fill('undefined'));
  });

  await test.step('3. context isolation: the page cannot change what the preload uses', async () => {
    expect(set).toMatchObject({ contextIsolation: true });
    expect(
      await page.evaluate(async () => {
        const bridge = window.voike!;
        try {
          (bridge as { session: unknown }).session = () => 'mine';
        } catch {
          // Frozen.
        }
        Array.prototype.find = () => 'poisoned';
        return typeof (await window.voike!.session()).baseUrl;
      }),
    ).toBe('string');
  });

  await test.step('4. process sandboxing', async () => {
    expect(set).toMatchObject({ sandbox: true });
  });

  await test.step('5. every permission is refused', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
    for (const name of ['geolocation', 'camera', 'microphone', 'midi'] as const)
      expect(
        await page.evaluate((asked) => navigator.permissions.query({ name: asked }).then(({ state }) => state), name),
      ).not.toBe('granted');
  });

  await test.step('6. web security is on: another origin’s answer cannot be read', async () => {
    expect(set).toMatchObject({ webSecurity: true });
  });

  await test.step('7. a content security policy: no inline script, no eval, no markup from text', async () => {
    const policy = await page.evaluate(() =>
      fetch('app://voike/').then((answer) => answer.headers.get('content-security-policy')),
    );
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-');
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.inlineScriptRan = true';
      } catch {
        // Trusted Types refuse it already here.
      }
      document.head.append(script);
      return Reflect.get(globalThis, 'inlineScriptRan') === true;
    });
    expect(ran).toBe(false);
  });

  await test.step('8, 9, 10. no insecure content, no experiments, no extra Blink features', async () => {
    expect(set).toMatchObject({ allowRunningInsecureContent: false, experimentalFeatures: false });
    expect(set['enableBlinkFeatures'] ?? '').toBe('');
  });

  await test.step('11, 12. no webview', async () => {
    expect(set).toMatchObject({ webviewTag: false });
    expect(await page.evaluate(() => 'src' in document.createElement('webview'))).toBe(false);
  });

  await test.step('13. no navigation away, by script, link or dropped address', async () => {
    await page.evaluate(() => void (location.href = 'https://example.org/'));
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'file:///etc/passwd';
      document.body.append(link);
      link.click();
    });
    expect(page.url()).toMatch(/^app:\/\/voike\//);
  });

  await test.step('14. no new windows', async () => {
    expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
    expect(await page.evaluate(() => window.open('app://voike/'))).toBeNull();
    expect(await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  await test.step('17. the sender of every message is checked', async () => {
    // A frame of another origin in our window has no bridge and no way to the channels.
    expect(
      await page.evaluate(() => {
        const frame = document.createElement('iframe');
        frame.src = 'app://voike/';
        document.body.append(frame);
        return frame.contentWindow !== null && Reflect.has(frame.contentWindow, 'voike');
      }),
    ).toBe(false);
    expect(
      await page.evaluate(() =>
        (window.voike!.saveFile as (request: unknown) => Promise<unknown>)({ name: 'a', text: 1 }).then(
          () => 'done',
          (error: Error) => error.message,
        ),
      ),
    ).toContain('expected form');
  });

  await test.step('18. no file:// pages', async () => {
    expect(
      await page.evaluate(() =>
        fetch('file:///etc/passwd').then(
          () => 'read',
          () => 'refused',
        ),
      ),
    ).toBe('refused');
  });

  await test.step('20. the bridge hands out functions of its own, never Electron’s', async () => {
    const shape = await page.evaluate(() => Object.entries(window.voike!).map(([name, value]) => [name, typeof value]));
    expect(shape.every(([, type]) => type === 'function')).toBe(true);
    expect(await page.evaluate(() => Object.keys(window.voike!))).not.toContain('ipcRenderer');
    // What is handed to a listener is the event's detail alone, without the sender.
    const given = await page.evaluate(
      () => new Promise((resolve) => window.voike!.on('nodeState', (...all: unknown[]) => resolve(all))),
    );
    expect(given).toEqual([{ state: 'ready' }]);
  });
});

test('15. nothing is handed to the system’s programs: no code opens an address outside', () => {
  const main = ['main', 'windows', 'window-policy', 'dialogs', 'menu']
    .map((name) => readFileSync(join(root, 'electron', `${name}.ts`), 'utf8'))
    .join('\n');
  expect(main).not.toMatch(/openExternal|openPath/);
});

test('16. the version of Electron is pinned, and is the newest that was there when it was', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
});

inOneProgram('the per-launch key stands in no address and no log', async ({ shell, page }) => {
  const { key } = (await page.evaluate(() => window.voike!.session())) as { key: string };
  expect(key.length).toBeGreaterThan(20);
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  page.on('websocket', (socket) => addresses.push(socket.url()));
  await page.reload();
  await expect(page.getByText('node ready')).toBeVisible();
  await page.getByRole('button', { name: 'Airports by state' }).first().click();
  await page.keyboard.press('F5');
  await expect(page.getByRole('grid').first()).toContainText('AK', { timeout: 30_000 });
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  for (const address of [...addresses, ...loaded, page.url()]) expect(address).not.toContain(key);
  expect(addresses.some((address) => address.startsWith('http://127.0.0.1:'))).toBe(true);
  expect(shell.output()).not.toContain(key);
  const args = await shell.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid }) => pid));
  for (const pid of args)
    if (process.platform === 'linux') expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(key);
});
