/** Deleting so that it can be undone: what is deleted moves whole into the data directory, and back. */
import { cp, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { newId } from '../ids/uuid.ts';
import { diskProblem } from './disk.ts';
import type { History, Trashed } from './history.ts';

export interface Trash {
  /** Moves a file, folder or link away. `absolute` is resolved. */
  put(absolute: string, name: string): Promise<Trashed>;
  /** Puts it back where it was. Problems `trash-not-found`, `file-exists`. */
  restore(id: string): Promise<Trashed>;
  get(id: string): Trashed | undefined;
  list(): Trashed[];
}

/** Days that a deleted thing is kept. */
const DAYS = 30;

export function createTrash(folder: string, history: History): Trash {
  const placeOf = (item: { id: string; path: string }): string => join(folder, item.id, basename(item.path));

  async function dropOld(): Promise<void> {
    const oldest = Date.now() - DAYS * 86_400_000;
    for (const item of history.trash.list()) {
      if (Date.parse(item.time) >= oldest) continue;
      await rm(join(folder, item.id), { recursive: true, force: true });
      history.trash.remove(item.id);
    }
  }

  return {
    async put(absolute, name) {
      try {
        await dropOld();
        const { files, bytes } = await sizeOf(absolute);
        const item: Trashed = { id: newId(), path: absolute, time: new Date().toISOString(), files, bytes };
        await mkdir(join(folder, item.id), { recursive: true, mode: 0o700 });
        // Written down first: what is moved and not known would be lost.
        history.trash.add(item);
        try {
          await moveAcross(absolute, placeOf(item));
        } catch (error) {
          history.trash.remove(item.id);
          await rm(join(folder, item.id), { recursive: true, force: true });
          throw error;
        }
        return item;
      } catch (error) {
        throw diskProblem(error, name);
      }
    },
    async restore(id) {
      const item = history.trash.get(id);
      if (item === undefined) {
        throw new Problem('trash-not-found', 'Nothing of that id was deleted, or it was too long ago.', {
          status: 404,
          hint: `What is deleted is kept for ${DAYS} days.`,
        });
      }
      if (await lstat(item.path).catch(() => undefined)) {
        throw new Problem('file-exists', `There is something called ${basename(item.path)} again.`, {
          status: 409,
          hint: 'Rename it first.',
        });
      }
      try {
        await makeParent(item.path);
        await moveAcross(placeOf(item), item.path);
      } catch (error) {
        throw diskProblem(error, basename(item.path));
      }
      await rm(join(folder, item.id), { recursive: true, force: true });
      history.trash.remove(id);
      return item;
    },
    get: (id) => history.trash.get(id),
    list: () => history.trash.list(),
  };
}

/** Makes the folder that something was in, when that was deleted as well; never through a link that came meanwhile. */
async function makeParent(path: string): Promise<void> {
  const parent = dirname(path);
  let there = parent;
  while (!(await lstat(there).catch(() => undefined)) && dirname(there) !== there) there = dirname(there);
  if ((await realpath(there)) !== there) {
    throw new Problem('path-outside', `${there} is a link now, and what was in it is not put behind it.`, {
      status: 403,
      hint: 'Remove the link and try again.',
    });
  }
  await mkdir(parent, { recursive: true });
}

/** Renames, or copies and removes when the two are on different disks. */
async function moveAcross(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true, errorOnExist: true });
    await rm(from, { recursive: true });
  }
}

async function sizeOf(absolute: string): Promise<{ files: number; bytes: number }> {
  const found = await lstat(absolute);
  if (!found.isDirectory()) return { files: 1, bytes: found.size };
  const sum = { files: 0, bytes: 0 };
  for (const entry of await readdir(absolute, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    sum.files += 1;
    sum.bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return sum;
}
