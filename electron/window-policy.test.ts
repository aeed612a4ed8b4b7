import { describe, expect, test } from 'vitest';
import { confine, mayNavigate, WINDOW_PREFERENCES } from './window-policy.ts';

describe('the window policy', () => {
  test('the page has no Node, a sandbox and an isolated context', () => {
    expect(WINDOW_PREFERENCES).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test.each([
    ['app://voike/', true],
    ['app://voike/index.html#runs', true],
    ['app://elsewhere/', false],
    ['https://example.org/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['not a url', false],
  ])('%s may be navigated to: %s', (url, allowed) => {
    expect(mayNavigate(url)).toBe(allowed);
  });

  test('every way out is closed', () => {
    const listeners = new Map<string, (event: { url: string; preventDefault(): void }) => void>();
    let open: (() => { action: string }) | undefined;
    confine({
      on: (name: string, listener: never) => listeners.set(name, listener),
      setWindowOpenHandler: (handler: () => { action: string }) => (open = handler),
    } as never);
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
      let prevented = false;
      listeners.get(name)?.({ url: 'https://example.org/', preventDefault: () => (prevented = true) });
      expect(prevented, name).toBe(true);
    }
    expect(open?.()).toEqual({ action: 'deny' });
  });
});
