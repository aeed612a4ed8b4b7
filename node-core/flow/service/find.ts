/** Finding what the checker knows about a place. Browser-safe. */
import type { Analysis, Reference, Target } from '../plan/model.ts';

const sorted = new WeakMap<Analysis, Reference[]>();

/** All references in source order. */
export function referencesInOrder(analysis: Analysis): readonly Reference[] {
  let list = sorted.get(analysis);
  if (list === undefined) {
    list = [...analysis.references].sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
    sorted.set(analysis, list);
  }
  return list;
}

/** The smallest reference that contains `offset`; its end counts, so that a cursor after a word finds the word. */
export function referenceAt(analysis: Analysis, offset: number): Reference | undefined {
  const list = referencesInOrder(analysis);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.range.start <= offset) low = middle + 1;
    else high = middle;
  }
  // Ranges nest at most a few deep (a name in the text of a QUERY), so that looking back a little is enough.
  let best: Reference | undefined;
  for (let i = low - 1; i >= 0 && i >= low - 64; i--) {
    const { range } = list[i]!;
    if (offset <= range.end && (best === undefined || range.end - range.start < best.range.end - best.range.start))
      best = list[i];
  }
  return best;
}

/** Whether two words stand for the same thing. */
export function sameTarget(a: Target, b: Target): boolean {
  if (a.kind === 'symbol' && b.kind === 'symbol') return a.symbol === b.symbol;
  if (a.kind === 'variable' && b.kind === 'variable') return a.variable === b.variable;
  if (a.kind === 'column' && b.kind === 'column') return a.column === b.column;
  if (a.kind === 'function' && b.kind === 'function') return a.contract === b.contract;
  if (a.kind === 'table' && b.kind === 'table') return a.name.toLowerCase() === b.name.toLowerCase();
  if (a.kind === 'operation' && b.kind === 'operation') return a.name === b.name;
  if (a.kind === 'program' && b.kind === 'program') return a.program === b.program && a.func.name === b.func.name;
  return false;
}
