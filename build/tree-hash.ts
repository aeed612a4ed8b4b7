import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One hash over the contents of files and folders (tests left out), to tell whether a build is still that of its sources. */
export function treeHash(root: string, places: string[]): string {
  const hash = createHash('sha256');
  const visit = (place: string) => {
    const path = join(root, place);
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(`${place}/${name}`);
    } else if (!/\.test\.tsx?$/.test(place)) {
      hash.update(place).update('\0').update(readFileSync(path)).update('\0');
    }
  };
  for (const place of places) visit(place);
  return hash.digest('hex');
}
