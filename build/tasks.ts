/** What the npm scripts do, one function a script. Started by run.mjs on the project's Node. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronRuntime, electronRuntime } from './electron-runtime.ts';
import { checkLayers } from './layers.ts';
import { treeHash } from './tree-hash.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

/** Folders with a tsconfig of their own; each is one world with its own globals. */
const worlds = ['node-core', 'renderer', 'electron', 'build', 'e2e'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs a command to its end and gives its exit code. */
function run(command: string, args: string[], environment: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
      shell: process.platform === 'win32',
    });
    const stop = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    child.on('close', () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Types, lint, import rules and format; every complaint is printed before it says no. */
async function check(): Promise<boolean> {
  const waiting: [string, string[]][] = [
    ['oxlint', ['-c', 'build/oxlint.json', '--type-aware', '--deny-warnings', ...worlds]],
    ...worlds.map((world): [string, string[]] => ['tsc', ['-p', world]]),
    ['oxfmt', ['-c', 'build/oxfmt.json', '--check', ...worlds]],
  ];
  let good = true;
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      if ((await run(bin(next[0]), next[1])) !== 0) good = false;
  };
  // Two at a time: a type check keeps one core busy.
  await Promise.all([lane(), lane()]);
  const broken = checkLayers(root);
  for (const line of broken) console.error(line);
  console.log(good && broken.length === 0 ? 'check: types, lint, format and import rules hold' : 'check: failed');
  return good && broken.length === 0;
}

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
const build = (): Promise<boolean> =>
  made(
    'renderer',
    ['renderer', 'node-core', 'build/vite.config.ts'],
    'Building the workbench …',
    async () => (await run(bin('vite'), ['build', '-c', 'build/vite.config.ts', '--logLevel', 'warn'])) === 0,
  );

/** The workbench and the shell around it. */
const buildShell = async (): Promise<boolean> =>
  (await build()) &&
  made('electron', ['electron', 'node-core', 'build/shell-bundle.ts'], 'Building the shell …', async () => {
    const { bundleShell } = await import('./shell-bundle.ts');
    await bundleShell(root);
    return true;
  });

/** Lets tests start the command from one file. Those of a few files start it from its sources: bundling is not worth it. */
const buildCommand = async (): Promise<boolean> => {
  const good = await made('command', ['node-core', 'build/shell-bundle.ts'], 'Building the command …', async () => {
    const { bundleCommand } = await import('./shell-bundle.ts');
    await bundleCommand(root);
    return true;
  });
  if (good) process.env['VOIKE_COMMAND'] = join(root, 'out', 'command', 'voike.js');
  return good;
};

async function unit(args: string[]): Promise<Counts> {
  if (args.length === 0 && !(await buildCommand())) return { passed: 0, failed: 1, skipped: 0 };
  const report = join(root, 'out', 'reports', 'unit.json');
  rmSync(report, { force: true });
  const code = await run(bin('vitest'), [
    'run',
    '-c',
    'build/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTotalTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that fails to load has no failed test of its own: the exit code says so.
  return {
    passed: numPassedTests,
    failed: Math.max(numFailedTests, code !== 0 || numTotalTestSuites === 0 ? 1 : 0),
    skipped: numPendingTests,
  };
}

async function playwright(
  project: string,
  args: string[],
  environment: Record<string, string> = {},
  wrap: string[] = [],
): Promise<Counts> {
  const report = join(root, 'out', 'reports', `${project}.json`);
  rmSync(report, { force: true });
  const command = [
    ...wrap,
    bin('playwright'),
    'test',
    '-c',
    'e2e/playwright.config.ts',
    `--project=${project}`,
    '--reporter=line,json',
    ...args,
  ];
  const code = await run(command[0] as string, command.slice(1), {
    ...environment,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: Math.max(stats.unexpected, code === 0 ? 0 : 1),
    skipped: stats.skipped,
  };
}

async function e2e(args: string[]): Promise<Counts> {
  if (!(await build()) || !(await buildCommand())) return { passed: 0, failed: 1, skipped: 0 };
  return playwright('browser', args);
}

async function electron(args: string[]): Promise<Counts> {
  const runtime = electronRuntime(root, { fetch: false });
  if ('missing' in runtime) {
    console.log(`electron: skipped, ${runtime.missing}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  if (!(await buildShell())) return { passed: 0, failed: 1, skipped: 0 };
  return playwright('electron', ['--workers=1', ...args], { VOIKE_ELECTRON: runtime.executable }, runtime.wrap);
}

/** Packs the program for this Linux and tries it; needs a runtime, a display of some kind and dpkg-deb, and about two minutes. */
async function packaged(args: string[]): Promise<Counts> {
  const runtime = electronRuntime(root, { fetch: false });
  const missing =
    process.platform !== 'linux' || process.arch !== 'x64'
      ? 'the packaged program is tried on Linux x64'
      : 'missing' in runtime
        ? runtime.missing
        : spawnSync('dpkg-deb', ['--version'], { stdio: 'ignore' }).status === 0
          ? undefined
          : 'dpkg-deb is not installed';
  if ('missing' in runtime || missing !== undefined) {
    console.log(`packaged: skipped, ${missing}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const packing = ['--linux', 'dir', 'deb', '--x64'];
  const packed =
    (await buildShell()) &&
    (await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'build', 'packaging', 'main.ts'), ...packing],
      { VOIKE_PACK_LEVEL: '2' },
    )) === 0;
  if (!packed) return { passed: 0, failed: 1, skipped: 0 };
  return playwright('packaged', ['--workers=1', ...args], {}, runtime.wrap);
}

async function test(): Promise<boolean> {
  // Hundreds of nodes and commands are started from the same sources.
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'out', 'compile-cache');
  mkdirSync(join(root, 'out', 'reports'), { recursive: true });
  const parts: [string, Counts][] = [];
  parts.push(['check', (await check()) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }]);
  parts.push(['unit', await unit([])]);
  parts.push(['browser', await e2e([])]);
  parts.push(['electron', await electron([])]);
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  console.log('');
  for (const [name, counts] of parts) {
    console.log(`${name.padEnd(9)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0;
}

/** An Electron that fails this soon lacks a library, a sandbox or a display, and has shown nothing. */
const COULD_NOT_START_MS = 5000;

/** Opens the workbench: in Electron where that can run, else in the browser that the person opens. */
async function start(args: string[]): Promise<number> {
  const rest = args.filter((argument) => argument !== '--web');
  const runtime: ElectronRuntime = args.includes('--web') ? { missing: '' } : electronRuntime(root, { fetch: true });
  if (!(await ('executable' in runtime ? buildShell : build)())) {
    console.error('The workbench could not be built; the message above says why.');
    return 1;
  }
  if (!args.includes('--web')) {
    let missing = 'missing' in runtime ? runtime.missing : '';
    if ('executable' in runtime) {
      const opened = performance.now();
      const code = await run(runtime.executable, [...runtime.flags, root, ...rest]);
      // Whoever ends the window later, by whatever means, does not want it back.
      if (code === 0 || performance.now() - opened > COULD_NOT_START_MS) return code;
      missing = `Electron could not start here (it ended with ${code})`;
    }
    console.log(`No window: ${missing}. The workbench runs in your browser instead.`);
  }
  return run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(root, 'node-core', 'cli', 'main.ts'),
    'serve',
    ...rest,
  ]);
}

const [task = '', ...args] = process.argv.slice(2);
const script = (file: string, given = args) =>
  run(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, file), ...given]);
const good = (counts: Counts) => (counts.failed === 0 ? 0 : 1);
mkdirSync(join(root, 'out', 'reports'), { recursive: true });
const tasks: Record<string, () => Promise<number>> = {
  start: () => start(args),
  test: async () => ((await test()) ? 0 : 1),
  check: async () => ((await check()) ? 0 : 1),
  build: async () => ((await buildShell()) ? 0 : 1),
  unit: async () => good(await unit(args)),
  e2e: async () => good(await e2e(args)),
  electron: async () => good(await electron(args)),
  'test:dist': async () => good(await packaged(args)),
  format: () => run(bin('oxfmt'), ['-c', 'build/oxfmt.json', ...worlds]),
  dev: () => script('build/dev.ts'),
  bench: async () => ((await buildShell()) ? script('build/bench/main.ts') : 1),
  dist: async () =>
    (await script('build/packaging/main.ts', ['--check', ...args])) !== 0 || !(await buildShell())
      ? 1
      : script('build/packaging/main.ts'),
  fuzz: () => script('build/fuzz.ts'),
  soak: async () => ((await build()) ? script('build/soak.ts') : 1),
  screenshots: async () => ((await build()) ? script('build/screenshots.ts') : 1),
};
const chosen = tasks[task];
if (chosen === undefined) {
  console.error(`There is no task "${task}". There are: ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
process.exit(await chosen());
