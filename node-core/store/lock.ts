/** One process to a data directory. */
import Sqlite from 'better-sqlite3';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../errors/problem.ts';
import { storageProblem } from './problems.ts';

/** Who holds a data directory, as its `node.json` says. For people and for finding a running node; the lock is elsewhere. */
export interface Holder {
  pid: number;
  startedAt: string;
  /** Where the node listens, once it does. */
  url?: string;
}

export interface DirectoryLock {
  /** Tells other processes more about this one, for example its `url`. */
  describe(more: Partial<Holder>): void;
  release(): void;
}

/**
 * Takes the lock of `directory`, or says who has it.
 *
 * The lock is the operating system's own (fcntl on POSIX, LockFileEx on Windows), taken through an exclusive SQLite
 * transaction on `node.lock`: the system ends it with the process however that ends, so a lock never goes stale after
 * a crash or `kill -9`, and there is no pid to guess about. A second opening within this process is refused as well.
 *
 * @throws Problem `data-directory-locked` (409), or one of {@link storageProblem}.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'node.lock');
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(path, { timeout: 0 });
    // No journal file: nothing is ever written, only locked.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) {
      const holder = readHolder(directory);
      const who =
        holder === undefined
          ? 'Another VOIKE node'
          : `The VOIKE node with process id ${holder.pid}, started ${holder.startedAt},`;
      throw new Problem('data-directory-locked', `${who} is using the data directory ${directory}.`, {
        status: 409,
        hint: `${holder?.url === undefined ? 'Stop it' : `Use it at ${holder.url}, stop it`}, or choose another data directory with --data DIR.`,
        more: { path: directory, ...(holder === undefined ? {} : { holder }) },
      });
    }
    throw storageProblem(error, directory);
  }
  const lock = db;
  let about: Holder = { pid: process.pid, startedAt: new Date().toISOString() };
  const describe = (more: Partial<Holder>) => {
    about = { ...about, ...more };
    writeFileSync(join(directory, 'node.json'), `${JSON.stringify(about)}\n`, { mode: 0o600 });
  };
  try {
    describe({});
  } catch (error) {
    lock.close();
    throw storageProblem(error, directory);
  }
  return {
    describe,
    release() {
      if (!lock.open) return;
      rmSync(join(directory, 'node.json'), { force: true });
      lock.close();
    },
  };
}

/** What `node.json` says; it may be of a node that is gone. Ask its `url` before believing it. */
export function readHolder(directory: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'node.json'), 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
