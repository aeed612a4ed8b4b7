import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { proxyOf } from './proxy.ts';
import { DEFAULTS, openUserFiles, shellSettings, type UserFiles } from './settings.ts';

describe('what settings.json says about the shell', () => {
  test('comments and commas are allowed, and what is wrong or unknown counts as not there', () => {
    const settings = shellSettings(
      '{\n  // mine\n  "desktop.tray": true, "network.proxy": "carrier pigeon", "x": 1, "updates.channel": "beta",\n}',
    );
    expect(settings).toEqual({ ...DEFAULTS, 'desktop.tray': true, 'updates.channel': 'beta' });
  });

  test.each(['', 'null', '[]', '{"desktop.tray": ', '\0'])('%j is no settings: all defaults hold', (text) => {
    expect(shellSettings(text)).toEqual(DEFAULTS);
  });

  test('nothing that reaches out or opens a door is on by itself', () => {
    expect(DEFAULTS).toMatchObject({
      'desktop.tray': false,
      'desktop.openAtLogin': false,
      'terminal.systemShell': false,
      'updates.url': '',
    });
  });
});

describe('the proxy', () => {
  test('is the system’s unless the person says otherwise, and never stands before the node', () => {
    expect(proxyOf(DEFAULTS)).toEqual({ mode: 'system' });
    expect(proxyOf({ ...DEFAULTS, 'network.proxy': 'none' })).toEqual({ mode: 'direct' });
    const proxy = proxyOf({ ...DEFAULTS, 'network.proxy': 'server', 'network.proxyServer': 'proxy.example:3128' });
    expect(proxy).toMatchObject({ mode: 'fixed_servers', proxyRules: 'proxy.example:3128' });
    expect(proxy.proxyBypassRules).toContain('127.0.0.1');
    expect(proxyOf({ ...DEFAULTS, 'network.proxy': 'server' })).toEqual({ mode: 'system' });
  });
});

describe('the person’s files', () => {
  let folder: string;
  let files: UserFiles;
  let seen: [string, string][];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'voike-user-'));
    seen = [];
    files = openUserFiles(folder, (file, text) => seen.push([file, text]));
  });
  afterEach(() => {
    files.close();
    rmSync(folder, { recursive: true });
  });

  test('are written whole, one after the other, and told once', async () => {
    expect(await files.read('settings.json')).toBeUndefined();
    await Promise.all([files.write('settings.json', '{"a":1}'), files.write('settings.json', '{"a":2}')]);
    expect(await files.read('settings.json')).toBe('{"a":2}');
    expect(readdirSync(folder)).toEqual(['settings.json']);
    expect(seen.filter(([, text]) => text === '{"a":2}')).toHaveLength(1);
  });

  test('that another program changes are told', async () => {
    writeFileSync(join(folder, 'keybindings.json'), '[]');
    await expect.poll(() => seen.at(-1)).toEqual(['keybindings.json', '[]']);
  });
});
