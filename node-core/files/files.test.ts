import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../operations/operation.ts';
import { createRegistry } from '../operations/registry.ts';
import type { NodeEvent } from '../runs/schema.ts';
import { fileBytes } from './bytes.ts';
import { filesOperations } from './operations.ts';
import { openTestFiles, type TestFiles } from './testing.ts';

let test: TestFiles;
beforeEach(async () => void (test = await openTestFiles()));
afterEach(() => test.close());

const context = (actor = 'local'): CallContext<'project'> => ({
  project: test.project,
  actor,
  signal: new AbortController().signal,
  log: pino({ level: 'silent' }),
});
const call = (name: string, input: object, actor = 'local'): Promise<any> =>
  createRegistry([filesOperations({ files: test.files, localProject: test.project.id })]).call(name, context(actor), {
    workspace: test.workspace,
    ...input,
  });
const onDisk = (path: string): string => readFileSync(join(test.root, path), 'utf8');
const causes = async (path: string): Promise<string[]> =>
  ((await call('files.history', { path })).versions as { cause: string }[]).map(({ cause }) => cause);

describe('who may', () => {
  it('is the person at this machine alone: no project key and no step of a run', async () => {
    test.outside('a.flow', 'a');
    const operations = filesOperations({ files: test.files, localProject: test.project.id });
    const input: Record<string, unknown> = {
      path: 'a.flow',
      from: 'a.flow',
      to: 'b.flow',
      text: 'x',
      id: 1,
      replacement: '',
      expected: '0'.repeat(64),
      days: 1,
      versions: 1,
      megabytes: 1,
    };
    for (const name of Object.keys(operations)) {
      for (const actor of ['key:0199f3a2-0000-7000-8000-000000000000', 'run:x/step', 'admin', 'public', '']) {
        const own = name === 'files.undelete' ? { ...input, id: 'x' } : input;
        await expect(call(name, own, actor), `${name} as ${actor}`).rejects.toMatchObject({
          code: 'local-only',
          status: 403,
        });
      }
    }
    expect(onDisk('a.flow')).toBe('a');
  });
});

describe('a file by its path', () => {
  it('is given as it lies on the disk, and nothing that is no file', async () => {
    test.outside('a.bin', 'abc');
    const path = join(test.root, 'a.bin');
    const { size, name, open } = await fileBytes(path);
    const pieces: Uint8Array[] = [];
    for await (const piece of open({ start: 1, end: 2 })) pieces.push(piece);
    expect([size, name, Buffer.concat(pieces).toString()]).toEqual([3, 'a.bin', 'bc']);
    await expect(fileBytes('a.bin')).rejects.toMatchObject({ code: 'file-path-relative' });
    await expect(fileBytes(test.root)).rejects.toMatchObject({ code: 'file-not-regular' });
    await expect(fileBytes(`${path}.gone`)).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('workspaces', () => {
  it('are opened and closed with an entry in the ledger of the node, and keep their id', async () => {
    await call('files.closeWorkspace', {});
    await expect(call('files.list', {})).rejects.toMatchObject({ code: 'workspace-not-found' });
    expect(await call('files.listWorkspaces', {})).toMatchObject({ workspaces: [], recent: [{ path: test.root }] });
    const again = await call('files.openWorkspace', { path: `${test.root}/.` });
    expect(again).toMatchObject({ id: test.workspace, path: test.root, missing: false });
    const kinds = test.projects.control.db.prepare('SELECT kind FROM ledger_entries ORDER BY seq').pluck().all();
    expect(kinds.slice(-3)).toEqual(['workspace.open', 'workspace.close', 'workspace.open']);
  });

  it('are folders that are there, and never hold the data of the node', async () => {
    test.outside('a.flow', '');
    for (const [path, code] of [
      ['relative', 'folder-refused'],
      [join(test.root, 'nothing'), 'folder-not-found'],
      [join(test.root, 'a.flow'), 'not-a-folder'],
      ['/', 'folder-refused'],
      [test.dataDir, 'folder-refused'],
      [join(test.dataDir, 'identity'), 'folder-refused'],
      [tmpdir(), 'folder-refused'],
    ])
      await expect(call('files.openWorkspace', { path }), path).rejects.toMatchObject({ code });
  });

  it('whose folder is gone say so and do not fail the list', async () => {
    renameSync(test.root, `${test.root}-away`);
    expect((await call('files.listWorkspaces', {})).workspaces).toMatchObject([{ missing: true }]);
    renameSync(`${test.root}-away`, test.root);
  });

  it('complete a path that is being typed', async () => {
    mkdirSync(join(test.root, 'alpha'));
    mkdirSync(join(test.root, 'Alps'));
    mkdirSync(join(test.root, 'beta'));
    const { folders } = await call('files.folders', { path: join(test.root, 'al') });
    expect(folders).toEqual([join(test.root, 'Alps'), join(test.root, 'alpha')]);
  });
});

describe('a folder', () => {
  it('is listed a page at a time: folders first, numbers as people count', async () => {
    for (const name of ['plan10.flow', 'plan9.flow', 'Alpha.flow', 'lib/x.flow']) test.outside(name, 'text');
    const first = await call('files.list', { limit: 3 });
    expect(first.entries.map(({ name }: { name: string }) => name)).toEqual(['lib', 'Alpha.flow', 'plan9.flow']);
    expect(first).toMatchObject({ total: 4, next: 3 });
    const { entries } = await call('files.list', { offset: first.next });
    expect(entries).toMatchObject([{ name: 'plan10.flow', kind: 'file', size: 4 }]);
    expect((await call('files.list', { path: 'lib' })).entries).toMatchObject([{ path: 'lib/x.flow' }]);
  });

  it('shows links that lead out as such, and does not open them', async () => {
    symlinkSync(tmpdir(), join(test.root, 'out'));
    expect((await call('files.list', {})).entries).toMatchObject([{ name: 'out', kind: 'outside', link: true }]);
    await expect(call('files.list', { path: 'out' })).rejects.toMatchObject({ code: 'path-outside' });
  });
});

describe('writing', () => {
  it('leaves the file whole, its rights as they were, and nothing beside it', async () => {
    test.outside('run.sh', 'old');
    chmodSync(join(test.root, 'run.sh'), 0o750);
    await call('files.write', { path: 'run.sh', text: 'new' });
    expect(onDisk('run.sh')).toBe('new');
    expect(statSync(join(test.root, 'run.sh')).mode & 0o777).toBe(0o750);
    expect(readdirSync(test.root)).toEqual(['run.sh']);
  });

  it('never overwrites what another program wrote meanwhile: the refusal carries both', async () => {
    test.outside('a.flow', 'one');
    const { version } = await call('files.read', { path: 'a.flow' });
    test.outside('a.flow', 'theirs');
    const refused = call('files.write', { path: 'a.flow', text: 'mine', expected: version });
    await expect(refused).rejects.toMatchObject({
      code: 'file-conflict',
      status: 409,
      more: { expected: version, text: 'theirs' },
    });
    expect(onDisk('a.flow')).toBe('theirs');
    // Keeping mine is asked for, and theirs is in the history.
    await call('files.write', { path: 'a.flow', text: 'mine' });
    expect(await causes('a.flow')).toEqual(['saved', 'outside']);
  });

  it('of two at once with one expectation lets one through', async () => {
    test.outside('a.flow', 'one');
    const { version } = await call('files.read', { path: 'a.flow' });
    const both = await Promise.allSettled(
      ['x', 'y'].map((text) => call('files.write', { path: 'a.flow', text, expected: version })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('of two at once that make one new file lets both through, the later last', async () => {
    await Promise.all(['x', 'y'].map((text) => call('files.write', { path: 'new.flow', text })));
    expect(onDisk('new.flow')).toBe('y');
    expect(await causes('new.flow')).toEqual(['saved', 'saved']);
  });

  it('says that a file is gone rather than making it again', async () => {
    test.outside('a.flow', 'one');
    const { version } = await call('files.read', { path: 'a.flow' });
    rmSync(join(test.root, 'a.flow'));
    await expect(call('files.write', { path: 'a.flow', text: 'x', expected: version })).rejects.toThrow(
      'deleted or renamed',
    );
  });

  it('keeps a byte order mark and line ends as they were', async () => {
    test.outside('bom.flow', '\ufeffone\r\ntwo\r\n');
    const { text, version } = await call('files.read', { path: 'bom.flow' });
    expect(text).toBe('one\r\ntwo\r\n');
    await call('files.write', { path: 'bom.flow', text: 'one\r\n2\r\n', expected: version });
    expect(onDisk('bom.flow')).toBe('\ufeffone\r\n2\r\n');
  });

  it('goes through a link inside the folder to the file itself', async () => {
    test.outside('real.flow', 'old');
    symlinkSync('real.flow', join(test.root, 'link.flow'));
    await call('files.write', { path: 'link.flow', text: 'new' });
    expect(onDisk('real.flow')).toBe('new');
    expect(
      readdirSync(test.root, { withFileTypes: true })
        .find(({ name }) => name === 'link.flow')
        ?.isSymbolicLink(),
    ).toBe(true);
  });

  it('refuses what is protected, what is a folder, and what is no text', async () => {
    test.outside('lib/a.flow', '');
    test.outside('picture.png', Buffer.from([0x89, 0x50, 0, 1]));
    await expect(call('files.read', { path: 'lib' })).rejects.toMatchObject({ code: 'file-is-folder' });
    await expect(call('files.read', { path: 'picture.png' })).rejects.toMatchObject({ code: 'file-binary' });
    await expect(call('files.read', { path: 'gone.flow' })).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(call('files.write', { path: 'no/such/a.flow', text: '' })).rejects.toMatchObject({
      code: 'folder-not-found',
    });
    chmodSync(join(test.root, 'lib/a.flow'), 0o444);
    await expect(call('files.write', { path: 'lib/a.flow', text: 'x' })).rejects.toMatchObject({
      code: 'file-read-only',
    });
  });
});

describe('making, renaming, deleting', () => {
  it('never lands on something that is there', async () => {
    test.outside('a.flow', 'a');
    test.outside('b.flow', 'b');
    await expect(call('files.create', { path: 'a.flow' })).rejects.toMatchObject({ code: 'file-exists' });
    await expect(call('files.move', { from: 'a.flow', to: 'b.flow' })).rejects.toMatchObject({ code: 'file-exists' });
    await call('files.createFolder', { path: 'lib' });
    await expect(call('files.createFolder', { path: 'lib' })).rejects.toMatchObject({ code: 'file-exists' });
    await expect(call('files.move', { from: 'lib', to: 'lib/inner' })).rejects.toMatchObject({ code: 'bad-path' });
    expect([onDisk('a.flow'), onDisk('b.flow')]).toEqual(['a', 'b']);
  });

  it('a renamed file and a moved folder keep their history', async () => {
    await call('files.createFolder', { path: 'lib' });
    await call('files.create', { path: 'lib/a.flow', text: 'one' });
    await call('files.write', { path: 'lib/a.flow', text: 'two' });
    await call('files.move', { from: 'lib/a.flow', to: 'lib/b.flow' });
    await call('files.move', { from: 'lib', to: 'parts' });
    expect(await causes('parts/b.flow')).toEqual(['renamed', 'saved', 'created']);
    expect(onDisk('parts/b.flow')).toBe('two');
  });

  it('what was deleted comes back as it was, folders with everything in them', async () => {
    test.outside('lib/a.flow', 'a');
    test.outside('lib/deep/b.bin', Buffer.from([0, 1, 2]));
    const gone = await call('files.delete', { path: 'lib' });
    expect(gone).toMatchObject({ path: 'lib', files: 2 });
    expect(existsSync(join(test.root, 'lib'))).toBe(false);
    expect((await call('files.deleted', {})).deleted).toMatchObject([{ id: gone.id, path: 'lib' }]);
    expect(await call('files.undelete', { id: gone.id })).toEqual({ path: 'lib' });
    expect(onDisk('lib/a.flow')).toBe('a');
    expect(readFileSync(join(test.root, 'lib/deep/b.bin'))).toEqual(Buffer.from([0, 1, 2]));
    await expect(call('files.undelete', { id: gone.id })).rejects.toMatchObject({ code: 'trash-not-found' });
  });

  it('comes back into a folder that was deleted after it, and never through a link', async () => {
    test.outside('lib/a.flow', 'a');
    test.outside('lib/b.flow', 'b');
    const a = await call('files.delete', { path: 'lib/a.flow' });
    const b = await call('files.delete', { path: 'lib/b.flow' });
    await call('files.delete', { path: 'lib' });
    expect(await call('files.undelete', { id: a.id })).toEqual({ path: 'lib/a.flow' });
    await call('files.delete', { path: 'lib' });
    symlinkSync(tmpdir(), join(test.root, 'lib'));
    await expect(call('files.undelete', { id: b.id })).rejects.toMatchObject({ code: 'path-outside' });
    expect(existsSync(join(tmpdir(), 'b.flow'))).toBe(false);
  });

  it('does not come back over something that has its name now', async () => {
    test.outside('a.flow', 'old');
    const { id } = await call('files.delete', { path: 'a.flow' });
    test.outside('a.flow', 'new');
    await expect(call('files.undelete', { id })).rejects.toMatchObject({ code: 'file-exists' });
    expect(onDisk('a.flow')).toBe('new');
    expect(await causes('a.flow')).toEqual(['deleted']);
  });
});

describe('history', () => {
  it('keeps each version once, and a restored one is a new version', async () => {
    for (const text of ['one', 'two', 'two', 'three']) await call('files.write', { path: 'a.flow', text });
    const { versions } = await call('files.history', { path: 'a.flow' });
    expect(versions).toHaveLength(3);
    const oldest = versions.at(-1);
    expect((await call('files.historyEntry', { path: 'a.flow', id: oldest.id })).text).toBe('one');
    await call('files.restore', { path: 'a.flow', id: oldest.id });
    expect(onDisk('a.flow')).toBe('one');
    expect(await causes('a.flow')).toEqual(['restored', 'saved', 'saved', 'saved']);
  });

  it('takes the text of an editor that was never saved', async () => {
    test.outside('a.flow', 'saved');
    expect(await call('files.keepUnsaved', { path: 'a.flow', text: 'draft' })).toEqual({ kept: true });
    expect(await call('files.keepUnsaved', { path: 'a.flow', text: 'draft' })).toEqual({ kept: false });
    expect(onDisk('a.flow')).toBe('saved');
    expect(await causes('a.flow')).toEqual(['unsaved']);
  });

  it('of another file is not given out by its number', async () => {
    await call('files.write', { path: 'a.flow', text: 'secret' });
    const [{ id }] = (await call('files.history', { path: 'a.flow' })).versions;
    await expect(call('files.historyEntry', { path: 'b.flow', id })).rejects.toMatchObject({
      code: 'version-not-found',
    });
  });

  it('keeps to its limits, and never drops the newest version of a file', async () => {
    for (let n = 0; n < 10; n++) await call('files.write', { path: 'a.flow', text: `${n}` });
    await call('files.write', { path: 'b.flow', text: 'only' });
    await call('files.setHistoryLimits', { days: 30, versions: 3, megabytes: 1 });
    const { versions } = await call('files.history', { path: 'a.flow' });
    expect(versions).toHaveLength(3);
    expect((await call('files.historyEntry', { path: 'a.flow', id: versions[0].id })).text).toBe('9');
    expect(await causes('b.flow')).toEqual(['saved']);
    expect(await call('files.historyLimits', {})).toEqual({ days: 30, versions: 3, megabytes: 1 });
  });
});

describe('watching', () => {
  const next = (fits: (event: NodeEvent & { type: 'files.changed' }) => boolean) =>
    new Promise<NodeEvent & { type: 'files.changed' }>((resolve) => {
      const leave = test.events.subscribe(test.project.id, undefined, (event) => {
        if (event.type !== 'files.changed' || !fits(event)) return;
        setImmediate(leave);
        resolve(event);
      });
    });

  it('tells what another program did, also in folders that are new', async () => {
    test.outside('a.flow', 'one');
    const stay = test.events.subscribe(test.project.id, undefined, () => {});
    await call('files.list', {});
    await test.files.find('', 10);
    const changed = next(({ changes }) => changes.some(({ path }) => path === 'a.flow'));
    test.outside('a.flow', 'two');
    expect((await changed).changes).toEqual([{ path: 'a.flow', change: 'changed' }]);
    const added = next(({ changes }) => changes.some(({ path }) => path === 'new/deep/b.flow'));
    test.outside('new/deep/b.flow', 'b');
    expect((await added).changes).toContainEqual({ path: 'new/deep/b.flow', change: 'added' });
    const deep = next(({ changes }) => changes.some(({ path }) => path === 'new/deep/c.flow'));
    test.outside('new/deep/c.flow', 'c');
    expect((await deep).changes).toEqual([{ path: 'new/deep/c.flow', change: 'added' }]);
    const removed = next(({ changes }) => changes.some(({ path }) => path === 'new'));
    rmSync(join(test.root, 'new'), { recursive: true });
    expect((await removed).changes).toContainEqual({ path: 'new', change: 'removed' });
    expect((await call('files.find', { query: 'flow' })).files).toMatchObject([{ path: 'a.flow' }]);
    stay();
  });

  it('keeps what another program wrote as a version, when the file has a history', async () => {
    await call('files.write', { path: 'a.flow', text: 'mine' });
    const stay = test.events.subscribe(test.project.id, undefined, () => {});
    await call('files.list', {});
    test.outside('a.flow', 'theirs');
    await expect.poll(() => causes('a.flow')).toEqual(['outside', 'saved']);
    stay();
  });
});

describe('finding', () => {
  it('goes by the letters of names before those of folders', async () => {
    for (const path of [
      'flows/top.flow',
      'top/other.flow',
      'lib/stop-here.flow',
      'node_modules/top.flow',
      '.git/top.flow',
    ])
      test.outside(path, '');
    const { files } = await call('files.find', { query: 'top' });
    expect(files.map(({ path }: { path: string }) => path)).toEqual([
      'flows/top.flow',
      'lib/stop-here.flow',
      'top/other.flow',
    ]);
  });
});

describe('searching', () => {
  const search = async (options: object) => {
    const files: { path: string; matches: { line: number; preview: string; from: number; to: number }[] }[] = [];
    let cursor: string | undefined;
    do {
      const page = await call('files.search', { ...options, ...(cursor === undefined ? {} : { cursor }) });
      files.push(...page.files);
      cursor = page.next;
    } while (cursor !== undefined);
    return files;
  };
  const lines = async (options: object) =>
    (await search(options)).flatMap(({ path, matches }) =>
      matches.map(({ line, preview, from, to }) => `${path}:${line}:${preview.slice(from, to)}`),
    );
  beforeEach(() => {
    test.outside('a.flow', 'STEP top = LOAD\nSTEP stop = SORT top\n');
    test.outside('lib/b.flow', 'step Top = FILTER\r\nOUTPUT Top\r\n');
    test.outside('data.bin', Buffer.from([0, ...Buffer.from('top')]));
    test.outside('node_modules/c.flow', 'top');
    test.outside('big.csv', 'top,'.repeat(1_200_000));
  });

  it('finds text by line, without regard to case unless asked, and leaves out what is no source', async () => {
    expect(await lines({ text: 'top' })).toEqual([
      'a.flow:1:top',
      'a.flow:2:top',
      'a.flow:2:top',
      'lib/b.flow:1:Top',
      'lib/b.flow:2:Top',
    ]);
    expect(await lines({ text: 'Top', matchCase: true })).toEqual(['lib/b.flow:1:Top', 'lib/b.flow:2:Top']);
    expect(await lines({ text: 'top', wholeWord: true, include: 'a.*' })).toEqual(['a.flow:1:top', 'a.flow:2:top']);
    expect(await lines({ text: '^STEP (\\w+)', regex: true, matchCase: true })).toEqual([
      'a.flow:1:STEP top',
      'a.flow:2:STEP stop',
    ]);
    expect(await lines({ text: '.*' })).toEqual([]);
  });

  it('looks where globs say', async () => {
    expect(await lines({ text: 'top', include: 'lib' })).toHaveLength(2);
    expect(await lines({ text: 'top', include: '*.flow', exclude: 'lib/**' })).toHaveLength(3);
    expect(await lines({ text: 'top', include: '*.sql' })).toEqual([]);
  });

  it('comes in pages that together are everything', async () => {
    expect(await lines({ text: 'top', limit: 1 })).toHaveLength(5);
  });

  it('names what is wrong with an expression, and ends one that never ends', async () => {
    await expect(call('files.search', { text: '(', regex: true })).rejects.toMatchObject({ code: 'bad-expression' });
    test.outside('evil.txt', `${'a'.repeat(60)}!`);
    await expect(call('files.search', { text: '(a+)+$', regex: true, include: 'evil.txt' })).rejects.toMatchObject({
      code: 'search-too-slow',
      more: { path: 'evil.txt' },
    });
    // The next one is served.
    expect(await lines({ text: 'stop' })).toEqual(['a.flow:2:stop']);
  });

  it('goes past letters of two code units with an expression that may fit nothing', async () => {
    test.outside('smile.txt', '😀x😀');
    expect(await lines({ text: 'x*', regex: true, include: 'smile.txt' })).toEqual(['smile.txt:1:x']);
  });

  it('ends when the caller goes away', async () => {
    const gone = new AbortController();
    test.outside('evil.txt', `${'a'.repeat(60)}!`);
    const searching = test.files.search({ text: '(a+)+$', regex: true }, { limit: 10 }, gone.signal);
    setTimeout(() => gone.abort(new Error('gone')), 50);
    await expect(searching).rejects.toThrow('gone');
  });

  it('replaces what was found in the text that was searched, and in no other', async () => {
    const [found] = await search({ text: 'top', include: 'a.flow', wholeWord: true });
    const at = { path: 'a.flow', text: 'top', wholeWord: true, expected: (found as { version?: string }).version };
    expect(await call('files.replace', { ...at, replacement: '$1', dry: true })).toMatchObject({ replaced: 2 });
    expect(onDisk('a.flow')).toContain('STEP top');
    await call('files.replace', { ...at, replacement: '$1' });
    expect(onDisk('a.flow')).toBe('STEP $1 = LOAD\nSTEP stop = SORT $1\n');
    await expect(call('files.replace', { ...at, replacement: 'x' })).rejects.toMatchObject({ code: 'file-conflict' });
    expect(await causes('a.flow')).toEqual(['replaced', 'outside']);
  });
});
