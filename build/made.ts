/** The parts of `out/`, each made anew only when its sources changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root, run } from './commands.ts';
import { treeHash } from './tree-hash.ts';

/** Makes a part of `out/` unless what is there was made from these very sources. */
async function made(folder: string, sources: string[], saying: string, make: () => Promise<boolean>): Promise<boolean> {
  const stamp = join(root, 'out', folder, '.built-from');
  const from = treeHash(root, [...sources, 'package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === from) return true;
  console.error(saying);
  if (!(await make())) return false;
  writeFileSync(stamp, from);
  return true;
}

/** The workbench's pages: what a node serves and what the shell's windows show. */
export const build = (): Promise<boolean> =>
  made(
    'renderer',
    ['renderer', 'node-core', 'build/vite.config.ts'],
    'Building the workbench …',
    async () => (await run(bin('vite'), ['build', '-c', 'build/vite.config.ts', '--logLevel', 'warn'])) === 0,
  );

/** The workbench and the shell around it. */
export const buildShell = async (): Promise<boolean> =>
  (await build()) &&
  made('electron', ['electron', 'node-core', 'build/shell-bundle.ts'], 'Building the shell …', async () => {
    const { bundleShell } = await import('./shell-bundle.ts');
    await bundleShell(root);
    return true;
  });

/** Lets tests start the command from one file. Those of a few files start it from its sources: bundling is not worth it. */
export const buildCommand = async (): Promise<boolean> => {
  const good = await made('command', ['node-core', 'build/shell-bundle.ts'], 'Building the command …', async () => {
    const { bundleCommand } = await import('./shell-bundle.ts');
    await bundleCommand(root);
    return true;
  });
  if (good) process.env['VOIKE_COMMAND'] = join(root, 'out', 'command', 'voike.js');
  return good;
};
