/** Which files a workspace has: walked when first asked for, walked again when something came or went. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold what tools made: neither searched, nor found by name, nor watched. The tree shows them. */
export const LEFT_OUT = new Set(['.git', '.hg', '.svn', 'node_modules', '.DS_Store']);

/** More files than this are not looked at; search and go-to say so. */
export const MOST_FILES = 200_000;

export interface Listed {
  /** Relative paths of files, in order. Links are not followed. */
  files: string[];
  /** Relative paths of folders, the workspace itself (empty) included. */
  folders: string[];
  /** There are more than {@link MOST_FILES}. */
  more: boolean;
}

/** Walks a folder without holding up the event loop. What cannot be read is left out. */
export async function walk(root: string, from = ''): Promise<Listed> {
  const listed: Listed = { files: [], folders: [from], more: false };
  for (let at = 0; at < listed.folders.length; at++) {
    const folder = listed.folders[at]!;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (LEFT_OUT.has(entry.name) || isDraft(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) listed.folders.push(path);
      else if (entry.isFile()) listed.files.push(path);
    }
    if (listed.files.length > MOST_FILES) {
      listed.files.length = MOST_FILES;
      listed.more = true;
      break;
    }
  }
  listed.files.sort();
  return listed;
}

/** The drafts that `writeWhole` renames a moment later. */
export const isDraft = (name: string): boolean => /^\..+\.[0-9a-f]{8}\.tmp$/.test(name);
