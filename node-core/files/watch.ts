/**
 * Watches a folder and all below it. macOS and Windows do that themselves; elsewhere (inotify) one watcher a folder is
 * enough, since it tells of the files in it. That is why this is not a library: those hold a watcher for every file.
 */
import { type FSWatcher, watch } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FileChange } from './schema.ts';
import { isDraft, LEFT_OUT, walk } from './walk.ts';

export interface Watching {
  close(): void;
}

/** What happens within this time is told together: a checkout of a thousand files is one event. */
const GATHER_MS = 60;
/** Folders with a watcher of their own, at most; systems have far fewer to give by default. */
const MOST_FOLDERS = 20_000;

/**
 * @param known whether something was there before, to tell `added` from `changed`.
 * @param told gets what changed; `undefined` when that is too much to name: read everything again.
 * @param failed the system gives no (more) watchers: from here on changes may go unseen.
 */
export function watchFolder(
  root: string,
  options: {
    known: (path: string) => boolean;
    told: (changes: FileChange[] | undefined) => void;
    failed: (error: Error) => void;
  },
): Watching {
  const watchers = new Map<string, FSWatcher>();
  const touched = new Set<string>();
  const recursive = process.platform === 'darwin' || process.platform === 'win32';
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let broken = false;

  const touch = (path: string): void => {
    if (closed) return;
    touched.add(path);
    timer ??= setTimeout(() => void tell(), GATHER_MS);
  };

  async function tell(): Promise<void> {
    timer = undefined;
    const paths = [...touched].sort();
    touched.clear();
    if (paths.length > 500) return options.told(undefined);
    const changes: FileChange[] = [];
    for (const path of paths) {
      const there = await lstat(join(root, path)).catch(() => undefined);
      if (closed) return;
      const before = options.known(path);
      if (there === undefined) {
        for (const folder of watchers.keys()) if (folder === path || folder.startsWith(`${path}/`)) unwatch(folder);
        if (before) changes.push({ path, change: 'removed' });
        continue;
      }
      if (there.isDirectory()) {
        if (!recursive && !watchers.has(path)) {
          // What was put into a new folder before it had a watcher is found by walking it.
          const inside = await walk(root, path);
          if (closed) return;
          for (const folder of inside.folders) watchOne(folder);
          for (const file of inside.files) if (!options.known(file)) changes.push({ path: file, change: 'added' });
        }
        // That something in it changed is told by that thing.
        if (!before) changes.push({ path, change: 'added' });
        continue;
      }
      changes.push({ path, change: before ? 'changed' : 'added' });
    }
    if (changes.length > 0) options.told(changes);
  }

  function watchOne(folder: string): void {
    if (closed || watchers.has(folder)) return;
    if (watchers.size >= MOST_FOLDERS) return fail(new Error('too many folders'));
    try {
      const watcher = watch(join(root, folder), { recursive, persistent: false }, (_event, name) => {
        if (name === null) return touch(folder);
        const path = folder === '' ? name.split(sep).join('/') : `${folder}/${name.split(sep).join('/')}`;
        if (path.split('/').some((part) => LEFT_OUT.has(part) || isDraft(part))) return;
        touch(path);
      });
      watcher.on('error', () => unwatch(folder));
      watchers.set(folder, watcher);
    } catch (error) {
      // A folder that is gone again is no failure.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') fail(error as Error);
    }
  }

  function unwatch(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function fail(error: Error): void {
    if (broken) return;
    broken = true;
    options.failed(error);
  }

  watchOne('');
  if (!recursive) void walk(root).then(({ folders }) => folders.forEach(watchOne));

  return {
    close() {
      closed = true;
      clearTimeout(timer);
      for (const folder of watchers.keys()) unwatch(folder);
    },
  };
}
