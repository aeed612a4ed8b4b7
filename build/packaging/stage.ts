/** Lays out what is shipped: bundles, the workbench, samples, and native packages of the target alone. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE_PACKAGES } from '../shell-bundle.ts';
import { licenceFile } from './licences.ts';
import { closure, type Lock } from './lock.ts';

export type Platform = 'linux' | 'darwin' | 'win32';
export type Arch = 'x64' | 'arm64';

/** What of the native packages is for compiling, for other systems, or for people who read. */
const NOT_SHIPPED =
  /(^|\/)(src|deps|test|tests|docs|binding\.gyp|[^/]*\.(md|markdown|map|d\.ts|d\.mts|d\.cts|ts|gypi?|c|cc|cpp|h|hpp|pdb))$/i;

/**
 * @returns the folder of the staged program, `out/stage/PLATFORM-ARCH/app`; THIRD-PARTY-LICENCES.txt lies beside it
 * @throws with a sentence when a package cannot be had
 */
export async function stage(root: string, platform: Platform, arch: Arch): Promise<string> {
  const at = join(root, 'out', 'stage', `${platform}-${arch}`);
  const app = join(at, 'app');
  rmSync(at, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });

  const { version, description, license, productName } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const shipped = closure(lock, NATIVE_PACKAGES, { name: 'voike-desktop', version: version! });
  const natives = join(at, 'natives');
  install(natives, shipped, platform, arch);
  copyNatives(join(natives, 'node_modules'), join(app, 'node_modules'), platform, arch);
  rmSync(natives, { recursive: true, force: true });

  writeFileSync(
    join(app, 'package.json'),
    `${JSON.stringify(
      {
        ...shipped.manifest,
        productName,
        description,
        license,
        homepage: 'https://voike.invalid/',
        author: 'VOIKE <desktop@voike.invalid>',
        type: 'module',
        main: 'out/electron/main.js',
        desktopName: 'voike-desktop.desktop',
      },
      undefined,
      2,
    )}\n`,
  );
  for (const folder of ['out/electron', 'out/renderer', 'flows/demo', 'flows/lib', 'flows/programs', 'resources/data'])
    if (existsSync(join(root, folder)))
      cpSync(join(root, folder), join(app, folder), {
        recursive: true,
        filter: (path) => !/\.(map|built-from)$/.test(path),
      });
  cpSync(join(root, 'flows', 'samples.json'), join(app, 'flows', 'samples.json'));
  cpSync(join(root, 'LICENSE'), join(app, 'LICENSE'));

  const bundled = ['shell.json', 'workbench.json', 'workers.json'].flatMap((file) => {
    const path = join(root, 'out', 'licences', file);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
  });
  const asPackages = readPackages(join(app, 'node_modules')).filter((name) =>
    existsSync(join(root, 'node_modules', name)),
  );
  writeFileSync(join(at, 'THIRD-PARTY-LICENCES.txt'), licenceFile(root, [...bundled, ...asPackages]));
  return app;
}

function install(folder: string, { manifest, lock }: ReturnType<typeof closure>, platform: Platform, arch: Arch): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const environment = { ...process.env };
  // An `npm ci` that runs within `npm run dist` must not take over that call's own settings.
  for (const key of Object.keys(environment)) if (/^npm_(lifecycle|command|package)/.test(key)) delete environment[key];
  const done = spawnSync(
    'npm',
    [
      'ci',
      `--os=${platform}`,
      `--cpu=${arch}`,
      ...(platform === 'linux' ? ['--libc=glibc'] : []),
      '--omit=dev',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ],
    { cwd: folder, env: environment, encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (done.status !== 0)
    throw new Error(
      `The native packages for ${platform} ${arch} could not be installed: ${done.stderr.split('\n').find((line) => line.includes('npm error')) ?? `npm ended with ${done.status}`}`,
    );
}

function copyNatives(from: string, to: string, platform: Platform, arch: Arch): void {
  const own = `${platform}-${arch}`;
  cpSync(from, to, {
    recursive: true,
    filter(path) {
      const rest = path.slice(from.length).replaceAll('\\', '/');
      if (rest === '') return true;
      if (rest.startsWith('/.')) return false;
      if (rest.startsWith('/better-sqlite3/prebuilds/')) return rest.endsWith(`/${own}.node`);
      if (rest === '/node-addon-api' || rest.startsWith('/node-addon-api/')) return false;
      return !NOT_SHIPPED.test(rest) || (statSync(path).isDirectory() && !/\/(src|deps|tests?|docs)$/.test(rest));
    },
  });
}

/** Packages in a node_modules folder by name. */
function readPackages(folder: string): string[] {
  return readdirSync(folder).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}
