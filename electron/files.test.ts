import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles, type Dialogs } from './files.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'voike-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('files that the person names', () => {
  test('a path that the page made up is asked about, never written', async () => {
    const asked: string[] = [];
    const files = createFiles();
    const dialogs: Dialogs = {
      open: async () => undefined,
      save: async (suggested) => void asked.push(suggested),
    };
    const path = join(folder, 'authorized_keys');
    expect(await files.saveFile(dialogs, { path, name: 'a.flow', text: 'x' })).toBeNull();
    expect(asked).toEqual([path]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a file that was opened is saved without another question, whole and with nothing left beside it', async () => {
    const path = join(folder, 'a.flow');
    writeFileSync(path, 'FLOW "a" END FLOW');
    const used: string[] = [];
    const files = createFiles((one) => used.push(one));
    const dialogs: Dialogs = { open: async () => path, save: async () => expect.unreachable('asked again') };
    expect(await files.openFile(dialogs)).toEqual({ name: 'a.flow', path, text: 'FLOW "a" END FLOW' });
    expect(await files.saveFile(dialogs, { path, name: 'a.flow', text: 'FLOW "b" END FLOW' })).toEqual({
      name: 'a.flow',
      path,
    });
    expect(used).toEqual([path, path]);
    expect(readFileSync(path, 'utf8')).toBe('FLOW "b" END FLOW');
    expect(readdirSync(folder)).toEqual(['a.flow']);
  });

  test('a file that is too large to be a flow is refused by name', async () => {
    const path = join(folder, 'movie.flow');
    writeFileSync(path, Buffer.alloc(17 * 1024 * 1024));
    const dialogs: Dialogs = { open: async () => path, save: async () => undefined };
    await expect(createFiles().openFile(dialogs)).rejects.toThrow('movie.flow is larger than 16 MiB');
  });

  test('an input file is only named, not read', async () => {
    const dialogs: Dialogs = { open: async () => '/no/such/data.csv', save: async () => undefined };
    expect(await createFiles().choose(dialogs, 'data')).toEqual({ path: '/no/such/data.csv', name: 'data.csv' });
  });
});
