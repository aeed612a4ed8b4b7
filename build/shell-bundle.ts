/**
 * Turns what runs in Electron's own processes into JavaScript, `out/electron/`: main, the node host and its workers, one
 * file each with what they import; only packages with native code stay packages. Reading one file instead of some hundred
 * TypeScript modules takes a third off the start.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import { collectPackages } from './packaging/licences.ts';

/** Packages that load native code; they are shipped as they are (see packaging/stage.ts). */
export const NATIVE_PACKAGES = ['@duckdb/node-api', '@lydell/node-pty', 'better-sqlite3'];

const WORKER = /new URL\(\s*'([^']+)\.ts',\s*import\.meta\.url\s*,?\s*\)/g;

/**
 * Where a module names files by its own place, it goes on to mean the place in the source tree, though its code now lies
 * in `out/electron/`. A `.ts` file that is named so (a worker) becomes an entry of its own beside it.
 */
function ownPlaces(root: string): Plugin {
  return {
    name: 'own-places',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(root) || id.includes('node_modules') || !code.includes('import.meta.url')) return null;
      const path = relative(root, id).replaceAll('\\', '/');
      const withWorkers = code.replace(WORKER, (_whole, name: string) => {
        this.emitFile({
          type: 'chunk',
          id: `${resolve(dirname(id), name)}.ts`,
          fileName: `${basename(name)}.js`,
        });
        return `new URL('./${basename(name)}.js', import.meta_url)`;
      });
      return withWorkers
        .replaceAll('import.meta.url', `new URL('../../${path}', import.meta_url).href`)
        .replaceAll('import.meta_url', 'import.meta.url');
    },
  };
}

/**
 * Bundles for Node: one file for each entry, and what they share.
 * @param folder below `out/`
 */
export async function bundleForNode(
  root: string,
  folder: string,
  input: Record<string, string>,
  options: { plugins?: Plugin[]; minify: boolean },
): Promise<void> {
  const outDir = join(root, 'out', folder);
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [ownPlaces(root), ...(options.plugins ?? [])],
    ssr: { noExternal: true, external: [...NATIVE_PACKAGES, 'electron'], target: 'node' },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: options.minify,
      sourcemap: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        checks: { bundlerTimings: false },
      },
    },
  });
}

/** Writes `out/electron/`: `main.js`, `node-host.js`, what both import, and the preload. */
export async function bundleShell(root: string): Promise<void> {
  await bundleForNode(
    root,
    'electron',
    { main: 'electron/main.ts', 'node-host': 'electron/node-host.ts' },
    { plugins: [collectPackages(root, join(root, 'out', 'licences', 'shell.json'))], minify: true },
  );
  const outDir = join(root, 'out', 'electron');
  copyFileSync(join(root, 'electron', 'preload.cjs'), join(outDir, 'preload.cjs'));
  for (const file of readdirSync(outDir))
    if (readFileSync(join(outDir, file), 'utf8').includes(root))
      throw new Error(`The bundle names a path of this machine: ${file}.`);
}

/**
 * Writes `out/command/`: the `voike` command for tests, which start hundreds of it. It starts in a third of the time that
 * the sources take.
 */
export const bundleCommand = (root: string): Promise<void> =>
  bundleForNode(root, 'command', { voike: 'node-core/cli/main.ts' }, { minify: false });
