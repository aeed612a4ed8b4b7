/** Files of open folders: everything that the operations do. */
import { lstat, mkdir, readdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Logger } from 'pino';
import { Problem } from '../errors/problem.ts';
import type { EventHub } from '../operations/events.ts';
import type { Projects } from '../projects/projects.ts';
import { diskProblem, hasMark, LARGEST_TEXT, readText, syncFolder, textOf, writeWhole } from './disk.ts';
import { bestPaths } from './fuzzy.ts';
import { type History, openHistory, versionOf } from './history.ts';
import { createLive } from './live.ts';
import { checkNewPath, isInside, partsOf, resolveIn } from './paths.ts';
import { expressionOf, pathFilter } from './pattern.ts';
import type {
  FileEntry,
  FileText,
  FileVersion,
  FoundFile,
  HistoryLimits,
  SearchedFile,
  SearchOptions,
  VersionCause,
} from './schema.ts';
import { createSearcher } from './search.ts';
import { createTrash, type Trash } from './trash.ts';
import { isDraft } from './walk.ts';
import { createWorkspaces, type Workspaces } from './workspaces.ts';

export type Files = ReturnType<typeof createFiles>;

const DEFAULT_LIMITS: HistoryLimits = { days: 90, versions: 200, megabytes: 512 };

export function createFiles(parts: {
  projects: Projects;
  events: EventHub;
  dataDir: string;
  path: (...parts: string[]) => string;
  log: Logger;
}) {
  const { control, local } = parts.projects;
  const workspaces: Workspaces = createWorkspaces(control, parts.dataDir);
  const selectLimits = control.db.prepare<[], HistoryLimits>(
    'SELECT days, versions, megabytes FROM history_limits WHERE one = 1',
  );
  const limits = (): HistoryLimits => selectLimits.get() ?? DEFAULT_LIMITS;
  const history: History = openHistory(parts.path('history.db'), limits);
  const trash: Trash = createTrash(parts.path('trash'), history);
  const searcher = createSearcher();
  const live = createLive({
    publish: (event) => void parts.events.publish(local.id, event),
    listening: () => parts.events.listeners(local.id) > 0,
    history,
    log: parts.log,
  });
  const stopListening = parts.events.onUnwatched(local.id, () => live.rest());
  /** Changes of one file come one after the other, so that `expected` is compared with what the change before left. */
  const turns = new Map<string, Promise<unknown>>();

  async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    turns.set(key, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(key) === mine) turns.delete(key);
    }
  }

  const toldWorkspaces = (): void => void parts.events.publish(local.id, { type: 'workspaces.changed' });

  async function bytesOf(absolute: string): Promise<Buffer | undefined> {
    const found = await stat(absolute).catch(() => undefined);
    return found?.isFile() === true && found.size <= LARGEST_TEXT ? await readFile(absolute) : undefined;
  }

  /** Writes a text, keeping what was there and what is there now. */
  async function put(
    workspace: string,
    path: string,
    text: string,
    options: { expected?: string | undefined; cause: VersionCause; detail?: string },
  ): Promise<FileText> {
    const root = workspaces.root(workspace);
    const { absolute, exists } = await resolveIn(root, path, { follow: true });
    if (!exists) checkNewPath(path);
    return inTurn(absolute, async () => {
      // Read in turn: the change before this one may have made it.
      const before = await readText(absolute, path).catch(absent);
      if (options.expected !== undefined && before?.version !== options.expected)
        throw conflict(path, options.expected, before);
      if (before !== undefined) history.keep(absolute, before.bytes, 'outside');
      const plain = Buffer.from(text);
      // A mark that was there stays: other programs of the person may want it.
      const bytes =
        before !== undefined && hasMark(before.bytes) ? Buffer.concat([before.bytes.subarray(0, 3), plain]) : plain;
      if (bytes.length > LARGEST_TEXT) {
        throw new Problem('file-too-large', `${path} would have more than ${LARGEST_TEXT / 2 ** 20} MiB.`, {
          status: 413,
        });
      }
      const { modifiedAt } = await writeWhole(absolute, path, bytes, { fresh: before === undefined });
      const { cause, detail } = options;
      history.keep(absolute, bytes, cause, detail === undefined ? {} : { detail, always: true });
      live.changed(workspace, root, [{ path, change: before === undefined ? 'added' : 'changed' }]);
      return { path, text, version: versionOf(bytes), size: bytes.length, modifiedAt };
    });
  }

  const ofVersion = async (workspace: string, path: string, follow = true): Promise<string> =>
    (await resolveIn(workspaces.root(workspace), path, { follow })).absolute;

  return {
    workspaces,

    async openWorkspace(path: string, actor: string) {
      const home = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
      const opened = await workspaces.open(home, actor);
      toldWorkspaces();
      return opened;
    },

    async closeWorkspace(id: string, actor: string) {
      const root = workspaces.root(id);
      await workspaces.close(id, actor);
      live.forget(root);
      toldWorkspaces();
    },

    /** Folders below a path that is being typed: those in it, or those whose name begins with its last part. */
    async folders(given: string): Promise<{ folders: string[]; home: string }> {
      const home = homedir();
      const typed = given === '' ? home + sep : given === '~' || given.startsWith('~/') ? home + given.slice(1) : given;
      if (!isAbsolute(typed) || typed.includes('\0')) return { folders: [], home };
      const whole = typed.endsWith('/') || typed.endsWith(sep);
      const above = whole ? typed : dirname(typed);
      const begin = whole ? '' : basename(typed).toLowerCase();
      const entries = await readdir(above, { withFileTypes: true }).catch(() => []);
      return {
        home,
        folders: entries
          .filter((entry) => entry.isDirectory() && entry.name.toLowerCase().startsWith(begin))
          .filter((entry) => begin.startsWith('.') || !entry.name.startsWith('.'))
          .map((entry) => join(above, entry.name))
          .sort()
          .slice(0, 50),
      };
    },

    /** One folder, folders first, by name. */
    async list(workspace: string, path: string, page: { limit: number; offset: number }) {
      const root = workspaces.root(workspace);
      const { absolute } = await resolveIn(root, path, { follow: true });
      live.watch(workspace, root);
      const entries = await readdir(absolute, { withFileTypes: true }).catch((error: unknown) => {
        throw diskProblem(error, path === '' ? basename(root) : path);
      });
      const named = entries
        .filter((entry) => !isDraft(entry.name))
        .sort(
          (a, b) =>
            Number(b.isDirectory()) - Number(a.isDirectory()) ||
            byName.compare(a.name, b.name) ||
            (a.name < b.name ? -1 : 1),
        );
      const shown = named.slice(page.offset, page.offset + page.limit);
      const items = await Promise.all(
        shown.map(async (entry): Promise<FileEntry | undefined> => {
          const place = join(absolute, entry.name);
          const own = { name: entry.name, path: path === '' ? entry.name : `${path}/${entry.name}` };
          const link = entry.isSymbolicLink();
          const target = link ? await realpath(place).catch(() => undefined) : place;
          const found = target === undefined ? undefined : await lstat(target).catch(() => undefined);
          if (found === undefined && !link) return undefined;
          const held = target !== undefined && isInside(root, target);
          const kind = !held ? 'outside' : found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : 'outside';
          return {
            ...own,
            kind,
            size: found?.isFile() === true ? found.size : 0,
            modifiedAt: (found?.mtime ?? new Date(0)).toISOString(),
            ...(link ? { link } : {}),
          };
        }),
      );
      const next = page.offset + shown.length;
      return {
        entries: items.filter((item) => item !== undefined),
        total: named.length,
        ...(next < named.length ? { next } : {}),
      };
    },

    async read(workspace: string, path: string): Promise<FileText> {
      const root = workspaces.root(workspace);
      const { absolute } = await resolveIn(root, path, { follow: true });
      live.watch(workspace, root);
      const { text, bytes, version, modifiedAt } = await readText(absolute, path);
      return { path, text, version, size: bytes.length, modifiedAt };
    },

    write: (workspace: string, path: string, text: string, expected?: string) =>
      put(workspace, path, text, { expected, cause: 'saved' }),

    async create(workspace: string, path: string, text: string): Promise<FileText> {
      const root = workspaces.root(workspace);
      checkNewPath(path);
      const { absolute } = await resolveIn(root, path, { follow: false });
      const bytes = Buffer.from(text);
      const { modifiedAt } = await writeWhole(absolute, basename(path), bytes, { fresh: true });
      history.keep(absolute, bytes, 'created');
      live.changed(workspace, root, [{ path, change: 'added' }]);
      return { path, text, version: versionOf(bytes), size: bytes.length, modifiedAt };
    },

    async createFolder(workspace: string, path: string): Promise<void> {
      const root = workspaces.root(workspace);
      checkNewPath(path);
      const { absolute } = await resolveIn(root, path, { follow: false });
      await mkdir(absolute).catch((error: unknown) => {
        throw diskProblem(error, basename(path));
      });
      await syncFolder(dirname(absolute));
      live.changed(workspace, root, [{ path, change: 'added' }]);
    },

    /** Renames or moves a file or folder inside its workspace; its history goes with it. */
    async move(workspace: string, from: string, to: string): Promise<void> {
      const root = workspaces.root(workspace);
      if (partsOf(from).length === 0) throw new Problem('bad-path', 'The workspace itself cannot be renamed here.');
      checkNewPath(to);
      if (to === from) return;
      if (to.startsWith(`${from}/`)) {
        throw new Problem('bad-path', `${from} cannot be moved into itself.`, { hint: 'Choose another folder.' });
      }
      const source = await resolveIn(root, from, { follow: false });
      if (!source.exists) throw diskProblem(Object.assign(new Error(), { code: 'ENOENT' }), from);
      const target = await resolveIn(root, to, { follow: false });
      // On systems that ignore case, `Top.flow` is there when `top.flow` is to be called so: it is the same file.
      if (target.exists && !(await isSame(source.absolute, target.absolute)))
        throw diskProblem(Object.assign(new Error(), { code: 'EEXIST' }), to);
      const bytes = await bytesOf(source.absolute);
      await rename(source.absolute, target.absolute).catch((error: unknown) => {
        throw diskProblem(error, from);
      });
      await syncFolder(dirname(target.absolute));
      history.renamed(source.absolute, target.absolute, sep);
      if (bytes !== undefined && history.knows(target.absolute))
        history.keep(target.absolute, bytes, 'renamed', { detail: from, always: true });
      live.changed(workspace, root, [
        { path: from, change: 'removed', to },
        { path: to, change: 'added' },
      ]);
    },

    /** Deletes so that {@link undelete} brings it back. */
    async remove(workspace: string, path: string) {
      const root = workspaces.root(workspace);
      if (partsOf(path).length === 0) throw new Problem('bad-path', 'The workspace itself cannot be deleted here.');
      const { absolute, exists } = await resolveIn(root, path, { follow: false });
      if (!exists) throw diskProblem(Object.assign(new Error(), { code: 'ENOENT' }), path);
      const bytes = (await lstat(absolute)).isFile() ? await bytesOf(absolute) : undefined;
      if (bytes !== undefined && textOf(bytes) !== undefined)
        history.keep(absolute, bytes, 'deleted', { always: true });
      const { id, files, bytes: size } = await trash.put(absolute, path);
      live.changed(workspace, root, [{ path, change: 'removed' }]);
      return { id, path, files, bytes: size };
    },

    async undelete(workspace: string, id: string): Promise<{ path: string }> {
      const root = workspaces.root(workspace);
      const item = trash.get(id);
      if (item !== undefined && !isInside(root, item.path)) {
        throw new Problem('trash-not-found', 'That was deleted from another folder.', { status: 404 });
      }
      const { path: absolute } = await trash.restore(id);
      const path = relative(root, absolute).split(sep).join('/');
      live.changed(workspace, root, [{ path, change: 'added' }]);
      return { path };
    },

    /** What was deleted from a workspace and can still be brought back, the latest first. */
    deleted(workspace: string) {
      const root = workspaces.root(workspace);
      return trash
        .list()
        .filter(({ path }) => isInside(root, path))
        .map(({ path, ...item }) => ({ ...item, path: relative(root, path).split(sep).join('/') }));
    },

    /** Files of all open workspaces (or one) whose path fits a few letters, the best first. */
    async find(query: string, limit: number, only?: string): Promise<{ files: FoundFile[]; more: boolean }> {
      const found: FoundFile[] = [];
      let more = false;
      for (const { id, path, missing } of workspaces.list()) {
        if (missing || (only !== undefined && only !== id)) continue;
        const listed = await live.files(path);
        more ||= listed.more;
        for (const one of bestPaths(query, listed.files, limit)) found.push({ workspace: id, ...one });
      }
      return { files: found.sort((a, b) => b.score - a.score).slice(0, limit), more };
    },

    /**
     * A page of matches: as many files as bring `limit` matches, or as can be looked into in half a second. A page may
     * be empty and still have a next one.
     */
    async search(
      options: SearchOptions,
      page: { limit: number; cursor?: string; workspace?: string },
      signal: AbortSignal,
    ) {
      const { source, flags } = expressionOf(options);
      const fits = pathFilter(options.include, options.exclude);
      const [fromWorkspace = '', fromIndex = '0'] = (page.cursor ?? '').split(':');
      const all = workspaces.list().filter(({ missing, id }) => !missing && (page.workspace ?? id) === id);
      const files: SearchedFile[] = [];
      let looked = 0;
      let total = 0;
      let more = false;
      const first =
        fromWorkspace === ''
          ? 0
          : Math.max(
              0,
              all.findIndex(({ id }) => id === fromWorkspace),
            );
      for (let at = first; at < all.length; at++) {
        const { id, path } = all[at]!;
        const listed = await live.files(path);
        more ||= listed.more;
        const paths = listed.files.filter(fits);
        const skip = at === first && fromWorkspace === id ? Number(fromIndex) : 0;
        total = paths.length;
        if (skip >= paths.length) continue;
        const part = await searcher.run(
          { workspace: id, root: path, paths: paths.slice(skip), source, flags, limit: page.limit, ms: 400 },
          signal,
        );
        files.push(...part.files);
        looked = skip + part.looked;
        if (looked < paths.length) return { files, looked, total, more, next: `${id}:${looked}` };
        if (at + 1 < all.length && part.matches > 0)
          return { files, looked, total, more, next: `${all[at + 1]!.id}:0` };
      }
      return { files, looked, total, more };
    },

    /**
     * Replaces matches in one file. `starts` names them by where they begin; all when absent.
     *
     * @param dry gives the text as it would be, and writes nothing.
     */
    async replace(
      options: SearchOptions & { replacement: string; starts?: number[] | undefined },
      at: { workspace: string; path: string; expected: string },
      dry: boolean,
      signal: AbortSignal,
    ): Promise<FileText & { replaced: number }> {
      const root = workspaces.root(at.workspace);
      const { absolute } = await resolveIn(root, at.path, { follow: true });
      const before = await readText(absolute, at.path);
      if (before.version !== at.expected) throw conflict(at.path, at.expected, before);
      const { source, flags } = expressionOf(options);
      const { replacement, starts } = options;
      const { text, replaced } = await searcher.replace(
        { paths: [at.path], text: before.text, source, flags, replacement, literal: options.regex !== true, starts },
        signal,
      );
      if (dry || replaced === 0) {
        const { version, modifiedAt, bytes } = before;
        return { path: at.path, text, version, size: bytes.length, modifiedAt, replaced };
      }
      return { ...(await put(at.workspace, at.path, text, { expected: at.expected, cause: 'replaced' })), replaced };
    },

    async history(workspace: string, path: string, page: { limit: number; before?: number }) {
      const found = history.list(await ofVersion(workspace, path), { ...page, limit: page.limit + 1 });
      const versions = found.slice(0, page.limit);
      return { versions, ...(found.length > page.limit ? { next: versions.at(-1)!.id } : {}) };
    },

    async historyEntry(workspace: string, path: string, id: number): Promise<FileVersion & { text: string }> {
      const { entry, bytes } = history.get(await ofVersion(workspace, path), id);
      return { ...entry, text: textOf(bytes) ?? '' };
    },

    /** Makes an old version the present one; that is a new version itself. */
    async restore(workspace: string, path: string, id: number, expected?: string): Promise<FileText> {
      const { entry, bytes } = history.get(await ofVersion(workspace, path), id);
      return put(workspace, path, textOf(bytes) ?? '', { expected, cause: 'restored', detail: entry.time });
    },

    /** Keeps a text that is in an editor and not on the disk. */
    async keepUnsaved(workspace: string, path: string, text: string): Promise<{ kept: boolean }> {
      return { kept: history.keep(await ofVersion(workspace, path), Buffer.from(text), 'unsaved') !== undefined };
    },

    limits,
    async setLimits(next: HistoryLimits, actor: string): Promise<HistoryLimits> {
      await control.write((tx) => {
        tx.db
          .prepare(
            `INSERT INTO history_limits (one, days, versions, megabytes) VALUES (1, @days, @versions, @megabytes)
             ON CONFLICT (one) DO UPDATE SET days = @days, versions = @versions, megabytes = @megabytes`,
          )
          .run(next);
        tx.append('history.limits', { ...next }, { actor });
      });
      history.prune();
      return limits();
    },

    close() {
      stopListening();
      live.close();
      searcher.close();
      history.close();
    },
  };
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Somebody else changed the file: both versions are named, so that a person can choose. */
function conflict(
  path: string,
  expected: string,
  now: { version: string; text: string; modifiedAt: string } | undefined,
): Problem {
  return new Problem(
    'file-conflict',
    now === undefined
      ? `${path} was deleted or renamed meanwhile.`
      : `${path} was changed by another program meanwhile.`,
    {
      status: 409,
      hint: 'Compare the two, then keep yours, or take the one on the disk. Nothing was written.',
      more: {
        path,
        expected,
        ...(now === undefined ? {} : { actual: now.version, text: now.text, modifiedAt: now.modifiedAt }),
      },
    },
  );
}

function absent(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'file-not-found') return undefined;
  throw error;
}

async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b)]);
  return one.ino === other.ino && one.dev === other.dev;
}
