/** How keys are written, read from events, and shown. Pure. */

export const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);

/** Names of keys that are shown otherwise than they are written. */
const SHOWN: Readonly<Record<string, string>> = {
  ArrowRight: 'Right',
  ArrowLeft: 'Left',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};
const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Shift: '⇧', Alt: '⌥' };

/** The parts of one stroke; a plus sign may be the key itself (`Mod++`). */
function parts(stroke: string): string[] {
  return stroke.endsWith('++') ? [...stroke.slice(0, -2).split('+'), '+'] : stroke === '+' ? ['+'] : stroke.split('+');
}

/** `Mod+K Mod+S` as this machine's people write it: `Ctrl+K Ctrl+S`, `⌘K ⌘S`. */
export function keyLabel(keys: string): string {
  return keys
    .split(' ')
    .filter((stroke) => stroke !== '')
    .map((stroke) => {
      const named = parts(stroke).map(
        (part) => SHOWN[part] ?? (isMac ? (MAC[part] ?? part) : part === 'Mod' ? 'Ctrl' : part),
      );
      return named.join(isMac ? '' : '+');
    })
    .join(' ');
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** The stroke of a key event in the form of `Command.keys`; undefined while only modifiers are down. */
export function strokeOf(event: KeyEvent): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process', 'Unidentified'].includes(event.key))
    return undefined;
  // Letters and digits by their physical key, because Alt and Shift change what they print.
  const physical = /^(?:Key|Digit)([A-Z0-9])$/.exec(event.code)?.[1];
  const backslash = event.code === 'Backslash' && event.key === '|' ? '\\' : undefined;
  const key =
    physical ??
    backslash ??
    (event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const ctrl = isMac && event.ctrlKey;
  return [mod ? 'Mod' : '', ctrl ? 'Ctrl' : '', event.altKey ? 'Alt' : '', event.shiftKey ? 'Shift' : '', key]
    .filter((part) => part !== '')
    .join('+');
}

const MODIFIERS: Readonly<Record<string, string>> = {
  mod: 'Mod',
  ctrl: isMac ? 'Ctrl' : 'Mod',
  control: isMac ? 'Ctrl' : 'Mod',
  cmd: 'Mod',
  meta: 'Mod',
  alt: 'Alt',
  option: 'Alt',
  shift: 'Shift',
};
const NAMED: Readonly<Record<string, string>> = {
  left: 'ArrowLeft',
  right: 'ArrowRight',
  up: 'ArrowUp',
  down: 'ArrowDown',
  arrowleft: 'ArrowLeft',
  arrowright: 'ArrowRight',
  arrowup: 'ArrowUp',
  arrowdown: 'ArrowDown',
  pageup: 'PageUp',
  pagedown: 'PageDown',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  escape: 'Escape',
  tab: 'Tab',
  space: 'Space',
  backspace: 'Backspace',
  delete: 'Delete',
  insert: 'Insert',
};
const ORDER = ['Mod', 'Ctrl', 'Alt', 'Shift'];

/**
 * The form of `Command.keys` for anything that a person may write: `ctrl+k ctrl+s`, `Shift+Alt+F`, `cmd+left`. At most two
 * strokes. undefined when it is no key.
 */
export function normalizeKeys(text: string): string | undefined {
  const strokes = text.trim().split(/\s+/);
  if (text.trim() === '' || strokes.length > 2) return undefined;
  const normalized = strokes.map(normalizeStroke);
  return normalized.includes(undefined) ? undefined : normalized.join(' ');
}

function normalizeStroke(stroke: string): string | undefined {
  const given = parts(stroke);
  const last = given.at(-1)!;
  const modifiers = new Set<string>();
  for (const part of given.slice(0, -1)) {
    const modifier = MODIFIERS[part.toLowerCase()];
    if (modifier === undefined) return undefined;
    modifiers.add(modifier);
  }
  const lower = last.toLowerCase();
  const key =
    NAMED[lower] ?? (/^f([1-9]|1\d|2[0-4])$/.test(lower) || last.length === 1 ? last.toUpperCase() : undefined);
  if (key === undefined || MODIFIERS[lower] !== undefined) return undefined;
  return [...ORDER.filter((modifier) => modifiers.has(modifier)), key].join('+');
}

/** How a key is written in keybindings.json: `ctrl+k ctrl+s`. */
export function writtenKeys(keys: string): string {
  return keys
    .split(' ')
    .map((stroke) =>
      parts(stroke)
        .map((part) => (part === 'Mod' ? (isMac ? 'cmd' : 'ctrl') : part.toLowerCase()))
        .join('+'),
    )
    .join(' ');
}
