import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFiles, type Dialogs, writeWhole } from './files.ts';

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

  test('a file that is not UTF-8 is refused rather than damaged when it is saved, and a mark at its beginning stays', async () => {
    const path = join(folder, 'old.flow');
    const dialogs: Dialogs = { open: async () => path, save: async () => undefined };
    writeFileSync(path, Buffer.from('FLOW "Caf\xe9"', 'latin1'));
    await expect(createFiles().openFile(dialogs)).rejects.toThrow('old.flow is not text in UTF-8');
    writeFileSync(path, '\ufeffFLOW "a" END FLOW');
    const files = createFiles();
    expect((await files.openFile(dialogs))?.text).toBe('FLOW "a" END FLOW');
    await files.saveFile(dialogs, { path, name: 'old.flow', text: 'FLOW "b" END FLOW' });
    expect(readFileSync(path, 'utf8')).toBe('\ufeffFLOW "b" END FLOW');
  });

  test('a folder is refused by name', async () => {
    const dialogs: Dialogs = { open: async () => folder, save: async () => undefined };
    await expect(createFiles().openFile(dialogs)).rejects.toThrow('is not a file');
  });

  test.runIf(process.platform !== 'win32')('saving keeps the rights of a file and the link to it', async () => {
    const path = join(folder, 'private.flow');
    writeFileSync(path, 'old');
    chmodSync(path, 0o600);
    symlinkSync(path, join(folder, 'link.flow'));
    // Two windows may save it at once.
    await Promise.all(['one', 'two'].map((text) => writeWhole(join(folder, 'link.flow'), text)));
    expect(['one', 'two']).toContain(readFileSync(path, 'utf8'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(lstatSync(join(folder, 'link.flow')).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(['link.flow', 'private.flow']);
  });

  test('an input file is only named, not read', async () => {
    const dialogs: Dialogs = { open: async () => '/no/such/data.csv', save: async () => undefined };
    expect(await createFiles().choose(dialogs, 'data')).toEqual({ path: '/no/such/data.csv', name: 'data.csv' });
  });
});
