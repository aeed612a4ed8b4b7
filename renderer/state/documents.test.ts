import { beforeEach, describe, expect, it } from 'vitest';
import { useToasts } from '../ui/toasts.ts';
import {
  activeDocument,
  besideName,
  isDirty,
  keepDrafts,
  onDocumentClosed,
  tabsOf,
  useDocuments,
} from './documents.ts';
import { memoryDrafts } from './drafts.ts';

const { open, create, setText, setInput, markSaved, close, cycle } = useDocuments.getState();
const reset = (): void => useDocuments.setState({ documents: [], activeId: undefined, restored: false });

beforeEach(reset);

describe('documents', () => {
  it('opens the same place once', () => {
    const first = open({ name: 'a.flow', text: 'x', path: '/tmp/a.flow' });
    open({ name: 'b.flow', text: 'y', path: '/tmp/b.flow' });
    expect(open({ name: 'a.flow', text: 'changed on disk', path: '/tmp/a.flow' })).toBe(first);
    expect(useDocuments.getState().documents).toHaveLength(2);
    expect(activeDocument()?.text).toBe('x');
  });

  it('tells files of one name apart by where they are from', () => {
    open({ name: 'a.flow', text: '', origin: 'sample:demo/a' });
    open({ name: 'a.flow', text: '', file: { workspace: 'w', path: 'lib/a.flow' } });
    open({ name: 'a.flow', text: '', file: { workspace: 'w', path: 'a.flow' } });
    open({ name: 'a.flow', text: '' });
    open({ name: 'b.flow', text: '', path: '/tmp/b.flow' });
    const tabs = tabsOf(useDocuments.getState().documents);
    expect(tabs.map((tab) => besideName(tabs, tab))).toEqual(['sample', 'lib', 'folder', 'not saved yet', undefined]);
  });

  it('is unsaved from the first change until it is saved, and not after undoing the change', () => {
    const id = open({ name: 'a.flow', text: 'one' });
    setText(id, 'two');
    expect(isDirty(activeDocument()!)).toBe(true);
    setText(id, 'one');
    expect(isDirty(activeDocument()!)).toBe(false);
    setText(id, 'three');
    markSaved(id, { text: 'three', name: 'c.flow', path: '/tmp/c.flow' });
    expect(activeDocument()).toMatchObject({ name: 'c.flow', path: '/tmp/c.flow', saved: 'three' });
    expect(isDirty(activeDocument()!)).toBe(false);
  });

  it('gives new documents names that are free', () => {
    create();
    create();
    expect(useDocuments.getState().documents.map((item) => item.name)).toEqual(['untitled-1.flow', 'untitled-2.flow']);
  });

  it('activates the neighbour of a closed tab, and goes round with the keyboard', () => {
    const ids = ['a', 'b', 'c'].map((name) => open({ name, text: '' }));
    useDocuments.getState().activate(ids[1]!);
    close(ids[1]!);
    expect(useDocuments.getState().activeId).toBe(ids[2]);
    cycle(1);
    expect(useDocuments.getState().activeId).toBe(ids[0]);
    close(ids[0]!);
    close(ids[2]!);
    expect(useDocuments.getState().activeId).toBeUndefined();
  });

  it('tells once of each that is closed, and of nothing else', () => {
    const closed: string[] = [];
    const stop = onDocumentClosed((id) => closed.push(id));
    const [first, second] = ['a', 'b'].map((name) => open({ name, text: '' }));
    setText(first!, 'typed');
    close(second!);
    close(second!);
    stop();
    close(first!);
    expect(closed).toEqual([second]);
  });

  it('shows the same tabs while only text changes', () => {
    const id = open({ name: 'a.flow', text: 'x' });
    const tabs = (): unknown => tabsOf(useDocuments.getState().documents);
    setText(id, 'y');
    const unsaved = tabs();
    expect(unsaved).toMatchObject([{ id, dirty: true }]);
    setText(id, 'yz');
    expect(tabs()).toBe(unsaved);
    setText(id, 'x');
    expect(tabs()).toMatchObject([{ id, dirty: false }]);
  });

  it('forgets an input that is set to undefined', () => {
    const id = open({ name: 'a.flow', text: '' });
    setInput(id, 'most', 10);
    setInput(id, 'most', undefined);
    expect(activeDocument()?.inputs).toEqual({});
  });
});

describe('drafts', () => {
  it('survive a crash: text, order, inputs and the active tab come back', async () => {
    const storage = memoryDrafts();
    const drafts = await keepDrafts(storage, 0);
    const first = open({ name: 'a.flow', text: 'saved' });
    open({ name: 'b.flow', text: 'other' });
    setText(first, 'not saved yet');
    setInput(first, 'most', 3);
    useDocuments.getState().activate(first);
    await drafts.flush();

    const { documents, activeId } = await storage.load();
    expect(documents.map((item) => item.name)).toEqual(['a.flow', 'b.flow']);
    expect(documents[0]).toMatchObject({ text: 'not saved yet', saved: 'saved', inputs: { most: 3 } });
    expect(activeId).toBe(first);
  });

  it('keep what was opened while they were being read', async () => {
    const storage = memoryDrafts();
    const before = { id: 'old', name: 'old.flow', saved: '', text: 'kept', revision: 4, inputs: {} };
    await storage.save({ changed: [before], gone: [], order: ['old'], activeId: 'old' });
    const fresh = open({ name: 'dropped.flow', text: '' });
    await keepDrafts(storage, 0);
    expect(useDocuments.getState().documents.map((item) => item.name)).toEqual(['old.flow', 'dropped.flow']);
    expect(useDocuments.getState().activeId).toBe(fresh);
    expect(useDocuments.getState().restored).toBe(true);
  });

  it('of closed documents are removed', async () => {
    const storage = memoryDrafts();
    const drafts = await keepDrafts(storage, 0);
    const id = open({ name: 'a.flow', text: '' });
    await drafts.flush();
    close(id);
    await drafts.flush();
    expect((await storage.load()).documents).toEqual([]);
  });

  it('that could not be written are written with the next change, and the person is told once', async () => {
    const storage = memoryDrafts();
    let full = true;
    const drafts = await keepDrafts(
      { ...storage, save: (change) => (full ? Promise.reject(new Error('full')) : storage.save(change)) },
      0,
    );
    useToasts.setState({ toasts: [] });
    const id = open({ name: 'a.flow', text: 'x' });
    setText(id, 'typed');
    await drafts.flush();
    await drafts.flush();
    expect(useToasts.getState().toasts.map((one) => one.tone)).toEqual(['failed']);
    full = false;
    open({ name: 'b.flow', text: '' });
    await drafts.flush();
    expect((await storage.load()).documents.map((item) => item.text)).toEqual(['typed', '']);
  });

  it('lose nothing when the page goes away before a write has ended', async () => {
    const storage = memoryDrafts();
    const slow = { ...storage, save: () => new Promise<void>(() => undefined) };
    const id = open({ name: 'a.flow', text: 'x' });
    await storage.save({ changed: useDocuments.getState().documents, gone: [], order: [id], activeId: id });
    const drafts = await keepDrafts(slow, 0);
    setText(id, 'typed and');
    void drafts.flush();
    setText(id, 'typed and left');
    drafts.leave();
    expect((await storage.load()).documents[0]).toMatchObject({ text: 'typed and left' });
  });
});
