#!/usr/bin/env node
// Makes a .deb with dpkg-deb from the arguments that electron-builder gives to `fpm`, for machines that have the one and not
// the other (CUSTOM_FPM_PATH). Knows the options that are given for a deb, and refuses any other.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Options with a value; all others that may come are flags. */
const VALUED = new Set([
  '-s', '-t', '-d', '--deb-recommends', '--deb-compression', '--architecture', '--after-install', '--after-remove',
  '--description', '--version', '--package', '--name', '--maintainer', '--vendor', '--url', '--category',
  '--deb-priority', '--license', '--iteration', '--log',
]); // prettier-ignore
const FLAGS = new Set(['--force', '--debug']);

/**
 * @param {readonly string[]} args
 * @returns {{ options: Map<string, string[]>, paths: { from: string, to: string }[] }}
 */
export function readFpmArguments(args) {
  /** @type {Map<string, string[]>} */
  const options = new Map();
  const paths = [];
  for (let at = 0; at < args.length; at++) {
    const argument = /** @type {string} */ (args[at]);
    if (FLAGS.has(argument)) continue;
    if (VALUED.has(argument)) {
      options.set(argument, [...(options.get(argument) ?? []), /** @type {string} */ (args[++at])]);
      continue;
    }
    if (argument.startsWith('-')) throw new Error(`The option ${argument} is not known here.`);
    const cut = argument.indexOf('=');
    paths.push({ from: argument.slice(0, cut), to: argument.slice(cut + 1) });
  }
  return { options, paths };
}

/**
 * The control file (Debian Policy, chapter 5). @param {Map<string, string[]>} options @param {number} kilobytes
 */
export function controlFile(options, kilobytes) {
  const one = (/** @type {string} */ name) => options.get(name)?.[0] ?? '';
  const description = one('--description').trimStart();
  const [first = '', ...more] = description.split('\n').map((line) => line.trim());
  const lines = more.filter((line) => line !== '' && line !== first).map((line) => ` ${line}`);
  const fields = [
    ['Package', one('--name')],
    ['Version', one('--version')],
    ['Architecture', one('--architecture')],
    ['Maintainer', one('--maintainer')],
    ['Installed-Size', String(kilobytes)],
    ['Depends', (options.get('-d') ?? []).join(', ')],
    ['Recommends', (options.get('--deb-recommends') ?? []).join(', ')],
    ['Section', one('--category') || 'devel'],
    ['Priority', one('--deb-priority') || 'optional'],
    ['Homepage', one('--url')],
    ['Description', [first, ...lines].join('\n')],
  ];
  return `${fields.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`])).join('\n')}\n`;
}

/** @param {string} path @returns {number} bytes of all files */
const sizeOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : statSync(path).size;

/** Folders that everybody may enter, files that everybody may read. @param {string} path */
function openUp(path) {
  const { mode } = statSync(path);
  if (statSync(path).isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) openUp(join(path, name));
  } else chmodSync(path, mode & 0o111 ? 0o755 : 0o644);
}

/** @param {readonly string[]} args */
function makeDeb(args) {
  const { options, paths } = readFpmArguments(args);
  if (options.get('-t')?.[0] !== 'deb') throw new Error('Only a .deb can be made without fpm.');
  const work = mkdtempSync(join(tmpdir(), 'voike-deb-'));
  try {
    for (const { from, to } of paths) {
      const target = join(work, to);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(from.replace(/\/$/, ''), target, { recursive: true, verbatimSymlinks: true });
    }
    const kilobytes = Math.ceil(sizeOf(work) / 1024);
    openUp(work);
    const control = join(work, 'DEBIAN');
    mkdirSync(control);
    writeFileSync(join(control, 'control'), controlFile(options, kilobytes));
    for (const [option, name] of /** @type {const} */ ([
      ['--after-install', 'postinst'],
      ['--after-remove', 'postrm'],
    ])) {
      const script = options.get(option)?.[0];
      if (script === undefined) continue;
      cpSync(script, join(control, name));
      chmodSync(join(control, name), 0o755);
    }
    const file = /** @type {string} */ (options.get('--package')?.[0]);
    const packer = options.get('--deb-compression')?.[0] ?? 'xz';
    // Tests trade some size for time.
    const level = process.env['VOIKE_PACK_LEVEL'];
    const how = [`-Z${packer}`, ...(level === undefined ? [] : [`-z${level}`])];
    const done = spawnSync('dpkg-deb', ['--root-owner-group', ...how, '--build', work, file], {
      stdio: 'inherit',
    });
    if (done.status !== 0) throw new Error(`dpkg-deb could not make ${basename(file)}.`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makeDeb(process.argv.slice(2));
