/** Files that the person names in dialogs. A path from the page is written to only when it was chosen here before. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ChosenPath, OpenedFile, SaveRequest } from './bridge.ts';

/** The dialogs of a window, so that the rules below can be tested without one. */
export interface Dialogs {
  /** The chosen path, or undefined when the person cancels. */
  open(kind: 'flow' | 'data' | 'folder'): Promise<string | undefined>;
  save(suggested: string): Promise<string | undefined>;
}

/** A FLOW file larger than this is not one. */
const LARGEST_SOURCE = 16 * 1024 * 1024;

const named = (path: string): ChosenPath => ({ path, name: basename(path) });

/** @param used is told each FLOW file that was opened or saved, for the list of recent ones. */
export function createFiles(used: (path: string) => void = () => undefined) {
  const chosen = new Set<string>();
  const files = {
    /** Reads a FLOW file that the person named: in a dialog, in the system's file manager, on the command line. */
    async read(path: string): Promise<OpenedFile> {
      const bytes = await readFile(path);
      if (bytes.length > LARGEST_SOURCE)
        throw new Error(`${basename(path)} is larger than 16 MiB; a FLOW file is text of some kilobytes.`);
      chosen.add(path);
      used(path);
      return { ...named(path), text: bytes.toString('utf8') };
    },

    async openFile(dialogs: Dialogs): Promise<OpenedFile | null> {
      const path = await dialogs.open('flow');
      return path === undefined ? null : files.read(path);
    },

    async saveFile(dialogs: Dialogs, { path, name, text }: SaveRequest): Promise<ChosenPath | null> {
      const target = path !== undefined && chosen.has(path) ? path : await dialogs.save(path ?? name);
      if (target === undefined) return null;
      chosen.add(target);
      await writeWhole(target, text);
      used(target);
      return named(target);
    },

    async choose(dialogs: Dialogs, kind: 'data' | 'folder'): Promise<ChosenPath | null> {
      const path = await dialogs.open(kind);
      return path === undefined ? null : named(path);
    },
  };
  return files;
}

/** Written beside and renamed: a full disk or a crash leaves the old text whole. */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, content, { flush: true, ...(mode === undefined ? {} : { mode }) });
  await rename(beside, path);
}
