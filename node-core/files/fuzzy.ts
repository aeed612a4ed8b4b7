/** Finding files by a few letters of their path, as people type them. Pure. */

/**
 * How well `query` fits `path`: undefined when a letter is missing, else larger is better. Letters come in order; those
 * in the file's name, at the beginning of words and in runs count more. A `/` in the query asks for folders.
 */
export function fitPath(query: string, path: string): number | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return 0;
  const given = path.toLowerCase();
  const name = given.lastIndexOf('/') + 1;
  const inName = wanted.includes('/') ? undefined : fitFrom(wanted, given, name);
  if (inName !== undefined) {
    const exact = given.slice(name).startsWith(wanted) ? 8 : given.includes(wanted, name) ? 4 : 0;
    return inName + 10 + exact;
  }
  return fitFrom(wanted, given, 0);
}

function fitFrom(wanted: string, given: string, from: number): number | undefined {
  let score = 0;
  let at = from;
  let previous = -2;
  for (const letter of wanted) {
    const found = given.indexOf(letter, at);
    if (found === -1) return undefined;
    if (found === previous + 1) score += 3;
    if (found === from || /[^a-z0-9]/.test(given[found - 1] ?? '/')) score += 2;
    score -= (found - at) * 0.05;
    previous = found;
    at = found + letter.length;
  }
  return score - (given.length - from) * 0.01;
}

/** The best `limit`, best first; equal ones by path. */
export function bestPaths(query: string, paths: Iterable<string>, limit: number): { path: string; score: number }[] {
  const found: { path: string; score: number }[] = [];
  for (const path of paths) {
    const score = fitPath(query, path);
    if (score !== undefined) found.push({ path, score });
  }
  return found.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1)).slice(0, limit);
}
