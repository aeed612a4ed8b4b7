/** Crash reports, kept on this machine: nothing is uploaded; the workbench lists and deletes them. */
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CrashReport } from './bridge.ts';

/** Older ones go when the list is read. */
const MOST = 20;

/** @param folder Electron's `crashDumps`; Crashpad makes folders of its own below it */
export function createCrashReports(folder: string) {
  async function find(): Promise<(CrashReport & { path: string })[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const found = await Promise.all(
      entries
        .filter((entry) => entry.isFile() && entry.name.endsWith('.dmp'))
        .map(async (entry) => {
          const path = join(entry.parentPath, entry.name);
          const { mtime, size } = await stat(path);
          return { id: entry.name, time: mtime.toISOString(), size, path };
        }),
    );
    return found.toSorted((a, b) => b.time.localeCompare(a.time));
  }
  /** The report and what Crashpad keeps about it. */
  const removeOne = async (path: string) => {
    await rm(path, { force: true });
    await rm(path.replace(/\.dmp$/, '.meta'), { force: true });
  };
  return {
    async list(): Promise<CrashReport[]> {
      const all = await find();
      for (const { path } of all.slice(MOST)) await removeOne(path);
      return all.slice(0, MOST).map(({ id, time, size }) => ({ id, time, size }));
    },
    async remove(ids: readonly string[]): Promise<void> {
      // By what is there, never by a name that was given: it cannot lead elsewhere.
      for (const { path } of await find()) if (ids.includes(basename(path))) await removeOne(path);
    },
  };
}
