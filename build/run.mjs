// The first thing that runs on a fresh clone, on whatever Node is there (20 or newer): installs what is missing, then
// hands over to build/tasks.ts on the Node that the project brings. Plain JavaScript without dependencies for that reason.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The lowest Node that Vite, Vitest and type stripping work on. */
const oldest = { major: 22, minor: 18 };

/** Installs exactly what the lock file says, unless that was done for this lock file before. */
export function install() {
  const stamp = join(root, 'node_modules', '.installed-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing what the project needs (once; about half a minute) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const environment = { ...process.env };
  // `npm ci` started from `npm test` must not take over that call's own settings.
  for (const key of Object.keys(environment)) if (/^npm_(lifecycle|command|package)/.test(key)) delete environment[key];
  const done = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: environment,
      })
    : spawnSync('npm', args, {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: environment,
        shell: process.platform === 'win32',
      });
  if (done.status !== 0) {
    console.error(
      'The packages could not be installed. Check the network or the npm registry setting, then run the same command again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** The project's own Node from npm, else the running one when it is new enough. */
export function projectNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const own = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return process.execPath;
  console.error(
    `VOIKE needs Node ${oldest.major}.${oldest.minor} or newer on this kind of machine (${process.platform} ${process.arch}); this is ${process.versions.node}. Install a newer Node and run the same command again.`,
  );
  process.exit(1);
}

/**
 * Runs a TypeScript entry on the project's Node and ends as it ends.
 * @param {string} entry its path from the root
 * @param {string[]} args
 */
export function handOver(entry, args) {
  const child = spawn(projectNode(), ['--disable-warning=ExperimentalWarning', join(root, entry), ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Could not start ${entry}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  const [task = 'start', ...rest] = process.argv.slice(2);
  if (task === 'voike') handOver('node-core/cli/main.ts', rest);
  else handOver('build/tasks.ts', [task, ...rest]);
}
