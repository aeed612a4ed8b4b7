import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assetPath, CONTENT_SECURITY_POLICY, serveAsset } from './app-protocol.ts';

describe('the app:// scheme', () => {
  let folder: string;
  beforeAll(() => {
    const above = mkdtempSync(join(tmpdir(), 'voike-app-'));
    folder = join(above, 'renderer');
    mkdirSync(folder);
    writeFileSync(join(above, 'secret.json'), '{}');
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'notes.secret'), 'not a type that a page needs');
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

  test('serves the page at / under a policy without unsafe scripts', async () => {
    const response = await serveAsset(folder, { url: 'app://voike/', method: 'GET' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toBe(CONTENT_SECURITY_POLICY);
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/default-src 'none'/);
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
