/**
 * The data directory of a node: its lock, its files, its databases.
 *
 *     node.lock, node.json   the lock, and who holds it
 *     node.db                the control database
 *     projects/<id>.db       one file a project
 *     blobs/ identity/ logs/
 *
 * In a test, `openTestProject()` (projects/testing.ts) gives a real project in a folder of its own.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { isId } from '../ids/uuid.ts';
import { type DatabasePair, openDatabase } from './database.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import type { AreaMigrations } from './migrations.ts';
import { storageProblem } from './problems.ts';

export interface Store {
  /** Absolute. */
  readonly dataDir: string;
  /** A path in the data directory: `path('blobs')`. */
  path(...parts: string[]): string;
  /** Tells other processes about this node, see {@link DirectoryLock.describe}. */
  readonly describe: DirectoryLock['describe'];
  /** Opens the control database. */
  openNodeDatabase(): DatabasePair;
  /** Opens a project's file; makes it when `create`. */
  openProjectDatabase(id: string, options: { create: boolean }): DatabasePair;
  /** Gives the directory back. Close the databases before. */
  close(): void;
}

/**
 * Makes a folder and those above it, for its owner alone. Not `recursive: true`: on a file system that says ENOENT although
 * the folder above is there (/proc), Node tries that again without end.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path, { mode: 0o700 });
}

/** The data directory when nobody names one: `VOIKE_DATA`, else `~/.voike`. */
export function defaultDataDir(): string {
  return resolve(process.env['VOIKE_DATA'] || join(homedir(), '.voike'));
}

/**
 * Takes a data directory, making it when it is not there.
 *
 * @param options.migrations the tables of all areas, see {@link AreaMigrations}.
 * @throws Problem `data-directory-locked`, `data-directory-read-only`, and those of {@link openDatabase} when files are opened.
 */
export function openStore(dataDir: string, options: { migrations: readonly AreaMigrations[] }): Store {
  const directory = resolve(dataDir);
  try {
    makeFolder(join(directory, 'projects'));
  } catch (error) {
    throw storageProblem(error, directory);
  }
  const lock = lockDirectory(directory);
  const ofNode = options.migrations.filter((area) => area.in === 'node');
  const ofProject = options.migrations.filter((area) => area.in === 'project');
  return {
    dataDir: directory,
    path: (...parts) => join(directory, ...parts),
    describe: lock.describe,
    // Without its control database a directory with projects would look like a new one, and its projects like nothing.
    openNodeDatabase: () =>
      openDatabase(join(directory, 'node.db'), ofNode, {
        mustExist: readdirSync(join(directory, 'projects')).some((name) => name.endsWith('.db')),
      }),
    openProjectDatabase(id, { create }) {
      // The id becomes a file name, and may have come from outside.
      if (!isId(id))
        throw new Problem('project-not-found', `There is no project ${JSON.stringify(id)}.`, { status: 404 });
      return openDatabase(join(directory, 'projects', `${id}.db`), ofProject, { mustExist: !create });
    },
    close: lock.release,
  };
}
