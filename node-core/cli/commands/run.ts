/** `voike run` */
import { Problem } from '../../errors/problem.ts';
import { compileProgram } from '../../flow/program/compile.ts';
import { isProgram } from '../../flow/program/form.ts';
import type { Input } from '../../flow/syntax/ast.ts';
import { parse } from '../../flow/syntax/parse.ts';
import { connect, type Connection, type Where } from '../connection.ts';
import { describeDiagnostic, locate, type Shown } from '../diagnostics.ts';
import { EXIT, usage } from '../exit.ts';
import { createFollower } from '../follow.ts';
import { host } from '../host.ts';
import { readInputArguments } from '../inputs.ts';
import { note, print, printJson } from '../print.ts';
import { showRun } from '../show-run.ts';
import { readSource, type Source } from '../sources.ts';
import { runProgram } from './vasm-run.ts';

interface Options extends Where {
  input: string[];
  resume?: string;
  rerun?: string;
  fromStep?: string;
  from?: string;
  until?: string[];
  break?: string[];
  limit?: number;
  json?: boolean;
  detach?: boolean;
  grant: string[];
}

/** A plan is run as a whole; of a program a function is called, with its arguments. */
export async function runCommand(file: string | undefined, call: string[], given: Options): Promise<number> {
  // --from is the short name of --from-step.
  const options = given.from === undefined ? given : { ...given, fromStep: given.from };
  if (file === undefined && options.resume === undefined && options.rerun === undefined) {
    throw usage('There is nothing to run.', 'Name a FLOW file, or a run with --resume or --rerun.');
  }
  if (
    options.resume !== undefined &&
    (file !== undefined || options.rerun !== undefined || options.fromStep !== undefined)
  ) {
    throw usage(
      '--resume goes on with a run as it was; it takes no file, --rerun or --from-step.',
      'Use --rerun to change something.',
    );
  }
  const source = file === undefined ? undefined : await readSource(file);
  if (source !== undefined && isProgram(source.text)) return callFunction(source, call, options);
  if (call.length > 0)
    throw usage(
      `A plan takes no arguments, and ${file} is one.`,
      'Give its inputs with --input name=value. Functions are called in programs.',
    );
  if (source !== undefined && !isSound(source, options)) return EXIT.failed;

  const connection = await connect(options);
  try {
    return await start(connection, source, file, options);
  } catch (error) {
    if (error instanceof Problem && source !== undefined && Array.isArray(error.more['diagnostics'])) {
      return refuse(source, error.more['diagnostics'] as Shown[], options);
    }
    throw error;
  } finally {
    await connection.close();
  }
}

async function callFunction(source: Source, [func, ...args]: string[], options: Options): Promise<number> {
  const { module, diagnostics } = compileProgram(source.text, 'program', source.name);
  if (module === undefined) return refuse(source, diagnostics, options);
  if (func === undefined) {
    const names = module.functions.filter(({ exported }) => exported).map(({ name }) => name);
    throw usage(
      `${source.name} is a program: say which of its functions to call.`,
      names.length === 0
        ? 'It has none yet.'
        : `It has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}.`,
    );
  }
  return runProgram(source, func, args, options);
}

/** Syntax errors are told without a node; the rest is checked where the plan runs, which knows its tables and operations. */
function isSound(source: Source, options: Options): boolean {
  const errors = parse(source.text).diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) refuse(source, errors, options);
  return errors.length === 0;
}

function refuse(source: Source, diagnostics: readonly Shown[], options: Options): number {
  const located = locate(diagnostics, source.text);
  for (const one of located) note(describeDiagnostic(source.name, source.text, one));
  if (options.json) printJson({ runId: null, state: 'failed', outputs: {}, steps: [], diagnostics: located });
  else note('It was not run.');
  return EXIT.failed;
}

async function start(
  connection: Connection,
  source: Source | undefined,
  file: string | undefined,
  options: Options,
): Promise<number> {
  const declared: readonly Input[] = source === undefined ? [] : parse(source.text).plan.inputs;
  const inputs = await readInputArguments(options.input, declared, connection);
  // A run inside this process ends with it, so it cannot be left alone.
  if (options.detach && connection.url === undefined) {
    throw new Problem('node-not-running', 'No node is running that could go on with the run.', {
      hint: 'Start one with `voike serve`, or leave --detach out.',
    });
  }
  const follower = options.detach
    ? undefined
    : await createFollower(connection, {
        progress: host().watched() !== undefined && !options.json,
      });
  try {
    const runId = await submit(connection, source, file, inputs, options);
    if (follower === undefined) {
      if (options.json) printJson({ runId, state: 'running' });
      else print(runId);
      return EXIT.ok;
    }
    let interrupted = false;
    // Listened for to the very end: the wrapper's copy of the signal must not end this process while it says what is kept.
    host().onInterrupt(() => {
      interrupted = true;
      note('\nCancelling …');
      connection
        .call('flow.cancelRun', { id: runId })
        .catch((error: unknown) => note(error instanceof Error ? error.message : String(error)));
    });
    const run = await follower.follow(runId);
    const code = await showRun(connection, run, options);
    return interrupted ? EXIT.interrupted : code;
  } finally {
    follower?.close();
  }
}

/** Starts, resumes or repeats; gives the id of the run that goes on now. */
async function submit(
  connection: Connection,
  source: Source | undefined,
  file: string | undefined,
  inputs: Record<string, unknown>,
  options: Options,
): Promise<string> {
  if (options.resume !== undefined) {
    await connection.call('flow.resumeRun', { id: options.resume });
    return options.resume;
  }
  const origin = file === undefined || file === '-' ? undefined : host().path.resolve(file);
  const steering = {
    ...(options.until?.length ? { until: options.until } : {}),
    ...(options.break?.length ? { breakpoints: options.break } : {}),
  };
  const before = options.rerun ?? (options.fromStep === undefined ? undefined : await latestRunOf(connection, origin));
  if (before !== undefined) {
    const { runId } = await connection.call('flow.rerun', {
      id: before,
      ...(options.fromStep === undefined
        ? {}
        : { fromStep: options.fromStep.includes(':') ? options.fromStep : `step:${options.fromStep}` }),
      ...(source === undefined ? {} : { source: source.text }),
      ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
      ...steering,
    });
    return runId;
  }
  const started = await connection.call('flow.execute', {
    source: source!.text,
    inputs,
    mode: 'async',
    ...steering,
    ...(origin === undefined ? {} : { origin }),
  });
  return 'runId' in started ? started.runId : started.id;
}

async function latestRunOf(connection: Connection, origin: string | undefined): Promise<string> {
  let cursor: string | undefined;
  do {
    const page = await connection.call('flow.listRuns', { limit: 100, ...(cursor === undefined ? {} : { cursor }) });
    const found = page.runs.find((run) => run.origin !== undefined && run.origin === origin);
    if (found !== undefined) return found.id;
    cursor = page.next;
  } while (cursor !== undefined);
  throw usage(
    'This file has not been run here before, so there is no step to go on from.',
    'Leave --from-step out, or name a run with --rerun.',
  );
}
