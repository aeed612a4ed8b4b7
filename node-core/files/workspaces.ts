/** Which folders the person opened. */
import { realpath, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, isAbsolute, parse, resolve } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { newId } from '../ids/uuid.ts';
import type { Project } from '../projects/project.ts';
import { isInside } from './paths.ts';
import type { Workspace } from './schema.ts';

export interface Workspaces {
  /** Opens a folder; one that is open already is given as it is. Problems `folder-not-found`, `not-a-folder`, `folder-refused`. */
  open(path: string, actor: string): Promise<Workspace>;
  close(id: string, actor: string): Promise<void>;
  /** Those that are open, in the order of opening. */
  list(): Workspace[];
  /** Folders that were open before, the latest first. */
  recent(): { path: string; name: string; closedAt: string }[];
  /** The root of an open workspace. @throws Problem `workspace-not-found` */
  root(id: string): string;
}

interface Row {
  id: string;
  path: string;
  openedAt: string;
}

/**
 * @param control the node's control database.
 * @param dataDir a folder that holds it is no workspace: the keys of the node are in there.
 */
export function createWorkspaces(control: Project, dataDir: string): Workspaces {
  const { db, write } = control;
  const selectOpen = db.prepare<[], Row>(
    'SELECT id, path, opened_at AS openedAt FROM workspaces WHERE closed_at IS NULL ORDER BY opened_at, id',
  );
  const selectOne = db.prepare<[string], Row>(
    'SELECT id, path, opened_at AS openedAt FROM workspaces WHERE id = ? AND closed_at IS NULL',
  );
  const selectRecent = db.prepare<[], { path: string; closedAt: string }>(
    'SELECT path, closed_at AS closedAt FROM workspaces WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT 12',
  );
  const nameOf = (path: string): string => basename(path) || path;
  const shown = (row: Row): Workspace => ({ ...row, name: nameOf(row.path), missing: !existsSync(row.path) });
  const notFound = (id: string): Problem =>
    new Problem('workspace-not-found', `No open folder has the id ${JSON.stringify(id.slice(0, 60))}.`, {
      status: 404,
      hint: 'files.listWorkspaces and `voike workspace list` name the open folders.',
    });

  return {
    async open(given, actor) {
      if (!isAbsolute(given) || given.includes('\0')) {
        throw new Problem('folder-refused', `${JSON.stringify(given.slice(0, 200))} is not an absolute path.`, {
          hint: 'Write the whole path of the folder.',
        });
      }
      const path = await realpath(resolve(given)).catch(() => undefined);
      const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
      if (path === undefined || found === undefined) {
        throw new Problem('folder-not-found', `There is no folder ${given}.`, { status: 404, hint: 'Check the path.' });
      }
      if (!found.isDirectory()) {
        throw new Problem('not-a-folder', `${given} is a file.`, { hint: 'Open the folder that it is in.' });
      }
      const data = await realpath(dataDir);
      if (parse(path).root === path || isInside(path, data) || isInside(data, path)) {
        throw new Problem(
          'folder-refused',
          parse(path).root === path
            ? 'A whole disk is no workspace.'
            : `${given} holds the node's own data, with its keys.`,
          { hint: 'Open a folder with plans in it.' },
        );
      }
      const now = new Date().toISOString();
      return write((tx) => {
        const known = tx.db
          .prepare<[string], Row & { closedAt: string | null }>(
            'SELECT id, path, opened_at AS openedAt, closed_at AS closedAt FROM workspaces WHERE path = ?',
          )
          .get(path);
        if (known?.closedAt === null) return shown({ id: known.id, path, openedAt: known.openedAt });
        const id = known?.id ?? newId();
        tx.db
          .prepare(
            `INSERT INTO workspaces (id, path, opened_at) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET opened_at = excluded.opened_at, closed_at = NULL`,
          )
          .run(id, path, now);
        tx.append('workspace.open', { workspace: id, path }, { actor });
        return shown({ id, path, openedAt: now });
      });
    },

    async close(id, actor) {
      const closed = await write((tx) => {
        const done = tx.db
          .prepare('UPDATE workspaces SET closed_at = ? WHERE id = ? AND closed_at IS NULL')
          .run(new Date().toISOString(), id);
        if (done.changes > 0) tx.append('workspace.close', { workspace: id }, { actor });
        return done.changes > 0;
      });
      if (!closed) throw notFound(id);
    },

    list: () => selectOpen.all().map(shown),
    recent: () => selectRecent.all().map((row) => ({ ...row, name: nameOf(row.path) })),
    root(id) {
      const row = selectOne.get(id);
      if (row === undefined) throw notFound(id);
      return row.path;
    },
  };
}
