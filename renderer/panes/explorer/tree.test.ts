import { describe, expect, it } from 'vitest';
import type { FileEntry, Workspace } from '../../../node-core/files/schema.ts';
import { type FolderState, isItem, keyOf, parentOf, placeOfKey, rowsOf, typedTo } from './tree.ts';

const entry = (path: string, kind: FileEntry['kind'] = 'file'): FileEntry => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind,
  size: 0,
  modifiedAt: '',
});
const folder: Workspace = { id: 'w', name: 'flows', path: '/flows', openedAt: '', missing: false };
const folders = new Map<string, FolderState>([
  ['w:', { entries: [entry('lib', 'folder'), entry('b.flow'), entry('bc.flow')] }],
  ['w:lib', { entries: [entry('lib/a.flow')] }],
]);
const rows = (open: string[], draft?: Parameters<typeof rowsOf>[3]): string[] =>
  rowsOf([folder], folders, new Set(open), draft).map(({ kind, path, level }) => `${level} ${kind} ${path}`);

describe('the rows of the tree', () => {
  it('are those of open folders, each below its own', () => {
    expect(rows([])).toEqual(['1 root ']);
    expect(rows(['w:', 'w:lib'])).toEqual([
      '1 root ',
      '2 folder lib',
      '3 file lib/a.flow',
      '2 file b.flow',
      '2 file bc.flow',
    ]);
  });

  it('say what is not read yet, what is empty, and what failed', () => {
    const of = (state: FolderState | undefined): string[] =>
      rowsOf([folder], new Map(state === undefined ? [] : [['w:', state]]), new Set(['w:']), undefined).map(
        ({ kind }) => kind,
      );
    expect(of(undefined)).toEqual(['root', 'loading']);
    expect(of({ entries: [] })).toEqual(['root', 'empty']);
    expect(of({ problem: new Error('x') })).toEqual(['root', 'problem']);
  });

  it('have the name that is being typed where the new thing will stand', () => {
    expect(rows(['w:'], { workspace: 'w', folder: '', kind: 'folder' })[1]).toBe('2 draft ');
    expect(rows(['w:'], { workspace: 'w', folder: '', kind: 'file' })[2]).toBe('2 draft ');
    expect(rows(['w:', 'w:lib'], { workspace: 'w', folder: 'lib', kind: 'file' })[2]).toBe('3 draft lib');
  });

  it('do not go into a folder that is not there', () => {
    const found = rowsOf([{ ...folder, missing: true }], folders, new Set(['w:']), undefined);
    expect(found).toMatchObject([{ kind: 'root', open: false, missing: true }]);
  });
});

it('typing goes to the next name that begins so, and on with each letter', () => {
  const all = rowsOf([folder], folders, new Set(['w:']), undefined);
  expect(all.every(isItem)).toBe(true);
  const name = (at: number | undefined): string | undefined => (at === undefined ? undefined : all[at]?.path);
  expect(name(typedTo(all, 0, 'b'))).toBe('b.flow');
  expect(name(typedTo(all, 2, 'b'))).toBe('bc.flow');
  expect(name(typedTo(all, 3, 'b'))).toBe('b.flow');
  expect(name(typedTo(all, 2, 'bc'))).toBe('bc.flow');
  expect(typedTo(all, 0, 'x')).toBeUndefined();
});

it('a key is a folder and a path in it, whatever the path holds', () => {
  expect(placeOfKey(keyOf('w', 'a:b/c'))).toEqual({ workspace: 'w', path: 'a:b/c' });
  expect(parentOf('a/b/c')).toBe('a/b');
  expect(parentOf('a')).toBe('');
});
