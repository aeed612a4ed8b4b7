/** `voike workspace …`, `voike search`, `voike history`, `voike files …` */
import type { Output } from '../../client/client.ts';
import { Problem } from '../../errors/problem.ts';
import { CAUSE_WORDS } from '../../files/schema.ts';
import type { Connection, Where } from '../connection.ts';
import { EXIT } from '../exit.ts';
import { host } from '../host.ts';
import { count, note, print, printJson, textTable, visible } from '../print.ts';
import { withConnection } from './runs.ts';

type Options = Where & { json?: boolean; limit?: number };

export const addWorkspace = (folder: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const opened = await connection.call('files.openWorkspace', { path: host().path.resolve(folder) });
    if (options.json) printJson(opened);
    else note(`${opened.path} is a workspace.`);
    return EXIT.ok;
  });

export const listWorkspaces = (options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { workspaces } = await connection.call('files.listWorkspaces', {});
    if (options.json) printJson(workspaces);
    else if (workspaces.length === 0) note('No folder is open. `voike workspace add DIR` opens one.');
    else {
      print(
        textTable(
          [{ name: 'FOLDER' }, { name: 'OPENED' }, { name: 'ID' }],
          workspaces.map(({ path, openedAt, id, missing }) => [missing ? `${path} (not there)` : path, openedAt, id]),
        ),
      );
    }
    return EXIT.ok;
  });

export const removeWorkspace = (folder: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { workspaces } = await connection.call('files.listWorkspaces', {});
    const path = await real(folder);
    const found = workspaces.find((one) => one.path === path || one.id === folder);
    if (found === undefined) throw notOpen(folder);
    await connection.call('files.closeWorkspace', { workspace: found.id });
    if (options.json) printJson(found);
    else note(`${found.path} is no workspace any more. Its files are as they were.`);
    return EXIT.ok;
  });

export const searchFiles = (
  text: string,
  options: Options & { regex?: boolean; case?: boolean; word?: boolean; include?: string; exclude?: string },
): Promise<number> =>
  withConnection(options, async (connection) => {
    const workspaces = await opened(connection);
    const { include, exclude } = options;
    const most = options.limit ?? 2000;
    const files: Output<'files.search'>['files'] = [];
    let matches = 0;
    let cursor: string | undefined;
    do {
      const page = await connection.call('files.search', {
        text,
        regex: options.regex === true,
        matchCase: options.case === true,
        wholeWord: options.word === true,
        limit: Math.min(5000, most),
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const file of page.files) {
        files.push(file);
        matches += file.matches.length;
        if (options.json) continue;
        const path = host().path.join(workspaces.get(file.workspace)?.path ?? '', file.path);
        for (const { line, preview } of file.matches) print(visible(`${path}:${line}: ${preview.trim()}`));
      }
      cursor = page.next;
    } while (cursor !== undefined && matches < most);
    if (options.json) printJson(files);
    else
      note(
        `${count(matches)} ${matches === 1 ? 'match' : 'matches'} in ${count(files.length)} files${cursor === undefined ? '' : '; there are more (--limit)'}.`,
      );
    // As grep does: nothing found is a 1.
    return matches === 0 ? EXIT.failed : EXIT.ok;
  });

export const fileHistory = (file: string, options: Options & { restore?: number; show?: number }): Promise<number> =>
  withConnection(options, async (connection) => {
    const at = await placeOf(connection, file);
    if (options.restore !== undefined) {
      const written = await connection.call('files.restore', { ...at, id: options.restore });
      if (options.json) printJson({ path: written.path, version: written.version });
      else note(`${file} is as it was in version ${options.restore}. The text before is the version below.`);
      return EXIT.ok;
    }
    if (options.show !== undefined) {
      const entry = await connection.call('files.historyEntry', { ...at, id: options.show });
      if (options.json) printJson(entry);
      else host().out(entry.text);
      return EXIT.ok;
    }
    const { versions } = await connection.call('files.history', { ...at, limit: options.limit ?? 50 });
    if (options.json) printJson(versions);
    else if (versions.length === 0) note('Nothing is kept of this file yet: what is saved through the node will be.');
    else {
      print(
        textTable(
          [
            { name: 'VERSION', right: true },
            { name: 'TIME' },
            { name: 'WHY' },
            { name: 'BYTES', right: true },
            { name: '' },
          ],
          versions.map(({ id, time, cause, size, detail }) => [
            id,
            time,
            CAUSE_WORDS[cause],
            count(size),
            detail ?? '',
          ]),
        ),
      );
    }
    return EXIT.ok;
  });

export const listFiles = (folder: string | undefined, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const at = await placeOf(connection, folder ?? '.');
    const { entries, next } = await connection.call('files.list', { ...at, limit: options.limit ?? 1000 });
    if (options.json) printJson(entries);
    else {
      for (const { name, kind, size } of entries)
        print(
          visible(kind === 'folder' ? `${name}/` : kind === 'outside' ? `${name} (leads out)` : `${name}\t${size}`),
        );
      if (next !== undefined) note('There are more (--limit).');
    }
    return EXIT.ok;
  });

export const findFiles = (query: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const workspaces = await opened(connection);
    const { files } = await connection.call('files.find', { query, limit: Math.min(500, options.limit ?? 50) });
    if (options.json) printJson(files);
    else
      for (const { workspace, path } of files)
        print(visible(host().path.join(workspaces.get(workspace)?.path ?? '', path)));
    return files.length === 0 ? EXIT.failed : EXIT.ok;
  });

export const deleteFile = (file: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const gone = await connection.call('files.delete', await placeOf(connection, file));
    if (options.json) printJson(gone);
    else note(`${file} was deleted. For 30 days \`voike files undelete ${file}\` brings it back.`);
    return EXIT.ok;
  });

export const undeleteFile = (file: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const { workspace, path } = await placeOf(connection, file);
    const { deleted } = await connection.call('files.deleted', { workspace });
    const found = deleted.find((one) => one.path === path);
    if (found === undefined) {
      throw new Problem('trash-not-found', `${file} was not deleted through VOIKE, or too long ago.`, { status: 404 });
    }
    const back = await connection.call('files.undelete', { workspace, id: found.id });
    if (options.json) printJson(back);
    else note(`${file} is back.`);
    return EXIT.ok;
  });

export const moveFile = (from: string, to: string, options: Options): Promise<number> =>
  withConnection(options, async (connection) => {
    const source = await placeOf(connection, from);
    const target = await placeOf(connection, to);
    if (source.workspace !== target.workspace) {
      throw new Problem('other-workspace', 'The two are in different workspaces.', {
        hint: 'Move it with the tools of the system.',
      });
    }
    await connection.call('files.move', { workspace: source.workspace, from: source.path, to: target.path });
    if (options.json) printJson({ from: source.path, to: target.path });
    else note(`${from} is now ${to}, with its history.`);
    return EXIT.ok;
  });

async function opened(connection: Connection): Promise<Map<string, { id: string; path: string }>> {
  const { workspaces } = await connection.call('files.listWorkspaces', {});
  if (workspaces.length === 0) {
    throw new Problem('no-workspace', 'No folder is open.', { hint: 'Open one with `voike workspace add DIR`.' });
  }
  return new Map(workspaces.map((one) => [one.id, one]));
}

/** The workspace that a file of this machine is in (the innermost), and its path there. The file itself may be gone. */
async function placeOf(connection: Connection, file: string): Promise<{ workspace: string; path: string }> {
  const { sep, relative } = host().path;
  const absolute = await real(file);
  let best: { id: string; path: string } | undefined;
  for (const one of (await opened(connection)).values()) {
    const inside = absolute === one.path || absolute.startsWith(one.path.endsWith(sep) ? one.path : one.path + sep);
    if (inside && one.path.length > (best?.path.length ?? -1)) best = one;
  }
  if (best === undefined) throw notOpen(file);
  return { workspace: best.id, path: relative(best.path, absolute).split(sep).join('/') };
}

/** The path with links of its folder resolved, as workspaces have theirs. */
async function real(file: string): Promise<string> {
  const { realPath, path } = host();
  const absolute = path.resolve(file);
  const found = await realPath(absolute).catch(() => undefined);
  if (found !== undefined) return found;
  const folder = path.dirname(absolute);
  return path.join(await realPath(folder).catch(() => folder), path.basename(absolute));
}

const notOpen = (file: string): Problem =>
  new Problem('workspace-not-found', `${file} is in no folder that is open.`, {
    status: 404,
    hint: 'Open its folder with `voike workspace add DIR`; `voike workspace list` shows those that are.',
  });
