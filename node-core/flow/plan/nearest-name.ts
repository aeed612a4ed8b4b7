/** The name that was meant, without regard to case. Browser-safe. */
import { editDistance } from '../syntax/nearest.ts';

/** The candidates near enough to be meant, best first, at most `limit`. A difference in case alone is nearest. */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = name.toLowerCase();
  const allowed = wanted.length <= 2 ? 1 : Math.max(1, Math.floor(wanted.length / 3));
  const found: { name: string; distance: number }[] = [];
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), allowed + 1);
    if (distance <= allowed && distance < Math.max(wanted.length, candidate.length))
      found.push({ name: candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance);
  return found.slice(0, limit).map((near) => near.name);
}

export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearestNames(name, candidates, 1)[0];
}
