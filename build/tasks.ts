/** What the npm scripts do, one function a script. Started by run.mjs on the project's Node. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root, run, runAndRead } from './commands.ts';
import { type ElectronRuntime, electronRuntime } from './electron-runtime.ts';
import { checkLayers } from './layers.ts';
import { build, buildShell } from './made.ts';
import { type Outcome, summary } from './test-reports.ts';
import { e2e, electron, packaged, unit } from './test-runs.ts';

/** Folders with a tsconfig of their own; each is one world with its own globals. */
const worlds = ['node-core', 'renderer', 'electron', 'build', 'e2e'];

/** Types, lint, import rules and format; every complaint is printed, and a tool that complains is a failure. */
async function check(): Promise<Outcome> {
  const waiting: [string, string[]][] = [
    ['oxlint', ['-c', 'build/oxlint.json', '--type-aware', '--deny-warnings', ...worlds]],
    ...worlds.map((world): [string, string[]] => ['tsc', ['-p', world]]),
    ['oxfmt', ['-c', 'build/oxfmt.json', '--check', ...worlds]],
  ];
  const outcome: Outcome = { passed: 0, failed: [], skipped: 0, secondTry: [] };
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [tool, given] = next;
      const { code, said } = await runAndRead(bin(tool), given);
      if (code === 0) outcome.passed++;
      else outcome.failed.push({ name: [tool, ...given].join(' '), message: said });
    }
  };
  // Two at a time: a type check keeps one core busy.
  await Promise.all([lane(), lane()]);
  const broken = checkLayers(root);
  for (const line of broken) console.error(line);
  if (broken.length === 0) outcome.passed++;
  else outcome.failed.push({ name: 'import rules', message: broken.join('\n') });
  console.log(outcome.failed.length === 0 ? 'check: types, lint, format and import rules hold' : 'check: failed');
  return outcome;
}

async function test(): Promise<boolean> {
  // Hundreds of nodes and commands are started from the same sources.
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'out', 'compile-cache');
  const parts: [string, Outcome][] = [
    ['check', await check()],
    ['unit', await unit([])],
    ['browser', await e2e([])],
    ['electron', await electron([])],
  ];
  console.log(`\n${summary(parts)}`);
  return parts.every(([, { failed }]) => failed.length === 0);
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
const good = ({ failed }: Outcome) => (failed.length === 0 ? 0 : 1);
mkdirSync(join(root, 'out', 'reports'), { recursive: true });
const tasks: Record<string, () => Promise<number>> = {
  start: () => start(args),
  test: async () => ((await test()) ? 0 : 1),
  check: async () => good(await check()),
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
