/** Files that the person names in dialogs. A path from the page is written to only when it was chosen here before. */
import { randomUUID } from 'node:crypto';
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
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

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const named = (path: string): ChosenPath => ({ path, name: basename(path) });

/** @param used is told each FLOW file that was opened or saved, for the list of recent ones. */
export function createFiles(used: (path: string) => void = () => undefined) {
  const chosen = new Set<string>();
  /** Files that begin with a byte order mark: an editor does without it, other programs of the person may not. */
  const marked = new Set<string>();
  const files = {
    /** Reads a FLOW file that the person named: in a dialog, in the system's file manager, on the command line. */
    async read(path: string): Promise<OpenedFile> {
      const found = await stat(path);
      // A pipe or a device has no end.
      if (!found.isFile()) throw new Error(`${basename(path)} is not a file.`);
      if (found.size > LARGEST_SOURCE)
        throw new Error(`${basename(path)} is larger than 16 MiB; a FLOW file is text of some kilobytes.`);
      const bytes = await readFile(path);
      const text = textOf(bytes);
      if (text === undefined)
        throw new Error(
          `${basename(path)} is not text in UTF-8. Convert it first: saving it from here would damage it.`,
        );
      chosen.add(path);
      if (bytes.subarray(0, 3).equals(MARK)) marked.add(path);
      used(path);
      return { ...named(path), text };
    },

    async openFile(dialogs: Dialogs): Promise<OpenedFile | null> {
      const path = await dialogs.open('flow');
      return path === undefined ? null : files.read(path);
    },

    async saveFile(dialogs: Dialogs, { path, name, text }: SaveRequest): Promise<ChosenPath | null> {
      const target = path !== undefined && chosen.has(path) ? path : await dialogs.save(path ?? name);
      if (target === undefined) return null;
      chosen.add(target);
      await writeWhole(target, marked.has(target) ? `\ufeff${text}` : text);
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

/** Without a byte order mark; undefined for what is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Written beside and renamed: a full disk or a crash leaves the old text whole. Behind a link the file that it leads to is
 * written, and who may read a file stays as it was.
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const rights = mode ?? (await stat(target).catch(() => undefined))?.mode;
  const beside = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await writeFile(beside, content, { flush: true, flag: 'wx', ...(rights === undefined ? {} : { mode: rights }) });
    // The process's mask took some of them away.
    if (rights !== undefined) await chmod(beside, rights & 0o777);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
