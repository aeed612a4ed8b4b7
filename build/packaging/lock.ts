/** The lock file of what is shipped as packages: the closure of a few names within the project's lock file. */

interface LockedPackage {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  [more: string]: unknown;
}
export interface Lock {
  packages: Record<string, LockedPackage>;
  [more: string]: unknown;
}

/** Where `name` is found from `from`, as Node looks for it: nested first, then upwards. */
function locate(lock: Lock, from: string, name: string): string | undefined {
  let at = from;
  for (;;) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (lock.packages[path] !== undefined) return path;
    if (at === '') return undefined;
    at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')));
  }
}

/**
 * @returns a manifest and a lock file that `npm ci` takes, with `names` and all that they need, at the very versions and
 * integrity hashes of the project's lock file
 */
export function closure(lock: Lock, names: readonly string[], manifest: { name: string; version: string }) {
  const packages: Record<string, LockedPackage> = {};
  const visit = (from: string, name: string): void => {
    const path = locate(lock, from, name);
    if (path === undefined || packages[path] !== undefined) return;
    const found = lock.packages[path]!;
    // What is development's or optional in the whole project is neither here.
    const { dev: _dev, ...kept } = found as LockedPackage & { dev?: boolean };
    packages[path] = kept;
    for (const next of Object.keys({ ...found.dependencies, ...found.optionalDependencies })) visit(path, next);
  };
  for (const name of names) {
    if (lock.packages[`node_modules/${name}`] === undefined) throw new Error(`${name} is not in the lock file.`);
    visit('', name);
  }
  const dependencies = Object.fromEntries(
    names.map((name) => [name, packages[`node_modules/${name}`]!.version as string]),
  );
  const root = { ...manifest, private: true, dependencies };
  return {
    manifest: root,
    lock: {
      ...manifest,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { ...manifest, dependencies }, ...packages },
    },
  };
}
