/**
 * Which window of this profile this is. A shell that opens several gives each a name in the address (`?window=2`); what is
 * kept per window (layout, tabs, drafts) is kept under that name. A browser tab is the window `main`.
 */
export const windowName: string =
  typeof location === 'undefined' ? 'main' : (new URLSearchParams(location.search).get('window') ?? 'main');

/** The key in local storage of something that each window has its own of. */
export const windowKey = (name: string): string => `voike.${name}@${windowName}`;

/** Reads what was kept under a key; undefined when nothing was, or when it cannot be read. */
export function readKept<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** Keeps a value; a full or denied storage is no reason to stop. */
export function keep(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It holds for this window's life then.
  }
}
