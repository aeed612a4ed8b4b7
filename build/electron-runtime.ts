/** Where an Electron runtime is, and whether a window can open on this machine. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type ElectronRuntime =
  | {
      executable: string;
      /** Needed on this machine to start at all. */ flags: string[];
      /** A display to run tests under. */ wrap: string[];
    }
  | { /** Why there is none, as the end of a sentence. */ missing: string };

/**
 * Finds the runtime that the `electron` package brought, or the one that ELECTRON_OVERRIDE_DIST_PATH names.
 * With `fetch`, lets the package download it when it is not there.
 */
export function electronRuntime(root: string, { fetch }: { fetch: boolean }): ElectronRuntime {
  const display = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  const virtual = spawnSync('sh', ['-c', 'command -v xvfb-run'], { encoding: 'utf8' }).status === 0;
  // Tests may open their window on a virtual display; a person cannot see that one.
  if (!display && (fetch || !virtual)) return { missing: 'this machine has no display' };

  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const packaged = join(root, 'node_modules', 'electron');
  const pathFile = join(packaged, 'path.txt');
  let executable = override
    ? join(override, process.platform === 'win32' ? 'electron.exe' : 'electron')
    : existsSync(pathFile)
      ? join(packaged, 'dist', readFileSync(pathFile, 'utf8'))
      : '';
  if (!existsSync(executable) && fetch && !override) {
    console.log('Fetching the Electron runtime (once; about 120 MB) …');
    const fetched = spawnSync(process.execPath, [createRequire(import.meta.url).resolve('electron/install.js')], {
      stdio: 'ignore',
      timeout: 300_000,
    });
    if (fetched.status === 0 && existsSync(pathFile))
      executable = join(packaged, 'dist', readFileSync(pathFile, 'utf8'));
  }
  if (!existsSync(executable))
    return { missing: fetch ? 'the Electron runtime could not be fetched' : 'no Electron runtime is present' };

  // Chromium's sandbox does not work for root; tests in containers run as root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return { executable, flags: asRoot ? ['--no-sandbox'] : [], wrap: display ? [] : ['xvfb-run', '-a'] };
}
