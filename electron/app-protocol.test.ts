import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assetPath, readAhead, serveAsset } from './app-protocol.ts';

describe('the app:// scheme', () => {
  let folder: string;
  beforeAll(() => {
    const above = mkdtempSync(join(tmpdir(), 'voike-app-'));
    folder = join(above, 'renderer');
    mkdirSync(folder);
    writeFileSync(join(above, 'secret.json'), '{}');
    writeFileSync(join(folder, 'index.html'), '<!doctype html><meta property="csp-nonce" nonce="__STYLE_NONCE__">');
    writeFileSync(join(folder, 'notes.secret'), 'not a type that a page needs');
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

  test('serves the page at / under a policy without unsafe-*, with a nonce of its own each time', async () => {
    const nonces = new Set<string>();
    for (let time = 0; time < 2; time++) {
      const response = await serveAsset(folder, { url: 'app://voike/', method: 'GET' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/script-src 'self'(;|$)/);
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toContain('unsafe-');
      const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] as string;
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
      expect(await response.text()).toContain(`nonce="${nonce}"`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  test('lets the page connect to loopback and to exactly the nodes that it is given', async () => {
    const nodes = ['https://eu-1.example', 'wss://eu-1.example'];
    const answer = await serveAsset(folder, { url: 'app://voike/', method: 'GET' }, nodes);
    const sources = /connect-src ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]?.split(' ');
    expect(sources).toEqual([
      "'self'",
      'http://127.0.0.1:*',
      'ws://127.0.0.1:*',
      'http://localhost:*',
      'ws://localhost:*',
      ...nodes,
    ]);
  });

  test('serves what was read ahead once, and then what is there', async () => {
    writeFileSync(
      join(folder, 'index.html'),
      '<script type="module" src="./first.js"></script><link href="../secret.json">',
    );
    writeFileSync(join(folder, 'first.js'), 'before');
    await readAhead(folder);
    writeFileSync(join(folder, 'first.js'), 'after');
    const request = { url: 'app://voike/first.js', method: 'GET' };
    expect(await (await serveAsset(folder, request)).text()).toBe('before');
    expect(await (await serveAsset(folder, request)).text()).toBe('after');
  });

  test.each([
    ['a file above the folder', 'app://voike/..%2fsecret.json'],
    ['another host', 'app://elsewhere/index.html'],
    ['another scheme', 'file:///etc/passwd'],
    ['a type that no page needs', 'app://voike/notes.secret'],
    ['a file that is not there', 'app://voike/missing.js'],
    ['a broken escape', 'app://voike/%E0%A4%A'],
  ])('answers 404 to %s', async (_what, url) => {
    expect((await serveAsset(folder, { url, method: 'GET' })).status).toBe(404);
  });

  test('answers 404 to a write', async () => {
    expect((await serveAsset(folder, { url: 'app://voike/', method: 'POST' })).status).toBe(404);
  });

  test('no path leaves the folder', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '%2e%2e', '%2f', '/', '\\', '%5c', 'a', '%00', '?', '#')),
        (parts) => {
          const path = assetPath('/srv/app', `app://voike/${parts.join('')}`);
          expect(path === undefined || path.startsWith('/srv/app/')).toBe(true);
        },
      ),
    );
  });
});
