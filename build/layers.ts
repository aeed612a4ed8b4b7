/**
 * The import rules of ARCHITECTURE.md, checked: floors of node-core import only downwards, browser-safe folders
 * import nothing of Node, nothing imports against the worlds, and no cycle exists.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Folders of node-core by floor, the lowest first. What is not named is an area. */
const ground = new Set(['operations', 'store', 'crypto', 'canonical', 'errors', 'ids', 'log']);
const language = new Set(['flow', 'vasm']);
const faces = new Set(['http', 'cli', 'client', 'mcp']);
const floorNames = ['ground', 'language', 'areas', 'composition', 'faces'];

/** Must run in a page as well: no `node:` import and no package outside this list. */
const browserFolders =
  /^node-core\/(flow|vasm|client|canonical|errors|ids|ledger\/proof)\/|^node-core\/ledger\/entry\.ts$|^node-core\/results\/markdown\.ts$|\/schema\.ts$/;
const browserPackages = new Set(['typebox', '@noble/hashes', 'croner', 'commander']);

/** Commands run in the workbench's terminal as well; these few are the process around them. */
const commandLine = /^node-core\/cli\/(?!(main|process-host|reach|signals|commands\/serve)\.ts$)/;

/** Types that the ground needs to name what an operation is given. They hold no code. */
const sharedTypes = new Set(['node-core/projects/project.ts', 'node-core/ledger/entry.ts', 'node-core/runs/schema.ts']);

const isBrowserSafe = (file: string): boolean => browserFolders.test(file) || commandLine.test(file);

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

function floor(file: string): number {
  const [, folder = '', rest] = file.split('/');
  if (rest === undefined) return 3;
  if (ground.has(folder)) return 0;
  if (language.has(folder)) return 1;
  return faces.has(folder) ? 4 : 2;
}

function sourceFiles(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = `${folder}/${name}`;
      if (statSync(join(root, path)).isDirectory()) visit(path);
      else if (/\.tsx?$/.test(name)) found.push(path);
    }
  };
  for (const world of ['node-core', 'renderer', 'electron', 'e2e']) visit(world);
  return found;
}

function importsOf(root: string, file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: Import[] = [];
  const pattern =
    /^\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  for (const match of text.matchAll(pattern)) {
    const to = match[2] ?? match[3] ?? match[4] ?? '';
    // `import('./x.ts').Y` in a type position reads like a dynamic import; either way the target must be allowed.
    found.push({ from: file, to, typeOnly: match[1] !== undefined });
  }
  return found;
}

/** A sentence for each import that breaks a rule; none when all hold. */
export function checkLayers(root: string): string[] {
  const complaints: string[] = [];
  const graph = new Map<string, string[]>();
  for (const file of sourceFiles(root)) {
    const isTest = /\.test\.tsx?$|\/testing\.ts$/.test(file);
    const world = file.split('/')[0];
    const edges: string[] = [];
    for (const { to, typeOnly } of importsOf(root, file)) {
      const complain = (rule: string) => complaints.push(`${file}: imports "${to}", but ${rule}`);
      if (to === 'electron' && world !== 'electron' && world !== 'e2e') complain('only electron/ may use Electron');
      if (!to.startsWith('.')) {
        if (isBrowserSafe(file) && !isTest && !typeOnly) {
          const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : to.split('/')[0];
          if (!browserPackages.has(name as string)) complain('this folder must also run in a page');
        }
        if (world === 'renderer' && to.startsWith('node:') && !isTest)
          complain('the workbench runs in a page, without Node');
        continue;
      }
      const target = relative(root, resolve(join(root, dirname(file)), to.replace(/\?.*$/, ''))).replaceAll('\\', '/');
      if (!typeOnly && !isTest) edges.push(target);
      if (isTest) continue;
      if (world === 'node-core') {
        if (!target.startsWith('node-core/')) complain('node-core imports nothing outside itself');
        else if (!typeOnly || !sharedTypes.has(target)) {
          if (floor(target) > floor(file) && !(typeOnly && file.startsWith('node-core/client/')))
            complain(`${floorNames[floor(file)]} may not import ${floorNames[floor(target)]}`);
          if (isBrowserSafe(file) && !isBrowserSafe(target) && !typeOnly)
            complain('this folder must also run in a page, and the imported one need not');
        }
      } else if (world === 'renderer' && target.startsWith('node-core/') && !isBrowserSafe(target) && !typeOnly) {
        complain('the workbench may use only the browser-safe folders of node-core');
      } else if (world === 'renderer' && target.startsWith('electron/') && !typeOnly)
        complain('the workbench also runs without the shell');
      else if (world === 'electron' && target.startsWith('renderer/'))
        complain('the shell holds no part of the workbench');
    }
    graph.set(file, edges);
  }
  return [...complaints, ...cycles(graph)];
}

/** Each import cycle once, as `a → b → a`. */
function cycles(graph: Map<string, string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string) => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push(`import cycle: ${[...path.slice(at), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return found;
}
