/** FLOW files that were opened or saved lately: the workbench's list, and the system's own (Windows, macOS). */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ChosenPath } from './bridge.ts';
import { writeWhole } from './files.ts';

const MOST = 20;
const stored = Compile(Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { maxItems: MOST }));

/** The system's list: Electron's `app` has both. */
interface SystemList {
  addRecentDocument(path: string): void;
  clearRecentDocuments(): void;
}

export interface RecentFiles {
  list(): ChosenPath[];
  /** Whether a path stands in the list: only those are opened without a dialog. */
  has(path: string): boolean;
  add(path: string): void;
  /** A file that is gone. */
  drop(path: string): void;
  clear(): void;
}

export function openRecentFiles(file: string, system: SystemList, changed: (files: ChosenPath[]) => void): RecentFiles {
  let paths = read(file);
  let last: Promise<unknown> = Promise.resolve();
  const become = (next: string[]) => {
    paths = next.slice(0, MOST);
    changed(recent.list());
    const text = `${JSON.stringify(paths, undefined, 2)}\n`;
    last = last.then(() => writeWhole(file, text)).catch(() => undefined);
  };
  const recent: RecentFiles = {
    list: () => paths.map((path) => ({ path, name: basename(path) })),
    has: (path) => paths.includes(path),
    add(path) {
      system.addRecentDocument(path);
      if (paths[0] !== path) become([path, ...paths.filter((one) => one !== path)]);
    },
    drop: (path) => become(paths.filter((one) => one !== path)),
    clear() {
      system.clearRecentDocuments();
      become([]);
    },
  };
  return recent;
}

function read(file: string): string[] {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return stored.Check(found) ? found : [];
  } catch {
    return [];
  }
}
