/** Where each window was, kept in the profile's `windows.json`, and brought back to where it can be seen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Rectangle = Type.Object({
  x: Type.Integer(),
  y: Type.Integer(),
  width: Type.Integer({ minimum: 1, maximum: 32768 }),
  height: Type.Integer({ minimum: 1, maximum: 32768 }),
});
export type Rectangle = Static<typeof Rectangle>;

const WindowState = Type.Object({
  /** `main`, `2`, `3`, …: what the page keeps its layout and tabs under. */
  name: Type.String({ pattern: '^(main|[1-9]\\d{0,2})$' }),
  /** Without maximising and full screen. */
  bounds: Type.Optional(Rectangle),
  maximized: Type.Boolean(),
  fullScreen: Type.Boolean(),
});
export type WindowState = Static<typeof WindowState>;

const stored = Compile(Type.Array(WindowState, { maxItems: 50 }));

export const SMALLEST = { width: 900, height: 600 };
const USUAL = { width: 1440, height: 900 };
/** So much of a window's title must lie on a display for a person to be able to move it. */
const GRIP = { width: 120, height: 40 };

/** The windows that were open last; none when the file is missing or damaged. */
export function readWindowStates(file: string): WindowState[] {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return stored.Check(read) ? read : [];
  } catch {
    return [];
  }
}

/** Written at once: the last chance is while the window closes. */
export function writeWindowStates(file: string, states: readonly WindowState[]): void {
  try {
    writeFileSync(file, `${JSON.stringify(states, undefined, 2)}\n`);
  } catch {
    // A full disk costs the place of a window, nothing else.
  }
}

/**
 * Bounds for a window that had `wanted` when the displays were other ones perhaps. What can still be grabbed stays where
 * it is; anything else comes to the middle of the first display. Never larger than the display it is on.
 * @param areas work areas of the displays, the primary one first
 */
export function fitToDisplays(wanted: Rectangle | undefined, areas: readonly Rectangle[]): Rectangle {
  const [primary] = areas;
  if (primary === undefined) return wanted ?? { x: 0, y: 0, ...USUAL };
  const { width, height } = wanted ?? USUAL;
  const sizeOn = (area: Rectangle) => ({
    width: Math.min(Math.max(width, SMALLEST.width), area.width),
    height: Math.min(Math.max(height, SMALLEST.height), area.height),
  });
  for (const area of wanted === undefined ? [] : areas) {
    const there = { x: wanted!.x, y: wanted!.y, ...sizeOn(area) };
    const across = Math.min(there.x + there.width, area.x + area.width) - Math.max(there.x, area.x);
    const below = area.y + area.height - there.y;
    if (across >= GRIP.width && there.y >= area.y && below >= GRIP.height) return there;
  }
  const size = sizeOn(primary);
  return {
    x: Math.round(primary.x + (primary.width - size.width) / 2),
    y: Math.round(primary.y + (primary.height - size.height) / 2),
    ...size,
  };
}

/** The first of `main`, `2`, `3`, … that no open window has. */
export function freeName(used: readonly string[]): string {
  if (!used.includes('main')) return 'main';
  let number = 2;
  while (used.includes(String(number))) number += 1;
  return String(number);
}
