/** `voike test FILE…` */
import { Problem } from '../../errors/problem.ts';
import { isProgram } from '../../flow/program/form.ts';
import type { Output } from '../../client/client.ts';
import { connect, type Connection, type Where } from '../connection.ts';
import { describeDiagnostic, locate, type Shown } from '../diagnostics.ts';
import { asProblem, EXIT, usage } from '../exit.ts';
import { host } from '../host.ts';
import { details, junit } from '../junit.ts';
import { duration, note, print, printJson, visible } from '../print.ts';
import { once, readSource } from '../sources.ts';

interface Options extends Where {
  filter?: string;
  grant: string[];
  engine?: 'interpreter' | 'wasm';
  time?: number;
  junit?: string;
  watch?: boolean;
  json?: boolean;
}

/** Of one file: what its tests gave, or why there were none. */
export interface TestedFile {
  file: string;
  report?: Output<'vvm.test'>;
  problem?: { code: string; message: string };
}

/** Exit code 1 when a test fails, a file does not compile, or no test was run at all. */
export async function testCommand(files: string[], options: Options): Promise<number> {
  const { watch } = host();
  if (options.watch && watch === undefined)
    throw usage('Files cannot be watched here.', 'Run `voike test --watch` at a prompt of the machine.');
  const stop = new AbortController();
  host().onInterrupt(() => stop.abort(new Problem('cancelled', 'The tests were stopped.')));
  const connection = await connect(options);
  try {
    if (!options.watch) return await runAll(connection, files, options, stop.signal);
    // A change while they run makes them run once more.
    let dirty = false;
    let wake: (() => void) | undefined;
    const unwatch = watch!(files, () => ((dirty = true), wake?.()));
    stop.signal.addEventListener('abort', () => wake?.());
    while (!stop.signal.aborted) {
      dirty = false;
      await runAll(connection, files, options, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      if (stop.signal.aborted) break;
      note('Waiting for a change …');
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve));
    }
    unwatch();
    return EXIT.interrupted;
  } finally {
    await connection.close();
  }
}

async function runAll(
  connection: Connection,
  files: readonly string[],
  options: Options,
  signal: AbortSignal,
): Promise<number> {
  const begun = new Date().toISOString();
  const tested: TestedFile[] = [];
  for (const file of files) {
    const one = await testFile(connection, file, options, signal);
    tested.push(one);
    if (!options.json) show(one);
  }
  if (options.junit !== undefined) await host().saveFile(options.junit, once(junit(tested, begun)));
  const reports = tested.flatMap(({ report }) => report ?? []);
  const sum = (of: (report: (typeof reports)[number]) => number): number =>
    reports.reduce((all, report) => all + of(report), 0);
  const [passed, failed, skipped] = [sum((one) => one.passed), sum((one) => one.failed), sum((one) => one.skipped)];
  if (options.json) printJson({ passed, failed, skipped, files: tested });
  else
    note(
      passed + failed === 0
        ? `No test was run.${skipped > 0 ? ' The filter left out all of them.' : ''}`
        : `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} left out` : ''} (${duration(sum((one) => one.ms))})`,
    );
  const broken = tested.some(({ problem }) => problem !== undefined);
  return failed > 0 || broken || passed === 0 ? EXIT.failed : EXIT.ok;
}

/** A file that cannot be read or compiled does not hide what the others give. */
async function testFile(
  connection: Connection,
  file: string,
  options: Options,
  signal: AbortSignal,
): Promise<TestedFile> {
  let source = '';
  try {
    ({ text: source } = await readSource(file));
    if (!isProgram(source))
      throw new Problem('flow-is-plan', `${file} is a plan; tests are written in programs.`, {
        hint: 'Name a file with `test "…" { expect … }` in it.',
      });
    const report = await connection.call(
      'vvm.test',
      {
        source,
        file,
        grants: options.grant,
        engine: options.engine ?? 'wasm',
        ...(options.filter === undefined ? {} : { filter: options.filter }),
        ...(options.time === undefined ? {} : { ms: options.time }),
      },
      signal,
    );
    return { file, report };
  } catch (error) {
    const problem = asProblem(error);
    if (signal.aborted || !TOLD.has(problem.code)) throw error;
    const diagnostics = problem.more['diagnostics'];
    if (Array.isArray(diagnostics) && !options.json)
      for (const one of locate(diagnostics as Shown[], source)) note(describeDiagnostic(file, source, one));
    const message = [problem.message, ...(Array.isArray(diagnostics) ? [] : [problem.hint])].filter(Boolean).join(' ');
    return { file, problem: { code: problem.code, message } };
  }
}

/** What is wrong with one file; everything else ends the command. */
const TOLD = new Set([
  'flow-has-errors',
  'flow-is-plan',
  'file-not-found',
  'file-not-allowed',
  'file-is-folder',
  'file-not-text',
  'file-too-large',
]);

function show({ file, report, problem }: TestedFile): void {
  print(visible(file));
  if (problem !== undefined) print(visible(`  not tested: ${problem.message}`));
  for (const { title, passed, ms, failure, log } of report?.tests ?? []) {
    print(visible(`  ${passed ? 'passed' : 'FAILED'}  ${title} (${duration(ms)})`));
    if (failure === undefined) continue;
    print(visible(`          ${failure.message}${failure.hint === undefined ? '' : ` ${failure.hint}`}`));
    for (const line of details(file, failure).split('\n')) if (line !== '') print(visible(`          ${line}`));
    for (const line of log) print(visible(`          log: ${line}`));
  }
}
