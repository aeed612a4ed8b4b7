/**
 * THIRD-PARTY-LICENCES.txt: every package whose code is in the program, with its licence's full text. Which they are the
 * bundles say themselves (what they really took in), and the lock file for the packages that are shipped as they are.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** What was found in this process, by file: a build of several bundles (workers) makes one list. */
const lists = new Map<string, Set<string>>();

/** Writes the names of all packages that a bundle took code from, as JSON. Used in every build (see vite.config.ts). */
export function collectPackages(root: string, file: string): Plugin {
  const found = lists.get(file) ?? new Set<string>();
  lists.set(file, found);
  return {
    name: 'collect-packages',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of Object.keys(chunk.modules)) {
          const name = packageOf(root, id);
          if (name !== undefined) found.add(name);
        }
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify([...found].sort()));
    },
  };
}

/** The folder below node_modules that a module comes from, `a/node_modules/b` for a nested one. */
export function packageOf(root: string, id: string): string | undefined {
  const path = id.replaceAll('\\', '/').replace(/^\0/, '').split('?')[0]!;
  const from = `${root.replaceAll('\\', '/')}/node_modules/`;
  if (!path.startsWith(from)) return undefined;
  const match = /^(?:(?:@[^/]+\/)?[^/]+\/node_modules\/)*(?:@[^/]+\/)?[^/]+/.exec(path.slice(from.length));
  return match?.[0];
}

/** One package's part of the file. @throws when it ships no licence: such a package may not be shipped. */
export function licenceOf(folder: string): string {
  const { name, version, license, licenses, author } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as {
    name: string;
    version: string;
    license?: string | { type: string };
    licenses?: { type: string }[];
    author?: string | { name: string };
  };
  const kind =
    typeof license === 'string' ? license : (license?.type ?? licenses?.map(({ type }) => type).join(' or '));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|ofl)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0 && kind === undefined) throw new Error(`${name} has no licence.`);
  const by = typeof author === 'string' ? author : author?.name;
  if (texts.length === 0) texts.push(`Licensed under ${kind}.${by === undefined ? '' : ` Copyright ${by}.`}`);
  return `${name} ${version} (${kind ?? 'see below'})\n\n${texts.join('\n\n')}\n`;
}

/** The whole file. @param packages folders below `root/node_modules` */
export function licenceFile(root: string, packages: Iterable<string>): string {
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const parts = [...new Set(packages)].sort().map((name) => licenceOf(join(root, 'node_modules', name)));
  return `VOIKE Desktop contains code of the following packages. Electron's and Chromium's licences are in LICENSE.electron.txt
and LICENSES.chromium.html.
${rule}${parts.join(rule)}`;
}
