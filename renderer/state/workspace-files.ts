/** Documents that are files of open folders: opening, saving, and what other programs do to them meanwhile. */
import type { FileChange, FileText } from '../../node-core/files/schema.ts';
import type { SourceRange } from '../../node-core/errors/problem.ts';
import { difference } from '../../node-core/flow/service/difference.ts';
import { fileName } from '../ui/format.ts';
import { problemOf } from '../ui/problem.ts';
import { toast, toastProblem } from '../ui/toasts.ts';
import { client, onNodeEvent, useConnection } from './connection.ts';
import { revealRange } from './cursor.ts';
import { type FlowDocument, isDirty, useDocuments, type WorkspaceFile } from './documents.ts';
import { applyEdits } from './editor-actions.ts';
import { useLayout } from './layout.ts';
import { useRuns } from './run.ts';
import { absolutePath } from './workspaces.ts';

const byId = (id: string): FlowDocument | undefined => useDocuments.getState().documents.find((item) => item.id === id);

export function documentOfFile({ workspace, path }: WorkspaceFile): FlowDocument | undefined {
  return useDocuments
    .getState()
    .documents.find((item) => item.file?.workspace === workspace && item.file.path === path);
}

/** Opens a file of a folder, or shows the tab that has it; `range` is then on view. Resolves with the document's id. */
export async function openWorkspaceFile(
  file: WorkspaceFile,
  options: { range?: SourceRange; focus?: boolean } = {},
): Promise<string | undefined> {
  let id = documentOfFile(file)?.id;
  if (id === undefined) {
    try {
      const read = await client().call<FileText>('files.read', { ...file });
      id = useDocuments.getState().open({
        name: fileName(file.path),
        text: read.text,
        origin: absolutePath(file.workspace, file.path),
        file,
        version: read.version,
      });
    } catch (thrown) {
      toastProblem(thrown);
      return undefined;
    }
  } else useDocuments.getState().activate(id);
  useLayout.getState().showArea('flows');
  if (options.range !== undefined) revealRange(options.range, { documentId: id, focus: options.focus ?? true });
  return id;
}

/** Saves under way, by document: each names the version that the one before it has made. */
const saving = new Map<string, Promise<boolean>>();

/**
 * Saves such a document through the node. False when it was not: then it is in conflict (said beside its text), or the
 * failure was shown.
 *
 * @param force also over what another program wrote; that stays in the history.
 */
export function saveWorkspaceDocument(id: string, force = false): Promise<boolean> {
  const mine = (saving.get(id) ?? Promise.resolve(true)).then(() => saveNow(id, force));
  saving.set(id, mine);
  void mine.then(() => saving.get(id) === mine && saving.delete(id));
  return mine;
}

async function saveNow(id: string, force: boolean): Promise<boolean> {
  const document = byId(id);
  if (document?.file === undefined) return false;
  const { text, file, version } = document;
  try {
    const written = await client().call<FileText>('files.write', {
      ...file,
      text,
      ...(force || version === undefined ? {} : { expected: version }),
    });
    useDocuments.getState().markSaved(id, { text, version: written.version });
    return true;
  } catch (thrown) {
    const problem = problemOf(thrown);
    if (problem.code !== 'file-conflict') {
      toastProblem(thrown);
      return false;
    }
    const { actual, text: theirs } = problem as unknown as { actual?: string; text?: string };
    useDocuments.getState().setFile(id, {
      conflict:
        actual === undefined || theirs === undefined
          ? { kind: 'removed' }
          : { kind: 'changed', text: theirs, version: actual },
    });
    return false;
  }
}

/** Ends a conflict with the text of the disk; what was in the editor stays in the history. */
export async function takeTheirs(id: string): Promise<void> {
  const document = byId(id);
  if (document?.file === undefined || document.conflict?.kind !== 'changed') return;
  const { text, version } = document.conflict;
  await keepUnsaved(document);
  replaceText(id, text);
  useDocuments.getState().markSaved(id, { text, version });
}

/** Ends a conflict with the text of the editor; what the other program wrote stays in the history. */
export const keepMine = (id: string): Promise<boolean> => saveWorkspaceDocument(id, true);

/** Keeps the text of an editor in the file's history before it is given up; never fails. */
export async function keepUnsaved(document: FlowDocument): Promise<void> {
  if (document.file === undefined || !isDirty(document)) return;
  await client()
    .call('files.keepUnsaved', { ...document.file, text: document.text })
    .then(
      () => historyListeners.forEach((listener) => listener()),
      () => undefined,
    );
}

const historyListeners = new Set<() => void>();

/** Calls back when a text that is not saved was kept: nothing else tells of it. Returns the function that stops. */
export function onUnsavedKept(listener: () => void): () => void {
  historyListeners.add(listener);
  return () => historyListeners.delete(listener);
}

/** Puts another text into a document as one small edit, so that cursor, folds and undo stay. */
export function replaceText(id: string, text: string): void {
  const document = byId(id);
  if (document === undefined) return;
  const edit = difference(document.text, text);
  if (edit === undefined) return;
  applyEdits(id, [{ range: { start: edit.start, end: edit.end }, text: edit.text }]);
}

/** Documents follow a file or folder that was renamed through the node, here or elsewhere. */
function followRename(workspace: string, from: string, to: string): void {
  for (const { id, file } of useDocuments.getState().documents) {
    if (file?.workspace !== workspace) continue;
    if (file.path !== from && !file.path.startsWith(`${from}/`)) continue;
    const path = to + file.path.slice(from.length);
    useDocuments.getState().setFile(id, {
      file: { workspace, path },
      name: fileName(path),
      origin: absolutePath(workspace, path),
    });
  }
}

/** Compares a document with the disk: a clean one takes what is there, an unsaved one is in conflict with it. */
async function look(id: string): Promise<void> {
  // The event of a save of this window may come before its answer.
  await saving.get(id);
  const asked = byId(id)?.file;
  if (asked === undefined) return;
  let read: FileText | undefined;
  try {
    read = await client().call<FileText>('files.read', { ...asked });
  } catch (thrown) {
    const { code } = problemOf(thrown);
    if (code !== 'file-not-found' && code !== 'folder-not-found') return;
  }
  const document = byId(id);
  // It may have been renamed or saved while the node read.
  if (document?.file === undefined || document.file.path !== asked.path) return;
  const { setFile, markSaved } = useDocuments.getState();
  if (read === undefined) {
    if (document.conflict?.kind !== 'removed') setFile(id, { conflict: { kind: 'removed' } });
    return;
  }
  if (read.version === document.version) {
    if (document.conflict !== undefined) setFile(id, { conflict: undefined });
    return;
  }
  if (isDirty(document) && read.text !== document.text) {
    setFile(id, { conflict: { kind: 'changed', text: read.text, version: read.version } });
    return;
  }
  replaceText(id, read.text);
  markSaved(id, { text: read.text, version: read.version });
}

const waiting = new Set<string>();
let busy = false;

/** One look at a time for each document; a change during it asks for another. */
async function lookAll(): Promise<void> {
  if (busy) return;
  busy = true;
  while (waiting.size > 0) {
    const [id] = waiting;
    waiting.delete(id!);
    await look(id!);
  }
  busy = false;
}

function concerns(file: WorkspaceFile, workspace: string, changes: readonly FileChange[], all: boolean): boolean {
  if (file.workspace !== workspace) return false;
  return all || changes.some(({ path }) => path === file.path || file.path.startsWith(`${path}/`));
}

/** Follows what happens to the files of open documents. Called once. */
export function followWorkspaceFiles(): void {
  const check = (which: (file: WorkspaceFile) => boolean): void => {
    for (const { id, file } of useDocuments.getState().documents)
      if (file !== undefined && which(file)) waiting.add(id);
    void lookAll();
  };
  onNodeEvent((event) => {
    if (event.type === 'files.changed') {
      for (const { path, to } of event.changes) if (to !== undefined) followRename(event.workspace, path, to);
      check((file) => concerns(file, event.workspace, event.changes, event.all));
    }
    if (event.type === 'reset') check(() => true);
  });
  // What runs and is not saved could not be looked at later in the history of its file.
  useRuns.subscribe((now, before) => {
    if (now.current === before.current) return;
    for (const [id, run] of Object.entries(now.current)) {
      const document = run === before.current[id] ? undefined : byId(id);
      if (document !== undefined) void keepUnsaved(document);
    }
  });
  const arrived = (): void => {
    if (useConnection.getState().phase === 'connected' && useDocuments.getState().restored) check(() => true);
  };
  arrived();
  useConnection.subscribe((now, before) => now.phase !== before.phase && arrived());
  useDocuments.subscribe((now, before) => now.restored !== before.restored && arrived());
}

/** Says what was deleted, with the way back. */
export function toastDeleted(workspace: string, deleted: { id: string; path: string; files: number }): void {
  toast({
    text:
      deleted.files > 1
        ? `${fileName(deleted.path)} and its ${deleted.files} files were deleted.`
        : `${fileName(deleted.path)} was deleted.`,
    hint: 'It can be brought back for 30 days.',
    action: {
      label: 'Undo',
      run: () => void client().call('files.undelete', { workspace, id: deleted.id }).catch(toastProblem),
    },
  });
}
