/** Whether the palette is open, and with which first text. */
import { create } from 'zustand';

interface PaletteState {
  open: boolean;
  text: string;
}

export const usePalette = create<PaletteState>()(() => ({ open: false, text: '' }));

/** `>` lists commands; anything else goes to files, samples, steps and runs. */
export function openPalette(text: '' | '>'): void {
  usePalette.setState({ open: true, text });
}

export function closePalette(): void {
  usePalette.setState({ open: false });
}

/**
 * How well `query` fits `text`: undefined when a letter is missing, else larger is better. Letters must come in order;
 * runs of letters and beginnings of words count more.
 */
export function fit(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const given = text.toLowerCase();
  let score = 0;
  let at = 0;
  let previous = -2;
  for (const letter of wanted) {
    const found = given.indexOf(letter, at);
    if (found === -1) return undefined;
    if (found === previous + 1) score += 3;
    if (found === 0 || /[^a-z0-9]/.test(given[found - 1]!)) score += 2;
    score -= (found - at) * 0.05;
    previous = found;
    at = found + letter.length;
  }
  return score - given.length * 0.01;
}
