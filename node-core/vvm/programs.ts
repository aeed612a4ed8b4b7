/** Programs as other areas use them: read from bytes, and their functions called on the pool. */
import { Problem } from '../errors/problem.ts';
import { DEFAULT_DEPTH } from './engine.ts';
import type { Finished } from './job.ts';
import type { Calls, Caller } from './calls.ts';
import type { Jobs, WasiInput } from './wasi/jobs.ts';
import type { WasiModule, WasiRan } from './wasi/wasi.ts';
import { callOf, createProgramReader, type Program } from './program.ts';

export interface ProgramRequest {
  /** Left out: `main`, or the only one. */
  func?: string;
  /** In order, or by the names of the parameters. */
  args: readonly unknown[] | Readonly<Record<string, unknown>>;
  fuel?: number;
}

export interface Programs {
  /** @throws Problem, see `readProgram` */
  read(name: string, bytes: Uint8Array): Program;
  /** Problems are those of `callOf` and of {@link Calls.run}; a place in the program's source is in `more.sourceRange`. */
  call(program: Program, request: ProgramRequest, caller: Caller, signal: AbortSignal): Promise<Finished>;
  /** Problems are those of {@link Jobs.run}. */
  job(module: WasiModule, input: WasiInput, caller: Caller, signal: AbortSignal): Promise<WasiRan>;
}

const FUEL = 1_000_000_000_000;
/** A step ends earlier by its @timeout, or when its run is cancelled. */
const MS = 600_000;

export function createPrograms(calls: Calls, jobs: Jobs): Programs {
  return {
    job: (module, input, caller, signal) => jobs.run(module, input, { ms: MS }, caller, signal),
    read: createProgramReader(),
    async call(program, { func, args, fuel = FUEL }, caller, signal) {
      const call = callOf(program, func, args);
      const job = {
        module: program.module,
        name: program.name,
        func: call.func,
        args: call.args,
        fuel,
        depth: DEFAULT_DEPTH,
        engine: 'wasm' as const,
      };
      try {
        return await calls.run(caller, job, { ms: MS }, signal);
      } catch (error) {
        throw withoutRange(error);
      }
    },
  };
}

/** A range in the program's text is none in the text of whoever calls. */
function withoutRange(error: unknown): unknown {
  if (!(error instanceof Problem) || error.range === undefined) return error;
  return new Problem(error.code, error.message, {
    status: error.status,
    title: error.title,
    more: { ...error.more, sourceRange: error.range },
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
