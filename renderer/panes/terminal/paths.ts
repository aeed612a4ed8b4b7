/** Paths in a page: as POSIX has them, or as Windows does when the node runs there. Pure. */
import type { Paths } from '../../../node-core/cli/host.ts';

/** @param current the folder that relative names start from; absolute. */
export function pathsFrom(current: string): Paths {
  const windows = /^[A-Za-z]:/.test(current);
  const sep = windows ? '\\' : '/';
  const parts = (path: string): string[] =>
    path.split(windows ? /[\\/]+/ : /\/+/).filter((part) => part !== '' && part !== '.');
  const absolute = (path: string): boolean => (windows ? /^[A-Za-z]:/.test(path) : path.startsWith('/'));
  const folded = (path: string): string => {
    const kept: string[] = [];
    for (const part of parts(path)) {
      if (part !== '..') kept.push(part);
      else if (kept.length > (windows ? 1 : 0)) kept.pop();
    }
    return (windows ? '' : '/') + kept.join(sep);
  };
  const resolve = (path: string): string => folded(absolute(path) ? path : `${current}${sep}${path}`);
  return {
    sep,
    resolve,
    join: (...all) => (absolute(all[0] ?? '') ? folded(all.join(sep)) : parts(all.join(sep)).join(sep)),
    dirname: (path) => resolve(`${path}${sep}..`),
    basename: (path) => parts(path).at(-1) ?? '',
    relative(from, to) {
      const a = parts(resolve(from));
      const b = parts(resolve(to));
      let same = 0;
      while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
      return [...a.slice(same).map(() => '..'), ...b.slice(same)].join(sep);
    },
  };
}
