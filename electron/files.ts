/** Files that the person names in dialogs. A path from the page is written to only when it was chosen here before. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenedFile, SaveRequest } from './bridge.ts';

/** The two dialogs, so that the rules below can be tested without a window. */
export interface Dialogs {
  /** The chosen path, or undefined when the person cancels. */
  open(kind: 'flow' | 'data'): Promise<string | undefined>;
  save(suggested: string): Promise<string | undefined>;
}

/** A FLOW file larger than this is not one. */
const LARGEST_SOURCE = 16 * 1024 * 1024;

export function createFiles(dialogs: Dialogs) {
  const chosen = new Set<string>();
  return {
    async openFile(): Promise<OpenedFile | null> {
      const path = await dialogs.open('flow');
      if (path === undefined) return null;
      const bytes = await readFile(path);
      if (bytes.length > LARGEST_SOURCE)
        throw new Error(`${basename(path)} is larger than 16 MiB; a FLOW file is text of some kilobytes.`);
      chosen.add(path);
      return { name: basename(path), path, text: bytes.toString('utf8') };
    },

    async saveFile({ path, name, text }: SaveRequest): Promise<{ name: string; path: string } | null> {
      const target = path !== undefined && chosen.has(path) ? path : await dialogs.save(path ?? name);
      if (target === undefined) return null;
      chosen.add(target);
      // Written beside and renamed: a full disk or a crash leaves the old text whole.
      const beside = `${target}.${process.pid}.tmp`;
      await writeFile(beside, text, { flush: true });
      await rename(beside, target);
      return { name: basename(target), path: target };
    },

    async chooseInputFile(): Promise<{ path: string; name: string } | null> {
      const path = await dialogs.open('data');
      return path === undefined ? null : { path, name: basename(path) };
    },
  };
}
