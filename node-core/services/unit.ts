/** A version of a service in a thread: compiled once, one warm instance, and how a request becomes a call of it. */
import { ModelAccess } from '../models/access.ts';
import type { ModelConnection } from '../models/connection.ts';
import { Problem } from '../errors/problem.ts';
import { Trap } from '../vasm/trap.ts';
import type { Type } from '../vasm/type.ts';
import { DEFAULT_DEPTH, type Engine, type Host, type Value } from '../vvm/engine.ts';
import type { Asked } from '../vvm/host/ask.ts';
import { createJobHost, type JobHost } from '../vvm/host/job-host.ts';
import { createInterpreter } from '../vvm/interpret.ts';
import { load, type Loaded } from '../vvm/load.ts';
import { share, type SharedProgram } from '../vvm/shared.ts';
import { calledFrom, placesOf } from '../vvm/trap-places.ts';
import { toOutside } from '../vvm/values.ts';
import { createWasm, type WasmProgram } from '../vvm/wasm/engine.ts';
import type { AnswerTuple, CallTuple, LoadMessage } from './messages.ts';
import { argumentsOf } from './parameters.ts';

export interface Unit {
  /** Answers one request; what it changed is undone by the caller unless `well`. */
  answer(call: CallTuple): { answer: AnswerTuple; well: boolean };
  service: string;
  /** What it was compiled to, for another thread; undefined when it runs in the interpreter. */
  share(): SharedProgram | undefined;
}

export interface UnitOptions {
  /** The program when it is compiled already. */
  loaded?: Loaded;
  /** Bytes of a row that may be read, else `Elsewhere` is thrown; any when absent. */
  mostRow?: number;
  /** Of an answer; as `toOutside` has it when absent. */
  mostAnswer?: { parts: number; text: number };
}

/** @throws Problem of a program that does not compile or is refused */
export function createUnit(
  message: LoadMessage,
  connection: ModelConnection | undefined,
  ask: (asked: Asked) => unknown,
  options: UnitOptions = {},
): Unit {
  const { source, sourceFile, program, service, routes, models, grants, denied, fuel, project } = message;
  const loaded = options.loaded ?? load(source, program);
  const { module } = loaded;
  const name = { id: loaded.id, name: module.name, version: module.version };
  const access = connection && new ModelAccess(connection, module.records, models, options.mostRow);
  let current: JobHost | undefined;
  // The instance is kept, and with it its host; each call has its own limits, log and refusals.
  const host: Host = { call: (called, args, types) => current!.call(called, args, types) };
  const limits = { fuel: BigInt(Math.min(fuel, module.budget.fuel ?? Infinity)), depth: DEFAULT_DEPTH };
  let engine: Engine;
  let compiled: WasmProgram | undefined;
  try {
    compiled = loaded.wasm();
    engine = createWasm(compiled, host, limits);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    engine = createInterpreter(loaded.verified, host, limits);
  }
  const readers = routes.map((route) => argumentsOf(route, module.records));
  const place = { ...project, ...(access === undefined ? {} : { models: access }) };

  return {
    service,
    share: () => compiled && share(loaded.id, compiled),
    answer([, index, path, query, body, , inside]) {
      const begun = performance.now();
      const ms = (): number => performance.now() - begun;
      const route = routes[index]!;
      let args: Value[];
      try {
        args = readers[index]!(path, query, body);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { answer: [error.status, JSON.stringify(error), 0, ms(), error.message], well: false };
      }
      current = createJobHost({ module, name, grants, denied, ask, project: place });
      let used = 0;
      try {
        const { value, fuelUsed } = engine.call(route.func, args);
        used = Number(fuelUsed);
        const text = textOf(route.result, value);
        current.end(true);
        const { log } = current;
        const status = route.result.kind === 'None' ? 204 : 200;
        return {
          answer: log.length === 0 ? [status, text, used, ms()] : [status, text, used, ms(), '', [...log]],
          well: true,
        };
      } catch (error) {
        current.end(false);
        const problem = problemOf(error, inside === 1, loaded, sourceFile);
        const why = error instanceof Trap ? `${error.code}: ${error.message} (${error.place.func})` : problem.message;
        if (error instanceof Trap) used = Number(error.fuelUsed);
        else if (!(error instanceof Problem)) throw error;
        return { answer: [problem.status, JSON.stringify(problem), used, ms(), why, [...current.log]], well: false };
      } finally {
        current = undefined;
      }
    },
  };

  function textOf(type: Type, value: Value): string {
    if (type.kind === 'None') return '';
    return JSON.stringify(toOutside(module, type, value, options.mostAnswer));
  }
}

/** How a trap is told: those who may see inside learn what and where, strangers that it was not them. */
function problemOf(error: unknown, inside: boolean, loaded: Loaded, file: string | undefined): Problem {
  if (error instanceof Problem) {
    if (inside)
      return new Problem(error.code, error.message, {
        status: 500,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    return new Problem('service-failed', 'The service could not answer this request.', { status: 500 });
  }
  if (!(error instanceof Trap))
    return new Problem('service-failed', 'The service could not answer this request.', { status: 500 });
  // What the program itself wants to be told.
  if (error.status !== undefined) return new Problem('service-error', error.message, { status: error.status });
  const limit = ['fuel', 'memory', 'depth', 'host-calls'].includes(error.code);
  const [code, status, words] = limit
    ? (['service-limit', 503, 'The service was ended, because the request took more than it may.'] as const)
    : (['service-failed', 500, 'The service could not answer this request.'] as const);
  if (!inside) return new Problem(code, words, { status });
  const [{ func, line, range }, ...callers] = placesOf(error, loaded);
  const from = calledFrom(callers);
  return new Problem(
    code,
    `${words} ${error.message} (${func}${line === undefined ? '' : `, line ${line}${file === undefined ? '' : ` of ${file}`}`}${from === '' ? '' : `, ${from}`})`,
    {
      status,
      ...(range === undefined ? {} : { range }),
      more: { trap: error.code, func, ...(line === undefined ? {} : { line }), callers },
    },
  );
}
