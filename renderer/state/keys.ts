/** How keys are written, read from events, and shown. */

const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);

/** `Mod+Shift+P` as this machine's people write it: `Ctrl+Shift+P`, `⇧⌘P`. */
export function keyLabel(keys: string): string {
  const named = keys.replace('ArrowRight', '→').replace('ArrowLeft', '←');
  if (!isMac) return named.replace('Mod', 'Ctrl');
  return named.replace('Mod', '⌘').replace('Shift', '⇧').replace('Alt', '⌥').replaceAll('+', '');
}

/** The combination of a key event in the form of `Command.keys`. */
export function keysOf(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string {
  // Letters by their physical key, because Alt and Shift change what they print.
  const key = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : event.key;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  return [mod ? 'Mod' : '', event.altKey ? 'Alt' : '', event.shiftKey ? 'Shift' : '', key]
    .filter((part) => part !== '')
    .join('+');
}

/** The same combination with its modifiers in the order of `keysOf`. */
export const orderedKeys = (keys: string): string => {
  const parts = keys.split('+');
  const has = (part: string): boolean => parts.includes(part);
  return [has('Mod') ? 'Mod' : '', has('Alt') ? 'Alt' : '', has('Shift') ? 'Shift' : '', parts.at(-1)!]
    .filter((part) => part !== '')
    .join('+');
};
