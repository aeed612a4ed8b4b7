/** The parts of the tests, each with what came of it. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, root, run } from './commands.ts';
import { electronRuntime } from './electron-runtime.ts';
import { build, buildCommand, buildShell } from './made.ts';
import { failedPart, type Outcome, readPlaywrightReport, readUnitReport } from './test-reports.ts';

/** As in the browser tests, in CI alone: a test may try twice, and is named when it had to. */
const mayTryTwice = Boolean(process.env['CI']);

/** The unit tests; arguments are file names or parts of them, none stands for all. */
export async function unit(args: string[]): Promise<Outcome> {
  if (args.length === 0 && !(await buildCommand())) return failedPart('the command could not be bundled');
  const outcome = await vitest(args);
  if (!mayTryTwice || outcome.failedFiles.length === 0) return outcome;
  console.log(`Once more: ${outcome.failedFiles.join(', ')}`);
  const second = await vitest(outcome.failedFiles);
  const saved = outcome.failed.filter((one) => !second.failed.some(({ name }) => name === one.name));
  return {
    ...outcome,
    passed: outcome.passed + saved.length,
    failed: second.failed,
    secondTry: saved.map(({ name }) => name),
  };
}

async function vitest(args: string[]): Promise<Outcome & { failedFiles: string[] }> {
  const report = join(root, 'out', 'reports', 'unit.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(bin('vitest'), ['run', '-c', 'build/vitest.config.ts', ...reporters, ...args]);
  return readUnitReport(root, report, code);
}

async function playwright(
  project: string,
  args: string[],
  environment: Record<string, string> = {},
  wrap: string[] = [],
): Promise<Outcome> {
  const report = join(root, 'out', 'reports', `${project}.json`);
  rmSync(report, { force: true });
  const chosen = ['-c', 'e2e/playwright.config.ts', `--project=${project}`, '--reporter=line,json'];
  const [command = '', ...rest] = [...wrap, bin('playwright'), 'test', ...chosen, ...args];
  const code = await run(command, rest, { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  return readPlaywrightReport(report, code);
}

/** The workbench in a browser. */
export async function e2e(args: string[]): Promise<Outcome> {
  if (!(await build()) || !(await buildCommand())) return failedPart('the workbench could not be built');
  return playwright('browser', args);
}

/** The shell, where an Electron can run. */
export async function electron(args: string[]): Promise<Outcome> {
  const runtime = electronRuntime(root, { fetch: false });
  if ('missing' in runtime) return skippedPart('electron', runtime.missing);
  if (!(await buildShell())) return failedPart('the shell could not be built');
  return playwright('electron', ['--workers=1', ...args], { VOIKE_ELECTRON: runtime.executable }, runtime.wrap);
}

/** Packs the program for this Linux and tries it; needs a runtime, a display of some kind and dpkg-deb, and about two minutes. */
export async function packaged(args: string[]): Promise<Outcome> {
  const runtime = electronRuntime(root, { fetch: false });
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return skippedPart('packaged', 'the packaged program is tried on Linux x64');
  if ('missing' in runtime) return skippedPart('packaged', runtime.missing);
  if (spawnSync('dpkg-deb', ['--version'], { stdio: 'ignore' }).status !== 0)
    return skippedPart('packaged', 'dpkg-deb is not installed');
  const packing = ['--linux', 'dir', 'deb', '--x64'];
  const packed =
    (await buildShell()) &&
    (await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'build', 'packaging', 'main.ts'), ...packing],
      { VOIKE_PACK_LEVEL: '2' },
    )) === 0;
  if (!packed) return failedPart('the program could not be packed');
  return playwright('packaged', ['--workers=1', ...args], {}, runtime.wrap);
}

function skippedPart(part: string, why: string): Outcome {
  console.log(`${part}: skipped, ${why}`);
  return { passed: 0, failed: [], skipped: 1, secondTry: [] };
}
