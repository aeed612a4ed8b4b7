/**
 * The small files that are the person's own: settings, key bindings, the list of nodes. A browser tab keeps them in its local
 * storage, shared by all tabs of the profile; a shell may keep them as real files by `keepUserFilesIn`. What was read last
 * is always in local storage too, so that the first paint need not wait.
 */

import { toastProblem } from '../ui/toasts.ts';

export const USER_FILES = ['settings.json', 'keybindings.json', 'connections.json'] as const;
export type UserFile = (typeof USER_FILES)[number];

/** Where a shell keeps the files. */
export interface UserFileStorage {
  /** The text, or undefined when there is no such file. */
  read(file: UserFile): Promise<string | undefined>;
  write(file: UserFile, text: string): Promise<void>;
  /** Calls back when somebody else changed a file; returns the function that stops. */
  onChange(listener: (file: UserFile, text: string) => void): () => void;
}

const key = (file: UserFile): string => `voike.user/${file}`;
const listeners = new Map<UserFile, Set<(text: string) => void>>();
let storage: UserFileStorage | undefined;
/** What this window has given to the shell and has no answer for yet: the shell tells it to every window. */
const underWay: { file: UserFile; text: string }[] = [];

function kept(file: UserFile): string {
  try {
    return globalThis.localStorage?.getItem(key(file)) ?? '';
  } catch {
    return '';
  }
}

function keep(file: UserFile, text: string): void {
  try {
    globalThis.localStorage?.setItem(key(file), text);
  } catch {
    // Storage is full or denied: it holds for this window then.
  }
}

function tell(file: UserFile, text: string): void {
  for (const listener of listeners.get(file) ?? []) listener(text);
}

export const userFiles = {
  /** The text as last known; empty when there is none. */
  now: kept,
  write(file: UserFile, text: string): void {
    keep(file, text);
    if (storage === undefined) return;
    const mine = { file, text };
    underWay.push(mine);
    void storage
      .write(file, text)
      .catch(toastProblem)
      .finally(() => underWay.splice(underWay.indexOf(mine), 1));
  },
  /** Calls back when another tab, another window or another program changed the file. */
  onChange(file: UserFile, listener: (text: string) => void): () => void {
    const present = listeners.get(file) ?? new Set();
    listeners.set(file, present.add(listener));
    return () => present.delete(listener);
  },
};

/** Reads and writes the files there from now on. Called once, by what knows the shell. */
export async function keepUserFilesIn(shell: UserFileStorage): Promise<void> {
  storage = shell;
  const arrived = (file: UserFile, text: string): void => {
    // An older text of our own must not take back what was typed since.
    if (text === kept(file) || underWay.some((one) => one.file === file && one.text === text)) return;
    keep(file, text);
    tell(file, text);
  };
  shell.onChange(arrived);
  for (const file of USER_FILES) {
    const text = await shell.read(file);
    if (text === undefined) {
      if (kept(file) !== '') await shell.write(file, kept(file));
    } else arrived(file, text);
  }
}

if (typeof window === 'object') {
  window.addEventListener('storage', (event) => {
    for (const file of USER_FILES) if (event.key === key(file)) tell(file, event.newValue ?? '');
  });
}
