/**
 * What the node knows of an open folder while somebody looks: its list of files, kept right by watching. With nobody
 * listening nothing is watched, and the list is read when it is asked for.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { NewEvent } from '../operations/events.ts';
import { type History, LARGEST_KEPT } from './history.ts';
import type { FileChange } from './schema.ts';
import { type Listed, walk } from './walk.ts';
import { type Watching, watchFolder } from './watch.ts';

export interface Live {
  /** The files, walked at most once at a time, and again only after something came or went. */
  files(root: string): Promise<Listed>;
  /** Somebody looks at this folder: watch it, as long as anybody listens to events. */
  watch(workspace: string, root: string): void;
  /** Tells of a change that the node made itself. */
  changed(workspace: string, root: string, changes: FileChange[]): void;
  /** This folder was closed. */
  forget(root: string): void;
  /** Nobody listens any more. */
  rest(): void;
  close(): void;
}

/** How long a list of files is good when nobody tells of changes: as long as somebody types a name. */
const UNWATCHED_MS = 1500;

interface Folder {
  workspace: string;
  watching?: Watching;
  /** Watching began, and nothing came or went since `listed` was walked. */
  listed?: Promise<Listed>;
  known?: Set<string>;
  walkedAt: number;
}

export function createLive(parts: {
  publish: (event: NewEvent) => void;
  listening: () => boolean;
  history: History;
  log: Logger;
}): Live {
  const folders = new Map<string, Folder>();

  const folderOf = (root: string, workspace = ''): Folder => {
    let folder = folders.get(root);
    if (folder === undefined) folders.set(root, (folder = { workspace, walkedAt: 0 }));
    if (workspace !== '') folder.workspace = workspace;
    return folder;
  };

  function files(root: string): Promise<Listed> {
    const folder = folderOf(root);
    if (
      folder.listed !== undefined &&
      (folder.watching !== undefined || performance.now() - folder.walkedAt < UNWATCHED_MS)
    )
      return folder.listed;
    folder.walkedAt = performance.now();
    const listed = walk(root);
    folder.listed = listed;
    void listed.then((found) => {
      // From the first walk on, what is known grows by what is told: a later walk may see a file before its event does.
      if (folder.listed === listed) folder.known ??= new Set([...found.files, ...found.folders]);
    });
    return listed;
  }

  function apply(folder: Folder, root: string, changes: FileChange[]): void {
    const cameOrWent = changes.filter(({ change }) => change !== 'changed');
    if (cameOrWent.length === 0) return;
    for (const { path, change } of cameOrWent) {
      if (change === 'added') folder.known?.add(path);
      else
        for (const one of folder.known ?? []) if (one === path || one.startsWith(`${path}/`)) folder.known?.delete(one);
    }
    delete folder.listed;
    if (folder.watching !== undefined) void files(root);
  }

  /** What another program wrote into a file that we know is a version of it, too. */
  async function keepOutside(root: string, changes: FileChange[]): Promise<void> {
    for (const { path, change } of changes.slice(0, 50)) {
      const absolute = join(root, path);
      if (change === 'removed' || !parts.history.knows(absolute)) continue;
      const found = await stat(absolute).catch(() => undefined);
      if (found?.isFile() !== true || found.size > LARGEST_KEPT) continue;
      const bytes = await readFile(absolute).catch(() => undefined);
      if (bytes !== undefined) parts.history.keep(absolute, bytes, 'outside');
    }
  }

  const stop = (folder: Folder): void => {
    folder.watching?.close();
    delete folder.watching;
    delete folder.listed;
    delete folder.known;
  };

  return {
    files,
    watch(workspace, root) {
      const folder = folderOf(root, workspace);
      if (folder.watching !== undefined || !parts.listening()) return;
      folder.watching = watchFolder(root, {
        known: (path) => folder.known?.has(path) === true,
        told(changes) {
          if (changes === undefined) {
            delete folder.listed;
            delete folder.known;
            void files(root);
            parts.publish({ type: 'files.changed', workspace: folder.workspace, changes: [], all: true });
            return;
          }
          apply(folder, root, changes);
          parts.publish({ type: 'files.changed', workspace: folder.workspace, changes, all: false });
          void keepOutside(root, changes).catch((err: unknown) => parts.log.warn({ err }, 'a version was not kept'));
        },
        failed: (err) => parts.log.warn({ err, root }, 'this folder cannot be watched whole: changes may go unseen'),
      });
      delete folder.listed;
      delete folder.known;
      void files(root);
    },
    changed(workspace, root, changes) {
      const folder = folderOf(root, workspace);
      // The watcher would tell the same a moment later; whoever made the change wants to see it now.
      apply(folder, root, changes);
      parts.publish({ type: 'files.changed', workspace, changes, all: false });
    },
    forget(root) {
      const folder = folders.get(root);
      if (folder !== undefined) stop(folder);
      folders.delete(root);
    },
    rest() {
      for (const folder of folders.values()) stop(folder);
    },
    close() {
      for (const folder of folders.values()) stop(folder);
      folders.clear();
    },
  };
}
