/** The part in which two texts differ: a small edit keeps cursor, folds and decorations where they are. */
export function difference(before: string, after: string): { start: number; end: number; text: string } | undefined {
  if (before === after) return undefined;
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < before.length - start && tail < after.length - start && before.at(-1 - tail) === after.at(-1 - tail))
    tail += 1;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
