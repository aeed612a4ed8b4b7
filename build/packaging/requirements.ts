/** What packaging needs beside npm, found out before anything is built: one clear sentence instead of a minute of retries. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arch, Platform } from './stage.ts';

export interface Order {
  platform: Platform;
  arch: Arch;
  /** Names of electron-builder: `dir`, `deb`, `nsis`, … */
  targets: string[];
}

/** What this machine has; so that the rules below can be tested without it. */
export interface Machine {
  platform: NodeJS.Platform;
  has(command: string): boolean;
  reaches(address: string): Promise<boolean>;
  /** CUSTOM_FPM_PATH and the like. */
  environment: Readonly<Record<string, string | undefined>>;
}

export const TARGETS: Record<Platform, readonly string[]> = {
  linux: ['dir', 'AppImage', 'deb', 'rpm', 'tar.gz', 'zip'],
  darwin: ['dir', 'dmg', 'zip'],
  win32: ['dir', 'nsis', 'portable', 'zip'],
};
const USUAL: Record<Platform, readonly string[]> = {
  linux: ['AppImage', 'deb', 'rpm'],
  darwin: ['dmg', 'zip'],
  win32: ['nsis', 'portable'],
};

const TOOLS = 'https://github.com/electron-userland/electron-builder-binaries/releases';
const RUNTIMES = 'https://github.com/electron/electron/releases';

/** `--linux deb AppImage --x64 --arm64`, as electron-builder has it. @throws with a sentence */
export function readOrders(args: readonly string[], host: { platform: NodeJS.Platform; arch: string }): Order[] {
  const named: Record<string, Platform> = { '--linux': 'linux', '--mac': 'darwin', '--win': 'win32' };
  const wanted = new Map<Platform, string[]>();
  const archs = new Set<Arch>();
  let at: Platform | undefined;
  for (const argument of args) {
    const platform = named[argument];
    if (platform !== undefined) wanted.set((at = platform), []);
    else if (argument === '--x64' || argument === '--arm64') archs.add(argument.slice(2) as Arch);
    else if (argument === '--dir') {
      const of = at ?? (host.platform as Platform);
      wanted.set(of, ['dir']);
    } else if (!argument.startsWith('-') && at !== undefined) {
      const target = TARGETS[at].find((one) => one.toLowerCase() === argument.toLowerCase());
      if (target === undefined)
        throw new Error(`There is no target ${argument} for this system. There are: ${TARGETS[at].join(', ')}.`);
      wanted.get(at)!.push(target);
    } else
      throw new Error(
        `"${argument}" is not known. Write for example: npm run dist -- --linux deb --x64 (or --mac, --win).`,
      );
  }
  if (wanted.size === 0) wanted.set(host.platform as Platform, []);
  if (archs.size === 0) archs.add(host.arch === 'arm64' ? 'arm64' : 'x64');
  return [...wanted].flatMap(([platform, targets]) =>
    [...archs].map((arch) => ({ platform, arch, targets: targets.length > 0 ? targets : [...USUAL[platform]] })),
  );
}

/** A runtime that is there, and its version. */
export interface Runtime {
  dist: string;
  version: string;
}

/** The runtime that `ELECTRON_OVERRIDE_DIST_PATH` names or that the `electron` package has fetched, for this very target. */
export function presentRuntime(root: string, { platform, arch }: Order): Runtime | undefined {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const dist = override ?? join(root, 'node_modules', 'electron', 'dist');
  const file = join(dist, 'version');
  if (platform !== process.platform || arch !== process.arch || !existsSync(file)) return undefined;
  return { dist, version: readFileSync(file, 'utf8').trim().replace(/^v/, '') };
}

/** One sentence for each thing that is missing; none when all is there. */
export async function whatIsMissing(order: Order, runtime: Runtime | undefined, machine: Machine): Promise<string[]> {
  const missing: string[] = [];
  const { platform, targets, arch } = order;
  const { environment } = machine;
  if (runtime === undefined && !(await machine.reaches(environment['ELECTRON_MIRROR'] ?? RUNTIMES)))
    missing.push(
      `The Electron runtime for ${platform} ${arch} cannot be fetched from here; name an unpacked one with ELECTRON_OVERRIDE_DIST_PATH, or a mirror with ELECTRON_MIRROR.`,
    );
  const fetched = async (what: string): Promise<void> => {
    if (!(await machine.reaches(environment['ELECTRON_BUILDER_BINARIES_MIRROR'] ?? TOOLS)))
      missing.push(`${what} cannot be fetched from here; ELECTRON_BUILDER_BINARIES_MIRROR may name a mirror of it.`);
  };
  for (const target of targets) {
    if (target === 'AppImage') await fetched('The AppImage runtime');
    if (target === 'nsis' || target === 'portable') await fetched('NSIS');
    if (target === 'deb' && environment['CUSTOM_FPM_PATH'] === undefined && !machine.has('dpkg-deb'))
      await fetched('fpm, which makes the .deb where dpkg-deb is not installed,');
    if (target === 'rpm') {
      if (!machine.has('rpmbuild')) missing.push('rpmbuild is not installed, which makes the .rpm (package rpm).');
      if (environment['CUSTOM_FPM_PATH'] === undefined && !machine.has('fpm'))
        await fetched('fpm, which makes the .rpm,');
    }
    if (target === 'dmg' && machine.platform !== 'darwin') missing.push('A .dmg can only be made on a Mac.');
  }
  if (platform === 'darwin' && machine.platform === 'win32') missing.push('A Mac program cannot be made on Windows.');
  return [...new Set(missing)];
}

/** The machine that this runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  has: (command) =>
    spawnSync(process.platform === 'win32' ? 'where' : 'which', [command], { stdio: 'ignore' }).status === 0,
  reaches: (address) =>
    fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(8000) }).then(
      (answer) => answer.status < 500,
      () => false,
    ),
  environment: process.env,
};
