/** Whether the palette is open, and with which first text; how well a text fits what was typed; what was chosen lately. */
import { create } from 'zustand';
import { keep, readKept } from '../state/window-key.ts';

interface PaletteState {
  /** How often it was asked for: each time is a palette of its own. */
  asked: number;
  open: boolean;
  text: string;
}

export const usePalette = create<PaletteState>()(() => ({ asked: 0, open: false, text: '' }));

/** What stands before the rest says what is looked for; nothing looks for anything. */
export const PREFIXES = {
  '>': 'commands',
  '@': 'inputs, steps and outputs of the open plan',
  ':': 'a line, and a column after a comma',
  '#': 'entries of the ledger by number',
  '?': 'what can be typed here',
} as const;
export type Prefix = keyof typeof PREFIXES;

export function openPalette(text: '' | Prefix): void {
  usePalette.setState(({ asked }) => ({ asked: asked + 1, open: true, text }));
}

/**
 * Closes the palette that was asked for then. The page hears late that a dialog is closed, after keys that were pressed
 * since: that must not close the one that such a key has opened.
 */
export function closePalette(asked: number): void {
  usePalette.setState((now) => (now.asked === asked ? { open: false } : now));
}

export interface Fit {
  /** Larger is better. */
  score: number;
  /** Places of the letters that fit, ascending. */
  at: number[];
}

/**
 * How `query` fits `text`: undefined when a letter is missing. Letters must come in order; runs of letters and beginnings
 * of words count more.
 */
export function fitting(query: string, text: string): Fit | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const given = text.toLowerCase();
  const places: number[] = [];
  let score = 0;
  let at = 0;
  let previous = -2;
  // The letters as they stand together somewhere are worth more than the same letters strewn.
  const whole = wanted.length > 1 ? given.indexOf(wanted) : -1;
  if (whole !== -1) at = whole;
  for (const letter of wanted) {
    const found = given.indexOf(letter, at);
    if (found === -1) return undefined;
    if (found === previous + 1) score += 3;
    if (found === 0 || /[^a-z0-9]/.test(given[found - 1]!)) score += 2;
    score -= (found - at) * 0.05;
    places.push(found);
    previous = found;
    at = found + letter.length;
  }
  return { score: score - given.length * 0.01, at: places };
}

/** The score alone. */
export function fit(query: string, text: string): number | undefined {
  return fitting(query, text)?.score;
}

const RECENT = 'voike.recent';
const MOST_RECENT = 50;
let recent: string[] = readKept<string[]>(RECENT) ?? [];

/** How lately a target was chosen: 1 is the last, 0 never. */
export function recency(key: string): number {
  const at = recent.indexOf(key);
  return at === -1 ? 0 : 1 - at / MOST_RECENT;
}

export function rememberChoice(key: string): void {
  recent = [key, ...recent.filter((item) => item !== key)].slice(0, MOST_RECENT);
  keep(RECENT, recent);
}
