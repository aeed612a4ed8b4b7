/** Watching a file, or the files in a folder. */
import { lstatSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';

/** One file as it is now. */
export interface SeenFile {
  path: string;
  /** Size and time of change, as text: what is equal is the same file unchanged. */
  state: string;
  /** Milliseconds since 1970. */
  changedAt: number;
}

export interface FileWatch {
  /** Resolves when what is there was looked at. */
  ready: Promise<void>;
  close(): Promise<void>;
}

export interface FileWatcher {
  /** `initial` are the files that were there when the watch began. */
  found(file: SeenFile, initial: boolean): void;
  gone(path: string): void;
  /** A sentence when it cannot watch; undefined when it can again. */
  trouble(text: string | undefined): void;
}

/** What editors, browsers and copying programs call a file that is not whole yet. */
const UNFINISHED = /^\.|~$|\.(tmp|part|partial|crdownload|download|swp|swx)$/i;

/** So long a file must stay as it is. */
const STABLE_MS = 1000;

/**
 * Watches `path` and tells of each file once it has stayed as it is for a second. Of a folder: the files right in it whose
 * names match, no hidden or unfinished ones, and no links, which could lead anywhere. Costs nothing while nothing changes.
 */
export function watchFiles(given: string, match: string | undefined, watcher: FileWatcher): FileWatch {
  // As it comes back in what happens: without a / at its end, and without `.` in it.
  const path = resolve(given);
  const named = match === undefined ? () => true : nameMatcher(match);
  let closed = false;
  let open: FSWatcher | undefined;
  let give: () => void;
  const ready = new Promise<void>((resolve) => (give = resolve));

  const take = (file: string, initial: boolean): void => {
    const name = basename(file);
    if (closed || (file !== path && (UNFINISHED.test(name) || !named(name)))) return;
    try {
      // The file that the person named may be a link; those in a folder may not.
      const now = file === path ? statSync(file) : lstatSync(file);
      if (now.isFile())
        watcher.found({ path: file, state: `${now.size}:${now.mtimeMs}`, changedAt: now.mtimeMs }, initial);
    } catch {
      // It went away in the meantime.
    }
  };

  const begin = async (first: boolean): Promise<void> => {
    const { watch } = await import('chokidar');
    if (closed) return;
    let initial = first;
    // Names are looked at in `take`: with `ignored` the folder's own renaming would go unseen.
    const mine = (open = watch(path, {
      depth: 0,
      followSymlinks: false,
      awaitWriteFinish: { stabilityThreshold: STABLE_MS, pollInterval: 200 },
    }));
    let gone = false;
    mine.on('add', (file) => take(file, initial));
    mine.on('change', (file) => take(file, false));
    mine.on('unlink', (file) => {
      watcher.gone(file);
      if (file === path) watcher.trouble(`${path} is not there.`);
    });
    mine.on('unlinkDir', (one) => {
      if (one !== path || closed) return;
      gone = true;
      watcher.trouble(`The folder ${path} is not there.`);
    });
    mine.on('addDir', (one) => {
      if (one !== path || closed || !gone) return;
      gone = false;
      watcher.trouble(undefined);
      // What came into it before it was seen again would be missed.
      void mine.close().then(() => begin(false));
    });
    mine.on('error', (error) => {
      if (!closed) watcher.trouble(`${path} cannot be watched: ${(error as Error).message}.`);
    });
    await new Promise<void>((resolve) => mine.once('ready', resolve));
    initial = false;
    give();
  };
  if (statSync(path, { throwIfNoEntry: false }) === undefined) watcher.trouble(`${path} is not there.`);
  begin(true).catch((error: unknown) => {
    watcher.trouble(`${path} cannot be watched: ${(error as Error).message}.`);
    give();
  });

  return {
    ready,
    async close() {
      closed = true;
      give();
      await open?.close();
    },
  };
}

/** `*.csv`: `*` is any text, `?` one character; upper and lower case are the same. */
export function nameMatcher(match: string): (name: string) => boolean {
  const pattern = match
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const regExp = new RegExp(`^${pattern}$`, 'iu');
  return (name) => regExp.test(name);
}
